"""Every unmet wish says why, in words and in fields that a site can translate."""

from __future__ import annotations

import copy

import pytest

from grappe.cli.bench.roster_checker import check
from grappe.engines.planning import parse, solve
from grappe.engines.planning.result import Penalty
from grappe.engines.stop import Deadline

BASE = {
    "days": 7,
    "first_day": "2027-01-04",
    "parts": ["am", "pm"],
    "people": [{"id": "ana"}],
    "duties": [{"id": "web", "minutes": 210, "site": "s1"}, {"id": "bar", "minutes": 210, "site": "s2"}],
    "engagements": [{"person": "ana", "duty": "web"}, {"person": "ana", "duty": "bar"}],
}


def only(problem: dict) -> Penalty:
    result = solve(parse(problem), stop=Deadline(10))
    check(problem, result.to_json())
    assert len(result.penalties) == 1
    return result.penalties[0]


def wish(problem: dict, duty: str = "web", day: int = 1, part: str = "am", weight: int = 5) -> dict:
    problem = copy.deepcopy(problem)
    deal = next(deal for deal in problem["engagements"] if deal["duty"] == duty)
    deal.setdefault("wanted", []).append({"day": day, "part": part, "weight": weight})
    return problem


def test_the_person_is_away() -> None:
    problem = wish(BASE)
    problem["people"][0]["unavailable"] = [[1, "am"]]
    line = only(problem)
    assert (line.kind, line.reason.kind) == ("wanted", "unavailable")
    assert line.text == ("ana is not given web on 2027-01-05 am, as wished: ana is unavailable on 2027-01-05 am")


def test_the_firm_is_closed() -> None:
    problem = wish(BASE)
    problem["engagements"][0]["refused"] = [[1, "am"]]
    assert only(problem).reason.kind == "refused"


def test_the_count_is_used_up() -> None:
    problem = wish(wish(BASE, weight=5), day=2, weight=9)
    problem["engagements"][0]["count"] = {"max": 1}
    line = only(problem)
    assert (line.day, line.amount) == (1, 5)
    # The one half-day could be moved here, but the other wish is worth 4 more.
    assert (line.reason.kind, line.reason.fields["extra"]) == ("costlier", 4)


def test_another_wish_of_equal_weight_was_met() -> None:
    problem = wish(wish(BASE, "web"), "bar")
    assert only(problem).reason.kind == "equal"


def test_the_week_is_full() -> None:
    problem = wish(BASE, day=1)
    problem["people"][0]["limits"] = {"max_days_per_week": 1}
    problem["fixed"] = [{"person": "ana", "day": 4, "part": "am", "duty": "bar"}]
    line = only(problem)
    assert (line.reason.kind, line.reason.fields["limit"]) == ("max_days_per_week", 1)
    assert (line.reason.fields["first"], line.reason.fields["last"]) == ("2027-01-04", "2027-01-10")


def test_the_slot_is_fixed_to_another_duty() -> None:
    problem = wish(BASE)
    problem["fixed"] = [{"person": "ana", "day": 1, "part": "am", "duty": "bar"}]
    line = only(problem)
    assert (line.reason.kind, line.reason.fields["duty"]) == ("fixed", "bar")


def test_an_unwanted_slot_that_the_count_asks_for() -> None:
    problem = copy.deepcopy(BASE)
    problem["days"] = 1
    problem["engagements"][0] |= {"count": {"min": 2}, "unwanted": [{"day": 0, "part": "pm", "weight": 3}]}
    line = only(problem)
    assert (line.kind, line.reason.kind, line.amount) == ("unwanted", "count_min", 3)


def test_nobody_is_left_to_cover() -> None:
    problem = copy.deepcopy(BASE)
    problem["people"][0]["unavailable"] = [[3, "pm"]]
    problem["cover"] = [{"day": 3, "part": "pm", "duty": "web", "need": 1, "under": 7}]
    line = only(problem)
    assert (line.kind, line.person, line.amount) == ("under", None, 7)
    assert line.reason.kind == "people"
    assert line.reason.fields == {"unavailable": 1}


def test_more_people_than_needed_because_of_their_own_rules() -> None:
    problem = copy.deepcopy(BASE)
    problem["engagements"][0]["count"] = {"min": 14}
    problem["cover"] = [{"day": 3, "part": "pm", "duty": "web", "need": 0, "over": 2}]
    line = only(problem)
    assert (line.kind, line.reason.kind) == ("over", "needed")
    assert line.reason.fields == {"person": "ana", "because": "count_min"}


def test_a_change_of_site_for_two_wishes() -> None:
    problem = wish(wish(BASE, "web", part="am"), "bar", part="pm")
    problem["travel"] = {"weight": 2}
    line = only(problem)
    assert (line.kind, line.duty, line.fields, line.amount) == ("travel", "bar", {"from": "web"}, 2)
    assert line.reason.fields["extra"] == 3


@pytest.mark.parametrize(("weight", "kind"), [(0, "wanted"), (3, "wanted")])
def test_a_wish_of_no_weight_is_told_too(weight: int, kind: str) -> None:
    problem = wish(BASE, weight=weight)
    problem["people"][0]["unavailable"] = [[1, "am"]]
    line = only(problem)
    assert (line.kind, line.amount) == (kind, weight)
