"""A year's half-days put into its months, exactly: a minimum-cost flow. docs/algorithms/year.md.

Among all ways to place the half-days, in this order: as many as possible find a month; they move as few months as possible in all; and of
months too short, each firm gives up its part (the n-th half-day that a firm moves out of a month costs (2n - 1) / what it took there, so
that the sum is least when everybody gives up in proportion). Pure Python, no solver: some thousand arcs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import lcm
from typing import Final

# The largest "what it took" that is weighed by itself; above, the weight is rounded.
FINE: Final = 5_040


@dataclass(frozen=True, slots=True)
class Shifted:
    """So many half-days of a firm taken from one month to another; `to` None: no month can hold them."""

    firm: int
    month: int
    to: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Year:
    """`counts`: by firm, the half-days of each month; `lost` and `distance`: the least there can be (half-days; half-days x months)."""

    counts: Mapping[int, tuple[int, ...]]
    shifted: tuple[Shifted, ...]
    lost: int
    distance: int


def lay_out(room: Sequence[int], asked: Mapping[int, Sequence[int]], possible: Mapping[int, Sequence[int]]) -> Year:
    """`room`: half-days open in each month; `asked` and `possible`: by firm, what it took and the most it may have in each month.

    A firm gets nothing in a month for which it took nothing. Ties are broken by the numbers of the firms and months: the same
    figures give the same year.
    """
    months = range(len(room))
    network = _Network()
    source, sink = network.node(), network.node()
    month_nodes = [network.node() for _ in months]
    for month in months:
        network.arc(month_nodes[month], sink, room[month], 0)
    kept_by_month = {month: sorted({line[month] for line in asked.values() if line[month]}) for month in months}
    fine = min(FINE, lcm(*(took for tooks in kept_by_month.values() for took in tooks)))
    most = sum(sum(line) for line in asked.values())
    # One month further costs more than all that fairness can; a half-day lost more than all the months that all can move.
    step = 2 * fine * (most + 1) ** 2
    loss = step * (len(room) * (most + 1))
    moves: list[tuple[int, int, int, int]] = []
    losses: list[tuple[int, int, int]] = []
    for firm in sorted(asked):
        arrivals = [network.node() for _ in months]
        for month in months:
            network.arc(arrivals[month], month_nodes[month], possible[firm][month] if asked[firm][month] else 0, 0)
        for month in months:
            took = asked[firm][month]
            if not took:
                continue
            here, leaving = network.node(), network.node()
            network.arc(source, here, took, 0)
            moves.append((firm, month, month, network.arc(here, arrivals[month], took, 0)))
            for number in range(1, took + 1):
                network.arc(here, leaving, 1, (2 * number - 1) * fine // took)
            losses.append((firm, month, network.arc(leaving, sink, took, loss)))
            for to in months:
                if to != month and asked[firm][to]:
                    # Of two months as near, the later one: what is put off can still be moved.
                    cost = step * abs(to - month) * 2 + (to < month)
                    moves.append((firm, month, to, network.arc(leaving, arrivals[to], took, cost)))
    network.run(source, sink)
    counts = {firm: [0] * len(room) for firm in asked}
    shifted = []
    for firm, month, to, arc in moves:
        number = network.flow(arc)
        counts[firm][to] += number
        if number and to != month:
            shifted.append(Shifted(firm, month, to, number))
    lost = [Shifted(firm, month, None, number) for firm, month, arc in losses if (number := network.flow(arc))]
    shifted += lost
    return Year(
        {firm: tuple(line) for firm, line in counts.items()},
        tuple(sorted(shifted, key=lambda one: (one.firm, one.month, one.to is None, one.to or 0))),
        sum(one.count for one in lost),
        sum(one.count * abs(one.to - one.month) for one in shifted if one.to is not None),
    )


class _Network:
    """Successive shortest paths with node prices: every cost is at least 0, so each path is a plain Dijkstra."""

    def __init__(self) -> None:
        self.out: list[list[int]] = []
        self.head: list[int] = []
        self.left: list[int] = []
        self.cost: list[int] = []

    def node(self) -> int:
        self.out.append([])
        return len(self.out) - 1

    def arc(self, tail: int, head: int, most: int, cost: int) -> int:
        """Its number; the arc back, which undoes it, is the next one."""
        number = len(self.head)
        self.head += [head, tail]
        self.left += [most, 0]
        self.cost += [cost, -cost]
        self.out[tail].append(number)
        self.out[head].append(number + 1)
        return number

    def flow(self, arc: int) -> int:
        return self.left[arc ^ 1]

    def run(self, source: int, sink: int) -> None:
        """The most that can flow, at the least cost."""
        prices = [0] * len(self.out)
        while True:
            reached, came_by = self._nearest(source, sink, prices)
            if sink not in reached:
                return
            far = reached[sink]
            for node in range(len(prices)):
                prices[node] += min(reached.get(node, far), far)
            path, node = [], sink
            while node != source:
                path.append(came_by[node])
                node = self.head[came_by[node] ^ 1]
            number = min(self.left[arc] for arc in path)
            for arc in path:
                self.left[arc] -= number
                self.left[arc ^ 1] += number

    def _nearest(self, source: int, sink: int, prices: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        reached: dict[int, int] = {}
        best, came_by = {source: 0}, {}
        order = count()  # of equal costs, the first found
        queue = [(0, next(order), source)]
        while queue:
            far, _order, node = heappop(queue)
            if node in reached:
                continue
            reached[node] = far
            if node == sink:
                break
            for arc in self.out[node]:
                head = self.head[arc]
                if self.left[arc] and head not in reached:
                    there = far + self.cost[arc] + prices[node] - prices[head]
                    if head not in best or there < best[head]:
                        best[head], came_by[head] = there, arc
                        heappush(queue, (there, next(order), head))
        return reached, came_by
