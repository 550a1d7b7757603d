from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
from grappe.clusters.rules import Seat
from grappe.people.models import Person


def seat_of(person: Person, *, slug: str, on: date) -> Seat | None:
    """The person's seat in the cluster called `slug` on that day; None for a stranger and for a cluster that is not."""
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        return None
    with scopes_disabled():
        mandates = list(Mandate.objects.on(on).filter(person=person, cluster=cluster))
    if not mandates:
        return None
    return Seat(
        person=person,
        cluster=cluster,
        roles=frozenset(mandate.role for mandate in mandates),
        firm_ids=frozenset(mandate.firm_id for mandate in mandates if mandate.firm_id is not None),
        on=on,
    )


def clusters_of(person: Person, *, on: date) -> list[Cluster]:
    """The clusters where the person has a role on that day, by name."""
    with scopes_disabled():
        ids = list(Mandate.objects.on(on).filter(person=person).values_list("cluster_id", flat=True))
    return list(Cluster.objects.filter(pk__in=ids))


def memberships(*, on: date) -> QuerySet[Any]:
    """The cluster's memberships on that day with their firms, by name."""
    return Membership.objects.on(on).select_related("firm").order_by("firm__name", "firm_id")


def firms(*, on: date) -> QuerySet[Firm]:
    return Firm.objects.filter(pk__in=Membership.objects.on(on).values("firm_id")).order_by("name", "pk")


def people_of(firm: Firm, *, on: date) -> list[Person]:
    """Those who speak for the firm in the cluster on that day."""
    mandates = Mandate.objects.on(on).filter(firm=firm, role=Role.MEMBER).select_related("person").order_by("pk")
    return [mandate.person for mandate in mandates]


def coordinators(*, on: date) -> list[Person]:
    mandates = Mandate.objects.on(on).filter(role=Role.COORDINATOR).select_related("person").order_by("pk")
    return [mandate.person for mandate in mandates]


def employees(*, on: date) -> list[Person]:
    mandates = Mandate.objects.on(on).filter(role=Role.EMPLOYEE).select_related("person").order_by("pk")
    return [mandate.person for mandate in mandates]
