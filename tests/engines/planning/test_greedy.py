from __future__ import annotations

import copy

import pytest

from grappe.engines.planning import parse
from grappe.engines.planning.case import FREE, Case
from grappe.engines.planning.greedy import earlier_row, fallback_row
from grappe.engines.planning.rules import broken_rules

from .cases import crew, month


@pytest.mark.parametrize("seed", range(8))
def test_tight_counts_are_made_up_by_exchanges(seed: int) -> None:
    """Counts that fill nearly every slot, with refused days: slot by slot alone does not get there."""
    case = Case(parse(month(1, 5, seed=seed)))
    row = fallback_row(case, case.workers[0])
    assert row is not None
    assert not list(broken_rules(case, case.workers[0], row))


def test_fixed_slots_stay_in_a_plain_plan() -> None:
    problem = month(1, 5)
    problem["fixed"] = [{"person": "p1", "day": 1, "part": "am", "duty": "d3"}]
    case = Case(parse(problem))
    row = fallback_row(case, case.workers[0])
    assert row is not None
    assert row[2] == case.duty_index["d3"]


def test_no_plain_plan_where_runs_cannot_be_guessed() -> None:
    case = Case(parse(crew(1, 14)))
    assert fallback_row(case, case.workers[0]) is None


def test_an_earlier_plan_is_kept_only_where_it_still_holds() -> None:
    problem = month(1, 5)
    case = Case(parse(problem))
    row = fallback_row(case, case.workers[0])
    assert row is not None
    plan = [
        {"person": "p1", "day": slot // 2, "part": ("am", "pm")[slot % 2], "duty": case.problem.duties[duty].id}
        for slot, duty in enumerate(row)
        if duty != FREE
    ]
    again = Case(parse({**problem, "previous": plan}))
    assert earlier_row(again, again.workers[0]) == row
    away = copy.deepcopy(problem)
    away["people"][0]["unavailable"].append([plan[0]["day"], plan[0]["part"]])
    again = Case(parse({**away, "previous": plan}))
    assert earlier_row(again, again.workers[0]) is None
