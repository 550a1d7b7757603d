"""After an absence: a new plan asked for and accepted, or a half-day entrusted to someone else."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.people.models import Person
from grappe.plans import gateway
from grappe.plans import words as in_words
from grappe.plans.actions.calendars import hold, person_of, sentence
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.actions.releases import release
from grappe.plans.models import Calendar, Slot
from grappe.plans.queries import facts_of, last_release, workload_of
from grappe.plans.queries.replans import PURPOSE, last_replan, skilled_people, why_not, without_conflicts
from grappe.plans.rules import Half, conflicts, obstacle
from grappe.solves.actions import request_solve, stop_solve
from grappe.solves.models import Solve

REPLAN_SECONDS = 5


@deed("plans.ask_replan")
def ask_replan(*, by: Person | None, calendar: Calendar) -> Solve:
    """Ask the engine for the plan nearest to the month as it stands, without the half-days that no longer do.

    What is past, worked, placed by hand or entrusted to others stays. Nothing changes until it is accepted. While the same is being
    reckoned, that one.
    """
    calendar = hold(calendar)
    problem = _problem(calendar)
    if problem is None:
        raise UnableToPlan(_("Toutes les demi-journées du mois tiennent."), _("Il n’y a rien à replacer."))
    running = last_replan(calendar)
    if running is not None and not running.is_over:
        if _same(running.problem, problem):
            return running
        stop_solve(by=by, solve=running)
    return request_solve(
        by=by, cluster=calendar.cluster, engine=gateway.ENGINE, purpose=PURPOSE, about_id=calendar.pk, problem=problem,
        seconds=REPLAN_SECONDS,
    )  # fmt: skip


def _problem(calendar: Calendar) -> dict[str, Any] | None:
    """What is asked of the engine for the month as it stands; None when every half-day holds."""
    facts = facts_of(calendar)
    if not conflicts(facts):
        return None
    newest = last_release(calendar)
    version = newest.slots.filter(person=calendar.pool.person) if newest is not None else calendar.slots.all()
    return gateway.problem_of(
        without_conflicts(facts),
        today=timezone.localdate(),
        previous=[((slot.day, slot.part), slot.firm_id) for slot in version],
        targets=Counter(held.firm_id for held in facts.mine().values()),
        load=workload_of(calendar),
    )


def _same(one: Any, two: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


@deed("plans.accept_replan")
def accept_replan(
    *, by: Person | None, calendar: Calendar, solve: Solve, send: bool = True, words: str = "", agreed: str = ""
) -> Calendar:
    """Put the new plan in place of the month and, with `send`, release it as a new version.

    Refused, and nothing changed, when the month is no longer the one that was reckoned on. `agreed`: see `release`.
    """
    calendar = hold(calendar)
    newest = last_replan(calendar)
    if newest is None or newest.pk != solve.pk or not gateway.is_feasible(solve.result or {}):
        raise UnableToPlan(_("Un autre calcul a été demandé depuis."), _("Rechargez la page."))
    problem = _problem(calendar)
    if problem is None or not _same(problem, solve.problem):
        raise _stale()
    _apply(calendar, dict(gateway.slots_of(solve.result or {}, calendar.month)))
    if send:
        release(by=by, calendar=calendar, words=words, agreed=agreed)
    return calendar


def _apply(calendar: Calendar, wanted: dict[Half, int]) -> None:
    person = person_of(calendar)
    facts = facts_of(calendar)
    gone = {half for half, _held, _why in conflicts(facts)}
    for half, held in facts.mine().items():
        if wanted.get(half) == held.firm_id and half not in gone:
            continue
        if half in facts.worked or (held.by_hand and half not in gone):
            raise _stale()
        Slot.objects.filter(pk=held.slot_id).delete()
    facts = facts_of(calendar)
    for half, firm_id in sorted(wanted.items()):
        if half in facts.mine():
            continue
        found = obstacle(facts, firm_id, half)
        if found is not None:
            raise _stale(sentence(found.text))
        day, part = half
        try:
            with transaction.atomic():
                Slot.objects.create(
                    cluster_id=calendar.cluster_id,
                    calendar=calendar,
                    person=person,
                    firm_id=firm_id,
                    day=day,
                    part=part,
                )
        except IntegrityError:
            raise _stale() from None


def _stale(why: str = "") -> UnableToPlan:
    return UnableToPlan(
        _("Le mois a changé depuis ce calcul.") + (f" {why}" if why else ""), _("Demandez-le à nouveau.")
    )


@deed("plans.entrust")
def entrust(*, by: Person | None, slot: Slot, person: Person) -> Slot:
    """Someone else of the group works that half-day, in the place of the post's person; entrusted again, nothing.

    Refused to whoever has not the skill, is away or at work, is too far that day, or would go beyond the law.
    """
    calendar = hold(slot.calendar)
    standing: Slot | None = Slot.objects.filter(pk=slot.pk).select_related("firm", "person").first()
    if standing is None:
        raise UnableToPlan(_("Cette demi-journée n’est plus au calendrier."), _("Rechargez la page."))
    if standing.person_id == person.pk:
        return standing
    facts = facts_of(calendar)
    if (standing.day, standing.part) in facts.worked and standing.person_id == calendar.pool.person_id:
        raise UnableToPlan(_("Des heures y sont déjà notées."), _("Elle reste à qui l’a travaillée."))
    back = person.pk == calendar.pool.person_id
    if not back and person.pk not in {one.pk for one in skilled_people(calendar.pool, on=timezone.localdate())}:
        raise UnableToPlan(
            _("%(person)s n’a pas la compétence de ce poste.") % {"person": in_words.first_name(person)},
            _("Notez d’abord cette compétence sur la page « Compétences et lieux »."),
        )
    found = why_not(calendar, person, standing.firm, (standing.day, standing.part))
    if found:
        raise UnableToPlan(
            _("%(person)s ne peut pas : %(why)s.") % {"person": in_words.first_name(person), "why": found.rstrip(".")},
            _("Choisissez quelqu’un d’autre."),
        )
    try:
        with transaction.atomic():
            Slot.objects.filter(pk=standing.pk).update(person=person, by_hand=True)
    except IntegrityError:
        raise UnableToPlan(
            _("%(person)s vient d’être pris ailleurs.") % {"person": in_words.first_name(person)},
            _("Choisissez quelqu’un d’autre."),
        ) from None
    standing.refresh_from_db()
    return standing
