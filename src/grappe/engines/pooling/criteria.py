"""What is made small, what is held, and what a relaxation tells of the answers of so many posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Columns
from .component import Floats, Ints
from .oracle import Features, Kept, Scale

NOTHING = 1e-6


@dataclass(frozen=True)
class Criterion:
    """`count`: what is made small; `step`: all its values are multiples of this."""

    name: str
    count: Features
    step: int = 1

    def cost(self, columns: Columns, kept: Kept) -> Ints:
        count = self.count
        cost = count.half_days * columns.served + count.post + count.metres * columns.metres
        if count.kept:
            cost = cost + count.kept * kept.count(columns)
        return np.rint(cost + np.zeros(len(columns))).astype(np.int64)


@dataclass(frozen=True)
class Held:
    """A criterion that must not go above `most`."""

    criterion: Criterion
    most: int


@dataclass(frozen=True)
class Bound:
    """What a linear relaxation tells: no answer is below `value`, if `certain`; a column that adds `scale`'s reduced
    cost to it can only be in answers above. `point`: where, over the pool."""

    value: float
    scale: Scale
    certain: bool
    point: Floats | None = None


@dataclass
class Branch:
    """The answers of `low` to `high` posts (None: no limit): none of them costs less than `bound`."""

    low: int
    high: int | None
    bound: int
    relaxed: Bound | None = None

    def held(self) -> list[Held]:
        most = [] if self.high is None else [Held(AT_MOST, self.high)]
        return [*most, Held(AT_LEAST, -self.low)] if self.low else most

    def holds(self, posts: int) -> bool:
        return self.low <= posts and (self.high is None or posts <= self.high)


AT_MOST = Criterion("at_most", Features(post=1))
AT_LEAST = Criterion("at_least", Features(post=-1))


def round_up(value: float, step: int) -> int:
    """The least multiple of `step` that is not below `value`, given that `value` comes from floating point."""
    if not np.isfinite(value):
        return -(2**62)
    return int(np.ceil(value / step - NOTHING)) * step
