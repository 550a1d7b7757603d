"""The worked example of the README, worked out again."""

from __future__ import annotations

import copy

from grappe.cli.bench.roster_checker import check
from grappe.engines.planning import parse, solve
from grappe.engines.stop import Deadline

THREE_DAYS = {
    "days": 3,
    "first_day": "2027-01-04",
    "parts": ["am", "pm"],
    "people": [{"id": "ana", "unavailable": [[2, "pm"]]}],
    "duties": [{"id": "nord", "minutes": 210}, {"id": "sud", "minutes": 210}],
    "engagements": [
        {"person": "ana", "duty": "nord", "count": {"min": 3, "max": 3}, "min_block": 2, "weekdays": {"mon": 2}},
        {
            "person": "ana",
            "duty": "sud",
            "count": {"min": 2, "max": 2},
            "wanted": [{"day": 0, "part": "am", "weight": 4}],
        },
    ],
    "weights": {"weekday": 2, "block": 1},
}


def test_three_days_cost_five() -> None:
    result = solve(parse(THREE_DAYS), stop=Deadline(10))
    check(THREE_DAYS, result.to_json())
    assert (result.status, result.cost()) == ("optimal", 5)
    first = result.assignments[0]
    assert (first.day, first.part, first.duty) == (0, "am", "sud")


def test_a_fourth_half_day_is_one_too_many() -> None:
    problem = copy.deepcopy(THREE_DAYS)
    problem["engagements"][0]["count"] = {"min": 4, "max": 4}
    result = solve(parse(problem), stop=Deadline(10))
    assert [(line.kind, line.duty, line.fields.get("limit")) for line in result.conflicts] == [
        ("count_min", "nord", 4),
        ("count_min", "sud", 2),
        ("one_at_a_time", None, 5),
        ("unavailable", None, None),
    ]
    assert result.conflicts_minimal
