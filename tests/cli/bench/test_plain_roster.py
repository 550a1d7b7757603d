"""The plain model asks what the engine is asked: both prove the same cost."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.planning.strategies import problems

from grappe.cli.bench.plain_roster import plain_cost
from grappe.cli.bench.planning import after_absence, shared_people
from grappe.engines.planning import parse, solve
from grappe.engines.stop import Deadline


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.one_of(problems(2, 8, ["day"], 2), problems(2, 4, ["am", "pm"], 3)))
def test_the_plain_model_proves_the_same_cost_as_the_engine(problem: dict) -> None:
    asked = {**problem, "fixed": [], "travel": {"weight": problem["travel"]["weight"]}}
    assert plain_cost(asked, seconds=20, workers=1) == solve(parse(asked), stop=Deadline(20)).cost()


def test_it_poses_what_the_bench_poses() -> None:
    problem = shared_people(1, 2, days=7)
    for asked in (problem, after_absence(problem)):
        assert plain_cost(asked, seconds=20, workers=1) == solve(parse(asked), stop=Deadline(20)).cost()
