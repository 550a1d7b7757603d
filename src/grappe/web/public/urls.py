from grappe.web.public import demo, feeds, home, invitations, simulator, surveys

app_name = "public"
urlpatterns = [
    *home.urlpatterns,
    *invitations.urlpatterns,
    *feeds.urlpatterns,
    *demo.urlpatterns,
    *surveys.urlpatterns,
    *simulator.urlpatterns,
]
