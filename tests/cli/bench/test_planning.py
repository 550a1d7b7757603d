from __future__ import annotations

from pathlib import Path

import pytest

from grappe.cli.bench import roster_checker
from grappe.cli.bench.planning import after_absence, read_instance, rows, shared_people
from grappe.engines.planning import parse, solve
from grappe.engines.stop import Deadline

INSTANCE = """
# A week of two people, in the form of the public instances
SECTION_HORIZON
7

SECTION_SHIFTS
E,480,
L,480,E

SECTION_STAFF
A,E=7|L=0,2400,960,5,2,2,1
B,E=7|L=7,2400,960,5,1,1,1

SECTION_DAYS_OFF
B,0

SECTION_SHIFT_ON_REQUESTS
A,2,E,3

SECTION_SHIFT_OFF_REQUESTS
B,3,L,2

SECTION_COVER
0,E,1,100,1
3,L,1,100,1
"""


def test_an_instance_is_posed_as_a_problem() -> None:
    problem = read_instance(INSTANCE)
    parse(problem)
    assert problem["days"] == 7
    assert problem["parts"] == ["day"]
    assert problem["duties"][1] == {"id": "L", "minutes": 480, "not_next_day": ["E"]}
    assert problem["people"][0]["limits"] == {
        "max_of_duty": {"E": 7, "L": 0},
        "max_minutes": 2400,
        "min_minutes": 960,
        "max_consecutive_days": 5,
        "min_consecutive_days": 2,
        "min_consecutive_days_off": 2,
        "max_weekends": 1,
    }
    assert problem["people"][1]["unavailable"] == [[0, "day"]]
    assert problem["cover"][1] == {"day": 3, "part": "day", "duty": "L", "need": 1, "under": 100, "over": 1}


def test_its_cost_is_the_one_worked_out_by_hand() -> None:
    """A covers Monday's E; only B may do L on Thursday, against a wish worth 2; everything else can be met."""
    result = solve(parse(read_instance(INSTANCE)), stop=Deadline(10))
    assert (result.status, result.cost()) == ("optimal", 2)


def test_an_absence_is_drawn_from_the_plan() -> None:
    problem = shared_people(1, 3, days=14)
    again = after_absence(problem)
    assert len(again["people"][0]["unavailable"]) == len(problem["people"][0]["unavailable"]) + 1
    assert again["previous"]
    assert "previous" not in problem


def test_rows_measure_ours_against_the_best_known_and_a_baseline(tmp_path: Path) -> None:
    (tmp_path / "Instance1.txt").write_text(INSTANCE)
    (tmp_path / "best_known.txt").write_text("Instance1 2\n")
    row = next(rows(tmp_path, 10))
    assert row["instance"] == "Instance1"
    assert (row["best_known"], row["ours"], row["bound"], row["gap"]) == (2, 2, 2, 0)
    assert row["baseline"] == 2
    assert row["peak_mb"] > 0


def test_an_answer_that_breaks_a_rule_ends_the_bench() -> None:
    problem = read_instance(INSTANCE)
    result = solve(parse(problem), stop=Deadline(10)).to_json()
    roster_checker.check(problem, result)
    result["assignments"].append({"person": "B", "day": 0, "part": "day", "duty": "E"})
    with pytest.raises(AssertionError):
        roster_checker.check(problem, result)
