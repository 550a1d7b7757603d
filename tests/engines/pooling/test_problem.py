"""Reading a problem: the defaults, the year, and every fault at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.engines.faults import Malformed
from grappe.engines.pooling import Problem, parse
from grappe.engines.pooling.problem import NEVER, Rules, distance_km


def need(**changes: Any) -> dict[str, Any]:
    return {"id": "n1", "firm": "f1", "skill": "web", "half_days": 8} | changes


def faults(data: object) -> dict[str, str]:
    with pytest.raises(Malformed) as caught:
        parse(data)
    return {fault.path: fault.what for fault in caught.value.faults}


def test_all_but_the_needs_may_be_absent() -> None:
    problem = parse({"needs": [need()]})
    assert problem.rules == Rules(36, 0.8, 2, 6, 30.0, ())
    assert (problem.aim, problem.keep, problem.post_cents_per_year) == ("serve", (), None)
    assert problem.needs[0].half_days == (8,) * 12


def test_the_example_of_the_format_is_read_and_written_back() -> None:
    data = {
        "rules": {
            "capacity": 36,
            "min_fill": 0.8,
            "min_firms": 2,
            "max_firms": 6,
            "max_km": 30.0,
            "mixed_skills": [["web", "press"]],
        },
        "cost": {"post_cents_per_year": 4_600_000},
        "aim": "solid",
        "needs": [
            need(lat=48.88, lon=2.35, max_price_cents=14_000) | {"from": "2027-01", "to": "2027-12"},
            need(id="n7", half_days=list(range(12)), firm="f2"),
        ],
        "keep": [["n1", "n7"]],
    }
    problem = parse(json.loads(json.dumps(data)))
    assert parse(problem.to_json()) == problem


def test_outside_its_period_a_need_asks_for_nothing() -> None:
    problem = parse({"needs": [need() | {"from": "2027-03", "to": "2027-05"}, need(id="n2") | {"from": "2026-11"}]})
    assert problem.needs[0].half_days == (0, 0, 8, 8, 8) + (0,) * 7
    assert problem.needs[1].half_days == (8,) * 12


def test_the_year_is_the_one_in_which_most_is_asked() -> None:
    needs = [need() | {"from": "2026-09"}, need(id="n2") | {"from": "2026-10", "to": "2027-06"}]
    assert [sum(n.half_days) for n in parse({"needs": needs}).needs] == [96, 48]
    late = need(id="n3") | {"from": "2028-01", "to": "2028-12"}
    early = [need(id=f"e{k}") | {"from": "2027-01", "to": "2027-12"} for k in range(2)]
    assert faults({"needs": [*early, late]}) == {
        "needs[2]": "asks for nothing in 2027, the year in which this problem's needs ask most"
    }


def test_the_least_load_is_exact() -> None:
    assert Rules(capacity=35).min_half_days == 336  # and not 337, as 0.8 x 12 x 35 in floating point would be
    problem = parse(
        {
            "needs": [need(max_price_cents=12_778), need(id="n2", max_price_cents=0)],
            "cost": {"post_cents_per_year": 4_600_000},
        }
    )
    assert [problem.least_year(n) for n in problem.needs] == [360, NEVER]


def test_the_distance_is_the_great_circle() -> None:
    paris, lyon = (
        parse({"needs": [need(lat=lat, lon=lon)]}).needs[0] for lat, lon in ((48.8566, 2.3522), (45.764, 4.8357))
    )
    assert distance_km(paris, lyon) == pytest.approx(391.5, abs=0.5)
    assert distance_km(paris, parse({"needs": [need()]}).needs[0]) == 0


def test_every_fault_is_told_at_its_path() -> None:
    found = faults(
        {
            "rules": {"capacity": 0, "min_fill": 1.5, "min_firms": 3, "max_firms": 2, "max_km": float("nan"),
                      "mixed_skills": [["web"]], "size": 1},
            "cost": {},
            "aim": "best",
            "extra": 1,
            "needs": [
                need(half_days=True),
                need(half_days=2.5, lat=98.88, lon=2),
                need(id="n2", firm=" ", skill=3, half_days=[1, 2]),
                need(id="n3", half_days=10**400, lat=1),
                need(id="n4", half_days=float("inf")) | {"from": "2027-13", "to": "2027-01"},
                need(id="n5") | {"from": "2027-06", "to": "2027-01"},
                need(id="n6", half_days=0, max_price_cents=-1),
                need(id="n7", half_days=0),
                7,
                {"id": "n8"},
            ],
            "keep": [["n2", "n9"], [], ["n2"]],
        }
    )  # fmt: skip
    assert found.keys() == {
        "rules.capacity", "rules.min_fill", "rules.max_firms", "rules.max_km", "rules.mixed_skills[0]", "rules.size",
        "cost.post_cents_per_year", "aim", "extra", "needs[0].half_days", "needs[1].half_days", "needs[1].lat", "needs[1].id",
        "needs[2].firm", "needs[2].skill", "needs[2].half_days", "needs[3].half_days", "needs[3]", "needs[4].half_days",
        "needs[4].from", "needs[5].to", "needs[6].max_price_cents", "needs[7].half_days", "needs[8]", "needs[8].id",
        "needs[8].firm", "needs[8].skill", "needs[8].half_days", "needs[9].firm", "needs[9].skill", "needs[9].half_days",
        "keep[0][1]", "keep[1]", "keep[2][0]",
    } - {"needs[8].id", "needs[8].firm", "needs[8].skill", "needs[8].half_days"} | {
        path for path in found if path.startswith("needs[8].")
    }  # fmt: skip
    assert found["needs[0].half_days"] == "must be a whole number, not true"
    assert found["needs[4].half_days"] == "must be a finite number"
    assert found["needs[1].id"] == "'n1' is already the id of needs[0]"


@pytest.mark.parametrize("data", [None, 3, [], "x", {}, {"needs": 5}, {"needs": None}, {"needs": {}}])
def test_what_is_no_problem_is_refused(data: object) -> None:
    assert faults(data)


def test_too_many_needs_are_sent_to_the_zones() -> None:
    assert "zones" in faults({"needs": [need()] * 20_001})["needs"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "firm", "half_days", "lat", "needs", "rules", "from", "keep", "aim"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("needs", "rules", "cost", "aim", "keep"), JSON)))
def test_whatever_is_given_is_read_or_refused_in_words(data: dict[str, Any]) -> None:
    try:
        assert isinstance(parse(data), Problem)
    except Malformed as malformed:
        assert all(fault.path and fault.what for fault in malformed.faults)
