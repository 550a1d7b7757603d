"""The map of URLs: the site, sign-in, the operator's admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("compte/", include("allauth.urls")),
    path("operateur/", admin.site.urls),
    path("", include("grappe.web.urls")),
]

handler400 = "grappe.web.shared.errors.bad_request"
handler403 = "grappe.web.shared.errors.forbidden"
handler404 = "grappe.web.shared.errors.not_found"
handler500 = "grappe.web.shared.errors.broken"
