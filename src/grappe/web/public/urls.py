from grappe.web.public import demo, feeds, home, invitations, signatures, simulator, surveys

app_name = "public"
urlpatterns = [
    *home.urlpatterns,
    *invitations.urlpatterns,
    *signatures.urlpatterns,
    *feeds.urlpatterns,
    *demo.urlpatterns,
    *surveys.urlpatterns,
    *simulator.urlpatterns,
]
