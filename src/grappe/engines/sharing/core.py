"""The core: does every group do at least as well as by itself, and could it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from grappe.engines.sharing import claims, components, paths, table
from grappe.engines.sharing.amounts import FINE
from grappe.engines.sharing.clock import OutOfTime
from grappe.engines.sharing.problem import Claims, Components, Problem, Sense, Table
from grappe.engines.sharing.result import Core
from grappe.engines.sharing.rules import Division
from grappe.engines.stop import Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLERANCE = FINE // 100
"""A group is not said to do better by itself for less than a hundredth of a cent."""
WORSE = 1e-7
"""The same in a linear program, where amounts are scaled to 1."""
PLAIN = ("proportional", "equal")
"""Rules that the web process applies: nothing heavy may be imported for them."""


def look(problem: Problem, division: Division, stop: Stop) -> Core:
    """Whether the shares, before rounding, are in the core; else the group that is worst off. Not known when the time
    is out first."""
    if division.in_core:
        return Core(True)
    try:
        return _looked(problem, division, stop)
    except OutOfTime:
        return Core(None)


def _looked(problem: Problem, division: Division, stop: Stop) -> Core:
    game, shares = problem.game, division.shares
    if isinstance(game, Table):
        worst: tuple[int, list[str]] | None = table.worst_listed(game, problem.sense, shares, FINE, stop)
    elif isinstance(game, Components):
        worst = components.worst_group(game, shares, stop)
    elif isinstance(game, Claims):
        worst = claims.worst_group(game, shares, FINE)
    else:
        worst = paths.worst_group(paths.as_paths(game), shares, stop)
    if worst is None:
        return Core(None)
    over, group = worst
    if over <= TOLERANCE:
        return Core(True)
    empty: bool | None = False
    if isinstance(game, Table):
        empty = division.core_empty
        if empty is None and problem.rule not in PLAIN:
            empty = is_empty(game, problem.sense, stop)
    return Core(False, tuple(group), -(-over // FINE), empty)


def is_empty(game: Table, sense: Sense, stop: Stop) -> bool | None:
    """Whether no division at all satisfies every group of the table; None when `stop` comes first.

    By constraint generation: divide so that the groups held are satisfied, look for the worst-off groups, hold them
    too. The core is empty as soon as the groups held cannot all be satisfied.
    """
    import numpy as np
    from scipy.optimize import linprog

    count, sign = len(game.players), 1.0 if sense == "cost" else -1.0
    groups, limits = list(game.amounts), np.array(list(game.amounts.values()), dtype=float)
    scale = max(1.0, float(np.abs(limits).max()))
    limits *= sign / scale
    paid_by = _payments(game, groups)
    held = {number for number, group in enumerate(groups) if group.bit_count() == 1}
    while not stop.reached():
        rows = [[sign * (groups[number] >> index & 1) for index in range(count)] + [-1.0] for number in sorted(held)]
        # the smallest worst overpayment: 0 or less when the groups held can all be satisfied
        solution = linprog(
            [0.0] * count + [1.0],
            A_ub=rows,
            b_ub=limits[sorted(held)],
            A_eq=[[1.0] * count + [0.0]],
            b_eq=[game.total / scale],
            bounds=[(None, None)] * count + [(-1.0, None)],
            method="highs-ds",
        )
        if solution.x is None:
            return None
        if solution.x[-1] > WORSE:
            return True
        over = sign * paid_by(solution.x[:-1]) - limits
        most = min(4 * count, len(groups))
        violated = {int(number) for number in np.argpartition(-over, most - 1)[:most] if over[number] > WORSE} - held
        if not violated:
            return False
        held |= violated
    return None


def _payments(game: Table, groups: list[int]) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """A function from the players' shares to what each of the groups pays."""
    import numpy as np

    if game.is_full:
        order = np.array(groups)

        def by_doubling(shares: NDArray[np.float64]) -> NDArray[np.float64]:
            sums = np.zeros(1)
            for share in shares:
                sums = np.concatenate((sums, sums + share))
            paid: NDArray[np.float64] = sums[order]
            return paid

        return by_doubling
    inside = np.array([[group >> index & 1 for index in range(len(game.players))] for group in groups], dtype=float)

    def by_product(shares: NDArray[np.float64]) -> NDArray[np.float64]:
        paid: NDArray[np.float64] = inside @ shares
        return paid

    return by_product
