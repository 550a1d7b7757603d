from grappe.web.operator import templates

app_name = "operator"
urlpatterns = [*templates.urlpatterns]
