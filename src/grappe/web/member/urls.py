from grappe.web.member import closings, commitments, home, hours, month, needs, papers, sheet

app_name = "member"
urlpatterns = [
    *home.urlpatterns,
    *commitments.urlpatterns,
    *hours.urlpatterns,
    *month.urlpatterns,
    *needs.urlpatterns,
    *papers.urlpatterns,
    *sheet.urlpatterns,
    *closings.urlpatterns,
]
