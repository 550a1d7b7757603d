"""Column generation against everything tried: its bound, its rosters, and what it says need not be looked at."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from grappe.cli.bench.roster_checker import check
from grappe.engines.planning import parse, search, solve
from grappe.engines.planning.case import FREE, Case
from grappe.engines.planning.columns import Columns
from grappe.engines.planning.paths import Paths
from grappe.engines.planning.penalties import Tally, person_lines
from grappe.engines.planning.rules import broken_rules
from grappe.engines.stop import Deadline

from .brute import best
from .strategies import problems

CALM = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
ONE_PART = problems(people=2, days=4, parts=["day"], duties=2)


@pytest.fixture
def by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PATHS", 1)


@CALM
@given(problem=ONE_PART)
def test_problems_solved_by_columns_have_the_least_cost(by_columns: None, problem: dict) -> None:
    result = solve(parse(problem)).to_json()
    least = best(problem)
    if least is None:
        assert result["status"] == "infeasible"
    else:
        check(problem, result)
        assert (result["status"], result["cost"]) == ("optimal", least)


@CALM
@given(problem=ONE_PART)
def test_the_bound_holds_and_what_is_left_out_is_in_no_best_roster(problem: dict) -> None:
    case = Case(parse(problem))
    result = solve(case.problem)
    if not result.is_feasible():
        return
    roster = [[FREE] * case.slots for _ in case.workers]
    people = {worker.person.id: worker.index for worker in case.workers}
    for line in result.assignments:
        roster[people[line.person]][case.slot(line)] = case.duty_index[line.duty]
    tally = Tally(case, roster)
    columns = Columns(case, range(len(roster)), tally, Deadline())
    prices = columns.prices()
    assert prices is not None and prices.bound + _nobody(case) <= tally.cost
    most = tally.cost - _nobody(case)
    for person, left_out in columns.left_out(prices, most, Deadline()).items():
        assert not left_out & set(enumerate(roster[person]))
    for held in ((), (0,)):
        rows = columns.dive(held)
        assert rows is not None
        for person, row in rows.items():
            assert not list(broken_rules(case, case.workers[person], row))


def _nobody(case: Case) -> int:
    """What the cover of duties costs that nobody may do."""
    return sum(line.under * line.need for (_, duty), line in case.cover.items() if duty not in case.dealers)


@CALM
@given(problem=problems(people=1, days=6, parts=["day"], duties=2))
def test_the_cheapest_path_is_the_cheapest_row(problem: dict) -> None:
    case = Case(parse({**problem, "cover": []}))
    worker = case.workers[0]
    paths = Paths(case, worker)
    columns = Columns(case, [0], Tally(case, [[FREE] * case.slots]), Deadline())
    prices = columns.own[0]
    costs = {
        row: sum(line.amount for line in person_lines(case, worker, list(row)))
        for row in product([FREE, *worker.deals], repeat=case.slots)
        if not any(broken_rules(case, worker, list(row)))
    }
    (cost,), (row,) = paths.cheapest(prices, Deadline())
    assert cost == min(costs.values(), default=np.inf)
    if costs:
        assert costs[tuple(row)] == cost
    through = paths.through(prices, Deadline())
    for day in range(case.days):
        for position, duty in enumerate([*paths.duties, FREE]):
            least = min((cost for row, cost in costs.items() if row[day] == duty), default=np.inf)
            assert through[day, position, 0] == least


def test_large_counts_are_left_out_and_the_bound_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [
        {"id": f"p{number}", "limits": {"max_minutes": 420, "max_of_duty": {"d0": 2}, "max_consecutive_days": 3}}
        for number in range(3)
    ]
    problem = {
        "days": 7,
        "first_day": "2027-01-04",
        "parts": ["day"],
        "people": people,
        "duties": [{"id": "d0", "minutes": 60}, {"id": "d1", "minutes": 90}],
        "engagements": [{"person": person["id"], "duty": duty} for person in people for duty in ("d0", "d1")],
        "cover": [
            {"day": day, "part": "day", "duty": duty, "need": 1, "under": 7, "over": 1}
            for day in range(7)
            for duty in ("d0", "d1")
        ],
    }
    exact = solve(parse(problem))
    assert exact.status == "optimal"
    monkeypatch.setattr("grappe.engines.planning.paths.MOST_VECTORS", 4)
    monkeypatch.setattr(search, "PATHS", 1)
    relaxed = solve(parse(problem))
    check(problem, relaxed.to_json())
    assert (relaxed.status, relaxed.cost()) == ("optimal", exact.cost())
