"""The scope that guards every query: a row of a cluster is read only inside that cluster's scope."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_scopes import ScopedManager


def scoped(queryset: type[models.QuerySet[Any]] = models.QuerySet) -> Any:
    """The manager of a model with a `cluster`; outside a scope every query raises `ScopeError`."""
    return ScopedManager(_manager_class=models.Manager.from_queryset(queryset), cluster="cluster")


class Scoped(models.Model):
    """A row that belongs to one cluster."""

    cluster = models.ForeignKey("clusters.Cluster", on_delete=models.PROTECT, related_name="+")

    objects = scoped()

    class Meta:
        abstract = True
