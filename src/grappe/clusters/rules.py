"""Who may: a person's seat in a cluster on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster
from grappe.people.models import Person

READS_DESK = frozenset({Role.COORDINATOR, Role.BOARD})


@dataclass(frozen=True, slots=True)
class Seat:
    """What a person is in a cluster on a day: its roles, and the firms it speaks for."""

    person: Person
    cluster: Cluster
    roles: frozenset[str]
    firm_ids: frozenset[int]
    on: date

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @property
    def reads_desk(self) -> bool:
        return bool(self.roles & READS_DESK)

    def speaks_for(self, firm_id: int) -> bool:
        return firm_id in self.firm_ids
