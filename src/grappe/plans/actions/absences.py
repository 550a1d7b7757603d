"""Days when a shared person does not work: asked for on the phone, granted or refused, or noted by the coordinator."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.plans import leave_letters
from grappe.plans import words as in_words
from grappe.plans.actions.refusals import UnableToGrant, UnableToPlan
from grappe.plans.actions.replans import ask_replan
from grappe.plans.enums import AbsenceKind, LeaveState
from grappe.plans.leave import HELD_UP
from grappe.plans.models import Absence, LeaveRequest
from grappe.plans.queries.leave import contracts_of, days_counted, leave_balance, overlapping
from grappe.plans.queries.replans import to_replan
from grappe.plans.rules import Away, away_words

ASKABLE = (AbsenceKind.LEAVE, AbsenceKind.TRAINING, AbsenceKind.OTHER)
LONGEST_REQUEST = timedelta(days=366)


@deed("plans.record_absence")
def record_absence(
    *, by: Person | None, cluster: Cluster, person: Person, kind: str, first_day: date, last_day: date, words: str = ""
) -> Absence:
    """The person is away from `first_day` to `last_day`, both included. Half-days already placed there show as conflicts.

    Said again, the one that stands; refused when it overlaps another absence of the person in the cluster.
    """
    _refuse_backwards(first_day, last_day)
    _hold(person)
    same: Absence | None = Absence.objects.filter(
        cluster=cluster, person=person, kind=kind, first_day=first_day, last_day=last_day
    ).first()
    if same is not None:
        return same
    found = overlapping(person, first_day, last_day)
    if isinstance(found, Absence):
        _refuse_overlap(person, found)
    made: Absence = Absence.objects.create(
        cluster=cluster, person=person, kind=kind, first_day=first_day, last_day=last_day, words=words.strip()[:200]
    )
    _offer_replans(by, made)
    return made


@deed("plans.cancel_absence")
def cancel_absence(*, by: Person | None, absence: Absence) -> Absence:
    """The absence did not take place, or was entered wrongly."""
    Absence.objects.filter(pk=absence.pk).delete()
    return absence


@deed("plans.ask_leave")
def ask_leave(
    *, by: Person, cluster: Cluster, kind: str = AbsenceKind.LEAVE, first_day: date, last_day: date, words: str = ""
) -> LeaveRequest:
    """The employee asks for days off, both included; those who coordinate are written to. Asked again, the one that waits.

    Refused for days gone by, days that nobody works, or days that another request or absence covers.
    """
    _refuse_backwards(first_day, last_day)
    if kind not in ASKABLE:
        raise UnableToPlan(
            _("Un arrêt de travail ne se demande pas."), _("Prévenez la coordination : elle le note à la réception.")
        )
    if by.pk not in contracts_of([by]):
        raise UnableToPlan(_("Vous n’avez pas encore de poste dans cette grappe."), _("Voyez avec la coordination."))
    if first_day < timezone.localdate():
        raise UnableToPlan(
            _("Ces jours sont déjà passés."), _("Demandez à la coordination de noter une absence passée.")
        )
    if last_day - first_day > LONGEST_REQUEST:
        raise UnableToPlan(_("Une demande couvre au plus un an."), _("Faites-en plusieurs."))
    if not days_counted(cluster, first_day, last_day).worked:
        raise UnableToPlan(_("Aucun de ces jours n’est travaillé."), _("Choisissez au moins un jour ouvré."))
    _hold(by)
    found = overlapping(by, first_day, last_day)
    if isinstance(found, LeaveRequest) and (found.kind, found.first_day, found.last_day) == (kind, first_day, last_day):
        return found
    if found is not None:
        _refuse_overlap(by, found)
    made: LeaveRequest = LeaveRequest.objects.create(
        cluster=cluster, person=by, kind=kind, first_day=first_day, last_day=last_day, words=words.strip()[:200]
    )
    leave_letters.asked(made)
    return made


@deed("plans.withdraw_leave")
def withdraw_leave(*, by: Person, request: LeaveRequest) -> LeaveRequest:
    """The employee no longer asks for it; refused once it has been answered."""
    standing = _standing(request)
    if standing.state == LeaveState.WITHDRAWN:
        return standing
    if standing.person_id != by.pk or standing.state != LeaveState.WAITING:
        raise UnableToGrant(
            _("Cette demande a déjà reçu sa réponse."), _("Pour annuler un congé accordé, voyez avec la coordination.")
        )
    standing.state, standing.answered_at = LeaveState.WITHDRAWN, timezone.now()
    standing.save(update_fields=["state", "answered_at"])
    return standing


@deed("plans.grant_leave")
def grant_leave(*, by: Person, request: LeaveRequest) -> LeaveRequest:
    """The days off are granted: they become an absence, and the employee is told. Granted again, nothing."""
    standing = _standing(request)
    if standing.state == LeaveState.GRANTED:
        return standing
    _refuse_answered(standing)
    found = overlapping(standing.person, standing.first_day, standing.last_day, but=standing)
    if isinstance(found, Absence):
        _refuse_overlap(standing.person, found)
    standing.absence = Absence.objects.create(
        cluster_id=standing.cluster_id,
        person_id=standing.person_id,
        kind=standing.kind,
        first_day=standing.first_day,
        last_day=standing.last_day,
        words=standing.words,
    )
    _offer_replans(by, standing.absence)
    return _answer(by, standing, LeaveState.GRANTED, "")


@deed("plans.refuse_leave")
def refuse_leave(*, by: Person, request: LeaveRequest, words: str) -> LeaveRequest:
    """The days off are refused, and the employee is told why. Refused again, nothing."""
    standing = _standing(request)
    if standing.state == LeaveState.REFUSED:
        return standing
    _refuse_answered(standing)
    text = words.strip()[:200]
    if not text:
        raise UnableToGrant(_("Un refus dit pourquoi."), _("Écrivez la raison en une phrase : elle sera transmise."))
    return _answer(by, standing, LeaveState.REFUSED, text)


@deed("plans.inform_of_leave")
def inform_of_leave(*, by: Person, absence: Absence, on: date) -> Absence:
    """After an illness: tell the person what leave it has left and until when; the months of carry-over run from this day.

    Told again, the first time stands (art. L3141-19-3 C. trav.).
    """
    standing: Absence = (
        Absence.objects.select_for_update(of=("self",)).select_related("person", "cluster").get(pk=absence.pk)
    )
    if standing.informed_on is not None:
        return standing
    if standing.kind not in HELD_UP or standing.last_day >= on:
        raise UnableToPlan(
            _("Cette information se donne au retour d’un arrêt."), _("Attendez que la personne soit revenue.")
        )
    standing.informed_on = on
    standing.save(update_fields=["informed_on"])
    found = leave_balance(standing.person, cluster=standing.cluster, on=on)
    if found is not None:
        leave_letters.informed(standing, found)
    return standing


def _offer_replans(by: Person | None, absence: Absence) -> None:
    """A new plan is asked for at once for each month already sent out that has half-days on those days."""
    for calendar in to_replan(absence, on=timezone.localdate()):
        ask_replan(by=by, calendar=calendar)


def _refuse_backwards(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise UnableToPlan(_("L’absence finit avant de commencer."), _("Vérifiez les deux dates."))


def _hold(person: Person) -> None:
    """The person's absences one at a time: the same said twice at once is one, and none overlaps another."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _standing(request: LeaveRequest) -> LeaveRequest:
    _hold(request.person)
    found: LeaveRequest = (
        LeaveRequest.objects.select_for_update(of=("self",)).select_related("person", "cluster").get(pk=request.pk)
    )
    return found


def _refuse_answered(request: LeaveRequest) -> None:
    if request.state != LeaveState.WAITING:
        named = {"state": request.get_state_display()}
        raise UnableToGrant(_("Cette demande est déjà %(state)s.") % named, _("Rechargez la page."))


def _answer(by: Person, request: LeaveRequest, state: str, text: str) -> LeaveRequest:
    request.state, request.answer_words = state, text
    request.answered_by, request.answered_at = by, timezone.now()
    request.save(update_fields=["state", "answer_words", "answered_by", "answered_at", "absence"])
    leave_letters.answered(request)
    return request


def _refuse_overlap(person: Person, found: Absence | LeaveRequest) -> None:
    if isinstance(found, LeaveRequest):
        named = {"span": in_words.span(found.first_day, found.last_day)}
        raise UnableToPlan(
            _("Une demande attend déjà %(span)s.") % named, _("Retirez-la d’abord, ou choisissez d’autres jours.")
        )
    named = {
        "person": in_words.first_name(person),
        "absence": away_words(Away(found.first_day, found.last_day, found.kind)),
    }
    raise UnableToPlan(
        _("%(person)s est déjà en absence : %(absence)s.") % named,
        _("Choisissez d’autres jours, ou annulez d’abord cette absence."),
    )
