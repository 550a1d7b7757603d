"""The living draft of a month: opened, asked of the engine, placed by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Firm
from grappe.people.models import Person
from grappe.plans import gateway, words
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.drafts import PURPOSE
from grappe.plans.enums import DayPart
from grappe.plans.models import HALF_DAY_MINUTES, Calendar, Slot
from grappe.plans.queries import (
    calendar_numbered,
    facts_of,
    last_release,
    place_of,
    worked_halves,
    workload_of,
)
from grappe.plans.rules import Facts, Half, locked, month_after, obstacle, swap_obstacle
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool
from grappe.solves.actions import request_solve
from grappe.solves.models import Solve

DRAFT_SECONDS = 20


@deed("plans.open_calendar")
def open_calendar(*, by: Person | None, pool: Pool, month: date) -> Calendar:
    """The calendar of a running post for the month of `month`; opened again, the one that stands."""
    month = month.replace(day=1)
    if pool.state != PoolState.RUNNING or pool.person_id is None:
        raise UnableToPlan(
            _("Le poste « %(post)s » n’a pas encore commencé.") % {"post": pool.name},
            _("Faites-le démarrer avec la personne recrutée, puis revenez au calendrier."),
        )
    if month_after(month) <= pool.starts_on or (pool.ends_on is not None and month >= pool.ends_on):
        raise UnableToPlan(
            _("Le poste « %(post)s » n’existe pas en %(month)s.")
            % {"post": pool.name, "month": words.month_name(month)},
            _("Choisissez un mois compris entre le début et la fin du poste."),
        )
    calendar, _new = Calendar.objects.get_or_create(cluster_id=pool.cluster_id, pool=pool, month=month)
    return calendar


@deed("plans.ask_draft")
def ask_draft(*, by: Person | None, calendar: Calendar) -> Solve:
    """Ask the planning engine for the month; what is placed by hand, worked or past stays. While one runs, the one that runs."""
    calendar = hold(calendar)
    if calendar.solve is not None and not calendar.solve.is_over:
        return calendar.solve
    facts = facts_of(calendar)
    if not facts.engaged:
        raise UnableToPlan(
            _("Aucune structure n’est engagée sur ce poste ce mois-ci."), _("Vérifiez les engagements du poste.")
        )
    newest = last_release(calendar)
    previous = [((slot.day, slot.part), slot.firm_id) for slot in newest.slots.all()] if newest else None
    solve = request_solve(
        by=by,
        cluster=calendar.cluster,
        engine=gateway.ENGINE,
        purpose=PURPOSE,
        about_id=calendar.pk,
        problem=gateway.problem_of(facts, today=timezone.localdate(), previous=previous, load=workload_of(calendar)),
        seconds=DRAFT_SECONDS,
    )
    calendar.solve = solve
    calendar.save(update_fields=["solve"])
    return solve


@deed("plans.place")
def place(*, by: Person | None, calendar: Calendar, firm: Firm, day: date, part: str) -> Slot:
    """Give the half-day to the firm by hand; asked again, the one that stands. Refused with what stands in the way."""
    calendar = hold(calendar)
    standing: Slot | None = calendar.slots.filter(firm=firm, day=day, part=known_part(part)).first()
    if standing is not None:
        return standing
    facts = facts_of(calendar)
    _refuse_obstacle(facts, firm.pk, (day, part))
    refuse_over_the_law(person_of(calendar), [((day, part), firm)])
    try:
        with transaction.atomic():
            slot: Slot = Slot.objects.create(
                cluster_id=calendar.cluster_id,
                calendar=calendar,
                person=person_of(calendar),
                firm=firm,
                day=day,
                part=part,
                by_hand=True,
            )
    except IntegrityError:  # taken between the look and the write: the database keeps one place per half-day
        _refuse_obstacle(facts_of(calendar), firm.pk, (day, part))
        raise
    return slot


@deed("plans.move")
def move(*, by: Person | None, slot: Slot, day: date, part: str) -> Slot:
    """Move the half-day within its month; moved where it is, it stays. Refused with what stands in the way."""
    calendar = hold(slot.calendar)
    slot = _standing(slot)
    if (slot.day, slot.part) == (day, known_part(part)):
        return slot
    facts = facts_of(calendar)
    _refuse_entrusted(calendar, slot)
    _refuse_locked(facts, (slot.day, slot.part))
    _refuse_obstacle(facts, slot.firm_id, (day, part), moving=slot.pk)
    refuse_over_the_law(slot.person, [((day, part), slot.firm)], but=[slot.pk])
    try:
        with transaction.atomic():
            Slot.objects.filter(pk=slot.pk).update(day=day, part=part, by_hand=True)
    except IntegrityError:
        _refuse_obstacle(facts_of(calendar), slot.firm_id, (day, part), moving=slot.pk)
        raise
    slot.refresh_from_db()
    return slot


@deed("plans.swap")
def swap(*, by: Person | None, slot: Slot, other: Slot) -> Calendar:
    """The firms of two half-days of a month take each other's place; refused when either may not come to the other's."""
    calendar = hold(slot.calendar)
    slot, other = _standing(slot), _standing(other)
    if other.calendar_id != calendar.pk or slot.calendar_id != calendar.pk:
        raise UnableToPlan(_("Ces deux demi-journées ne sont pas du même calendrier."), _("Rechargez la page."))
    found = swap_obstacle(facts_of(calendar), (slot.day, slot.part), (other.day, other.part))
    if found is not None:
        raise UnableToPlan(sentence(found.text), _("Choisissez une autre demi-journée."))
    if slot.firm_id != other.firm_id:
        _refuse_over_the_law_once_swapped(slot, other)
        # Firms change places, not half-days: the constraint of one place per half-day never sees two at once.
        Slot.objects.filter(pk=slot.pk).update(firm_id=other.firm_id, by_hand=True)
        Slot.objects.filter(pk=other.pk).update(firm_id=slot.firm_id, by_hand=True)
    return calendar


@deed("plans.clear")
def clear(*, by: Person | None, slot: Slot) -> Calendar:
    """Take the half-day off the draft; already off, nothing happens."""
    calendar = hold(slot.calendar)
    _refuse_locked(facts_of(calendar), (slot.day, slot.part))
    Slot.objects.filter(pk=slot.pk).delete()
    return calendar


def hold(calendar: Calendar) -> Calendar:
    """The calendar as it stands, held until the deed ends: two hands on the same month take turns."""
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    held = calendar_numbered(calendar.pk)
    assert held is not None
    return held


def person_of(calendar: Calendar) -> Person:
    person = calendar.pool.person
    if person is None:
        raise UnableToPlan(
            _("Le poste « %(post)s » n’a personne pour l’instant.") % {"post": calendar.pool.name},
            _("Indiquez la personne recrutée sur la page du poste."),
        )
    return person


def _standing(slot: Slot) -> Slot:
    found: Slot | None = Slot.objects.filter(pk=slot.pk).select_related("firm", "person", "calendar").first()
    if found is None:
        raise UnableToPlan(_("Cette demi-journée n’est plus au calendrier."), _("Rechargez la page."))
    return found


def known_part(part: str) -> str:
    if part not in DayPart.values:
        raise UnableToPlan(_("Cette moitié de journée n’existe pas."), _("Rechargez la page."))
    return part


def _refuse_obstacle(facts: Facts, firm_id: int, half: Half, *, moving: int | None = None) -> None:
    found = obstacle(facts, firm_id, half, moving=moving)
    if found is not None:
        raise UnableToPlan(sentence(found.text), _("Choisissez une autre demi-journée."))


def _refuse_locked(facts: Facts, half: Half) -> None:
    found = locked(facts, half)
    if found is not None:
        raise UnableToPlan(
            sentence(found.text), _("Elle reste où elle a eu lieu ; corrigez les heures si elles sont fausses.")
        )


def _refuse_entrusted(calendar: Calendar, slot: Slot) -> None:
    if slot.person_id != calendar.pool.person_id:
        raise UnableToPlan(
            _("Cette demi-journée est confiée à %(person)s.") % {"person": words.first_name(slot.person)},
            _("Rendez-la d’abord à la personne du poste, ou retirez-la."),
        )


def refuse_over_the_law(person: Person, come: Sequence[tuple[Half, Firm]], *, but: Collection[int] = ()) -> None:
    """Refuse half-days that take the person beyond the law over all its employers (art. L8261-1 C. trav.), journeys counted.

    `but`: slots that leave their place for them.
    """
    start, end = min(day for (day, _part), _firm in come), max(day for (day, _part), _firm in come) + timedelta(days=1)
    before = worked_halves(person, start, end)
    stay = worked_halves(person, start, end, but=but) if but else before
    after = [
        *stay,
        *(gateway.Worked(day, part, HALF_DAY_MINUTES, firm.pk, place_of(firm)) for (day, part), firm in come),
    ]
    found = gateway.newly_over(words.first_name(person), before, after, gateway.rules(), start=start, end=end)
    if found:
        raise UnableToPlan(sentence(found[0]), _("Choisissez une autre demi-journée, ou allégez cette semaine-là."))


def _refuse_over_the_law_once_swapped(slot: Slot, other: Slot) -> None:
    """No half-day more, but other journeys; each half-day stays with its person."""
    for person in {slot.person, other.person}:
        own = [(held, coming.firm) for held, coming in ((slot, other), (other, slot)) if held.person_id == person.pk]
        refuse_over_the_law(
            person, [((held.day, held.part), firm) for held, firm in own], but=[held.pk for held, _firm in own]
        )


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
