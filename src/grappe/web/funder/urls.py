from grappe.web.funder import sheet

app_name = "funder"
urlpatterns = [*sheet.urlpatterns]
