"""A person's rows as paths through a network, for problems of one part a day: the cheapest row under any price of each
slot and duty, and the cheapest row through each.

A node is a state of the run of days (on or off, for how long) with the day's duty; what is counted (minutes, weekends,
duties, days of a week) goes along as a resource. Where that would be too large, a count is left out: the cheapest path
is then a lower bound of the cheapest row, and may itself break the rule left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..stop import Stop
from .case import FREE, SATURDAY, Case, Row, Worker
from .model import OutOfTime
from .runs import State, first_state, next_state

# Resource vectors kept at most, and numbers held at once.
MOST_VECTORS: Final = 1_500
MOST_NODES: Final = 200
MOST_NUMBERS: Final = 8_000_000

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Count:
    """Something counted along the days, from 0 to `most`; `least` must be reached at the end.

    `bounded`: past `most` is forbidden; otherwise counting stops there. `weekly` counts begin anew on Mondays.
    """

    most: int
    least: int
    use: tuple[int, ...]  # per duty of the class
    bounded: bool = True
    weekly: bool = False
    weekend: bool = False


class Paths:
    """The networks of people who have the same rules: all that differs between them is their prices.

    `duties` numbers the duties of the class; prices are given as an array [day, duty, person], the last duty being a
    day off. Closed slots have an infinite price. Raises `OutOfTime` when `stop` is reached first.
    """

    def __init__(self, case: Case, worker: Worker) -> None:
        self.case = case
        self.duties = sorted(worker.deals)
        self.off = len(self.duties)
        self.nodes, self.following = self._graph(worker)
        counts = _counts(case, worker, self.duties)
        self.counts: list[_Count] = []
        vectors = 1
        for count in counts:
            if vectors * (count.most + 1) <= MOST_VECTORS:
                self.counts.append(count)
                vectors *= count.most + 1
        self.vectors = vectors
        self.fits = len(self.nodes) <= MOST_NODES
        self._steps: dict[tuple[int, bool, bool], NDArray[np.int64]] = {}
        self.batch = max(1, MOST_NUMBERS // (case.days * len(self.nodes) * (vectors + 1)))

    def _graph(self, worker: Worker) -> tuple[list[tuple[State, int]], list[list[int]]]:
        """Nodes (state, duty), and for each the nodes of the day after. The first list of successors is of the start."""
        limits = worker.limits
        barred = [
            {other for other, number in enumerate(self.duties) if number in self.case.not_next_day[duty]}
            for duty in self.duties
        ]
        index: dict[tuple[State, int], int] = {}
        nodes: list[tuple[State, int]] = []

        def reached(state: State | None, before: int) -> list[int]:
            if state is None or (state.on and limits.max_consecutive_days == 0):
                return []
            if not state.on:
                duties: Sequence[int] = (self.off,)
            else:
                duties = [d for d in range(self.off) if before == self.off or d not in barred[before]]
            # Once a run is long enough, it does not matter any more whether it touches the edge.
            least = limits.min_consecutive_days if state.on else limits.min_consecutive_days_off
            state = state._replace(edge=state.edge and state.days < least)
            found = []
            for duty in duties:
                if (state, duty) not in index:
                    index[state, duty] = len(nodes)
                    nodes.append((state, duty))
                found.append(index[state, duty])
            return found

        following = [[node for on in (True, False) for node in reached(first_state(limits, on), self.off)]]
        position = 0
        while position < len(nodes) and position < MOST_NODES:
            state, duty = nodes[position]
            following.append([node for on in (True, False) for node in reached(next_state(limits, state, on), duty)])
            position += 1
        return nodes, following

    def cheapest(self, prices: Numbers, stop: Stop) -> tuple[Numbers, list[Row]]:
        """Per person, what the cheapest row costs (infinite: there is none), and the row."""
        costs, rows = [], []
        for first in range(0, prices.shape[2], self.batch):
            _look_at_the_clock(stop)
            part = prices[:, :, first : first + self.batch]
            ahead = self._ahead(part)
            for person in range(part.shape[2]):
                cost, row = self._walk(ahead, part, person)
                costs.append(cost)
                rows.append(row)
        return np.array(costs), rows

    def through(self, prices: Numbers, stop: Stop) -> Numbers:
        """Per day, duty and person, what the cheapest row that does this duty on this day costs."""
        return np.concatenate(
            [
                self._through(prices[:, :, first : first + self.batch], stop)
                for first in range(0, prices.shape[2], self.batch)
            ],
            axis=2,
        )

    def _ahead(self, prices: Numbers) -> list[Numbers]:
        """Per day, [node, vector, person]: what the days after cost at least, given where one is and what was counted."""
        days, people = self.case.days, prices.shape[2]
        last = np.full((len(self.nodes), self.vectors + 1, people), np.inf)
        last[:, np.flatnonzero(self._enough()), :] = 0.0
        ahead = [last]
        for day in range(days - 1, 0, -1):
            ahead.append(self._before(ahead[-1], prices[day], day))
        ahead.reverse()
        return ahead

    def _before(self, after: Numbers, prices: Numbers, day: int) -> Numbers:
        """One step back: the best of what may follow, for each node of the day before."""
        here = np.full_like(after, np.inf)
        sunday = self.case.weekday[day] == SATURDAY + 1
        for was_on in (True, False) if sunday else (True,):
            arrived: dict[int, Numbers] = {}
            for node, (state, _) in enumerate(self.nodes):
                if sunday and state.on != was_on:
                    continue
                best = here[node, :-1]
                for following in self.following[node + 1]:
                    if following not in arrived:
                        duty = self.nodes[following][1]
                        step = self._step(duty, day, was_on)
                        arrived[following] = after[following].take(step, axis=0) + prices[duty]
                    np.minimum(best, arrived[following], out=best)
        return here

    def _through(self, prices: Numbers, stop: Stop) -> Numbers:
        _look_at_the_clock(stop)
        ahead = self._ahead(prices)
        days, people = self.case.days, prices.shape[2]
        found = np.full((days, self.off + 1, people), np.inf)
        so_far = np.full((len(self.nodes), self.vectors + 1, people), np.inf)
        for node in self.following[0]:
            duty = self.nodes[node][1]
            at = self._step(duty, 0, False)[0]
            if at < self.vectors:
                so_far[node, at] = prices[0, duty]
        for day in range(days):
            if day:
                so_far = self._after(so_far, prices[day], day)
            best = (so_far + ahead[day])[:, :-1].min(axis=1)
            for node, (_, duty) in enumerate(self.nodes):
                np.minimum(found[day, duty], best[node], out=found[day, duty])
        return found

    def _after(self, before: Numbers, prices: Numbers, day: int) -> Numbers:
        """One step forward."""
        there = np.full_like(before, np.inf)
        for node, (state, _) in enumerate(self.nodes):
            for following in self.following[node + 1]:
                duty = self.nodes[following][1]
                step = self._step(duty, day, state.on)
                np.minimum.at(there[following], step, before[node, :-1] + prices[duty])
        there[:, -1] = np.inf
        return there

    def _walk(self, ahead: list[Numbers], prices: Numbers, person: int) -> tuple[float, Row]:
        row: Row = []
        node, at, was_on, total = -1, 0, False, math.inf
        for day in range(self.case.days):
            best, choice = math.inf, None
            for following in self.following[node + 1]:
                duty = self.nodes[following][1]
                then = int(self._step(duty, day, was_on)[at])
                cost = float(prices[day, duty, person] + ahead[day][following, then, person])
                if cost < best:
                    best, choice = cost, (following, then)
            if choice is None:
                return math.inf, []
            if day == 0:
                total = best
            node, at = choice
            state, duty = self.nodes[node]
            was_on = state.on
            row.append(FREE if duty == self.off else self.duties[duty])
        return total, row

    def _enough(self) -> NDArray[np.bool_]:
        """Which vectors have reached what must be reached; the place past the last one is for what is forbidden."""
        enough = np.zeros(self.vectors + 1, dtype=bool)
        enough[:-1] = True
        for count, values in zip(self.counts, self._values(), strict=True):
            if not count.weekly:
                enough[:-1] &= values >= count.least
        return enough

    def _values(self) -> list[NDArray[np.int64]]:
        """Of each count, its value in each vector."""
        sizes = tuple(count.most + 1 for count in self.counts)
        return [np.array(values) for values in np.unravel_index(np.arange(self.vectors), sizes)] if sizes else []

    def _step(self, duty: int, day: int, was_on: bool) -> NDArray[np.int64]:
        """From each vector, the vector after doing this duty on this day; `vectors` where it is forbidden."""
        weekday = self.case.weekday[day]
        worked = duty != self.off
        new_weekend = worked and (weekday == SATURDAY or (weekday == SATURDAY + 1 and not was_on))
        key = (duty, new_weekend, weekday == 0)
        if key not in self._steps:
            self._steps[key] = self._made_step(*key)
        return self._steps[key]

    def _made_step(self, duty: int, new_weekend: bool, new_week: bool) -> NDArray[np.int64]:
        worked = duty != self.off
        after = np.zeros(self.vectors, dtype=np.int64)
        forbidden = np.zeros(self.vectors, dtype=bool)
        for count, values in zip(self.counts, self._values(), strict=True):
            use = int(new_weekend) if count.weekend else (count.use[duty] if worked else 0)
            reached = (use if count.weekly and new_week else values + use) + np.zeros(self.vectors, dtype=np.int64)
            if count.bounded:
                forbidden |= reached > count.most
            reached = np.minimum(reached, count.most)
            after = after * (count.most + 1) + reached
        after[forbidden] = self.vectors
        return after


def _look_at_the_clock(stop: Stop) -> None:
    if stop.reached():
        raise OutOfTime


def _counts(case: Case, worker: Worker, duties: list[int]) -> list[_Count]:
    """What the rules count, the most useful first."""
    limits, weekends = worker.limits, len(case.weekends)
    ones = tuple(1 for _ in duties)
    counts: list[_Count] = []
    if limits.max_days_per_week is not None and limits.max_days_per_week < 7:
        counts.append(_Count(limits.max_days_per_week, 0, ones, weekly=True))
    if limits.max_weekends is not None and limits.max_weekends < weekends:
        counts.append(_Count(limits.max_weekends, 0, ones, weekend=True))
    minutes = [case.minutes[duty] for duty in duties]
    unit = reduce(math.gcd, minutes, 0) or 1
    uses = tuple(number // unit for number in minutes)
    longest = max(uses, default=0) * case.days
    most = min(longest, longest if limits.max_minutes is None else limits.max_minutes // unit)
    least = -(-limits.min_minutes // unit)
    if limits.min_minutes or most < longest:
        bounded = most < longest
        counts.append(_Count(most if bounded else least, least, uses, bounded=bounded))
    if limits.max_minutes_per_week is not None:
        week = limits.max_minutes_per_week // unit
        if week < 7 * max(uses, default=0):
            counts.append(_Count(week, 0, uses, weekly=True))
    by_duty = []
    for position, duty in enumerate(duties):
        engagement = worker.deals[duty].engagement
        tops = (limits.max_of_duty.get(case.problem.duties[duty].id), engagement.count_max)
        top = min((value for value in tops if value is not None), default=case.days)
        use = tuple(int(position == other) for other in range(len(duties)))
        if top < case.days and (top > 0 or engagement.count_min):
            by_duty.append(_Count(top, engagement.count_min, use))
        elif engagement.count_min and top >= case.days:
            by_duty.append(_Count(engagement.count_min, engagement.count_min, use, bounded=False))
    return counts + sorted(by_duty, key=lambda count: count.most)
