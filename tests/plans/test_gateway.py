from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django_scopes import scope
from tests.plans.factory import join, running_post

from grappe.engines.planning import parse, solve
from grappe.engines.stop import Deadline
from grappe.plans import drafts
from grappe.plans.actions import ask_draft, open_calendar, place, record_absence, record_hours, release, state_wish
from grappe.plans.gateway import clash_words, dues, problem_of, slots_of
from grappe.plans.grids import draft_failure, month_grid, unmet_wishes
from grappe.plans.models import Calendar, Slot
from grappe.plans.queries import facts_of, workload_of
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

START = date(2026, 9, 1)
JANUARY = date(2027, 1, 1)


@pytest.fixture
def pool(world):
    return running_post(
        world,
        [(world.disquaire, 6), (world.scene, 12), (world.studio, 8)],
        starts_on=START,
        weekdays={world.disquaire.pk: [0], world.scene.pk: [1, 2]},
    )


@pytest.fixture
def calendar(world, pool):
    return open_calendar(by=world.colette, pool=pool, month=JANUARY)


def answered(problem: dict) -> dict:
    """The engine's answer, in its JSON form."""
    return solve(parse(problem), stop=Deadline(20)).to_json()


def drafted(world, calendar: Calendar) -> Solve:
    """Ask for a draft, and have it answered as the worker does."""
    asked = ask_draft(by=world.colette, calendar=calendar)
    asked.result = answered(asked.problem)
    asked.state = SolveState.DONE
    asked.save()
    drafts.receive(asked)
    return asked


def placed(calendar) -> dict:
    return {(slot.day, slot.part): slot.firm for slot in calendar.slots.select_related("firm")}


def leave(world, first: date, last: date) -> None:
    record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind="leave", first_day=first, last_day=last
    )


def count_of(calendar) -> dict[str, int]:
    return {due.engaged.name: due.count for due in dues(facts_of(calendar))}


class TestDraft:
    def test_a_month_is_drafted_from_the_wishes(self, world, pool, calendar):
        leave(world, date(2027, 1, 11), date(2027, 1, 12))
        state_wish(by=world.colette, pool=pool, firm=world.scene, day=date(2027, 1, 5), kind="refused")
        state_wish(by=world.colette, pool=pool, firm=world.studio, day=date(2027, 1, 7), kind="wanted")
        drafted(world, calendar)
        found = placed(calendar)
        assert Counter(firm.name for firm in found.values()) == {"Disquaire": 6, "Scène": 12, "Studio": 8}
        days = {day for day, _part in found}
        assert not days & {date(2027, 1, 1), date(2027, 1, 11), date(2027, 1, 12)}  # New Year's Day, leave
        assert all(day.weekday() < 5 for day in days)
        assert date(2027, 1, 5) not in {day for (day, _part), firm in found.items() if firm == world.scene}
        assert found[date(2027, 1, 7), "am"] == found[date(2027, 1, 7), "pm"] == world.studio
        assert {day.weekday() for (day, _part), firm in found.items() if firm == world.disquaire} == {0}
        calendar.refresh_from_db()
        assert calendar.unmet == calendar.solve.result["penalties"]

    def test_what_is_placed_by_hand_stays(self, world, calendar):
        odd = place(by=world.colette, calendar=calendar, firm=world.disquaire, day=date(2027, 1, 29), part="pm")
        drafted(world, calendar)
        drafted(world, calendar)
        assert placed(calendar)[date(2027, 1, 29), "pm"] == world.disquaire
        assert Slot.objects.get(pk=odd.pk).by_hand
        assert Slot.objects.filter(firm=world.disquaire).count() == 6

    def test_a_half_day_of_another_cluster_is_left_alone(self, world, calendar):
        with scope(cluster=world.treille):
            theirs = Pool.objects.create(
                cluster=world.treille, name="Ailleurs", state=PoolState.RUNNING, starts_on=START, person=world.ines
            )
            month = Calendar.objects.create(cluster=world.treille, pool=theirs, month=JANUARY)
            for day in (4, 11, 18, 25):
                Slot.objects.create(
                    cluster=world.treille, calendar=month, person=world.ines, firm=world.ailleurs,
                    day=date(2027, 1, day), part="am",
                )  # fmt: skip
        drafted(world, calendar)
        assert not {(date(2027, 1, day), "am") for day in (4, 11, 18, 25)} & placed(calendar).keys()
        assert Counter(firm.name for firm in placed(calendar).values())["Disquaire"] == 6

    def test_a_released_month_is_drafted_again_with_the_fewest_moves(self, world, calendar):
        drafted(world, calendar)
        release(by=world.colette, calendar=calendar)
        before = placed(calendar)
        sick = next(day for day, _part in sorted(before))
        leave(world, sick, sick)
        lost = [half for half in before if half[0] == sick]
        drafted(world, calendar)
        after = placed(calendar)
        assert sick not in {day for day, _part in after}
        gone = [half for half, firm in before.items() if after.get(half) != firm]
        assert len(gone) <= 2 * len(lost)

    def test_an_older_answer_changes_nothing(self, world, calendar):
        old = drafted(world, calendar)
        drafted(world, calendar)
        kept = placed(calendar)
        old.result["assignments"] = []
        drafts.receive(old)
        assert placed(calendar) == kept

    def test_what_was_taken_meanwhile_is_left_out(self, world, calendar):
        asked = ask_draft(by=world.colette, calendar=calendar)
        result = answered(asked.problem)
        half, firm_id = slots_of(result, JANUARY)[0]
        other = world.scene if firm_id != world.scene.pk else world.studio
        place(by=world.colette, calendar=calendar, firm=other, day=half[0], part=half[1])
        asked.result, asked.state = result, SolveState.DONE
        asked.save()
        drafts.receive(asked)
        assert placed(calendar)[half] == other

    def test_asked_twice_one_runs(self, world, calendar):
        assert ask_draft(by=world.colette, calendar=calendar) == ask_draft(by=world.colette, calendar=calendar)
        assert Solve.objects.count() == 1

    def test_a_month_that_cannot_hold_says_why_and_changes_nothing(self, world, pool, calendar):
        for day in facts_of(calendar).days:
            state_wish(by=world.colette, pool=pool, firm=world.studio, day=day, kind="refused")
        place(by=world.colette, calendar=calendar, firm=world.scene, day=date(2027, 1, 6), part="am")
        facts = facts_of(calendar)
        problem = problem_of(facts, today=world.today)
        engagement = next(e for e in problem["engagements"] if e["duty"] == str(world.studio.pk))
        assert engagement["count"] == {"min": 0, "max": 0}  # refused days lower what is due, and are told
        engagement["count"] = {"min": 2, "max": 2}
        asked = ask_draft(by=world.colette, calendar=calendar)
        asked.result, asked.state = answered(problem), SolveState.DONE
        asked.save()
        drafts.receive(asked)
        assert placed(calendar) == {(date(2027, 1, 6), "am"): world.scene}
        calendar.refresh_from_db()
        lines = draft_failure(calendar, facts, workload_of(calendar))
        assert lines == clash_words(asked.result, facts)
        assert "Studio attend 2 demi-journées ce mois-ci" in lines
        assert any(line.startswith("Studio refuse du 1er au 31 janvier") or "Studio refuse" in line for line in lines)


class TestDues:
    def test_everyone_has_what_it_took(self, calendar):
        assert count_of(calendar) == {"Disquaire": 6, "Scène": 12, "Studio": 8}

    def test_a_short_month_is_shared_in_proportion_and_said(self, world, calendar):
        leave(world, date(2027, 1, 11), date(2027, 1, 29))
        assert sum(count_of(calendar).values()) == 10
        assert count_of(calendar) == {"Disquaire": 2, "Scène": 5, "Studio": 3}
        grid = month_grid(facts_of(calendar), today=world.today)
        assert grid.fewer == [
            "Le mois n’a que 10 demi-journées ouvertes pour 26 engagées : "
            "Disquaire 2 au lieu de 6, Scène 5 au lieu de 12, Studio 3 au lieu de 8."
        ]
        drafted(world, calendar)
        assert len(placed(calendar)) == 10

    def test_a_firm_that_comes_in_the_middle_has_its_part_of_the_month(self, world, pool, calendar):
        join(world, pool, world.edition, 8, date(2027, 1, 18))
        due = next(due for due in dues(facts_of(calendar)) if due.engaged.name == "Édition")
        assert (due.count, due.why) == (4, "engagement à partir du 18 janvier")
        drafted(world, calendar)
        assert min(day for (day, _part), firm in placed(calendar).items() if firm == world.edition) >= date(2027, 1, 18)

    def test_in_the_course_of_a_month_what_is_past_stays(self, world, pool):
        november = open_calendar(by=world.colette, pool=pool, month=date(2026, 11, 1))
        worked = place(by=world.colette, calendar=november, firm=world.scene, day=date(2026, 11, 3), part="am")
        record_hours(by=world.ines, pool=pool, firm=world.scene, day=date(2026, 11, 3), part="am")
        problem = problem_of(facts_of(november), today=date(2026, 11, 20))
        assert {(line["day"], line["part"]) for line in problem["fixed"]} == {(2, "am")}
        assert [0, "am"] in problem["people"][0]["unavailable"]
        found = slots_of(answered(problem), date(2026, 11, 1))
        assert ((worked.day, worked.part), world.scene.pk) in found
        assert min(day for (day, _part), _firm in found if day != worked.day) >= date(2026, 11, 20)


class TestUnmet:
    def test_a_wanted_half_day_not_given_says_who_has_it(self, world, pool, calendar):
        day = date(2027, 1, 7)
        state_wish(by=world.colette, pool=pool, firm=world.studio, day=day, part="am", kind="wanted")
        place(by=world.colette, calendar=calendar, firm=world.scene, day=day, part="am")
        assert [(unmet.half, unmet.text) for unmet in unmet_wishes(facts_of(calendar)) if unmet.firm == "Studio"] == [
            ((day, "am"), "Studio voulait cette demi-journée : Inès est déjà chez Scène ce matin-là")
        ]

    def test_a_wanted_half_day_that_nothing_prevents_is_said_so(self, world, pool, calendar):
        state_wish(by=world.colette, pool=pool, firm=world.studio, day=date(2027, 1, 7), part="am", kind="wanted")
        assert [unmet.text for unmet in unmet_wishes(facts_of(calendar))] == [
            "Studio voulait cette demi-journée : rien ne l’empêche, vous pouvez la placer"
        ]

    def test_off_its_weekday_a_firm_is_told_what_became_of_the_wished_ones(self, world, calendar):
        leave(world, date(2027, 1, 4), date(2027, 1, 4))
        place(by=world.colette, calendar=calendar, firm=world.disquaire, day=date(2027, 1, 7), part="am")
        place(by=world.colette, calendar=calendar, firm=world.scene, day=date(2027, 1, 11), part="am")
        texts = [unmet.text for unmet in unmet_wishes(facts_of(calendar)) if unmet.firm == "Disquaire"]
        assert texts == ["Disquaire souhaite le lundi : 1 demi-journée déjà chez Scène, 2 d’absence, 5 encore libres"]
