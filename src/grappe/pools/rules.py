"""Who may commit a firm."""

from __future__ import annotations

from datetime import date

from grappe.clusters.enums import Role
from grappe.clusters.models import Mandate
from grappe.clusters.queries import speaks_for
from grappe.people.models import Person


def may_commit(person: Person, firm_id: int, *, on: date) -> bool:
    """Whether the person speaks for the firm in this cluster on that day."""
    return speaks_for(person, firm_id, on=on)


def coordinates(person: Person, *, on: date) -> bool:
    return bool(Mandate.objects.on(on).filter(person=person, role=Role.COORDINATOR).exists())
