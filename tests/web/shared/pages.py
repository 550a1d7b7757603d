"""A site of a few pages, for the tests of what surrounds every page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import get_language

from grappe.audit.deeds import AlreadyDone, Refused
from grappe.web.public import home
from grappe.web.shared.doors import desk, member


def tongue(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language())


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("La place est <prise>.", "Prenez-en une autre.")


def again(request: HttpRequest) -> HttpResponse:
    raise AlreadyDone(request.GET.get("url"))


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


def receive(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(f"{name}:{file.size}" for name, file in request.FILES.items()))


@desk
def desk_page(request: HttpRequest) -> HttpResponse:
    return render(request, "shared/desk.html")


@desk
def desk_refuses(request: HttpRequest) -> HttpResponse:
    raise Refused("Non.", "Autrement.")


@member
def member_page(request: HttpRequest) -> HttpResponse:
    return render(request, "shared/phone.html")


desk_urls = [path("aujourdhui/", desk_page, name="today"), path("refus/", desk_refuses, name="needs")]
member_urls = [path("", member_page, name="home"), path("releve/", member_page, name="sheet")]

urlpatterns = [
    path("", include((home.urlpatterns, "public"))),
    path("", include("grappe.web.shared.urls")),
    path("compte/", include("allauth.urls")),
    path("parle/", tongue),
    path("refuse/", refuse),
    path("encore/", again),
    path("interdit/", denied),
    path("casse/", broken),
    path("recoit/", receive),
    path("c/<slug:slug>/", include((desk_urls, "desk"))),
    path("c/<slug:slug>/ma-structure/", include((member_urls, "member"))),
]

handler400 = "grappe.web.shared.errors.bad_request"
handler403 = "grappe.web.shared.errors.forbidden"
handler404 = "grappe.web.shared.errors.not_found"
handler500 = "grappe.web.shared.errors.broken"
