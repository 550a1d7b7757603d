from __future__ import annotations

import copy
from datetime import date

from grappe.engines.planning import parse, solve
from grappe.engines.planning.result import Result
from grappe.engines.stop import Deadline

from .cases import month


def base(**changes: object) -> dict:
    """One person, two weeks of half-days, one duty."""
    problem = {
        "days": 14,
        "first_day": "2027-01-04",
        "parts": ["am", "pm"],
        "people": [{"id": "ana", "limits": {}}],
        "duties": [{"id": "web", "minutes": 210}, {"id": "bar", "minutes": 210}],
        "engagements": [{"person": "ana", "duty": "web"}, {"person": "ana", "duty": "bar"}],
    }
    return {**problem, **changes}


def refused(problem: dict) -> Result:
    result = solve(parse(problem), stop=Deadline(20))
    assert result.status == "infeasible"
    assert result.cost() is None
    assert result.conflicts
    assert all(conflict.person and conflict.text for conflict in result.conflicts)
    return result


def kinds(result: Result) -> list[str]:
    return sorted(conflict.kind for conflict in result.conflicts)


def test_counts_that_the_weeks_cannot_hold() -> None:
    problem = base()
    problem["people"][0]["limits"] = {"max_days_per_week": 3}
    problem["engagements"][0]["count"] = {"min": 13}
    result = refused(problem)
    assert kinds(result) == ["count_min", "max_days_per_week", "max_days_per_week"]
    assert result.conflicts_minimal
    weeks = [conflict.dates for conflict in result.conflicts if conflict.kind == "max_days_per_week"]
    assert weeks == [(date(2027, 1, 4), date(2027, 1, 10)), (date(2027, 1, 11), date(2027, 1, 17))]
    assert "at least 13 times" in result.conflicts[0].text


def test_a_fixed_slot_during_a_leave() -> None:
    problem = base(fixed=[{"person": "ana", "day": 3, "part": "pm", "duty": "web"}])
    problem["people"][0]["unavailable"] = [[day, part] for day in range(2, 6) for part in ("am", "pm")]
    result = refused(problem)
    assert kinds(result) == ["fixed", "unavailable"]
    assert {conflict.dates for conflict in result.conflicts} == {(date(2027, 1, 7), date(2027, 1, 7))}


def test_two_duties_fixed_in_one_slot() -> None:
    lines = [{"person": "ana", "day": 3, "part": "pm", "duty": duty} for duty in ("web", "bar")]
    assert kinds(refused(base(fixed=lines))) == ["one_duty"]


def test_a_leave_is_told_as_one_span() -> None:
    problem = base()
    problem["people"][0]["unavailable"] = [[day, part] for day in range(13) for part in ("am", "pm")]
    problem["engagements"][0]["count"] = {"min": 3}
    result = refused(problem)
    leave = [conflict for conflict in result.conflicts if conflict.kind == "unavailable"]
    assert len(leave) == 1
    assert leave[0].dates == (date(2027, 1, 4), date(2027, 1, 16))


def test_two_firms_that_ask_more_than_the_person_has() -> None:
    problem = base()
    for deal in problem["engagements"]:
        deal["count"] = {"min": 15, "max": 15}
    result = refused(problem)
    assert [conflict.duty for conflict in result.conflicts] == ["bar", "web", None]
    assert result.conflicts[-1].kind == "one_at_a_time"
    assert result.conflicts[-1].fields["limit"] == 28


def test_the_set_is_minimal() -> None:
    """Without any one of the rules told, a roster exists."""
    problem = month(1, 2)
    problem["people"][0]["limits"] = {"max_days_per_week": 2, "max_consecutive_days": 4, "max_weekends": 1}
    problem["engagements"][0]["count"] = {"min": 20, "max": 20}
    problem["engagements"][1]["count"] = {"min": 1, "max": 5}
    result = refused(problem)
    assert result.conflicts_minimal
    for conflict in result.conflicts:
        without = copy.deepcopy(problem)
        if conflict.kind == "max_days_per_week":
            # Weeks cannot be lifted one by one in the format: all of them are.
            without["people"][0]["limits"].pop("max_days_per_week")
        elif conflict.kind in ("count_min", "count_max"):
            deal = next(deal for deal in without["engagements"] if deal["duty"] == conflict.duty)
            deal["count"].pop(conflict.kind.removeprefix("count_"))
        else:
            continue
        assert solve(parse(without), stop=Deadline(20)).is_feasible()


def test_a_clash_among_many_people_names_the_one() -> None:
    problem = month(6, 3)
    problem["people"][4]["limits"]["min_minutes"] = 10**6
    result = refused(problem)
    assert {conflict.person for conflict in result.conflicts} == {"p5"}
    assert "min_minutes" in kinds(result)


def test_the_summary_says_what_clashes() -> None:
    problem = base()
    problem["engagements"][0]["count"] = {"min": 40}
    text = refused(problem).summary()
    assert "ana does web at least 40 times from 2027-01-04 to 2027-01-17" in text
