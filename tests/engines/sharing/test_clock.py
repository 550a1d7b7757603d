from __future__ import annotations

import pytest

from grappe.engines.sharing import parse, solve
from grappe.engines.sharing.clock import EVERY, OutOfTime, in_time
from grappe.engines.stop import Deadline

MANY = 3 * EVERY


def line(length: int) -> dict:
    return {
        "type": "tree",
        "edges": [{"from": f"n{i}", "to": f"n{i + 1}", "cents": 1 + i % 7} for i in range(length)],
        "at": {f"p{i}": f"n{i + 1}" for i in range(length)},
    }


def stopped() -> Deadline:
    stop = Deadline()
    stop.cancel()
    return stop


def test_the_clock_is_looked_at_now_and_then() -> None:
    assert list(in_time(range(EVERY - 1), stopped())) == list(range(EVERY - 1))
    with pytest.raises(OutOfTime):
        list(in_time(range(MANY), stopped()))
    assert sum(1 for _ in in_time(range(MANY), Deadline())) == MANY


@pytest.mark.parametrize("rule", ["shapley", "nucleolus", "separable", "proportional"])
def test_a_deep_tree_is_given_up_when_the_time_is_over(rule: str) -> None:
    problem = parse({"rule": rule, "game": line(MANY)})
    assert solve(problem, stop=stopped()).status == "unknown"


@pytest.mark.parametrize("rule", ["talmud", "equal", "proportional"])
def test_many_claims_are_given_up_when_the_time_is_over(rule: str) -> None:
    claims = {f"p{i}": 1 + i for i in range(MANY)}
    problem = parse({"rule": rule, "game": {"type": "claims", "estate": MANY, "claims": claims}})
    assert solve(problem, stop=stopped()).status == "unknown"


def test_what_is_small_is_answered_whatever_the_time() -> None:
    result = solve(parse({"rule": "nucleolus", "game": line(50)}), stop=stopped())
    assert result.status == "optimal"
    assert sum(result.shares.values()) == result.total


def test_drawn_orders_of_very_many_players_come_few_at_a_time() -> None:
    """Whole batches of a million players would take gigabytes."""
    from grappe.engines.sharing import sampling
    from grappe.engines.sharing.problem import Claims

    source = sampling.of_claims(Claims(10, dict.fromkeys(map(str, range(200_000)), 1)))
    assert source.batch * 200_000 <= sampling.MOST_IN_BATCH
    assert sampling.of_claims(Claims(10, {"a": 5, "b": 9})).batch == sampling.QUICK
