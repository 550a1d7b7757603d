from django.urls import path

from grappe.web.shared import views

app_name = "shared"
urlpatterns = [
    path("langue/", views.language, name="language"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
