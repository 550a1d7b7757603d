"""The choice among columns, criterion after criterion, each held at its best while the next is improved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from grappe.engines.stop import Stop

from .columns import Columns
from .component import Ints
from .highs import choose


@dataclass(frozen=True)
class Criterion:
    """`cost` (m,): what a column adds to the criterion, to be made small; `at_most`: a bound that must hold."""

    name: str
    cost: Ints
    at_most: int | None = None


@dataclass(frozen=True)
class Chosen:
    """`columns`: the indexes chosen; `values` and `bounds`: per criterion, in the sense "small is good"."""

    columns: Ints
    values: tuple[int, ...]
    bounds: tuple[int, ...]


def lexicographic(columns: Columns, size: int, criteria: Sequence[Criterion], start: Ints, stop: Stop) -> Chosen:
    """The best choice of disjoint columns among `size` needs, from the feasible choice `start`."""
    m = len(columns)
    packing = csc_array((np.ones(len(columns.member)), columns.member, columns.start), shape=(size, m))
    rows, high = [packing], [np.ones(size)]
    best = start
    bounds: list[int] = []
    for criterion in criteria:
        if criterion.at_most is not None:
            rows.append(csc_array(criterion.cost[None, :].astype(np.float64)))
            high.append(np.array([criterion.at_most], dtype=np.float64))
    for criterion in criteria:
        value = int(criterion.cost[best].sum())
        floor = _trivial_bound(criterion, columns, size)
        bound = floor
        if value > floor and m and not stop.reached():
            from scipy.sparse import vstack

            matrix = csc_array(vstack(rows, format="csc"))
            top = np.concatenate(high)
            answer = choose(criterion.cost.astype(np.float64), matrix, np.full(len(top), -np.inf), top, stop)
            if answer.x is not None and int(criterion.cost[answer.x].sum()) < value:
                best = np.flatnonzero(answer.x)
                value = int(criterion.cost[best].sum())
            bound = (
                value
                if answer.proved
                else max(floor, int(np.ceil(answer.bound - 1e-6)) if np.isfinite(answer.bound) else floor)
            )
        bounds.append(min(value, bound))
        rows.append(csc_array(criterion.cost[None, :].astype(np.float64)))
        high.append(np.array([value], dtype=np.float64))
    return Chosen(best, tuple(int(c.cost[best].sum()) for c in criteria), tuple(bounds))


def _trivial_bound(criterion: Criterion, columns: Columns, size: int) -> int:
    if (criterion.cost >= 0).all():
        return 0
    return int(np.minimum(criterion.cost, 0).sum()) if len(columns) < 50 else -(2**62)
