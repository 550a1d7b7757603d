"""A set of viable posts of one component, as the columns of the choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .component import Component, Ints


@dataclass(frozen=True)
class Columns:
    """m posts. The members of post c are `member[start[c]:start[c + 1]]`, ascending; served (m,): half-days a year;
    metres (m,): largest distance between two of its sites; size: the number of needs to choose from."""

    size: int
    start: Ints
    member: NDArray[np.int32]
    served: Ints
    metres: Ints

    def __len__(self) -> int:
        return len(self.served)

    @cached_property
    def dense(self) -> NDArray[np.bool_]:
        """(size, m) whether a column holds a need."""
        dense = np.zeros((self.size, len(self)), dtype=bool)
        dense[self.member, self.of_rows()] = True
        return dense

    def members(self, column: int) -> tuple[int, ...]:
        return tuple(self.member[self.start[column] : self.start[column + 1]].tolist())

    def of_rows(self) -> Ints:
        """The column of each entry of `member`."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def total(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """(m,) sum over each post's members of `weight` (n,)."""
        if not len(self):
            return np.zeros(0)
        return np.asarray(np.add.reduceat(weight[self.member], self.start[:-1]))

    def take(self, chosen: Ints | NDArray[np.bool_]) -> Columns:
        rows = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        length = np.diff(self.start)[rows]
        start = np.concatenate([[0], np.cumsum(length)])
        entry = np.arange(start[-1]) - np.repeat(start[:-1], length) + np.repeat(self.start[rows], length)
        return Columns(self.size, start, self.member[entry], self.served[rows], self.metres[rows])

    def moved(self, to: Ints, size: int) -> Columns:
        """The same posts where need k has become need `to[k]` of `size`."""
        moved = to[self.member].astype(np.int32)
        order = np.lexsort((moved, self.of_rows()))
        return Columns(size, self.start, moved[order], self.served, self.metres)

    @staticmethod
    def empty(size: int) -> Columns:
        none = np.zeros(0, dtype=np.int64)
        return Columns(size, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), none, none)

    @staticmethod
    def of(component: Component, posts: Iterable[Sequence[int]]) -> Columns:
        rows = [sorted(post) for post in posts]
        return Columns(
            component.size,
            np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64),
            np.array([member for row in rows for member in row], dtype=np.int32),
            np.array([int(component.year[row].sum()) for row in rows], dtype=np.int64),
            np.array([component.span(row) for row in rows], dtype=np.int64),
        )

    @staticmethod
    def join(parts: Sequence[Columns]) -> Columns:
        """All the columns of `parts`, in order, each set of members once."""
        parts = [part for part in parts if len(part)] or list(parts[:1])
        if len(parts) == 1:
            return parts[0]
        length = np.concatenate([np.diff(part.start) for part in parts])
        whole = Columns(
            parts[0].size,
            np.concatenate([[0], np.cumsum(length)]),
            np.concatenate([part.member for part in parts]),
            np.concatenate([part.served for part in parts]),
            np.concatenate([part.metres for part in parts]),
        )
        return whole.take(whole._first_of_each())

    def _first_of_each(self) -> Ints:
        """Columns without those that repeat an earlier one, found by two random hashes of the members."""
        size = int(self.member.max(initial=-1)) + 1
        code = np.random.default_rng(0).integers(1, 2**62, size=size, dtype=np.int64)
        with np.errstate(over="ignore"):
            hashed = np.add.reduceat(code[self.member], self.start[:-1])
        _, first = np.unique(np.stack([hashed, np.diff(self.start)]), axis=1, return_index=True)
        return np.sort(first)
