"""The map of URLs: the site, sign-in, the operator's admin."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from grappe.web.shared.views import addresses

admin.autodiscover()
# The operator signs in by the one way in: with its limits of attempts and its second lock.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("compte/email/", addresses, name="account_email"),
    path("compte/", include("allauth.urls")),
    path(
        "operateur/modeles/", include("grappe.web.operator.urls")
    ),  # before the admin, which takes every address under it
    path("operateur/", admin.site.urls),
    path("", include("grappe.web.urls")),
]

handler400 = "grappe.web.shared.errors.bad_request"
handler403 = "grappe.web.shared.errors.forbidden"
handler404 = "grappe.web.shared.errors.not_found"
handler500 = "grappe.web.shared.errors.broken"
