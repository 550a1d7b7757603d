"""A firm that does not agree with hours, and a firm that says nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.plans.factory import running_post

from grappe.acts.models import Act
from grappe.people.models import Mail
from grappe.plans.actions import (
    UnableToDispute,
    UnableToSign,
    answer_dispute,
    correct_hours,
    dispute_hours,
    record_hours,
    remind,
    remind_silent,
    sign_hours,
    withdraw_dispute,
)
from grappe.plans.enums import DisputeOutcome
from grappe.plans.models import Dispute, DisputeWord, Hours
from grappe.plans.queries import open_disputes, unsigned_by_firm, unsigned_hours
from grappe.solves import daily


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=90))


@pytest.fixture
def hours(world, pool):
    return record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=world.today, part="am", minutes=240)


def disputed(world, hours, words="Elle est partie à midi"):
    return dispute_hours(by=world.marius, hours=hours, words=words, on=world.today)


def test_disputed_hours_are_neither_signed_nor_billed(world, hours):
    dispute = disputed(world, hours)
    with pytest.raises(UnableToSign, match="sont contestées") as refused:
        sign_hours(by=world.marius, hours=hours, on=world.today)
    assert "retirez la contestation" in refused.value.remedy
    assert not Act.objects.exists()
    assert [row.is_disputed for row in unsigned_hours()] == [True]
    assert unsigned_by_firm(on=world.today)[0].disputed == 1
    assert [row.last_words for row in open_disputes(person=world.ines)] == ["Elle est partie à midi"]
    assert sorted(Mail.objects.values_list("to", flat=True)) == [
        "colette@vigne.example", "ines@vigne.example", "paul@disquaire.example",
    ]  # fmt: skip
    assert dispute.minutes == 240


def test_a_thread_then_a_correction_by_the_employee_then_a_signature(world, pool, hours):
    dispute = disputed(world, hours)
    answer_dispute(by=world.ines, dispute=dispute, words="C’est vrai, j’ai oublié")
    record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=world.today, part="am", minutes=180)
    dispute.refresh_from_db()
    assert (dispute.outcome, dispute.settled_by) == (DisputeOutcome.CORRECTED, world.ines)
    sign_hours(by=world.marius, hours=hours, on=world.today)
    assert Act.objects.get().quantity == 1
    with pytest.raises(UnableToDispute, match="close : heures corrigées"):
        answer_dispute(by=world.colette, dispute=dispute, words="trop tard")


def test_the_same_hours_again_settle_nothing(world, pool, hours):
    disputed(world, hours)
    record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=world.today, part="am", minutes=240, words="si")
    assert Dispute.objects.get().settled_at is None


def test_the_coordination_may_write_what_was_agreed(world, hours):
    disputed(world, hours)
    correct_hours(by=world.colette, hours=hours, minutes=195, words="Accord au téléphone")
    hours.refresh_from_db()
    assert (hours.minutes, hours.revision, hours.signed_at) == (195, 0, None)
    assert list(DisputeWord.objects.values_list("words", flat=True)) == [
        "Elle est partie à midi",
        "Accord au téléphone",
    ]
    sign_hours(by=world.marius, hours=hours, on=world.today)


def test_withdrawn_they_are_signed_as_they_were(world, hours):
    dispute = disputed(world, hours)
    withdraw_dispute(by=world.paul, dispute=dispute, on=world.today)
    assert withdraw_dispute(by=world.marius, dispute=dispute, on=world.today).settled_by == world.paul
    assert sign_hours(by=world.marius, hours=hours, on=world.today).minutes == 240


def test_disputed_twice_is_one_thread(world, hours):
    assert disputed(world, hours).pk == disputed(world, hours, "Je répète").pk
    assert Dispute.objects.get().thread.count() == 2


def test_who_may_not(world, hours):
    with pytest.raises(UnableToDispute, match="Vous ne parlez pas pour Disquaire"):
        dispute_hours(by=world.ancien, hours=hours, words="x", on=world.today)  # its mandate ended yesterday
    with pytest.raises(UnableToDispute, match="dit pourquoi"):
        disputed(world, hours, "   ")
    assert not Dispute.objects.exists() and not DisputeWord.objects.exists()
    sign_hours(by=world.marius, hours=hours, on=world.today)
    with pytest.raises(UnableToDispute, match="déjà contresignées"):
        disputed(world, hours)
    with pytest.raises(UnableToSign, match="Vous ne parlez pas"):
        sign_hours(by=world.ancien, hours=hours, on=world.today)


def test_what_was_said_is_never_changed(world, hours):
    dispute = disputed(world, hours)
    for change in (lambda: DisputeWord.objects.update(words="autre"), lambda: DisputeWord.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    withdraw_dispute(by=world.marius, dispute=dispute, on=world.today)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dispute.objects.update(outcome="", settled_at=None, settled_by=None)


# ---------------------------------------------------------------- silence


def aged(hours: Hours, days: int) -> None:
    at = datetime.combine(timezone.localdate() - timedelta(days=days), time(18), tzinfo=timezone.get_current_timezone())
    Hours.objects.filter(pk=hours.pk).update(recorded_at=at)


def test_a_week_of_silence_reminds_once_and_signs_nothing(world, hours):
    aged(hours, 6)
    assert remind_silent(by=None, cluster=world.vigne, on=world.today) == []
    aged(hours, 7)
    assert remind_silent(by=None, cluster=world.vigne, on=world.today) == [world.disquaire]
    assert Mail.objects.filter(subject="1 demi-journée à contresigner").count() == 2  # Marius and Paul
    assert remind_silent(by=None, cluster=world.vigne, on=world.today) == []  # the same day again
    assert remind_silent(by=None, cluster=world.vigne, on=world.today + timedelta(days=6)) == []
    assert remind_silent(by=None, cluster=world.vigne, on=world.today + timedelta(days=7)) == [world.disquaire]
    assert Hours.objects.get().signed_at is None and not Act.objects.exists()


def test_a_reminder_by_hand_counts_and_a_dispute_is_no_silence(world, hours):
    aged(hours, 9)
    remind(by=world.colette, cluster=world.vigne, firm=world.disquaire)
    assert remind_silent(by=None, cluster=world.vigne, on=world.today) == []
    Hours.objects.update(reminded_on=None)
    disputed(world, hours)
    assert remind_silent(by=None, cluster=world.vigne, on=world.today) == []
    with pytest.raises(UnableToSign, match="n’a rien à contresigner"):
        remind(by=world.colette, cluster=world.vigne, firm=world.disquaire)


def test_the_days_work_goes_round_the_clusters_and_bears_a_failure(world, hours, monkeypatch):
    aged(hours, 8)

    def fails(cluster, day):
        raise ValueError("a fault planted")

    monkeypatch.setitem(daily._works, "a.fault", fails)
    assert daily.run(world.today) == 2  # once in each cluster, and the reminders went out all the same
    assert Mail.objects.filter(subject="1 demi-journée à contresigner").count() == 2
    assert daily.run(world.today) == 2
    assert Mail.objects.filter(subject="1 demi-journée à contresigner").count() == 2


@pytest.mark.parametrize(("hour", "asked"), [(6, False), (7, True), (23, True)])
def test_nobody_is_written_to_in_the_night(monkeypatch, hour, asked):
    day = timezone.localdate()
    now = datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert daily.due_day(last=None) == (day if asked else None)
    assert daily.due_day(last=day) is None
