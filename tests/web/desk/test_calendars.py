"""The desk's calendars, through the browser's requests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.plans.factory import join, running_post

from grappe.acts.models import Act
from grappe.clusters.models import Firm, Membership
from grappe.people.models import Mail, Person
from grappe.plans.actions import open_calendar, place, record_absence, record_hours, release, sign_hours, state_wish
from grappe.plans.models import Absence, Calendar, Hours, Release, Slot, Wish
from grappe.plans.queries import facts_of
from grappe.solves import runner
from grappe.solves.models import Solve
from grappe.web.shared.calendars import MONTH_PEOPLE

JANUARY = date(2027, 1, 1)
MONDAY = date(2027, 1, 4)


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


@pytest.fixture
def pool(world):
    return running_post(
        world,
        [(world.disquaire, 6), (world.scene, 8)],
        starts_on=date(2026, 9, 1),
        weekdays={world.disquaire.pk: [0]},
    )


@pytest.fixture
def month(world, pool):
    return open_calendar(by=world.colette, pool=pool, month=JANUARY)


def at(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=["vigne", *args])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("&#x27;", "'")


def put(world, month, firm, day=MONDAY, part="am"):
    return place(by=world.colette, calendar=month, firm=firm, day=day, part=part)


class TestList:
    def test_without_a_post_it_says_what_to_do_first(self, desk):
        assert "Un calendrier naît avec un poste" in text(desk.get(at("calendars")))

    def test_the_next_thing_to_do_is_the_main_button(self, desk, world):
        running_post(world, [(world.disquaire, 6)], starts_on=world.today.replace(day=1))
        page = text(desk.get(at("calendars")))
        assert "2 calendriers à préparer" in page
        assert page.count('class="btn main"') == 1

    def test_a_month_is_opened_once(self, desk, pool):
        for _twice in range(2):
            answer = desk.post(at("calendar_open"), {"pool": pool.pk, "month": "2027-01-01"})
            assert answer.url == at("calendar", Calendar.objects.get().pk)

    def test_the_board_reads_and_is_offered_nothing_to_change(self, client, world, pool, month):
        put(world, month, world.scene)
        client.force_login(world.bruno)
        assert 'type="hidden" name="pool"' not in text(client.get(at("calendars")))
        page = text(client.get(at("calendar", month.pk)))
        assert "Scè" in page
        assert 'class="btn main"' not in page and "data-planner" not in page and "?tenir=" not in page

    def test_as_many_queries_for_one_post_as_for_thirty(self, desk, world, pool):
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as caught:
                assert desk.get(at("calendars")).status_code == 200
            assert not [
                q for q in caught if not q["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE"))
            ]
            return len(caught)

        this = world.today.replace(day=1)

        def fill(post, firm) -> None:
            calendar = open_calendar(by=world.colette, pool=post, month=this)
            facts = facts_of(calendar)
            place(
                by=None,
                calendar=calendar,
                firm=firm,
                day=next(d for d in facts.days if d not in facts.holidays),
                part="am",
            )
            release(by=None, calendar=calendar)

        fill(pool, world.scene)
        desk.get(at("calendars"))
        counts = {1: queries()}
        for number in range(2, 31):
            person = Person.objects.create_user(f"p{number}@vigne.example", None, name=f"Person {number}")
            parts, start = [(world.scene, 8)], date(2026, 9, 1)
            fill(running_post(world, parts, starts_on=start, name=f"Poste {number}", person=person), world.scene)
            if number in (MONTH_PEOPLE, MONTH_PEOPLE + 1, 30):
                counts[number] = queries()
        assert counts[1] == counts[MONTH_PEOPLE]  # the month is drawn, a band per person
        assert counts[MONTH_PEOPLE + 1] == counts[30] < counts[1]  # too many bands: a link to the wall instead


class TestMonth:
    def test_an_empty_month_is_to_be_proposed(self, desk, month):
        page = text(desk.get(at("calendar", month.pk)))
        assert "Inès B., janvier 2027" in page and "Rien n’est encore placé." in page
        assert page.count("btn main") == 1 and "Proposer un calendrier" in page
        assert "1 janvier" in page and "férié" in page

    def test_it_is_proposed_by_the_engine_then_released(self, desk, world, month, django_capture_on_commit_callbacks):
        desk.post(at("calendar_draft", month.pk), {"deed_key": "once"})
        assert "Un calendrier se prépare" in text(desk.get(at("calendar", month.pk)))
        solve = Solve.objects.get()
        assert 'hx-trigger="every 500ms"' in desk.get(at("calendar_progress", month.pk)).content.decode()
        Solve.objects.update(asked_at=solve.asked_at - timedelta(minutes=1))
        assert 'hx-trigger="every 2s"' in desk.get(at("calendar_progress", month.pk)).content.decode()
        Solve.objects.update(best=50, bound=44)
        assert "il reste au plus 12 % à y gagner" in desk.get(
            at("calendar_progress", month.pk)
        ).content.decode().replace("\xa0", " ")
        Solve.objects.update(best=None, bound=None)
        runner.run(world.vigne.pk, solve.pk)
        assert desk.get(at("calendar_progress", month.pk)).url == at("calendar", month.pk)
        page = text(desk.get(at("calendar", month.pk)))
        assert "14 demi-journées placées sur 14" in page and "Tous les souhaits sont tenus" in page
        before = text(desk.get(at("calendar_release", month.pk)))
        assert "Inès B., Disquaire, Scène." in before
        answer = desk.post(at("calendar_release", month.pk), {"words": "Bonne année", "deed_key": "r1"}, follow=True)
        assert "diffusé, version 1" in text(answer)
        assert Mail.objects.filter(body__contains="Bonne année").count() == 3
        again = desk.post(at("calendar_release", month.pk), {"words": "Bonne année", "deed_key": "r1"})
        assert again.status_code == 302 and Release.objects.count() == 1

    def test_a_half_day_is_placed_moved_and_taken_off(self, desk, world, month):
        desk.post(at("calendar_place", month.pk), {"firm": world.scene.pk, "to": "2027-01-04-am"})
        slot = Slot.objects.get()
        answer = desk.post(at("calendar_move", month.pk), {"slot": slot.pk, "to": "2027-01-06-pm"}, follow=True)
        assert "Scène : du lundi 4 janvier au matin au mercredi 6 janvier après-midi." in text(answer)
        answer = desk.post(at("calendar_clear", month.pk), {"slot": slot.pk}, follow=True)
        assert "retirée" in text(answer) and not Slot.objects.exists()

    def test_a_conflict_is_refused_with_its_reason_and_the_half_day_stays_in_hand(self, desk, world, month):
        slot = put(world, month, world.disquaire)
        other = put(world, month, world.scene, date(2027, 1, 6))
        answer = desk.post(at("calendar_move", month.pk), {"slot": slot.pk, "to": "2027-01-06-am"})
        assert answer.status_code == 409
        assert "Inès est déjà chez Scène ce matin-là." in text(answer)
        assert "Échanger Disquaire et Scène" in text(answer)
        assert f'name="slot" value="{slot.pk}"' in text(answer)
        answer = desk.post(at("calendar_swap", month.pk), {"slot": slot.pk, "other": other.pk}, follow=True)
        assert "Échangées" in text(answer)
        assert Slot.objects.get(day=MONDAY).firm == world.scene

    def test_more_than_the_month_is_said(self, desk, world, month):
        for number in range(6):
            put(world, month, world.disquaire, MONDAY + timedelta(days=7 * (number // 2)), ("am", "pm")[number % 2])
        answer = desk.post(
            at("calendar_place", month.pk), {"firm": world.disquaire.pk, "to": "2027-01-05-am"}, follow=True
        )
        assert "Disquaire a déjà ses 6 demi-journées du mois : cela en fait 7" in text(answer)
        assert "Disquaire souhaite le lundi" in text(answer)

    def test_without_a_script_a_half_day_in_hand_shows_where_it_may_go(self, desk, world, pool, month):
        slot = put(world, month, world.scene)
        state_wish(by=world.colette, pool=pool, firm=world.scene, day=date(2027, 1, 6), kind="refused")
        page = text(desk.get(at("calendar", month.pk), {"tenir": slot.pk}))
        assert 'value="2027-01-05-am"' in page and 'value="2027-01-06-am"' not in page
        assert "Scène a refusé ce jour" in page
        page = text(desk.get(at("calendar", month.pk), {"poser": world.scene.pk}))
        assert 'value="2027-01-05-am"' in page and 'value="2027-01-04-am"' not in page

    @pytest.mark.parametrize("to", ["", "x", "2027-13-40-am", "2027-01-05", "2027-01-05-xx"])
    def test_a_place_that_is_none_changes_nothing(self, desk, world, month, to):
        slot = put(world, month, world.scene)
        answer = desk.post(at("calendar_move", month.pk), {"slot": slot.pk, "to": to})
        assert answer.status_code == 302
        assert Slot.objects.get().day == MONDAY

    def test_the_half_day_of_another_calendar_is_not_moved_from_here(self, desk, world, pool, month):
        february = open_calendar(by=world.colette, pool=pool, month=date(2027, 2, 1))
        slot = put(world, february, world.scene, date(2027, 2, 1))
        desk.post(at("calendar_move", month.pk), {"slot": slot.pk, "to": "2027-01-05-am"})
        desk.post(at("calendar_clear", month.pk), {"slot": slot.pk})
        assert Slot.objects.get().day == date(2027, 2, 1)

    def test_the_same_queries_for_one_half_day_as_for_many(self, desk, world, pool, month):
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                assert desk.get(at("calendar", month.pk)).status_code == 200
            return len(caught)

        put(world, month, world.scene)
        desk.get(at("calendar", month.pk))
        one = queries()
        for number in range(30):
            day = MONDAY + timedelta(days=1 + number // 2 + 2 * (number // 8))
            if day.weekday() < 5:
                put(world, month, world.scene, day, ("am", "pm")[number % 2])
        assert queries() == one


class TestWishes:
    def test_a_refusal_is_noted_and_withdrawn(self, desk, world, month):
        asked = {"firm": world.scene.pk, "day": "2027-01-05", "part": "", "kind": "refused", "words": "montage"}
        page = text(desk.post(at("calendar_wish", month.pk), asked, follow=True))
        assert "Scène</b> refuse mardi 5 janvier" in page and "montage" in page
        desk.post(at("wish_withdraw", month.pk, Wish.objects.get().pk))
        assert not Wish.objects.exists()

    def test_half_an_answer_is_told(self, desk, world, month):
        assert "pas complet" in text(desk.post(at("calendar_wish", month.pk), {"firm": world.scene.pk}, follow=True))


class TestVersions:
    def test_what_moved_between_two_versions(self, desk, world, month):
        slot = put(world, month, world.scene)
        release(by=world.colette, calendar=month)
        desk.post(at("calendar_move", month.pk), {"slot": slot.pk, "to": "2027-01-06-pm"})
        page = text(desk.get(at("calendar", month.pk)))
        assert "changé depuis la version 1" in page and "Diffuser la version 2" in page
        desk.post(at("calendar_release", month.pk), {})
        moved = "Scène : lundi 4 janvier au matin passe au mercredi 6 janvier après-midi"
        assert moved in text(desk.get(at("calendar_versions", month.pk)))
        first = text(desk.get(at("calendar_version", month.pk, 1)))
        assert "Janvier 2027, version 1" in first and moved not in first
        assert desk.get(at("calendar_version", month.pk, 9)).status_code == 404

    def test_nothing_released_yet(self, desk, month):
        assert "Rien n’a encore été diffusé" in text(desk.get(at("calendar_versions", month.pk)))

    def test_a_change_at_short_notice_is_told(self, desk, world, pool):
        day = world.today + timedelta(days=1)
        calendar = open_calendar(by=world.colette, pool=pool, month=day)
        facts = facts_of(calendar)
        soon = next((d for d in facts.days if d >= day and d not in facts.holidays), None)
        if soon is None:  # the month ends tonight: its last days are the next month's
            calendar = open_calendar(by=world.colette, pool=pool, month=day + timedelta(days=7))
            facts = facts_of(calendar)
            soon = next(d for d in facts.days if d not in facts.holidays)
        slot = put(world, calendar, world.scene, soon)
        release(by=world.colette, calendar=calendar)
        desk.post(at("calendar_move", calendar.pk), {"slot": slot.pk, "to": f"{soon.isoformat()}-pm"})
        assert "moins de 7 jours" in text(desk.get(at("calendar_release", calendar.pk)))


class TestAbsences:
    def test_noted_then_cancelled(self, desk, world, pool):
        asked = {"person": world.ines.pk, "kind": "leave", "first_day": "2027-01-04", "last_day": "2027-01-08"}
        page = text(desk.post(at("absences"), asked, follow=True))
        assert "Inès B. : absence du 4 au 8 janvier." in page and "1 absence à venir" in page
        desk.post(at("absence_cancel", Absence.objects.get().pk))
        assert not Absence.objects.exists()

    def test_backwards_is_refused_by_its_field(self, desk, world, pool):
        asked = {"person": world.ines.pk, "kind": "leave", "first_day": "2027-01-08", "last_day": "2027-01-04"}
        answer = desk.post(at("absences"), asked)
        assert answer.status_code == 400 and "finit avant de commencer" in text(answer)

    def test_a_half_day_already_there_is_a_conflict_and_keeps_from_releasing(self, desk, world, month):
        put(world, month, world.scene)
        record_absence(
            by=world.colette, cluster=world.vigne, person=world.ines, kind="leave", first_day=MONDAY, last_day=MONDAY
        )
        page = text(desk.get(at("calendar", month.pk)))
        assert "1 demi-journée ne tient plus" in page and "congé le 4 janvier" in page
        assert "Diffuser le calendrier" not in text(desk.get(at("calendar_release", month.pk)))
        assert desk.post(at("calendar_release", month.pk), {}).status_code == 409


class TestHours:
    @pytest.fixture
    def noted(self, world, pool):
        def note(firm, days_ago):
            day = world.today - timedelta(days=days_ago)
            return record_hours(by=world.ines, pool=pool, firm=firm, day=day, part="am")

        return note

    def test_those_who_wait_longest_come_first_and_are_reminded(self, desk, world, noted):
        noted(world.scene, 2)
        noted(world.disquaire, 9)
        page = text(desk.get(at("hours")))
        assert "2 structures ont des heures à contresigner" in page
        assert page.index("Disquaire</h3>") < page.index("Scène</h3>") and "depuis plus de 7 jours" in page
        desk.post(at("hours_remind", world.disquaire.pk), {"deed_key": "k"})
        desk.post(at("hours_remind", world.disquaire.pk), {"deed_key": "k"})
        assert set(Mail.objects.values_list("person__name", flat=True)) == {"Marius Blanc", "Paul Brun"}
        assert Mail.objects.count() == 2

    def test_signed_hours_are_corrected_by_a_reversing_act(self, desk, world, noted):
        hours = sign_hours(by=world.marius, hours=noted(world.disquaire, 2), on=world.today)
        assert "Corriger" in text(desk.get(at("hours")))
        answer = desk.post(at("hours_correct", hours.pk), {"minutes": "0", "words": "Annulé la veille"}, follow=True)
        assert "Corrigé : l’acte est annulé." in text(answer) and "Annulé la veille" in text(answer)
        assert sum(Act.objects.values_list("paid_cents", flat=True)) == 0
        old = text(desk.get(at("hours_correct", hours.pk)))
        assert "Ces heures ont été corrigées depuis." in old

    def test_a_correction_without_a_reason_is_refused_by_its_field(self, desk, world, noted):
        hours = sign_hours(by=world.marius, hours=noted(world.disquaire, 2), on=world.today)
        answer = desk.post(at("hours_correct", hours.pk), {"minutes": "180", "words": ""})
        assert answer.status_code == 400 and Hours.objects.count() == 1

    def test_as_many_queries_for_one_line_as_for_thirty(self, desk, world, pool):
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                assert desk.get(at("hours")).status_code == 200
            return len(caught)

        def line(number: int) -> None:
            firm = Firm.objects.create(name=f"Structure {number}")
            Membership.objects.create(cluster=world.vigne, firm=firm, valid_from=date(2026, 1, 1))
            join(world, pool, firm, 2, date(2026, 9, 1))
            shared = {"cluster": world.vigne, "pool": pool, "person": world.ines, "firm": firm}
            day = date(2026, 9, 1) + timedelta(days=number)
            Hours.objects.create(**shared, day=day, part="am")
            Hours.objects.create(**shared, day=day, part="pm", signed_by=world.marius, signed_at=timezone.now())

        line(0)
        desk.get(at("hours"))
        one = queries()
        for number in range(1, 30):
            line(number)
        assert queries() == one
