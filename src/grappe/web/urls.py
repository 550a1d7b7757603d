"""The site's map: pages without a seat, then each audience under its cluster."""

from django.urls import include, path

urlpatterns = [
    path("", include("grappe.web.public.urls")),
    path("", include("grappe.web.shared.urls")),
    path("c/<slug:slug>/", include("grappe.web.desk.urls")),
    path("c/<slug:slug>/ma-structure/", include("grappe.web.member.urls")),
    path("c/<slug:slug>/mon-planning/", include("grappe.web.staff.urls")),
    path("c/<slug:slug>/bilan/", include("grappe.web.funder.urls")),
]
