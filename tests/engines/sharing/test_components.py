"""Components: the smallest cut finds the worst-off group, the list of groups is right, nested ones make a tree."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.sharing import checker
from tests.engines.sharing import problems as drawn

from grappe.engines.sharing import components, parse
from grappe.engines.sharing.amounts import FINE
from grappe.engines.stop import Deadline


@settings(deadline=None, max_examples=100)
@given(drawn.components(), st.lists(st.integers(-20, 300_000), min_size=5, max_size=5))
def test_smallest_cut_finds_the_group_that_overpays_most(game: dict[str, Any], amounts: list[int]) -> None:
    problem = parse({"game": game})
    shares = dict(zip(problem.players, amounts, strict=False))
    over, group = components.worst_group(problem.game, {p: cents * FINE for p, cents in shares.items()}, Deadline())
    worst = max(
        sum(shares[player] for player in some) - checker.worth(game, some) for some in checker.groups(list(shares))
    )
    assert over == max(0, worst) * FINE
    if group:
        assert sum(shares[p] for p in group) - checker.worth(game, frozenset(group)) == worst


@given(drawn.components())
def test_list_of_groups(game: dict[str, Any]) -> None:
    problem = parse({"game": game})
    players = list(problem.players)
    listed = components.listed(problem.game.components, players)
    for group in checker.groups(players):
        assert listed[sum(1 << players.index(player) for player in group)] == checker.worth(game, group)


def test_nested_components_make_a_tree_and_crossing_ones_do_not() -> None:
    def parts(*users: str) -> list[components.Component]:
        return [components.Component(text, 1, dict.fromkeys(text, 1)) for text in users]

    assert components.nested(parts("ab", "abc", "abcd", "ef", "e", "ab")) is not None
    assert components.nested(parts("ab", "bc")) is None
    assert [len(group) for group in components.apart(parts("ab", "cd", "bc", "ef"))] == [3, 1]


def test_no_time_for_the_cut_leaves_the_core_unsaid() -> None:
    game = parse(
        {"game": {"type": "components", "components": [{"id": "x", "cents": 5, "users": {"a": 1, "b": 1}}]}}
    ).game
    stopped = Deadline()
    stopped.cancel()
    assert components.worst_group(game, {"a": 3 * FINE, "b": 2 * FINE}, stopped) is None
