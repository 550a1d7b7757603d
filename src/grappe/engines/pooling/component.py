"""Needs that may share posts only among themselves, as arrays.

Two needs are compatible when one post may hold both: skills of one family, sites within reach, loads that fit. The
components of that graph are solved apart. Import only where a solve runs: this module imports numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .problem import EARTH_KM, NEVER, Need, Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TABLED = 2500  # needs of a component whose distances are kept in a table
MOST_SUMS = 2_000_000  # sums of needs in a table
BLOCK_CELLS = 2_000_000  # pairs compared at once
SLACK_KM = 1e-9


@dataclass(frozen=True)
class Component:
    """n needs, largest yearly load first (so that a search places the bulky ones first).

    needs (n,): indexes in the problem; load (n, d): half-days in each of the d months that differ; year (n,): half-days
    a year; least (n,): least yearly load of a post that the need may join; firm (n,): codes; place (n, 3): unit
    vectors, NaN without a place; compatible (n, n); families: sets of needs whose skills one post may mix.
    """

    needs: Ints
    load: Ints
    year: Ints
    least: Ints
    firm: Ints
    place: Floats
    compatible: Bools
    families: tuple[Ints, ...]
    capacity: int
    min_firms: int
    max_firms: int | None

    @property
    def size(self) -> int:
        return len(self.needs)

    def metres(self, a: Ints, b: Ints) -> Ints:
        """Distances between the needs `a` and the needs `b`, pair by pair, in whole metres; 0 without a place."""
        if self.size <= TABLED:
            near: Ints = np.asarray(self._metres[a, b], dtype=np.int64)
            return near
        chord = np.sqrt(((self.place[a] - self.place[b]) ** 2).sum(axis=-1))
        metres: Ints = np.rint(1000 * np.nan_to_num(2 * EARTH_KM * np.arcsin(np.minimum(1.0, chord / 2)))).astype(
            np.int64
        )
        return metres

    @cached_property
    def _metres(self) -> NDArray[np.int32]:
        return np.rint(1000 * between(self.place, self.place)).astype(np.int32)

    @cached_property
    def twins(self) -> Bools | None:
        """(n, n) whether two needs are of one firm; None when every need has its own firm."""
        if len(np.unique(self.firm)) == self.size:
            return None
        return np.asarray(self.firm[:, None] == self.firm[None, :])

    @cached_property
    def _sums(self) -> tuple[int, int]:
        """Bit k: some needs ask k times the second number in a year. 0 where the table would be too long."""
        step = int(np.gcd.reduce(self.year))
        if int(self.year.sum()) // step > MOST_SUMS:
            return 0, step
        sums = 1
        for year in (self.year // step).tolist():
            sums |= sums << year
        return sums, step

    def next_sum(self, served: int) -> int:
        """The most half-days a year below `served` that some set of needs adds up to, or a little more."""
        sums, step = self._sums
        below = -(-served // step)
        return step * ((sums & ((1 << below) - 1)).bit_length() - 1 if sums else below - 1)

    def part(self, members: Sequence[int] | Ints) -> Component:
        """The same component with only some of its needs."""
        if len(members) == self.size:
            return self
        keep = np.sort(np.asarray(members, dtype=np.int64))
        inside = np.full(self.size, -1)
        inside[keep] = np.arange(len(keep))
        families = tuple(inside[f[inside[f] >= 0]] for f in self.families)
        return Component(
            self.needs[keep],
            self.load[keep],
            self.year[keep],
            self.least[keep],
            self.firm[keep],
            self.place[keep],
            self.compatible[np.ix_(keep, keep)],
            tuple(f for f in families if len(f)),
            self.capacity,
            self.min_firms,
            self.max_firms,
        )

    def span(self, members: Sequence[int]) -> int:
        """Largest distance between two sites of `members`, in metres."""
        place = self.place[list(members)]
        return int(np.rint(1000 * between(place, place)).max()) if len(members) else 0

    def viable(self, members: Sequence[int]) -> bool:
        """Whether these needs make a post under all the rules."""
        rows = list(members)
        firms = len(set(self.firm[rows].tolist()))
        return (
            bool((self.load[rows].sum(axis=0) <= self.capacity).all())
            and int(self.year[rows].sum()) >= int(self.least[rows].max())
            and firms >= self.min_firms
            and (self.max_firms is None or firms <= self.max_firms)
            and bool((self.compatible[np.ix_(rows, rows)] | np.eye(len(rows), dtype=bool)).all())
            and any(set(rows) <= set(family.tolist()) for family in self.families)
        )


def components(problem: Problem, among: Sequence[int] | None = None) -> list[Component]:
    """The components of the needs (or of those `among` them, by index), those with the first need first.

    Needs that no post can hold (a month above capacity, a price that no load reaches) are in none.
    """
    rules = problem.rules
    indexes = [
        i
        for i in (range(len(problem.needs)) if among is None else among)
        if max(problem.needs[i].half_days) <= rules.capacity
        and problem.least_year(problem.needs[i]) <= 12 * rules.capacity
    ]
    found = []
    for group, families in _skill_groups(problem, indexes):
        whole = _component(problem, group, families)
        for members in _connected(whole.compatible):
            if len(np.unique(whole.firm[members])) >= rules.min_firms:
                found.append(whole.part(members))
    return sorted(found, key=lambda c: int(c.needs.min()))


def whole_component(problem: Problem, indexes: Sequence[int]) -> Component:
    """These needs as one component, connected or not."""
    skills = {problem.needs[i].skill for i in indexes}
    return _component(problem, list(indexes), problem.rules.skill_families(skills))


def _skill_groups(problem: Problem, indexes: list[int]) -> list[tuple[list[int], list[frozenset[str]]]]:
    """Needs by skill families that overlap, each with its families."""
    families = problem.rules.skill_families({problem.needs[i].skill for i in indexes})
    groups: list[tuple[set[str], list[frozenset[str]]]] = []
    for family in families:
        joined = [group for group in groups if group[0] & family]
        groups = [group for group in groups if not group[0] & family]
        skills = set(family).union(*(group[0] for group in joined))
        groups.append((skills, [f for group in joined for f in group[1]] + [family]))
    return [([i for i in indexes if problem.needs[i].skill in skills], inside) for skills, inside in groups]


def _component(problem: Problem, indexes: list[int], families: list[frozenset[str]]) -> Component:
    indexes = sorted(indexes, key=lambda i: (-problem.needs[i].year, i))
    needs = [problem.needs[i] for i in indexes]
    months = np.unique(np.array([need.half_days for need in needs], dtype=np.int64), axis=1)
    firms = {firm: code for code, firm in enumerate(sorted({need.firm for need in needs}))}
    place = places(needs)
    inside = tuple(np.array([k for k, need in enumerate(needs) if need.skill in f], dtype=np.int64) for f in families)
    return Component(
        needs=np.array(indexes, dtype=np.int64),
        load=months,
        year=np.array([need.year for need in needs], dtype=np.int64),
        least=np.array([min(problem.least_year(need), NEVER) for need in needs], dtype=np.int64),
        firm=np.array([firms[need.firm] for need in needs], dtype=np.int64),
        place=place,
        compatible=_compatible(place, months, inside, problem.rules.max_km, problem.rules.capacity),
        families=inside,
        capacity=problem.rules.capacity,
        min_firms=problem.rules.min_firms,
        max_firms=problem.rules.max_firms,
    )


def places(needs: Sequence[Need]) -> Floats:
    """(n, 3) unit vectors, NaN without a place."""
    degrees = np.array([(np.nan if n.lat is None else n.lat, np.nan if n.lon is None else n.lon) for n in needs])
    lat, lon = np.radians(degrees.reshape(-1, 2).T)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def between(a: Floats, b: Floats) -> Floats:
    """(a, b) great-circle distances in km, from chords, which keeps their precision where sites are near; 0 without a place."""
    return np.nan_to_num(2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(_squared_chord(a, b)) / 2)))


def _squared_chord(a: Floats, b: Floats) -> Floats:
    chord = np.zeros((len(a), len(b)))
    for axis in range(3):
        chord += (a[:, axis, None] - b[None, :, axis]) ** 2
    return chord


def _compatible(place: Floats, load: Ints, families: tuple[Ints, ...], max_km: float, capacity: int) -> Bools:
    n = len(place)
    compatible = np.zeros((n, n), dtype=bool)
    block = max(1, BLOCK_CELLS // max(1, n))
    far = (2 * np.sin(min((max_km + SLACK_KM) / (2 * EARTH_KM), np.pi / 2))) ** 2
    for start in range(0, n, block):
        rows = slice(start, start + block)
        near = ~(_squared_chord(place[rows], place) > far)  # a need without a place is near everywhere
        for month in range(load.shape[1]):
            near &= load[rows, month, None] + load[None, :, month] <= capacity
        related = np.zeros_like(near)
        for family in families:
            member = np.zeros(n, dtype=bool)
            member[family] = True
            related |= member[rows, None] & member[None, :]
        compatible[rows] = near & related
    np.fill_diagonal(compatible, False)
    return compatible


def _connected(compatible: Bools) -> list[Ints]:
    """Connected components, by breadth first; each row of the matrix is read once."""
    left = np.ones(len(compatible), dtype=bool)
    found = []
    for start in range(len(compatible)):
        if not left[start]:
            continue
        inside = np.zeros(len(compatible), dtype=bool)
        inside[start] = True
        front = np.array([start])
        while len(front):
            reached = compatible[front].any(axis=0) & ~inside
            inside |= reached
            front = np.flatnonzero(reached)
        left &= ~inside
        found.append(np.flatnonzero(inside))
    return found
