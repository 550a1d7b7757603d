from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django_scopes import scope
from tests.plans.factory import join, running_post

from grappe.acts.models import Act
from grappe.clusters.models import Firm
from grappe.people.models import Mail
from grappe.plans.actions import (
    UnableToCorrect,
    UnableToPlan,
    UnableToRecord,
    UnableToRelease,
    UnableToSign,
    clear,
    correct_hours,
    move,
    open_calendar,
    place,
    record_absence,
    record_hours,
    release,
    sign_all,
    sign_hours,
    state_wish,
    swap,
    withdraw_wish,
)
from grappe.plans.models import Absence, Calendar, Hours, Release, ReleasedSlot, Slot, Wish, WorkSite
from grappe.plans.queries import facts_of, released_slots
from grappe.plans.rules import too_many
from grappe.pools.enums import PoolState
from grappe.pools.models import Commitment, Pool

NOVEMBER = date(2026, 11, 1)
MONDAY = date(2026, 11, 2)
START = date(2026, 9, 1)


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=START)


@pytest.fixture
def calendar(world, pool):
    return open_calendar(by=world.colette, pool=pool, month=date(2026, 11, 17))


def put(world, calendar, firm, day, part="am"):
    return place(by=world.colette, calendar=calendar, firm=firm, day=day, part=part)


class TestOpening:
    def test_a_month_is_opened_once(self, world, pool, calendar):
        assert calendar.month == NOVEMBER
        assert open_calendar(by=world.colette, pool=pool, month=NOVEMBER) == calendar
        assert Calendar.objects.count() == 1

    def test_a_post_that_has_not_begun_is_refused(self, world, pool):
        Pool.objects.filter(pk=pool.pk).update(state=PoolState.INVITING)
        pool.refresh_from_db()
        with pytest.raises(UnableToPlan, match="pas encore commencé"):
            open_calendar(by=world.colette, pool=pool, month=NOVEMBER)

    def test_a_month_before_the_post_is_refused(self, world, pool):
        with pytest.raises(UnableToPlan, match="août 2026"):
            open_calendar(by=world.colette, pool=pool, month=date(2026, 8, 1))


class TestPlacing:
    def test_a_half_day_placed_twice_is_there_once(self, world, calendar):
        first = put(world, calendar, world.disquaire, MONDAY)
        assert put(world, calendar, world.disquaire, MONDAY) == first
        assert (first.person, first.by_hand) == (world.ines, True)

    def test_somewhere_else_at_the_same_time(self, world, calendar):
        put(world, calendar, world.scene, MONDAY)
        with pytest.raises(UnableToPlan, match=r"^Inès est déjà chez Scène ce matin-là\.$"):
            put(world, calendar, world.disquaire, MONDAY)
        assert put(world, calendar, world.disquaire, MONDAY, "pm").part == "pm"

    def test_another_cluster_has_her_and_its_firm_is_not_named(self, world, calendar):
        with scope(cluster=world.treille):
            elsewhere = Pool.objects.create(
                cluster=world.treille, name="Ailleurs", state=PoolState.RUNNING, starts_on=START, person=world.ines
            )
            theirs = Calendar.objects.create(cluster=world.treille, pool=elsewhere, month=NOVEMBER)
            Slot.objects.create(
                cluster=world.treille, calendar=theirs, person=world.ines, firm=world.ailleurs, day=MONDAY, part="pm"
            )
        with pytest.raises(UnableToPlan, match="travaille déjà pour une autre grappe cet après-midi-là") as refusal:
            put(world, calendar, world.disquaire, MONDAY, "pm")
        assert "Ailleurs" not in refusal.value.message

    def test_a_public_holiday(self, world, calendar):
        with pytest.raises(UnableToPlan, match=r"Jour férié : 11 novembre \(Armistice\)"):
            put(world, calendar, world.disquaire, date(2026, 11, 11))

    def test_the_two_more_holidays_of_moselle_where_the_firm_is(self, world, pool):
        december = open_calendar(by=world.colette, pool=pool, month=date(2025, 12, 1) + timedelta(days=365))
        friday = date(2027, 3, 26)  # Good Friday
        march = open_calendar(by=world.colette, pool=pool, month=friday)
        assert put(world, march, world.disquaire, friday)
        clear(by=world.colette, slot=Slot.objects.get())
        Firm.objects.filter(pk=world.disquaire.pk).update(postcode="57000")
        with pytest.raises(UnableToPlan, match=r"Jour férié chez Disquaire.: 26 mars \(Vendredi saint\)"):
            put(world, march, world.disquaire, friday)
        assert put(world, march, world.scene, friday)  # in Paris it is a day like another
        clear(by=world.colette, slot=Slot.objects.get())
        WorkSite.objects.create(cluster=world.vigne, firm=world.disquaire, good_friday=False)
        assert put(world, march, world.disquaire, friday)  # a commune that does not have it
        with pytest.raises(UnableToPlan, match="26 décembre"):
            put(
                world,
                open_calendar(by=world.colette, pool=pool, month=date(2028, 12, 1)),
                world.disquaire,
                date(2028, 12, 26),
            )
        assert put(world, december, world.disquaire, date(2026, 12, 24))

    def test_leave(self, world, calendar):
        record_absence(
            by=world.colette, cluster=world.vigne, person=world.ines, kind="leave", first_day=date(2026, 11, 3), last_day=date(2026, 11, 7)
        )  # fmt: skip
        with pytest.raises(UnableToPlan, match="Congé du 3 au 7 novembre"):
            put(world, calendar, world.disquaire, date(2026, 11, 4))

    @pytest.mark.parametrize(
        ("part", "words"), [("", "Scène a refusé ce jour"),
         ("am", "Scène a refusé ce matin-là"), ("pm", "Scène a refusé cet après-midi-là")]
    )  # fmt: skip
    def test_a_refusal(self, world, pool, calendar, part, words):
        state_wish(by=world.colette, pool=pool, firm=world.scene, day=MONDAY, part=part, kind="refused")
        with pytest.raises(UnableToPlan, match=words):
            put(world, calendar, world.scene, MONDAY, part or "am")
        assert put(world, calendar, world.disquaire, MONDAY, part or "am")

    def test_a_weekend_and_another_month(self, world, calendar):
        with pytest.raises(UnableToPlan, match="samedi 7 novembre n’est pas un jour ouvré"):
            put(world, calendar, world.scene, date(2026, 11, 7))
        with pytest.raises(UnableToPlan, match="pas en novembre 2026"):
            put(world, calendar, world.scene, date(2026, 12, 1))

    def test_a_firm_that_did_not_commit_or_not_yet(self, world, pool, calendar):
        with pytest.raises(UnableToPlan, match="pas engagée"):
            put(world, calendar, world.studio, MONDAY)
        join(world, pool, world.studio, 4, date(2026, 11, 16))
        with pytest.raises(UnableToPlan, match="engagement de Studio commence le 16 novembre"):
            put(world, calendar, world.studio, MONDAY)
        assert put(world, calendar, world.studio, date(2026, 11, 16))

    def test_more_than_the_month_is_a_warning(self, world, calendar):
        days = [day for day in facts_of(calendar).days if day != date(2026, 11, 11)]
        for day in days[:6]:
            put(world, calendar, world.disquaire, day)
        assert too_many(facts_of(calendar), world.disquaire.pk) == ""
        put(world, calendar, world.disquaire, days[6])
        assert too_many(facts_of(calendar), world.disquaire.pk).startswith(
            "Disquaire a déjà ses 6 demi-journées du mois"
        )


class TestMoving:
    def test_to_a_free_half_day(self, world, calendar):
        slot = put(world, calendar, world.disquaire, MONDAY)
        moved = move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="pm")
        assert (moved.pk, moved.day, moved.part) == (slot.pk, date(2026, 11, 5), "pm")
        assert move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="pm") == slot
        assert Slot.objects.count() == 1

    def test_onto_another(self, world, calendar):
        slot = put(world, calendar, world.disquaire, MONDAY)
        put(world, calendar, world.scene, date(2026, 11, 5))
        with pytest.raises(UnableToPlan, match="déjà chez Scène"):
            move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="am")
        slot.refresh_from_db()
        assert slot.day == MONDAY

    def test_one_that_was_taken_off(self, world, calendar):
        slot = put(world, calendar, world.disquaire, MONDAY)
        clear(by=world.colette, slot=slot)
        clear(by=world.colette, slot=slot)
        with pytest.raises(UnableToPlan, match="plus au calendrier"):
            move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="am")

    def test_where_hours_are_recorded_nothing_moves(self, world, pool, calendar):
        slot = put(world, calendar, world.disquaire, MONDAY)
        hours = record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=MONDAY, part="am")
        for attempt in (
            lambda: move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="am"),
            lambda: clear(by=world.colette, slot=slot),
        ):
            with pytest.raises(UnableToPlan, match="Inès a déjà noté des heures ce matin-là"):
                attempt()
        sign_hours(by=world.marius, hours=hours, on=world.today)
        with pytest.raises(UnableToPlan, match="contresignées"):
            clear(by=world.colette, slot=slot)


class TestSwapping:
    def test_two_firms_take_each_others_place(self, world, calendar):
        one, two = (
            put(world, calendar, world.disquaire, MONDAY),
            put(world, calendar, world.scene, date(2026, 11, 5), "pm"),
        )
        swap(by=world.colette, slot=one, other=two)
        found = {(slot.day, slot.part): (slot.firm, slot.by_hand) for slot in Slot.objects.select_related("firm")}
        assert found == {(MONDAY, "am"): (world.scene, True), (date(2026, 11, 5), "pm"): (world.disquaire, True)}

    def test_refused_when_either_may_not_come(self, world, pool, calendar):
        one, two = put(world, calendar, world.disquaire, MONDAY), put(world, calendar, world.scene, date(2026, 11, 5))
        state_wish(by=world.colette, pool=pool, firm=world.scene, day=MONDAY, kind="refused")
        with pytest.raises(UnableToPlan, match="Scène a refusé ce jour"):
            swap(by=world.colette, slot=one, other=two)
        record_hours(by=world.ines, pool=pool, firm=world.scene, day=date(2026, 11, 5), part="am")
        with pytest.raises(UnableToPlan, match="déjà noté des heures"):
            swap(by=world.colette, slot=two, other=one)
        assert list(Slot.objects.order_by("day").values_list("firm_id", flat=True)) == [
            world.disquaire.pk,
            world.scene.pk,
        ]


class TestWishes:
    def test_the_last_word_stands_and_the_whole_day_takes_the_place_of_halves(self, world, pool):
        say = {"by": world.colette, "pool": pool, "firm": world.scene, "day": MONDAY}
        state_wish(**say, part="am", kind="wanted")
        state_wish(**say, part="am", kind="refused", words="festival")
        assert list(Wish.objects.values_list("part", "kind", "words")) == [("am", "refused", "festival")]
        whole = state_wish(**say, kind="refused")
        assert list(Wish.objects.all()) == [whole]
        withdraw_wish(by=world.colette, wish=whole)
        assert not Wish.objects.exists()

    def test_of_a_firm_outside_the_post(self, world, pool):
        with pytest.raises(UnableToPlan, match="ne partage pas"):
            state_wish(by=world.colette, pool=pool, firm=world.studio, day=MONDAY, kind="wanted")


class TestReleasing:
    def test_versions_are_numbered_and_say_what_moved(self, world, calendar, django_capture_on_commit_callbacks):
        slot = put(world, calendar, world.disquaire, MONDAY)
        put(world, calendar, world.scene, date(2026, 11, 3))
        assert release(by=world.colette, calendar=calendar).number == 1
        with pytest.raises(UnableToRelease, match="Rien n’a changé depuis la version 1"):
            release(by=world.colette, calendar=calendar)
        move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="pm")
        second = release(by=world.colette, calendar=calendar, words="Merci à tous")
        assert second.number == 2
        now = released_slots(NOVEMBER, date(2026, 12, 1))
        assert [(s.firm.name, s.day.day, s.part) for s in now] == [("Scène", 3, "am"), ("Disquaire", 5, "pm")]

    def test_letters_go_to_those_concerned_in_their_language(self, world, calendar):
        world.paul.language = "en"
        world.paul.save()
        slot = put(world, calendar, world.disquaire, MONDAY)
        put(world, calendar, world.scene, date(2026, 11, 3))
        release(by=world.colette, calendar=calendar)
        assert set(Mail.objects.values_list("person__name", flat=True)) == {"Inès Besson", "Marius Blanc", "Paul Brun"}
        hers = Mail.objects.get(person=world.ines).body
        assert "lundi 2 novembre au matin : Disquaire" in hers and "mardi 3 novembre au matin : Scène" in hers
        his = Mail.objects.get(person=world.marius).body
        assert "lundi 2 novembre au matin" in his and "Scène" not in his
        assert "Monday 2 November" in Mail.objects.get(person=world.paul).body
        Mail.objects.all().delete()
        move(by=world.colette, slot=slot, day=date(2026, 11, 5), part="pm")
        release(by=world.colette, calendar=calendar, words="Concert déplacé.")
        letter = Mail.objects.get(person=world.marius)
        assert letter.subject == "Communication web : le calendrier de novembre 2026 change (version 2)"
        assert "Disquaire : lundi 2 novembre au matin passe au jeudi 5 novembre après-midi" in letter.body
        assert "Concert déplacé." in letter.body

    def test_an_empty_calendar_is_not_released(self, world, calendar):
        with pytest.raises(UnableToRelease, match="vide"):
            release(by=world.colette, calendar=calendar)

    def test_nor_one_with_a_half_day_that_no_longer_stands(self, world, calendar):
        put(world, calendar, world.disquaire, date(2026, 11, 4))
        record_absence(
            by=world.colette, cluster=world.vigne, person=world.ines, kind="leave", first_day=date(2026, 11, 4), last_day=date(2026, 11, 4)
        )  # fmt: skip
        with pytest.raises(UnableToRelease, match="congé le 4 novembre"):
            release(by=world.colette, calendar=calendar)
        assert not Release.objects.exists()

    @pytest.mark.parametrize("model", [Release, ReleasedSlot])
    def test_the_database_keeps_what_was_released(self, world, calendar, model):
        put(world, calendar, world.disquaire, MONDAY)
        release(by=world.colette, calendar=calendar)
        kept = model.objects.get()
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            model.objects.filter(pk=kept.pk).update(cluster=world.treille)
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            model.objects.filter(pk=kept.pk)._raw_delete("default")
        assert model.objects.get() == kept


def noted(world, pool, day=MONDAY, part="am", minutes=210, firm=None):
    return record_hours(by=world.ines, pool=pool, firm=firm or world.disquaire, day=day, part=part, minutes=minutes)


class TestRecording:
    def test_noted_again_before_the_signature_is_changed(self, world, pool):
        noted(world, pool)
        again = noted(world, pool, minutes=240)
        assert Hours.objects.get() == again and again.minutes == 240

    def test_not_before_it_has_come(self, world, pool):
        with pytest.raises(UnableToRecord, match="pas encore passée"):
            noted(world, pool, day=world.today + timedelta(days=1))

    def test_only_by_the_employee(self, world, pool):
        with pytest.raises(UnableToRecord, match="pas à votre planning"):
            record_hours(by=world.marius, pool=pool, firm=world.disquaire, day=MONDAY, part="am")

    def test_for_a_firm_of_the_post_and_not_on_leave(self, world, pool):
        with pytest.raises(UnableToRecord, match="pas engagée"):
            noted(world, pool, firm=world.studio)
        Absence.objects.create(
            cluster=world.vigne,
            person=world.ines,
            kind="sickness",
            first_day=MONDAY,
            last_day=MONDAY + timedelta(days=1),
        )
        with pytest.raises(UnableToRecord, match="arrêt du 2 au 3 novembre"):
            noted(world, pool)

    def test_ten_hours_a_day_at_most_over_all_firms(self, world, pool):
        noted(world, pool, minutes=400)
        with pytest.raises(UnableToRecord, match="11\u202fh"):
            noted(world, pool, part="pm", minutes=260, firm=world.scene)
        assert noted(world, pool, part="pm", minutes=200, firm=world.scene)
        assert noted(world, pool, part="pm", minutes=100, firm=world.scene).minutes == 100


class TestSigning:
    def test_signed_hours_become_an_act_at_the_accepted_price(self, world, pool):
        signed = sign_hours(by=world.marius, hours=noted(world, pool), on=world.today)
        assert sign_hours(by=world.paul, hours=signed, on=world.today).signed_by == world.marius
        act = Act.objects.get()
        assert (act.firm, act.day, act.quantity, act.paid_cents) == (world.disquaire, MONDAY, 1, 13_750)
        assert (act.alone_unit_cents, act.alone_month_quantity, act.grade) == (24_000, 2, "B")
        assert act.source == f"hours:{signed.pk}"

    def test_at_the_price_in_force_that_day(self, world, pool):
        part = pool.parts.get(firm=world.disquaire)
        Commitment.objects.create(
            cluster=world.vigne,
            part=part,
            half_days=6,
            price_cents=20_000,
            month_cents=120_000,
            valid_from=date(2026, 11, 9),
        )
        sign_hours(by=world.marius, hours=noted(world, pool), on=world.today)
        sign_hours(by=world.marius, hours=noted(world, pool, day=date(2026, 11, 9)), on=world.today)
        assert list(Act.objects.values_list("paid_cents", "grade")) == [(13_750, "B"), (20_000, "")]

    @pytest.mark.parametrize("who", ["colette", "ines", "ancien", "elise"])
    def test_only_by_someone_mandated_that_day(self, world, pool, who):
        with pytest.raises(UnableToSign, match="Vous ne parlez pas pour Disquaire"):
            sign_hours(by=getattr(world, who), hours=noted(world, pool), on=world.today)
        assert not Act.objects.exists()

    def test_what_was_seen_is_what_is_signed(self, world, pool):
        hours = noted(world, pool)
        noted(world, pool, minutes=300)
        with pytest.raises(UnableToSign, match="a changé ses heures"):
            sign_hours(by=world.marius, hours=hours, on=world.today, seen_minutes=210)

    def test_all_or_none(self, world, pool):
        mine, theirs = noted(world, pool), noted(world, pool, part="pm", firm=world.scene)
        with pytest.raises(UnableToSign):
            sign_all(by=world.marius, cluster=world.vigne, seen=[(mine, 210), (theirs, 210)], on=world.today)
        assert not Hours.objects.exclude(signed_at=None).exists() and not Act.objects.exists()
        sign_all(by=world.marius, cluster=world.vigne, seen=[(mine, 210)], on=world.today)
        assert Act.objects.count() == 1

    def test_what_did_not_take_place_is_signed_without_an_act(self, world, pool):
        assert sign_hours(by=world.marius, hours=noted(world, pool, minutes=0), on=world.today).signed_at
        assert not Act.objects.exists()

    def test_signed_hours_are_not_changed_by_the_employee_nor_in_the_database(self, world, pool):
        hours = sign_hours(by=world.marius, hours=noted(world, pool), on=world.today)
        assert noted(world, pool) == hours
        with pytest.raises(UnableToRecord, match="déjà contresignées"):
            noted(world, pool, minutes=240)
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            Hours.objects.filter(pk=hours.pk).update(minutes=0)
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            hours.delete()


class TestCorrecting:
    def test_a_correction_reverses_the_act_and_is_signed_anew(self, world, pool):
        hours = sign_hours(by=world.marius, hours=noted(world, pool), on=world.today)
        fixed = correct_hours(by=world.colette, hours=hours, minutes=180, words="Partie plus tôt")
        assert (fixed.revision, fixed.minutes, fixed.signed_at) == (1, 180, None)
        assert sum(Act.objects.values_list("quantity", flat=True)) == 0
        sign_hours(by=world.marius, hours=fixed, on=world.today)
        assert [a.quantity for a in Act.objects.all()].count(1) == 2
        assert sum(Act.objects.values_list("paid_cents", flat=True)) == 13_750

    def test_it_did_not_take_place(self, world, pool):
        hours = sign_hours(by=world.marius, hours=noted(world, pool), on=world.today)
        gone = correct_hours(by=world.colette, hours=hours, minutes=0, words="Annulé")
        assert gone.signed_by == world.colette
        assert sum(Act.objects.values_list("paid_cents", flat=True)) == 0
        with pytest.raises(UnableToCorrect, match="déjà été corrigées"):
            correct_hours(by=world.colette, hours=hours, minutes=0, words="Annulé")

    def test_it_says_why_and_changes_something(self, world, pool):
        hours = noted(world, pool)
        with pytest.raises(UnableToCorrect, match="pas encore contresignées"):
            correct_hours(by=world.colette, hours=hours, minutes=0, words="x")
        sign_hours(by=world.marius, hours=hours, on=world.today)
        with pytest.raises(UnableToCorrect, match="dit pourquoi"):
            correct_hours(by=world.colette, hours=hours, minutes=0, words="  ")
        with pytest.raises(UnableToCorrect, match="déjà les heures"):
            correct_hours(by=world.colette, hours=hours, minutes=210, words="x")
