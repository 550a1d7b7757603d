from grappe.web.public import demo, feeds, home, invitations

app_name = "public"
urlpatterns = [*home.urlpatterns, *invitations.urlpatterns, *feeds.urlpatterns, *demo.urlpatterns]
