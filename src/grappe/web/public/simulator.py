"""The simulator for firms that have not joined: there only when the cluster's coordination opened it."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_scopes import scope

from grappe.clusters.models import Cluster
from grappe.web.shared import simulator as simulating
from grappe.web.shared.doors import has_unwritable


@require_safe
def simulator(request: HttpRequest, slug: str) -> HttpResponse:
    """What a firm would pay, seen by anyone; no name nor price of another firm is in it."""
    cluster = Cluster.objects.filter(slug=slug, simulator_open=True).first()
    if cluster is None:
        raise Http404
    if has_unwritable(request):
        raise BadRequest("a character that nobody types")
    with scope(cluster=cluster):
        return simulating.page(request, cluster, on=timezone.localdate(), layout="public/simulator.html")


urlpatterns = [path("c/<slug:slug>/simulateur/", simulator, name="simulator")]
