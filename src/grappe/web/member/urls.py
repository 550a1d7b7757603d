from grappe.web.member import commitments, home, hours, needs, sheet

app_name = "member"
urlpatterns = [*home.urlpatterns, *commitments.urlpatterns, *hours.urlpatterns, *needs.urlpatterns, *sheet.urlpatterns]
