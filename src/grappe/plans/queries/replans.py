"""A released month after an absence: what no longer stands, the plan proposed, who may take a half-day over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django_scopes import scopes_disabled

from grappe.clusters.models import Firm
from grappe.clusters.queries import employees
from grappe.people.models import Person
from grappe.plans import gateway, words
from grappe.plans.gateway import RuleValue
from grappe.plans.models import HALF_DAY_MINUTES, Absence, Calendar, PersonSkill, Slot
from grappe.plans.moves import Move, Place, moves_between, places
from grappe.plans.queries.sites import holidays_at, place_of
from grappe.plans.queries.worked import worked_halves
from grappe.plans.rules import Facts, Half, conflicts, month_after
from grappe.plans.travel import holds, minutes_between
from grappe.pools.models import Pool
from grappe.pools.queries import running_posts
from grappe.solves.models import Solve

PURPOSE = "plans.replan"


def last_replan(calendar: Calendar) -> Solve | None:
    """The last new plan asked for that month, computed or being so."""
    found: Solve | None = Solve.objects.filter(purpose=PURPOSE, about_id=calendar.pk).order_by("-pk").first()
    return found


def to_replan(absence: Absence, *, on: date) -> list[Calendar]:
    """The released months whose half-days from `on` the absence touches, by date."""
    touched = Slot.objects.filter(
        person_id=absence.person_id, day__gte=max(on, absence.first_day), day__lte=absence.last_day
    )
    found = Calendar.objects.filter(pk__in=touched.values("calendar_id"), releases__isnull=False).distinct()
    return list(found.order_by("month", "pk"))


def without_conflicts(facts: Facts) -> Facts:
    """The month less the half-days that no longer stand."""
    gone = {half for half, _held, _why in conflicts(facts)}
    return replace(facts, held={half: held for half, held in facts.held.items() if half not in gone})


@dataclass(frozen=True, slots=True)
class Replan:
    """The new plan beside the month as it stands: `halves` of the post's person, what moves, and what finds no other place."""

    halves: dict[Half, int]
    places: tuple[Place, ...]
    moves: tuple[Move, ...]

    @property
    def lost(self) -> list[Move]:
        return [move for move in self.moves if move.now is None]

    @property
    def moved(self) -> list[Move]:
        return [move for move in self.moves if move.now is not None]


def replan_of(calendar: Calendar, facts: Facts, solve: Solve) -> Replan | None:
    """What the engine's answer changes to the living month; None when it found no plan."""
    result = solve.result or {}
    if not gateway.is_feasible(result):
        return None
    halves = dict(gateway.slots_of(result, calendar.month))
    living = places(calendar.slots.select_related("firm", "person"))
    person = calendar.pool.person
    names = {firm_id: engaged.name for firm_id, engaged in facts.engaged.items()}
    others = [place for place in living if person is None or place.person_id != person.pk]
    mine = [
        Place(
            half,
            firm_id,
            names.get(firm_id, ""),
            person.pk if person else 0,
            words.first_name(person) if person else "",
        )
        for half, firm_id in sorted(halves.items())
    ]
    after = (*mine, *others)
    return Replan(halves, after, tuple(moves_between(living, after)))


# ---------------------------------------------------------------- replacement


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who has the skill. `why_not`: what keeps it from that half-day, in words; empty: it may."""

    person: Person
    why_not: str


@dataclass(frozen=True, slots=True)
class ToReplace:
    """A half-day that its person cannot work, and who might."""

    half: Half
    slot_id: int
    firm_id: int
    firm: str
    why: str
    candidates: tuple[Candidate, ...]

    @property
    def free(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if not candidate.why_not]

    @property
    def busy(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if candidate.why_not]


def skilled_people(pool: Pool, *, on: date) -> list[Person]:
    """The cluster's other employees who have the post's skill: by their own post, or because it was said of them."""
    if pool.skill_id is None:
        return []
    own = {post.person_id for post in running_posts() if post.skill_id == pool.skill_id}
    said = set(PersonSkill.objects.filter(skill_id=pool.skill_id).values_list("person_id", flat=True))
    people = {person.pk: person for person in employees(on=on)}
    people |= {post.person_id: post.person for post in running_posts() if post.person is not None and post.person_id}
    return [people[pk] for pk in sorted(people) if pk in own | said and pk != pool.person_id]


def to_replace(calendar: Calendar, facts: Facts, *, on: date) -> list[ToReplace]:
    """The month's half-days from that day on that their person cannot work, each with the people of the skill."""
    lost = [(half, held, why) for half, held, why in conflicts(facts) if why.kind == "away" and half[0] >= on]
    if not lost:
        return []
    people = skilled_people(calendar.pool, on=on)
    firms = Firm.objects.in_bulk({held.firm_id for _half, held, _why in lost})
    month = _Month.of(calendar, people)
    return [
        ToReplace(
            half, held.slot_id, held.firm_id, firms[held.firm_id].name, why.text,
            tuple(Candidate(person, month.why_not(person, firms[held.firm_id], half)) for person in people),
        )
        for half, held, why in lost
    ]  # fmt: skip


def why_not(calendar: Calendar, person: Person, firm: Firm, half: Half) -> str:
    """What keeps the person from that half-day, in words; empty: it may."""
    return _Month.of(calendar, [person]).why_not(person, firm, half)


@dataclass(frozen=True, slots=True)
class _Month:
    """What is known of some people in a month, over all clusters; read once."""

    calendar: Calendar
    slots: dict[int, dict[Half, Slot]]
    away: dict[int, list[Absence]]
    rules: tuple[RuleValue, ...]
    works: dict[int, list[gateway.Worked]]

    @classmethod
    def of(cls, calendar: Calendar, people: Iterable[Person]) -> _Month:
        start, end, known = calendar.month, month_after(calendar.month), list(people)
        slots: dict[int, dict[Half, Slot]] = {person.pk: {} for person in known}
        away: dict[int, list[Absence]] = {person.pk: [] for person in known}
        with scopes_disabled():
            rows = Slot.objects.filter(person__in=known, day__gte=start, day__lt=end).select_related("firm")
            for slot in rows:
                slots[slot.person_id][slot.day, slot.part] = slot
            for absence in Absence.objects.filter(person__in=known, first_day__lt=end, last_day__gte=start):
                away[absence.person_id].append(absence)
        works = {person.pk: worked_halves(person, start, end) for person in known}
        return cls(calendar, slots, away, tuple(gateway.rules()), works)

    def why_not(self, person: Person, firm: Firm, half: Half) -> str:
        day, part = half
        found = _closed(self.calendar, firm, day)
        if found:
            return found
        if any(absence.first_day <= day <= absence.last_day for absence in self.away[person.pk]):
            return words.in_absence()
        slots = self.slots[person.pk]
        taken = slots.get(half)
        if taken is not None:
            return words.at_work(taken.firm.name if taken.cluster_id == self.calendar.cluster_id else "")
        for slot in slots.values():
            if slot.day == day and not holds(minutes_between(place_of(slot.firm), place_of(firm))):
                return words.too_far(slot.firm.name if slot.cluster_id == self.calendar.cluster_id else "")
        more = gateway.Worked(day, part, HALF_DAY_MINUTES, firm.pk, place_of(firm))
        over = gateway.newly_over(
            words.first_name(person), self.works[person.pk], [*self.works[person.pk], more], self.rules,
            start=day, end=day + timedelta(days=1),
        )  # fmt: skip
        return over[0] if over else ""


def _closed(calendar: Calendar, firm: Firm, day: date) -> str:
    everywhere, _at = holidays_at(calendar.cluster, [firm.pk], day, day + timedelta(days=1))
    return everywhere.get(day, "")


def entrusted(calendar: Calendar) -> list[Slot]:
    """The month's half-days worked by someone else than the post's person."""
    rows = calendar.slots.exclude(person=calendar.pool.person).select_related("firm", "person")
    return list(rows.order_by("day", "part"))
