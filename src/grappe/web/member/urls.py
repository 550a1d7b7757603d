from grappe.web.member import commitments, home, hours, sheet

app_name = "member"
urlpatterns = [*home.urlpatterns, *commitments.urlpatterns, *hours.urlpatterns, *sheet.urlpatterns]
