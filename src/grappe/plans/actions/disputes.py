"""A firm does not agree with hours noted: a thread, until they are corrected or the firm withdraws."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.enums import Role
from grappe.clusters.models import Firm, Mandate
from grappe.people.models import Person
from grappe.plans import hours_letters, words
from grappe.plans.actions.refusals import UnableToDispute, UnableToSign
from grappe.plans.enums import DisputeOutcome
from grappe.plans.models import Dispute, DisputeWord, Hours
from grappe.plans.queries import open_dispute

WORDS_MAX = 600


@deed("plans.dispute_hours")
def dispute_hours(*, by: Person, hours: Hours, words: str, on: date) -> Dispute:
    """Whoever speaks for the firm says why the hours are not right; they are neither signed nor billed until it is settled.

    Disputed already, the words join the thread.
    """
    _refuse_stranger(by, hours, on)
    held = _hold(hours)
    if held.signed_at is not None:
        raise UnableToDispute(
            _("Ces heures sont déjà contresignées."), _("Écrivez à la coordination : elle peut les corriger.")
        )
    dispute = open_dispute(held)
    if dispute is None:
        dispute = Dispute.objects.create(cluster_id=held.cluster_id, hours=held, opened_by=by, minutes=held.minutes)
    word = _say(dispute, by, words)
    hours_letters.disputed(dispute, word)
    return dispute


@deed("plans.answer_dispute")
def answer_dispute(*, by: Person, dispute: Dispute, words: str) -> Dispute:
    """The employee, the coordination or the firm adds a word to the thread; the others are told."""
    dispute = _standing(dispute)
    hours_letters.disputed(dispute, _say(dispute, by, words))
    return dispute


@deed("plans.withdraw_dispute")
def withdraw_dispute(*, by: Person, dispute: Dispute, on: date) -> Dispute:
    """The firm agrees after all with the hours as they were noted: it may sign them. Withdrawn already, nothing."""
    _refuse_stranger(by, dispute.hours, on)
    _hold(dispute.hours)
    dispute.refresh_from_db()
    if dispute.outcome == DisputeOutcome.WITHDRAWN:
        return dispute
    dispute = _standing(dispute)
    _settle(dispute, by, DisputeOutcome.WITHDRAWN)
    return dispute


def settle_corrected(by: Person | None, hours: Hours, firm_before: Firm, text: str = "") -> None:
    """The hours were changed: what the firm disputed is no more. `firm_before`: who disputed them, when they went to another."""
    dispute = open_dispute(hours)
    if dispute is None:
        return
    if text and by is not None:
        _say(dispute, by, text)
    _settle(dispute, by, DisputeOutcome.CORRECTED)
    hours_letters.corrected(dispute, hours, firm_before)


def refuse_disputed(hours: Hours) -> None:
    if open_dispute(hours) is not None:
        named = {"when": words.half_day(hours.day, hours.part)}
        raise UnableToSign(
            _("Les heures du %(when)s sont contestées : elles ne se contresignent pas.") % named,
            _("Attendez leur correction, ou retirez la contestation."),
        )


def _say(dispute: Dispute, by: Person, words: str) -> DisputeWord:
    text = words.strip()[:WORDS_MAX]
    if not text:
        raise UnableToDispute(_("Une contestation dit pourquoi."), _("Écrivez en une phrase ce qui ne va pas."))
    return DisputeWord.objects.create(cluster_id=dispute.cluster_id, dispute=dispute, person=by, words=text)


def _settle(dispute: Dispute, by: Person | None, outcome: str) -> None:
    dispute.outcome, dispute.settled_by, dispute.settled_at = outcome, by, timezone.now()
    dispute.save(update_fields=["outcome", "settled_by", "settled_at"])


def _standing(dispute: Dispute) -> Dispute:
    dispute.refresh_from_db()
    if dispute.settled_at is not None:
        raise UnableToDispute(
            _("Cette contestation est close : %(how)s.") % {"how": dispute.get_outcome_display()},
            _("Relisez les heures ; si elles ne vont toujours pas, contestez-les de nouveau."),
        )
    return dispute


def _hold(hours: Hours) -> Hours:
    held: Hours = (
        Hours.objects.select_for_update(of=("self",)).select_related("pool", "firm", "person").get(pk=hours.pk)
    )
    return held


def _refuse_stranger(by: Person, hours: Hours, on: date) -> None:
    if not Mandate.objects.on(on).filter(person=by, firm_id=hours.firm_id, role=Role.MEMBER).exists():
        raise UnableToDispute(
            _("Vous ne parlez pas pour %(firm)s.") % {"firm": hours.firm},
            _("Seule une personne mandatée par la structure peut contester ses heures."),
        )
