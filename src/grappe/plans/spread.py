"""A year's half-days spread over its months: what a short month cannot hold goes to the nearest ones that can. docs/algorithms/year.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grappe.engines.values import apportion


@dataclass(frozen=True, slots=True)
class Shifted:
    """So many half-days of a firm taken from one month to another; `to` None: no month can hold them."""

    firm_id: int
    month: int
    to: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    counts: Mapping[int, tuple[int, ...]]
    shifted: tuple[Shifted, ...]


def spread(room: Sequence[int], asked: Mapping[int, Sequence[int]], possible: Mapping[int, Sequence[int]]) -> Spread:
    """`room`: open half-days of each month; `asked` and `possible`: by firm id, what it took and the most it may have in each.

    A month too short is shared in proportion (largest remainder). What is left over goes, firm by firm in the order of ids and month by
    month, to the nearest month with room, the later of two as near; never past what the firm may have there.
    """
    months = range(len(room))
    counts = {firm: [0] * len(room) for firm in asked}
    left = {firm: [0] * len(room) for firm in asked}
    for month in months:
        wanted = {firm: min(asked[firm][month], possible[firm][month]) for firm in asked}
        total = sum(wanted.values())
        given = apportion(room[month], wanted) if total > room[month] else wanted
        for firm in asked:
            counts[firm][month] = given[firm]
            left[firm][month] = asked[firm][month] - given[firm]
    spare = [room[month] - sum(line[month] for line in counts.values()) for month in months]
    shifted = []
    for firm in sorted(asked):
        for month in months:
            for to in sorted(months, key=lambda other: (abs(other - month), -other)):
                free = min(spare[to], possible[firm][to] - counts[firm][to], left[firm][month])
                if to == month or free <= 0 or not asked[firm][to]:
                    continue
                counts[firm][to] += free
                spare[to] -= free
                left[firm][month] -= free
                shifted.append(Shifted(firm, month, to, free))
            if left[firm][month]:
                shifted.append(Shifted(firm, month, None, left[firm][month]))
    return Spread({firm: tuple(line) for firm, line in counts.items()}, tuple(shifted))
