"""Components of a few needs: dynamic programming over all their subsets, for all criteria at once.

The criteria are put in one integer, each above the whole range of those after it; the sums are exact.
"""

from __future__ import annotations

import numpy as np

from .columns import Columns
from .component import Ints

MOST_NEEDS = 16
MOST_STEPS = 30_000_000
POSTS = 1 << 5  # above the number of posts, and of existing posts, that so few needs can make
METRES = 1 << 29  # above the metres of so many posts


def is_small(columns: Columns) -> bool:
    served = int(columns.served.max(initial=0)) * columns.size
    return columns.size <= MOST_NEEDS and len(columns) << columns.size <= MOST_STEPS and served * POSTS**2 < 1 << 33


def best_of_all(columns: Columns, kept: Ints) -> Ints:
    """The disjoint columns that serve most, keep most (`kept`, per column), are fewest, and are least spread."""
    worth = ((columns.served * POSTS + kept) * POSTS - 1) * METRES - columns.metres
    bit = np.zeros(len(columns), dtype=np.int64)
    np.bitwise_or.at(bit, columns.of_rows(), np.int64(1) << columns.member.astype(np.int64))
    best = np.zeros(1 << columns.size, dtype=np.int64)
    chosen = np.full(1 << columns.size, -1, dtype=np.int64)
    for need in range(columns.size):
        top = 1 << need
        below = np.arange(top)
        value, choice = best[:top].copy(), np.full(top, -1, dtype=np.int64)
        for column in np.flatnonzero((bit >= top) & (bit < 2 * top)):
            rest = int(bit[column]) ^ top
            open_ = below[below & rest == rest]
            with_it = worth[column] + best[open_ ^ rest]
            better = with_it > value[open_]
            value[open_[better]] = with_it[better]
            choice[open_[better]] = column
        best[top : 2 * top], chosen[top : 2 * top] = value, choice
    found = []
    left = (1 << columns.size) - 1
    while left:
        picked = int(chosen[left])
        if picked < 0:
            left ^= 1 << (left.bit_length() - 1)
        else:
            found.append(picked)
            left ^= int(bit[picked])
    return np.array(sorted(found), dtype=np.int64)
