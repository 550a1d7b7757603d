"""Trees and airports: the nucleolus by blocks is the nucleolus by linear programs."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from tests.engines.sharing import checker
from tests.engines.sharing.problems import trees

from grappe.engines.sharing import parse, paths
from grappe.engines.sharing.nucleolus import nucleolus
from grappe.engines.sharing.paths import as_paths
from grappe.engines.stop import Deadline


@settings(deadline=None, max_examples=100)
@given(trees())
def test_nucleolus_by_blocks_is_the_one_by_programs(game: dict[str, Any]) -> None:
    problem = parse({"rule": "nucleolus", "game": game})
    players = list(problem.players)
    worth = [0] * (1 << len(players))
    for group in checker.groups(players):
        worth[sum(1 << players.index(player) for player in group)] = -checker.worth(game, group)
    found = nucleolus(worth, len(players), Deadline())
    shares, blocks = paths.nucleolus(as_paths(problem.game), Deadline())
    assert all(abs(shares[p] / paths.FINE + float(x)) < 1e-6 for p, x in zip(players, found.shares, strict=True))
    assert all(shares[player] == blocks[player].level for player in players)


def test_a_deep_and_a_wide_tree_are_within_reach() -> None:
    deep = {
        "type": "tree",
        "edges": [{"from": f"n{i}", "to": f"n{i + 1}", "cents": 1 + i % 7} for i in range(20_000)],
        "at": {f"p{i}": f"n{i + 1}" for i in range(20_000)},
    }
    wide = {
        "type": "tree",
        "edges": [{"from": "root", "to": "hub", "cents": 10**6}]
        + [{"from": "hub", "to": f"n{i}", "cents": i} for i in range(20_000)],
        "at": {f"p{i}": f"n{i}" for i in range(20_000)},
    }
    for game in (deep, wide):
        tree = as_paths(parse({"game": game}).game)
        for shares in (paths.shapley(tree, Deadline()), paths.nucleolus(tree, Deadline())[0]):
            total = sum(edge["cents"] for edge in game["edges"])
            assert abs(sum(shares.values()) / paths.FINE - total) < 1e-3
            assert paths.worst_group(tree, shares, Deadline())[0] < paths.FINE // 100
