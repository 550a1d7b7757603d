from grappe.web.staff import hours, leave, papers, week

app_name = "staff"
urlpatterns = [*week.urlpatterns, *hours.urlpatterns, *leave.urlpatterns, *papers.urlpatterns]
