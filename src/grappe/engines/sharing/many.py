"""An airport of very many players, in arrays: the same answers as `paths`, some ten times sooner.

Amounts are whole millionths of a cent, which fit in 64 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grappe.engines.sharing.problem import Airport, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MICRO = 10**6
FROM = 10_000
"""The number of players from which arrays are worth their import."""


def serves(problem: Problem) -> bool:
    return (
        isinstance(problem.game, Airport)
        and problem.rule in ("shapley", "nucleolus")
        and len(problem.game.needs) > FROM
    )


def shares(problem: Problem) -> tuple[dict[str, int], dict[str, float]]:
    """Shares in whole cents, and exact shares in cents."""
    import numpy as np

    game = problem.game
    assert isinstance(game, Airport)
    needs = np.fromiter(game.needs.values(), dtype=np.int64, count=len(game.needs))
    micro = _shapley(needs) if problem.rule == "shapley" else _nucleolus(needs)
    exact = dict(zip(game.needs, (micro / MICRO).tolist(), strict=True))
    return dict(zip(game.needs, _whole_cents(micro, game.total, game.players).tolist(), strict=True)), exact


def _shapley(needs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The step to each need in equal parts among those who need as much; what whole divisions leave is summed apart."""
    import numpy as np

    levels, rank, counts = np.unique(needs, return_inverse=True, return_counts=True)
    steps = np.diff(levels, prepend=0) * MICRO
    users = np.cumsum(counts[::-1])[::-1]
    whole, rest = np.divmod(steps, users)
    share = np.cumsum(whole) + np.floor(np.cumsum(rest / users) + 0.5).astype(np.int64)
    return share[rank]


def _nucleolus(needs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Littlechild's recursion (1974), in linear time after a sort.

    With needs c(1) <= ... <= c(n) and P paid by the first i players, the next ones to pay the same are those up to the
    last k < n of least (c(k) - P) / (k - i + 1): the least slope from the point (i - 1, P) to the points (k, c(k)), so
    a tangent to the lower hull of the points still to come. The last player pays what is left.
    """
    import numpy as np

    order = np.argsort(needs, kind="stable")
    costs = needs[order].tolist()
    last = len(costs) - 1
    after = _lower_hulls(costs[:last])
    levels, counts = [], []
    settled, paid = 0, 0  # paid: millionths of a cent
    while settled < last:
        best = settled
        amount, parts = costs[best] * MICRO - paid, 2
        while (following := after[best]) >= 0:
            further, more = costs[following] * MICRO - paid, following - settled + 2
            if further * parts > amount * more:
                break
            best, amount, parts = following, further, more
        level = amount // parts
        levels.append(level)
        counts.append(best + 1 - settled)
        paid = costs[best] * MICRO - level
        settled = best + 1
    levels.append(costs[last] * MICRO - paid)
    counts.append(1)
    share = np.empty(len(costs), dtype=np.int64)
    share[order] = np.repeat(np.array(levels, dtype=np.int64), counts)
    return share


def _lower_hulls(heights: Sequence[int]) -> list[int]:
    """For each point (k, heights[k]) the next one on the lower hull of the points from k on; -1 after the last."""
    after = [-1] * len(heights)
    for point in range(len(heights) - 2, -1, -1):
        height, following = heights[point], point + 1
        while (further := after[following]) >= 0:
            rise, rise_further = heights[following] - height, heights[further] - height
            if rise * (further - point) < rise_further * (following - point):
                break
            following = further
        after[point] = following
    return after


def _whole_cents(micro: NDArray[np.int64], total_cents: int, players: Sequence[str]) -> NDArray[np.int64]:
    """The rule of `amounts.whole_cents`: largest remainder, ties to the smallest id."""
    import numpy as np

    cents, rest = np.divmod(micro, MICRO)
    everybody, odd = divmod(total_cents - int(cents.sum()), len(players))
    cents += everybody
    if odd:
        cut = np.partition(rest, len(players) - odd)[len(players) - odd]
        above = rest > cut
        cents[above] += 1
        level = sorted(np.flatnonzero(rest == cut).tolist(), key=players.__getitem__)
        cents[level[: odd - int(above.sum())]] += 1
    return cents
