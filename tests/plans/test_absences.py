"""Days off asked for, granted or refused: nothing overlaps, nothing is lost, each is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django_scopes import scope
from tests.plans.factory import quiet_monday, running_post

from grappe.people.models import Mail
from grappe.plans.actions import (
    UnableToGrant,
    UnableToPlan,
    ask_leave,
    cancel_absence,
    grant_leave,
    inform_of_leave,
    record_absence,
    refuse_leave,
    withdraw_leave,
)
from grappe.plans.models import Absence, LeaveRequest
from grappe.plans.queries import leave_balance, to_inform


@pytest.fixture
def post(world):
    return running_post(world, [(world.disquaire, 6)], starts_on=world.today - timedelta(days=400))


@pytest.fixture
def monday(world) -> date:
    return quiet_monday(world.today)


def asked(world, first: date, days: int = 5, **more) -> LeaveRequest:
    return ask_leave(
        by=world.ines, cluster=world.vigne, first_day=first, last_day=first + timedelta(days=days - 1), **more
    )


def note(world, first: date, last: date, kind: str = "leave") -> Absence:
    return record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind=kind, first_day=first, last_day=last
    )


def mails(person) -> list[str]:
    return [mail.subject for mail in Mail.objects.filter(person=person).order_by("pk")]


class TestAsking:
    def test_a_request_is_written_to_those_who_coordinate_once(self, world, post, monday):
        first, again = asked(world, monday), asked(world, monday)
        assert first.pk == again.pk
        assert len(mails(world.colette)) == 1
        assert not Absence.objects.exists()

    def test_granted_it_becomes_an_absence_and_the_person_is_told(self, world, post, monday):
        request = asked(world, monday)
        granted = grant_leave(by=world.colette, request=request)
        again = grant_leave(by=world.colette, request=request)
        assert granted.absence == again.absence == Absence.objects.get()
        assert [subject for subject in mails(world.ines) if "accordés" in subject] == mails(world.ines)
        assert len(mails(world.ines)) == 1

    def test_a_refusal_says_why(self, world, post, monday):
        request = asked(world, monday)
        with pytest.raises(UnableToGrant, match="dit pourquoi"):
            refuse_leave(by=world.colette, request=request, words="  ")
        refuse_leave(by=world.colette, request=request, words="Le festival tombe cette semaine-là.")
        assert "festival" in Mail.objects.get(person=world.ines).body
        with pytest.raises(UnableToGrant, match="déjà refusée"):
            grant_leave(by=world.colette, request=request)
        assert not Absence.objects.exists()

    def test_withdrawn_it_can_be_asked_again_and_no_longer_granted(self, world, post, monday):
        request = asked(world, monday)
        withdraw_leave(by=world.ines, request=request)
        with pytest.raises(UnableToGrant):
            grant_leave(by=world.colette, request=request)
        assert asked(world, monday).pk != request.pk

    def test_someone_else_does_not_withdraw_it(self, world, post, monday):
        with pytest.raises(UnableToGrant):
            withdraw_leave(by=world.marius, request=asked(world, monday))

    def test_a_granted_request_is_not_withdrawn(self, world, post, monday):
        request = asked(world, monday)
        grant_leave(by=world.colette, request=request)
        with pytest.raises(UnableToGrant, match="déjà reçu"):
            withdraw_leave(by=world.ines, request=request)

    def test_what_cannot_be_asked(self, world, post, monday):
        for wrong, why in [
            ({"first": world.today - timedelta(days=1)}, "déjà passés"),
            ({"first": monday, "days": 500}, "au plus un an"),
            ({"first": monday + timedelta(days=5), "days": 2}, "n’est travaillé"),
            ({"first": monday, "days": 0}, "avant de commencer"),
            ({"first": monday, "kind": "sickness"}, "ne se demande pas"),
        ]:
            with pytest.raises(UnableToPlan, match=why):
                asked(world, **wrong)
        assert not LeaveRequest.objects.exists()

    def test_without_a_post_nothing_is_asked(self, world, monday):
        with pytest.raises(UnableToPlan, match="pas encore de poste"):
            asked(world, monday)


class TestOverlaps:
    def test_over_a_request_that_waits(self, world, post, monday):
        asked(world, monday)
        with pytest.raises(UnableToPlan, match="demande attend déjà"):
            asked(world, monday + timedelta(days=4), 3)
        assert LeaveRequest.objects.count() == 1

    @pytest.mark.parametrize(("begin", "end"), [(-3, 0), (4, 9), (1, 2), (-5, 12)])
    def test_two_absences_never_overlap(self, world, post, monday, begin, end):
        note(world, monday, monday + timedelta(days=4))
        with pytest.raises(UnableToPlan, match=r"déjà en absence.: congé du"):
            note(world, monday + timedelta(days=begin), monday + timedelta(days=end), "training")
        assert Absence.objects.count() == 1

    def test_side_by_side_they_stand(self, world, post, monday):
        note(world, monday, monday + timedelta(days=4))
        note(world, monday + timedelta(days=5), monday + timedelta(days=6), "sickness")
        assert Absence.objects.count() == 2

    def test_ill_in_the_meantime_the_request_is_not_granted_over_it(self, world, post, monday):
        request = asked(world, monday)
        note(world, monday + timedelta(days=3), monday + timedelta(days=10), "sickness")
        with pytest.raises(UnableToPlan, match="arrêt du"):
            grant_leave(by=world.colette, request=request)
        request.refresh_from_db()
        assert request.state == "waiting"

    def test_a_cancelled_absence_leaves_room(self, world, post, monday):
        cancel_absence(by=world.colette, absence=note(world, monday, monday))
        note(world, monday, monday, "training")

    def test_another_cluster_keeps_its_own_absences(self, world, post, monday):
        note(world, monday, monday)
        with scope(cluster=world.treille):
            record_absence(
                by=world.elise, cluster=world.treille, person=world.ines, kind="leave", first_day=monday, last_day=monday
            )  # fmt: skip
        assert Absence.objects.count() == 1


class TestRights:
    def test_a_granted_week_comes_off_the_balance(self, world, post, monday):
        before = leave_balance(world.ines, cluster=world.vigne, on=world.today)
        grant_leave(by=world.colette, request=asked(world, monday, 4))  # Monday to Thursday
        after = leave_balance(world.ines, cluster=world.vigne, on=world.today)
        assert before.left - after.left == 4

    def test_the_person_is_informed_once_back(self, world, post):
        first, last = world.today - timedelta(days=20), world.today - timedelta(days=3)
        ill = note(world, first, last, "sickness")
        assert list(to_inform(on=world.today)) == [ill]
        inform_of_leave(by=world.colette, absence=ill, on=world.today)
        again = inform_of_leave(by=world.colette, absence=ill, on=world.today + timedelta(days=5))
        assert again.informed_on == world.today
        assert not to_inform(on=world.today)
        assert len(mails(world.ines)) == 1

    def test_not_before_it_is_over(self, world, post):
        ill = note(world, world.today - timedelta(days=3), world.today, "sickness")
        with pytest.raises(UnableToPlan, match="retour d’un arrêt"):
            inform_of_leave(by=world.colette, absence=ill, on=world.today)
