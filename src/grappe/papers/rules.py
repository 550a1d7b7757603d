"""Who may sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from grappe.clusters.models import Mandate
from grappe.people.models import Person


def may_sign(person: Person, party: Mapping[str, Any], *, on: date) -> bool:
    """Whether the person has, on that day, the role that signs for the party; a party without a role is whoever was asked."""
    if not party["role"]:
        return True
    return bool(Mandate.objects.on(on).filter(person=person, role=party["role"], firm_id=party["firm"]).exists())
