from __future__ import annotations

import json
import subprocess
import sys

import pytest

from grappe.engines.faults import Malformed
from grappe.engines.planning import parse, problem

from .cases import month

EXAMPLE = """
{"days": 28, "first_day": "2027-01-04", "parts": ["am", "pm"],
 "people": [{"id": "p1", "unavailable": [[2, "am"]],
             "limits": {"max_days_per_week": 5, "max_minutes_per_week": 2100, "min_minutes": 0, "max_minutes": 9999,
                        "max_consecutive_days": 5, "min_consecutive_days": 1, "min_consecutive_days_off": 2,
                        "max_weekends": 1, "max_of_duty": {"d1": 14}}}],
 "duties": [{"id": "d1", "minutes": 210, "firm": "f1", "site": "s1", "not_next_day": ["d9"]}],
 "engagements": [{"person": "p1", "duty": "d1", "count": {"min": 8, "max": 8}, "min_block": 2,
                  "wanted": [{"day": 0, "part": "am", "weight": 5}], "unwanted": [], "weekdays": {"mon": 2, "tue": 2}}],
 "cover": [{"day": 0, "part": "am", "duty": "d1", "need": 1, "under": 100, "over": 1}],
 "travel": {"minutes": {"s1|s2": 40}, "max_sites_per_day": 1, "weight": 2},
 "previous": [{"person": "p1", "day": 0, "part": "am", "duty": "d1"}],
 "weights": {"moved": 3, "weekday": 2, "block": 1}, "fixed": []}
"""


def faults(data: object) -> set[str]:
    with pytest.raises(Malformed) as raised:
        parse(data)
    return {fault.path for fault in raised.value.faults}


def test_the_example_of_the_format_is_read() -> None:
    problem = parse(json.loads(EXAMPLE))
    assert problem.days == 28
    assert problem.people[0].limits.max_of_duty == {"d1": 14}
    assert problem.engagements[0].weekdays == {0: 2, 1: 2}
    assert problem.travel.minutes == {frozenset(("s1", "s2")): 40}


def test_a_span_names_its_days_and_at_least_one_limit() -> None:
    data = month(1, 3)
    data["people"][0]["limits"]["spans"] = [
        {"days": [0, 2], "max_minutes": 420, "name": "law"},
        {"days": [99]},
        {"days": 3},
    ]
    where = "people[0].limits.spans"
    assert faults(data) == {f"{where}[1]", f"{where}[1].days[0]", f"{where}[2]", f"{where}[2].days"}
    data["people"][0]["limits"]["spans"] = data["people"][0]["limits"]["spans"][:1]
    [span] = parse(data).people[0].limits.spans
    assert (span.days, span.max_minutes, span.max_days, span.name) == ((0, 2), 420, None, "law")


def test_every_fault_is_told_at_once() -> None:
    data = month(2, 3)
    data["days"] = 28
    data["colour"] = "red"
    data["people"][0]["limits"]["max_minutes_per_week"] = float("nan")
    data["people"][1]["id"] = "p1"
    data["people"][1]["limits"]["sleep"] = 8
    data["duties"][0]["minutes"] = True
    data["engagements"][0]["person"] = "nobody"
    data["engagements"][1]["count"] = {"min": 3, "max": 2}
    data["engagements"][2]["wanted"] = [{"day": 28, "part": "am"}, {"day": 0, "part": "noon"}]
    data["weights"]["moved"] = 10**30
    assert faults(data) >= {
        "colour",
        "people[0].limits.max_minutes_per_week",
        "people[1].id",
        "people[1].limits.sleep",
        "duties[0].minutes",
        "engagements[0].person",
        "engagements[1].count",
        "engagements[2].wanted[0].day",
        "engagements[2].wanted[1].part",
        "weights.moved",
    }


@pytest.mark.parametrize(
    "value", [None, 3, "text", [], {}, float("nan"), True, {"days": 10**18}, {"parts": [[]]}, {"people": "p1"}]
)
def test_anything_that_is_not_a_problem_is_refused(value: object) -> None:
    assert faults(value)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("days", {"days": 10**9}),
        ("days", {"days": 0}),
        ("days", {"days": 10**5000}),
        ("days", {"days": 2.0}),
        ("first_day", {"first_day": "2027-02-30"}),
        ("first_day", {"first_day": "9999-12-31"}),
        ("parts", {"parts": []}),
        ("parts[1]", {"parts": ["am", "am"]}),
        ("duties[1].id", {"duties": [{"id": "d1", "minutes": 1}, {"id": "d1", "minutes": 1}]}),
        ("engagements[1]", {"engagements": [{"person": "p1", "duty": "d1"}] * 2}),
        ("fixed[0].duty", {"fixed": [{"person": "p1", "day": 0, "part": "am", "duty": "d9"}]}),
        ("travel.minutes.s1", {"travel": {"minutes": {"s1": 3}}}),
        ("travel.minutes.s2|s1", {"travel": {"minutes": {"s1|s2": 3, "s2|s1": 3}}}),
        ("cover[0].need", {"cover": [{"day": 0, "part": "am", "duty": "d1", "need": -1}]}),
        ("previous[1]", {"previous": [{"person": "p1", "day": 0, "part": "am", "duty": "d1"}] * 2}),
    ],
)
def test_a_fault_is_told_at_its_path(path: str, change: dict) -> None:
    assert path in faults({**month(1, 2), **change})


def test_a_problem_past_measure_is_refused_quickly() -> None:
    data = month(1, 2)
    data["days"] = 1800
    data["people"] = [{"id": f"p{number}"} for number in range(500)]
    data["engagements"] = [{"person": f"p{number}", "duty": "d1"} for number in range(500)]
    assert "people" in faults(data)


def test_more_lines_than_can_be_told_in_time_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = month(1, 2)
    wishes = sum(len(deal["wanted"]) for deal in data["engagements"])
    monkeypatch.setattr(problem, "MAX_LINES", wishes)
    parse(data)
    data["cover"] = [{"day": 0, "part": "am", "duty": "d1", "need": 1, "under": 1}]
    assert "cover" in faults(data)


def test_a_list_without_end_of_faults_is_cut() -> None:
    data = month(1, 2)
    data["cover"] = [None] * 50_000
    with pytest.raises(Malformed) as raised:
        parse(data)
    assert 1 <= len(raised.value.faults) <= 1000


def test_the_package_is_light_to_import() -> None:
    """A web process may import it: the heavy libraries come only with a solve."""
    code = (
        "import sys, grappe.engines.planning, grappe.engines.planning.working_time;"
        "assert not {'ortools', 'numpy', 'scipy', 'pandas', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
