"""What the law leaves of a month: a draft never goes beyond it, over all the employers of the person."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django_scopes import scope
from tests.plans.factory import running_post
from tests.plans.test_gateway import answered, drafted, placed

from grappe.engines.planning.working_time_rules import FRENCH_RULES
from grappe.law.actions import set_rule
from grappe.plans import drafts
from grappe.plans.actions import ask_draft, open_calendar, place
from grappe.plans.gateway import Worked, Workload, clash_words, dues, newly_over, problem_of, rules, slots_of
from grappe.plans.grids import draft_failure, law_warnings, month_grid
from grappe.plans.models import Hours
from grappe.plans.queries import facts_of, workload_of
from grappe.plans.rules import Engaged, Facts, month_after
from grappe.pools.models import Pool

JUNE = date(2026, 6, 1)  # gone by: a month is then laid out whole, around what was noted elsewhere
MONDAY = date(2026, 6, 8)  # no public holiday in that week


@pytest.fixture
def calendar(world):
    pool = running_post(world, [(world.disquaire, 20), (world.studio, 16)], starts_on=date(2026, 1, 1))
    return open_calendar(by=world.colette, pool=pool, month=JUNE)


@pytest.fixture
def elsewhere(world):
    """Note hours for the firm of another cluster: day, half, minutes."""
    with scope(cluster=world.treille):
        theirs = Pool.objects.create(
            cluster=world.treille, name="Ailleurs", state="running", starts_on=date(2026, 1, 1), person=world.ines
        )

    def note(*lines: tuple[date, str, int]) -> None:
        with scope(cluster=world.treille):
            for day, part, minutes in lines:
                Hours.objects.create(
                    cluster=world.treille, pool=theirs, person=world.ines, firm=world.disquaire, day=day, part=part,
                    minutes=minutes,
                )  # fmt: skip

    return note


def week(*minutes: int, part: str = "am", weeks: int = 1) -> list[tuple[date, str, int]]:
    """From MONDAY on, as many days as figures; several `weeks`: those that end with the month of May."""
    return [
        (MONDAY - timedelta(days=7 * back - number), part, length)
        for back in (range(2, weeks + 2) if weeks > 1 else range(1))
        for number, length in enumerate(minutes)
    ]


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def halves_of(calendar, first: date, last: date) -> list[tuple[date, str]]:
    return sorted(half for half in placed(calendar) if first <= half[0] <= last)


def beyond(calendar) -> list[str]:
    return law_warnings(facts_of(calendar), workload_of(calendar))


class TestDraft:
    """Before, each of these months was drafted beyond the law: the engine was given five days a week and nothing else."""

    def test_ten_hours_a_day(self, world, calendar, elsewhere):
        elsewhere((MONDAY, "am", 480))
        drafted(world, calendar)
        assert not halves_of(calendar, MONDAY, MONDAY)  # the morning is worked elsewhere, and 8 h + 3 h 30 is too long
        assert len(placed(calendar)) == 36
        assert not beyond(calendar)

    def test_forty_eight_hours_a_week(self, world, calendar, elsewhere):
        elsewhere(*week(300, 300, 300, 300, 300, 600))  # 35 h with the Saturday: 13 h are left, three afternoons
        drafted(world, calendar)
        assert len(halves_of(calendar, MONDAY, MONDAY + timedelta(days=6))) <= 3
        assert len(placed(calendar)) == 36
        assert not beyond(calendar)

    def test_forty_four_hours_on_average(self, world, calendar, elsewhere):
        """Eleven weeks of 47 h before June: 11 h are left of the first of June, three half-days."""
        elsewhere(*week(540, 540, 540, 540, 540, 120, weeks=11))
        drafted(world, calendar)
        assert 0 < len(halves_of(calendar, JUNE, JUNE + timedelta(days=6))) <= 3
        assert len(placed(calendar)) == 36
        assert not beyond(calendar)

    def test_the_daily_rest(self, world, calendar, elsewhere):
        """From 14.00 until midnight elsewhere: the next morning begins too early."""
        elsewhere((MONDAY, "pm", 600))
        drafted(world, calendar)
        assert (MONDAY + timedelta(days=1), "am") not in placed(calendar)
        assert (MONDAY, "am") not in placed(calendar)
        assert not beyond(calendar)

    def test_the_weekly_rest_and_six_days(self, world, calendar, elsewhere):
        saturday = MONDAY + timedelta(days=5)
        elsewhere((saturday, "am", 210), (saturday, "pm", 210), (saturday + timedelta(days=1), "am", 210))
        drafted(world, calendar)
        assert len({day for day, _part in halves_of(calendar, MONDAY, saturday)}) <= 4
        assert not beyond(calendar)

    def test_a_value_set_later_holds_from_its_day(self, world, calendar):
        """From Monday the 8th a week is 24 h at most: six half-days; the days before are drafted as they were."""
        set_rule(
            by=None,
            rule="work.week_max_minutes",
            valid_from=MONDAY,
            value=1_440,
            article="L9999-1 du code du travail",
            source="essai",
        )
        drafted(world, calendar)
        weeks = Counter(day.isocalendar().week for day, _part in placed(calendar))
        assert max(number for key, number in weeks.items() if key >= MONDAY.isocalendar().week) == 6
        assert sum(weeks.values()) == 32  # 10 in the first week, 3 x 6, and the 29th and 30th
        assert not beyond(calendar)


class TestReason:
    def test_who_gets_less_is_told_the_rule_and_its_article(self, world, calendar):
        set_rule(
            by=None,
            rule="work.week_max_minutes",
            valid_from=JUNE,
            value=840,
            article="L9999-1 du code du travail",
            source="essai",
        )
        grid = month_grid(facts_of(calendar), today=world.today, load=workload_of(calendar))
        line = plain(" ".join(grid.fewer))
        assert line.startswith("La loi ne laisse à Inès que 20 demi-journées pour 36 engagées")
        assert "au plus 14 h par semaine, toutes structures confondues (art. L9999-1 C. trav.)" in line
        assert "Disquaire 11 au lieu de 20, Studio 9 au lieu de 16" in line
        drafted(world, calendar)
        assert len(placed(calendar)) == 20

    def test_what_cannot_hold_together_names_it_too(self, world, calendar):
        set_rule(
            by=None,
            rule="work.day_max_minutes",
            valid_from=JUNE,
            value=200,
            article="L9999-2 du code du travail",
            source="essai",
        )
        facts, load = facts_of(calendar), workload_of(calendar)
        problem = problem_of(facts, today=JUNE, targets={world.disquaire.pk: 3}, load=load)
        for engagement in problem["engagements"]:
            if engagement["duty"] == str(world.disquaire.pk):
                engagement["count"] = {"min": 3, "max": 3}
        told = plain(" ".join(clash_words(answered(problem), facts, load)))
        assert "Disquaire attend 3 demi-journées ce mois-ci" in told
        assert "au plus 3 h 20 par jour, toutes structures confondues (art. L9999-2 C. trav.)" in told

    def test_nothing_is_said_when_nothing_binds(self, world, calendar):
        asked = drafted(world, calendar)
        assert "spans" not in asked.problem["people"][0]["limits"]
        assert draft_failure(calendar, facts_of(calendar), workload_of(calendar)) is None


def test_hours_noted_elsewhere_while_it_was_reckoned_leave_the_half_day_out(world, calendar, elsewhere):
    asked = ask_draft(by=world.colette, calendar=calendar)
    asked.result = answered(asked.problem)
    asked.save()
    day = next(day for day, part in (half for half, _firm in slots_of(asked.result, JUNE)) if part == "pm")
    elsewhere((day, "am", 480))
    drafts.receive(asked)
    assert not halves_of(calendar, day, day)
    assert not beyond(calendar)


def test_what_was_placed_by_hand_beyond_the_law_stays_and_takes_no_more(world, calendar, elsewhere):
    place(by=world.colette, calendar=calendar, firm=world.studio, day=MONDAY, part="pm")
    elsewhere((MONDAY, "am", 480))
    result = answered(problem_of(facts_of(calendar), today=JUNE, load=workload_of(calendar)))
    halves = [half for half, _firm in slots_of(result, JUNE)]
    assert [half for half in halves if half[0] == MONDAY] == [(MONDAY, "pm")]
    assert len(halves) == 36


@pytest.mark.once
@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_noted_elsewhere_a_draft_goes_no_further_beyond(seed):
    """Answers of the engine against the checker of working time, written apart; and no half-day lost that the law would allow."""
    draw = random.Random(seed)
    slots = {(draw.randint(-10, 40), draw.choice(["am", "pm"])) for _ in range(draw.randint(0, 40))}
    noted = [(number, part, draw.choice([120, 210, 330, 480, 600])) for number, part in sorted(slots)]
    a_day, a_week, way = draw.choice([600, 480]), draw.choice([2_880, 1_500]), draw.choice([0, 20, 42])
    figures = {"max_minutes_per_day": a_day, "max_minutes_per_week": a_week}
    known = tuple(replace(rule, value=figures.get(rule.key, rule.value)) for rule in FRENCH_RULES)
    engaged = {pk: Engaged(pk, f"f{pk}", 16, (), JUNE) for pk in (1, 2)}
    facts = Facts(JUNE, "Ana", engaged, {}, {}, travel={frozenset((1, 2)): way})
    works = tuple(Worked(JUNE + timedelta(days=number), part, minutes, 9) for number, part, minutes in noted)
    load = Workload(works, known)
    result = answered(problem_of(facts, today=JUNE, load=load))
    given_halves = slots_of(result, JUNE)
    if result["status"] == "infeasible":
        assert any("C. trav." in line for line in clash_words(result, facts, load))
        return
    places = {1: (48.0, 2.0), 2: (48.0, 2.0 if not way else 2.0 + way / 220)}
    after = [*works, *(Worked(*half, 210, firm, places[firm]) for half, firm in given_halves)]
    assert not newly_over("Ana", works, after, known, start=JUNE, end=month_after(JUNE))
    assert len(given_halves) == sum(due.own for due in dues(facts, load))


def test_the_law_of_the_site_is_the_law_of_the_draft(db):
    """Each figure that binds a draft is one that the operator may change."""
    assert {rule.key for rule in rules()} >= {
        "max_minutes_per_day", "max_minutes_per_week", "max_average_minutes_per_week", "average_weeks",
        "min_daily_rest_minutes", "min_weekly_rest_minutes", "max_days_per_week",
    }  # fmt: skip
