from django.urls import path

from grappe.web.shared import views

urlpatterns = [
    path("langue/", views.language, name="language"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
