"""Tables: groups that are left out are worth their best split, filled in or asked for one at a time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.sharing import checker
from tests.engines.sharing.problems import tables

from grappe.engines.sharing import parse, solve
from grappe.engines.sharing.clock import OutOfTime
from grappe.engines.sharing.core import is_empty
from grappe.engines.sharing.table import Splits, filled
from grappe.engines.stop import Deadline


@settings(deadline=None, max_examples=150)
@given(tables(full=False), st.sampled_from(["cost", "gain"]))
def test_a_group_left_out_is_worth_its_best_split(game: dict[str, Any], sense: str) -> None:
    problem = parse({"game": game, "sense": sense})
    worth = filled(problem.game, sense, Deadline())
    splits = Splits(problem.game, sense, Deadline())
    for group in checker.groups(game["players"]):
        mask = sum(1 << game["players"].index(player) for player in group)
        assert worth[mask] == splits.worth(mask) == checker.worth(game, group, sense)


def test_groups_left_out_are_counted_in_a_warning() -> None:
    cents = {"a": 5, "b": 5, "c": 5, "a b": 7, "a b c": 11}
    result = solve(parse({"game": {"type": "table", "players": ["a", "b", "c"], "cents": cents}}), stop=Deadline())
    assert result.warnings["en"][0].startswith("2 groups are not in the table")


@settings(deadline=None, max_examples=60)
@given(tables(full=False), st.sampled_from(["cost", "gain"]))
def test_core_is_empty_when_a_balanced_collection_says_so(game: dict[str, Any], sense: str) -> None:
    """Bondareva and Shapley: the best balanced collection of groups against the whole, by one program."""
    import numpy as np
    from scipy.optimize import linprog

    problem = {"game": game, "sense": sense}
    gains = checker.gains(problem)
    matrix = np.array([[float(player in group) for group in gains] for player in game["players"]])
    best = -linprog([-float(gain) for gain in gains.values()], A_eq=matrix, b_eq=np.ones(len(matrix))).fun
    gap = best - gains[frozenset(game["players"])]
    if abs(gap) < 1e-6 or gap > 0.1:  # in between, the engine's tolerance decides
        assert is_empty(parse(problem).game, sense, Deadline()) is (gap > 0.1)


def test_a_stop_is_heard() -> None:
    stopped = Deadline()
    stopped.cancel()
    players = [f"p{i}" for i in range(12)]
    cents = dict.fromkeys(players, 9) | {" ".join(players): 90, "p0 p1": 15}
    game = parse({"game": {"type": "table", "players": players, "cents": cents}}).game
    with pytest.raises(OutOfTime):
        filled(game, "cost", stopped)
    assert is_empty(game, "cost", stopped) is None
