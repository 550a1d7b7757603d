"""The Shapley value by drawn orders of arrival, with an interval that holds at the stated confidence.

Orders are drawn with their reverse (antithetic pairs): the mean of a pair is one draw, less scattered than two. The
interval is an empirical Bernstein bound (Audibert, Munos and Szepesvári 2009), which needs only the range of a player's
marginal amounts; it holds whenever the drawing stops (Mnih, Szepesvári and Audibert 2008) because the risk is divided
among the checks, check j taking 1 / (j (j + 1)) of it, and among the players.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from grappe.engines.sharing.clock import OutOfTime
from grappe.engines.sharing.problem import Claims, Sense, Table
from grappe.engines.sharing.table import Splits
from grappe.engines.stop import Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIRST_CHECK = 1024
QUICK, SLOW = 256, 8
"""Pairs of orders drawn between two looks at the stop, where amounts are looked up and where they are computed."""
MOST_IN_BATCH = 500_000
"""Places in these orders, at most."""


@dataclass(frozen=True)
class Source:
    """Marginal amounts by order of arrival: `marginals` takes orders (rows) and gives amounts by player (columns)."""

    players: int
    batch: int
    low: Sequence[float]
    high: Sequence[float]
    marginals: Callable[[NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Sample:
    mean: list[float]
    half_width: list[float]
    orders: int
    precise: bool


def shapley(source: Source, *, confidence: float, width: float, seed: int, stop: Stop) -> Sample | None:
    """Draw until every half-width is at most `width` (cents), or `stop`; None when it comes before the first draw."""
    import numpy as np

    draws = np.random.default_rng(seed)
    spread = np.array(source.high) - np.array(source.low)
    total, squares = np.zeros(source.players), np.zeros(source.players)
    pairs, check, next_check = 0, 0, FIRST_CHECK
    middle = (np.array(source.high) + np.array(source.low)) / 2
    while True:
        orders = draws.permuted(np.tile(np.arange(source.players), (source.batch, 1)), axis=1)
        try:
            batch = (source.marginals(orders) + source.marginals(orders[:, ::-1])) / 2
        except OutOfTime:
            batch = None
        if batch is not None:
            total += (batch - middle).sum(axis=0)
            squares += ((batch - middle) ** 2).sum(axis=0)
            pairs += source.batch
        over = batch is None or stop.reached()
        if pairs == 0:
            return None
        if over or pairs >= next_check:
            check += 1
            next_check = pairs * 5 // 4
            mean = total / pairs
            variance = np.maximum(0, squares / pairs - mean**2)
            risk = log(3 * source.players * check * (check + 1) / (1 - confidence))
            half = np.sqrt(2 * variance * risk / pairs) + 3 * spread * risk / pairs
            half[spread == 0] = 0
            worst = float(half.max())
            stop.progress(best=None, bound=None, note=f"sampling: {2 * pairs} orders, +/- {worst:.0f} cents")
            if over or worst <= width:
                return Sample((mean + middle).tolist(), half.tolist(), 2 * pairs, worst <= width)


def of_claims(game: Claims) -> Source:
    """Whoever arrives takes its claim from what is left (random arrival, O'Neill 1982)."""
    import numpy as np

    claims = np.array(list(game.claims.values()), dtype=np.int64)

    def marginals(orders: NDArray[np.int64]) -> NDArray[np.float64]:
        asked = claims[orders]
        left = game.estate - (np.cumsum(asked, axis=1) - asked)
        return _by_player(orders, np.clip(left, 0, asked).astype(np.float64))

    return Source(
        len(claims),
        _batch(len(claims)),
        [0.0] * len(claims),
        [float(min(game.estate, claim)) for claim in claims],
        marginals,
    )


def of_table(game: Table, sense: Sense, stop: Stop) -> Source:
    """Amounts looked up where all are listed, else computed split by split. Raises OutOfTime."""
    return _of_full_table(game) if game.is_full else _of_quotes(game, sense, stop)


def _batch(players: int) -> int:
    """Fewer orders at a time where each is long, so that a batch fits in memory and the stop is looked at."""
    return max(1, min(QUICK, MOST_IN_BATCH // players))


def _of_full_table(game: Table) -> Source:
    import numpy as np

    count = len(game.players)
    worth = np.zeros(game.everybody + 1, dtype=np.int64)
    worth[np.fromiter(game.amounts, dtype=np.int64)] = np.fromiter(game.amounts.values(), dtype=np.int64)
    low, high = [], []
    for index in range(count):
        halves = worth.reshape(-1, 2, 1 << index)
        steps = halves[:, 1, :] - halves[:, 0, :]
        low.append(float(steps.min()))
        high.append(float(steps.max()))

    def marginals(orders: NDArray[np.int64]) -> NDArray[np.float64]:
        groups = np.bitwise_or.accumulate(np.int64(1) << orders, axis=1)
        return _by_player(orders, np.diff(worth[groups], axis=1, prepend=0).astype(np.float64))

    return Source(count, QUICK, low, high, marginals)


def _of_quotes(game: Table, sense: Sense, stop: Stop) -> Source:
    """The range of a player's marginal amounts comes from its own amount and from the listed groups, with and without.

    A group that is not listed is worth its best split, so joining it never changes the amount by more, on the one side,
    than being alone does; and on the other than joining the rest of some listed group does.
    """
    import numpy as np

    splits = Splits(game, sense, stop)
    low, high = [], []
    for index in range(len(game.players)):
        player = 1 << index
        steps = [
            splits.worth(group | player) - splits.worth(group & ~player) for group in game.amounts if group != player
        ]
        low.append(float(min(*steps, game.amounts[player])) if steps else float(game.amounts[player]))
        high.append(float(max(*steps, game.amounts[player])) if steps else float(game.amounts[player]))

    def marginals(orders: NDArray[np.int64]) -> NDArray[np.float64]:
        result = np.empty(orders.shape)
        for row, order in enumerate(orders.tolist()):
            group, before = 0, 0
            for index in order:
                group |= 1 << index
                now = splits.worth(group)
                result[row, index] = now - before
                before = now
        return result

    return Source(len(game.players), SLOW, low, high, marginals)


def _by_player(orders: NDArray[np.int64], by_rank: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amounts in order of arrival, put back in the order of the players."""
    import numpy as np

    result = np.empty_like(by_rank)
    np.put_along_axis(result, orders, by_rank, axis=1)
    return result
