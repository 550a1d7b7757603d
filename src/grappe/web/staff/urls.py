from grappe.web.staff import leave, week

app_name = "staff"
urlpatterns = [*week.urlpatterns, *leave.urlpatterns]
