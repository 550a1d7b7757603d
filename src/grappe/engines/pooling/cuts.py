"""Subset-row cuts: of the posts that hold two or more of the same three needs, one at most can be chosen.

They are Chvatal-Gomory cuts of rank 1 on the rows "each need once" (Jepsen, Petersen, Spoorendonk and Pisinger 2008).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from .columns import Columns
from .component import Floats, Ints

MOST_ROWS = 90  # needs whose triples are all tried
PER_NEED = 6
VIOLATION = 0.02


def holds(columns: Columns, triples: Ints) -> Floats:
    """(t, m) 1 where a column holds two or more of a triple's needs."""
    dense = columns.dense
    count = dense[triples[:, 0]].astype(np.int8)
    count += dense[triples[:, 1]]
    count += dense[triples[:, 2]]
    return (count >= 2).astype(np.float64)


def violated(columns: Columns, x: Floats, many: int) -> Ints:
    """(t, 3) at most `many` triples whose cut the fractional point x (m,) breaks, the most broken first."""
    used = np.flatnonzero((x > NOTHING) & (x < 1 - NOTHING))
    if len(used) < 3:
        return np.zeros((0, 3), dtype=np.int64)
    columns, x = columns.take(used), x[used]
    weight = np.bincount(columns.member, minlength=columns.size)
    rows = np.sort(np.argsort(-weight, kind="stable")[: min(MOST_ROWS, int((weight > 1).sum()))])
    triples = np.array(list(combinations(rows.tolist(), 3)), dtype=np.int64).reshape(-1, 3)
    over = (
        np.concatenate([holds(columns, part) @ x for part in np.array_split(triples, len(triples) // 20_000 + 1)]) - 1
    )
    order = np.argsort(-over, kind="stable")
    taken: list[int] = []
    times = np.zeros(columns.size, dtype=np.int64)
    for t in order[: 50 * many]:
        if over[t] < VIOLATION or len(taken) == many:
            break
        if (times[triples[t]] < PER_NEED).all():
            times[triples[t]] += 1
            taken.append(int(t))
    return triples[taken]


NOTHING = 1e-6
