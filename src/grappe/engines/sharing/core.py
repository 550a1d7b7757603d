"""The core: does every group do at least as well as by itself, and could it?"""

from __future__ import annotations

from grappe.engines.sharing import claims, components, paths, table
from grappe.engines.sharing.amounts import FINE
from grappe.engines.sharing.problem import Claims, Components, Problem, Table
from grappe.engines.sharing.result import Core
from grappe.engines.sharing.rules import Division, as_paths
from grappe.engines.stop import Stop

TOLERANCE = FINE // 100
"""A group is not said to do better by itself for less than a hundredth of a cent."""
PLAIN = ("proportional", "equal")
"""Rules that the web process applies: nothing heavy may be imported for them."""


def look(problem: Problem, division: Division, stop: Stop) -> Core:
    """Whether the shares, before rounding, are in the core; else the group that is worst off."""
    if division.in_core:
        return Core(True)
    game, shares = problem.game, division.shares
    if isinstance(game, Table):
        worst: tuple[int, list[str]] | None = table.worst_listed(game, problem.sense, shares, FINE)
    elif isinstance(game, Components):
        worst = components.worst_group(game, shares, stop)
    elif isinstance(game, Claims):
        worst = claims.worst_group(game, shares, FINE)
    else:
        worst = paths.worst_group(as_paths(game), shares)
    if worst is None:
        return Core(None)
    over, group = worst
    if over <= TOLERANCE:
        return Core(True)
    empty: bool | None = False
    if isinstance(game, Table):
        empty = division.core_empty
        if empty is None and problem.rule not in PLAIN:
            empty = is_empty(game, problem, stop)
    return Core(False, tuple(group), -(-over // FINE), empty)


def is_empty(game: Table, problem: Problem, stop: Stop) -> bool | None:
    """Whether no division at all satisfies every group of the table; None when `stop` comes first.

    By constraint generation: divide so that the groups held are satisfied, look for the worst-off group, hold it too.
    The core is empty as soon as the groups held cannot all be satisfied.
    """
    import numpy as np
    from scipy.optimize import linprog

    count, sign = len(game.players), 1 if problem.sense == "cost" else -1
    scale = max(1, *(abs(cents) for cents in game.amounts.values()))
    held = [1 << index for index in range(count)]
    while not stop.reached():
        rows = np.array([[group >> index & 1 for index in range(count)] for group in held], dtype=float)
        limits = np.array([game.amounts[group] / scale for group in held])
        # the smallest worst overpayment: 0 or less when the groups held can all be satisfied
        solution = linprog(
            [0.0] * count + [1.0],
            A_ub=np.hstack((sign * rows, -np.ones((len(held), 1)))),
            b_ub=sign * limits,
            A_eq=[[1.0] * count + [0.0]],
            b_eq=[game.total / scale],
            bounds=[(None, None)] * count + [(-1.0, None)],
            method="highs-ds",
        )
        if solution.x is None:
            return None
        if solution.x[-1] > 1e-7:
            return True
        amounts = (solution.x[:-1] * scale).tolist()
        shares = {player: round(amount * FINE) for player, amount in zip(game.players, amounts, strict=True)}
        over, group = table.worst_listed(game, problem.sense, shares, FINE)
        mask = sum(1 << index for index, player in enumerate(game.players) if player in set(group))
        if over <= scale * FINE * 1e-7 or mask in held:
            return False
        held.append(mask)
    return None
