"""The definitions, read from the JSON form and computed the long way: by sets, permutations and exact fractions.

Nothing here comes from the engine.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, permutations
from math import factorial
from typing import Any

Group = frozenset[str]


def players_of(game: dict[str, Any]) -> list[str]:
    kind = game["type"]
    if kind == "components":
        return list(dict.fromkeys(player for component in game["components"] for player in component["users"]))
    return list(
        {"airport": game.get("needs"), "tree": game.get("at"), "claims": game.get("claims")}.get(kind)
        or game["players"]
    )


def groups(players: list[str]) -> list[Group]:
    """Every group but nobody."""
    return [frozenset(g) for g in chain.from_iterable(combinations(players, k) for k in range(1, len(players) + 1))]


def worth(game: dict[str, Any], group: Group, sense: str = "cost", alone: dict[str, int] | None = None) -> int:
    """What a group costs (or earns) by the definition of each game."""
    if not group:
        return 0
    kind = game["type"]
    if kind == "components":
        return sum(c["cents"] for c in game["components"] if any(c["users"].get(player) for player in group))
    if kind == "airport":
        return max(game["needs"][player] for player in group)
    if kind == "tree":
        into = {edge["to"]: edge for edge in game["edges"]}
        used = set()
        for player in group:
            node = game["at"][player]
            while node in into:
                used.add(node)
                node = into[node]["from"]
        return sum(into[node]["cents"] for node in used)
    if kind == "claims":
        return max(0, game["estate"] - sum(c for player, c in game["claims"].items() if player not in group))
    return _in_table(game, group, sense, alone or {})


def _in_table(game: dict[str, Any], group: Group, sense: str, alone: dict[str, int]) -> int:
    listed = {frozenset(key.split()): cents for key, cents in game["cents"].items()}
    for player in game["players"]:
        listed.setdefault(frozenset({player}), alone.get(player, 0))
    if group in listed:
        return listed[group]
    best = min if sense == "cost" else max

    def split(rest: Group) -> int:
        if not rest:
            return 0
        first = min(rest)
        return best(cents + split(rest - part) for part, cents in listed.items() if first in part and part <= rest)

    return split(group)


def total(problem: dict[str, Any]) -> int:
    game = problem["game"]
    return worth(game, frozenset(players_of(game)), problem.get("sense", "cost"), problem.get("alone"))


def values(problem: dict[str, Any]) -> dict[Group, int]:
    game = problem["game"]
    sense, alone = problem.get("sense", "cost"), problem.get("alone")
    return {group: worth(game, group, sense, alone) for group in groups(players_of(game))}


def shapley(problem: dict[str, Any]) -> dict[str, Fraction]:
    """The mean over all orders of arrival."""
    known = {frozenset(): 0, **values(problem)}
    players = players_of(problem["game"])
    sums = dict.fromkeys(players, 0)
    for order in permutations(players):
        for rank, player in enumerate(order):
            sums[player] += known[frozenset(order[: rank + 1])] - known[frozenset(order[:rank])]
    return {player: Fraction(amount, factorial(len(players))) for player, amount in sums.items()}


def gains(problem: dict[str, Any]) -> dict[Group, int]:
    """The game as gains: costs are negative gains."""
    is_cost = problem.get("sense", "gain" if problem["game"]["type"] == "claims" else "cost") == "cost"
    sign = -1 if is_cost and problem["game"]["type"] != "claims" else 1
    return {group: sign * amount for group, amount in values(problem).items()}


def received(problem: dict[str, Any], shares: dict[str, Any]) -> dict[str, Any]:
    """The shares as gains."""
    is_cost = problem.get("sense", "cost") == "cost" and problem["game"]["type"] != "claims"
    return {player: -share if is_cost else share for player, share in shares.items()}


def worst_excess(problem: dict[str, Any], shares: dict[str, Any]) -> Any:
    """By how much the worst-off group falls short of what it makes by itself (below 0: everybody gains)."""
    return max(excess(problem, shares, group) for group in gains(problem))


def excess(problem: dict[str, Any], shares: dict[str, Any], group: Group) -> Any:
    """By how much one group falls short of what it makes by itself."""
    got = received(problem, shares)
    return gains(problem)[group] - sum(got[player] for player in group)


def is_nucleolus(problem: dict[str, Any], shares: dict[str, Fraction]) -> bool:
    """Kohlberg's criterion (1971), exact levels of excess, balance by a linear program.

    For each level the groups of at least that excess, with the players who get just what they get alone (they may
    weigh nothing), must be balanced. The groups' weights are all positive, which one program per level can tell.
    """
    import numpy as np
    from scipy.optimize import linprog

    known, got = gains(problem), received(problem, shares)
    players = list(shares)
    if sum(got.values()) != known[frozenset(players)]:
        return False
    bounded = sum(known[frozenset({player})] for player in players) <= known[frozenset(players)]
    if bounded and any(got[player] < known[frozenset({player})] for player in players):
        return False
    held = [player for player in players if bounded and got[player] == known[frozenset({player})]]
    excess = {group: amount - sum(got[player] for player in group) for group, amount in known.items()}
    excess.pop(frozenset(players))
    for level in sorted(set(excess.values()), reverse=True):
        collection = [group for group in excess if excess[group] >= level]
        columns = [[float(player in group) for player in players] for group in collection]
        columns += [[float(player == one) for player in players] for one in held]
        matrix = np.array(columns).T
        # weights = t + more for groups: maximise t
        each = matrix[:, : len(collection)].sum(axis=1, keepdims=True)
        answer = linprog(
            [0.0] * matrix.shape[1] + [-1.0], A_eq=np.hstack((matrix, each)), b_eq=np.ones(len(players)), method="highs"
        )
        if answer.status != 0 or answer.x[-1] < 1e-9:
            return False
    return True
