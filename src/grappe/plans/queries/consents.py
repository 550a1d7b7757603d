"""Changes sooner than the law's notice, and what the people concerned said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from grappe.people.models import Person
from grappe.plans.gateway import value_of
from grappe.plans.models import Absence, Calendar, Consent
from grappe.plans.moves import Place, moves_between


@dataclass(frozen=True, slots=True)
class ShortNotice:
    """What changes for a person in fewer days than the law's notice. `consent`: what it said, if it was asked."""

    person: Person
    days: int
    soonest: date
    changes: tuple[str, ...]
    digest: str
    consent: Consent | None

    @property
    def is_agreed(self) -> bool:
        return self.consent is not None and self.consent.agreed is True

    @property
    def is_refused(self) -> bool:
        return self.consent is not None and self.consent.agreed is False


def short_notices(
    calendar: Calendar, before: Iterable[Place], after: Iterable[Place], *, on: date
) -> list[ShortNotice]:
    """For each person, the changes between a version and what would be sent out within the notice from `on` (art. L3121-47 C. trav.).

    A half-day taken off because the person is away is no change asked of it.
    """
    days = value_of("work.notice_of_change_days", on)
    if not days:
        return []
    first, second = list(before), list(after)
    end = on + timedelta(days=days)
    touched = {place for place in set(first) ^ set(second) if on <= place.half[0] < end and place.person_id}
    if not touched:
        return []
    people = Person.objects.in_bulk({place.person_id for place in touched})
    with scopes_disabled():
        away = list(Absence.objects.filter(person__in=people, first_day__lt=end, last_day__gte=on))
    touched = {
        place
        for place in touched
        if not any(
            absence.person_id == place.person_id and absence.first_day <= place.half[0] <= absence.last_day
            for absence in away
        )
    }
    asked = {(row.person_id, row.digest): row for row in calendar.consents.all()}
    found = []
    for pk in sorted({place.person_id for place in touched}):
        mine = sorted(place for place in touched if place.person_id == pk)
        digest = _digest(mine, first)
        texts = moves_between([p for p in mine if p in first], [p for p in mine if p in second])
        found.append(
            ShortNotice(
                people[pk], days, min(place.half[0] for place in mine), tuple(move.text for move in texts), digest,
                asked.get((pk, digest)),
            )
        )  # fmt: skip
    return found


def _digest(mine: list[Place], before: list[Place]) -> str:
    """The same change has the same digest; another asks anew."""
    lines = [
        f"{place.half[0]:%Y-%m-%d} {place.half[1]} {place.firm_id} {'-' if place in before else '+'}" for place in mine
    ]
    return sha256("\n".join(lines).encode()).hexdigest()


def consents_asked(person: Person) -> QuerySet[Consent]:
    """Changes that wait for the person's answer, the soonest first."""
    found: QuerySet[Consent] = Consent.objects.filter(person=person, answered_at=None)
    return found.select_related("calendar__pool", "asked_by").order_by("soonest", "pk")
