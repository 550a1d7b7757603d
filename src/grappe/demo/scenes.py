"""What the demo's clusters have in common: a cluster with its people and its firms."""

from __future__ import annotations

from datetime import date, timedelta

from django_scopes import scope

from grappe.clusters.actions import give_mandate, open_cluster, welcome_firm
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm
from grappe.demo import invent
from grappe.demo.cast import DOMAIN
from grappe.people.actions import person_named
from grappe.people.models import Person


def cluster(
    slug: str, name: str, *, tagline: str, coordinator: Person, on: date, prefix: str, siren: str, **legal: str
) -> Cluster:
    opened = open_cluster(by=None, slug=slug, name=name, coordinator_email=coordinator.email, on=on)
    Cluster.objects.filter(pk=opened.pk).update(
        tagline=tagline,
        legal_name=legal.pop("legal_name", f"Association {name}"),
        invoice_prefix=prefix,
        siren=siren,
        email=f"bonjour@{slug}.example",
        **legal,
    )
    opened.refresh_from_db()
    return opened


def named(first: str, name: str) -> Person:
    return person_named(email=f"{first}@{DOMAIN}", name=name)


def firm(name: str, siren: str, postcode: str, town: str, latitude: float, longitude: float) -> Firm:
    found, _new = Firm.objects.get_or_create(
        siren=siren,
        defaults={
            "name": name,
            "street": "12 rue des Grappes",
            "postcode": postcode,
            "town": town,
            "latitude": latitude,
            "longitude": longitude,
        },
    )
    return found


def welcome(
    grappe: Cluster, member: Firm, person: Person, *, by: Person, on: date, headcount: int | None = None
) -> None:
    """The firm joins, and someone speaks for it."""
    with scope(cluster=grappe):
        address = f"contact@{invent.plain(member.name)}.example"
        welcome_firm(by=by, cluster=grappe, firm=member, on=on, headcount=headcount, email=address)
        give_mandate(by=by, cluster=grappe, person=person, role=Role.MEMBER, firm=member, on=on)


def months_back(day: date, months: int) -> date:
    """The first day of the month that lies so many months before."""
    first = day.replace(day=1)
    for _step in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
