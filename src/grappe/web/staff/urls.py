from grappe.web.staff import week

app_name = "staff"
urlpatterns = [*week.urlpatterns]
