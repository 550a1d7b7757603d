from grappe.web.member import closings, commitments, home, hours, month, needs, sheet

app_name = "member"
urlpatterns = [
    *home.urlpatterns,
    *commitments.urlpatterns,
    *hours.urlpatterns,
    *month.urlpatterns,
    *needs.urlpatterns,
    *sheet.urlpatterns,
    *closings.urlpatterns,
]
