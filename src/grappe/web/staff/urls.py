from grappe.web.staff import hours, leave, week

app_name = "staff"
urlpatterns = [*week.urlpatterns, *hours.urlpatterns, *leave.urlpatterns]
