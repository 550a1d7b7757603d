"""The front page, and the way from a person to where it belongs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from grappe.clusters.enums import Role
from grappe.clusters.queries import clusters_of
from grappe.web.shared.doors import SeatedRequest, anyone


def home(request: HttpRequest) -> HttpResponse:
    """Someone signed in goes to its cluster, or chooses among several; others see what Grappe is."""
    if not request.user.is_authenticated:
        return render(request, "public/home.html")
    clusters = clusters_of(request.user, on=timezone.localdate())
    if len(clusters) == 1:
        return redirect("public:cluster", slug=clusters[0].slug)
    return render(request, "public/clusters.html", {"clusters": clusters})


@anyone
def cluster(request: SeatedRequest) -> HttpResponse:
    """The cluster's door: each role to its own home."""
    seat = request.seat
    if seat.reads_desk:
        return redirect("desk:today", slug=seat.cluster.slug)
    if Role.EMPLOYEE in seat.roles:
        return redirect("staff:week", slug=seat.cluster.slug)
    if Role.MEMBER in seat.roles:
        return redirect("member:home", slug=seat.cluster.slug)
    return redirect("funder:sheet", slug=seat.cluster.slug)


urlpatterns = [
    path("", home, name="home"),
    path("c/<slug:slug>/", cluster, name="cluster"),
]
