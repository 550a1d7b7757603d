"""Where columns come from: a list held in memory, or a search; priced by what the duals say a post is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from grappe.engines.stop import Stop

from .columns import Columns
from .component import Component, Floats, Ints
from .cuts import holds
from .search import Search, Worth, searches

EPSILON = 1e-7
MOST_AT_HAND = 400  # needs of a component whose searches are kept


@dataclass(frozen=True)
class Features:
    """What a criterion counts of a post: half-days served, the post itself, metres, existing posts kept in it."""

    half_days: float = 0.0
    post: float = 0.0
    metres: float = 0.0
    kept: float = 0.0

    def plus(self, other: Features, times: float) -> Features:
        return Features(
            self.half_days + times * other.half_days,
            self.post + times * other.post,
            self.metres + times * other.metres,
            self.kept + times * other.kept,
        )


@dataclass(frozen=True)
class Scale:
    """Weighs columns: `count` their features, less what their needs pay, `pays` (n,), and what the cuts that they are in
    pay, `cut_pays` (t,) for the triples `cuts` (t, 3). The result is a reduced cost."""

    count: Features
    pays: Floats
    cuts: Ints
    cut_pays: Floats


class Kept:
    """The existing posts, as sets of needs of one component; a column keeps those that it holds whole."""

    def __init__(self, component: Component, posts: Sequence[Sequence[int]]) -> None:
        """`posts`: by index in the problem. Those that the component does not hold whole are left out."""
        place = {int(need): k for k, need in enumerate(component.needs)}
        inside = [[place[i] for i in post] for post in posts if all(i in place for i in post)]
        self.posts = [np.array(sorted(post), dtype=np.int64) for post in inside]
        self.size = component.size

    def count(self, columns: Columns) -> Ints:
        total = np.zeros(len(columns), dtype=np.int64)
        for post in self.posts:
            mark = np.zeros(self.size)
            mark[post] = 1
            total += columns.total(mark) > len(post) - 0.5
        return total

    def spread(self, bonus: float) -> Floats:
        """(n,) a bonus for each kept post, spread over its needs: never less in all than what a column gets."""
        spread = np.zeros(self.size)
        for post in self.posts:
            spread[post] += bonus / len(post)
        return spread


class Oracle(Protocol):
    """`complete` answers hold for every viable post of the component."""

    def cheapest(self, scale: Scale, stop: Stop, *, many: int) -> tuple[Columns, float, bool]:
        """Columns of negative reduced cost, the `many` least at least; the least one; whether that is certain."""

    def within(self, scale: Scale, most: float, stop: Stop, *, limit: int) -> Columns | None:
        """All columns of reduced cost at most `most`; None when there are more than `limit` or time runs out."""


def reduced_cost(columns: Columns, scale: Scale, kept: Kept) -> Floats:
    count = scale.count
    cost = count.half_days * columns.served + count.post + count.metres * columns.metres - columns.total(scale.pays)
    if count.kept and kept.posts:
        cost = cost + count.kept * kept.count(columns)
    for cut in np.flatnonzero(scale.cut_pays):
        cost = cost - scale.cut_pays[cut] * holds(columns, scale.cuts[cut : cut + 1])[0]
    return np.asarray(cost)


class Listed:
    """Posts in a list: every viable one (`whole`), or every one that may still be of use."""

    def __init__(self, columns: Columns, kept: Kept, *, whole: bool = True) -> None:
        self.whole = whole
        self.columns = columns
        self.kept = kept

    def cheapest(self, scale: Scale, stop: Stop, *, many: int) -> tuple[Columns, float, bool]:
        cost = reduced_cost(self.columns, scale, self.kept)
        return self.columns.take(_least(cost, many)), float(cost.min(initial=0.0)), True

    def within(self, scale: Scale, most: float, stop: Stop, *, limit: int) -> Columns | None:
        cost = reduced_cost(self.columns, scale, self.kept)
        chosen = cost <= most + EPSILON
        return self.columns.take(chosen) if int(chosen.sum()) <= limit else None


class Searched:
    """Every viable post, found when it is asked for. It knows nothing of cuts."""

    def __init__(self, component: Component, kept: Kept, *, steps: int = 4000) -> None:
        self.component = component
        self.kept = kept
        self.steps = steps
        self._searches: list[Search] = []

    def searches(self) -> Iterator[Search]:
        """Made once, since each holds tables; where they are very many, each time anew."""
        if not self._searches and self.component.size <= MOST_AT_HAND:
            self._searches = list(searches(self.component))
        return iter(self._searches) if self._searches else searches(self.component)

    def cheapest(self, scale: Scale, stop: Stop, *, many: int) -> tuple[Columns, float, bool]:
        worth, fixed = self._worth(scale)
        found, complete = [Columns.empty(self.component.size)], True
        for search in self.searches():
            one = search.run(stop, worth=worth, floor=fixed + EPSILON, best=many, steps=self.steps)
            found.append(one.columns)
            complete &= one.complete
            if stop.reached():
                break
        columns = Columns.join(found)
        cost = reduced_cost(columns, scale, self.kept)
        # With a bonus spread over needs the search may rank a column too high: its least is then a lower bound only.
        least = float(cost.min(initial=0.0))
        if scale.count.kept and self.kept.posts:
            spread = scale.count.kept * len(self.kept.posts)
            least = min(least, float((cost + spread).min(initial=0.0)))
        return columns.take(_least(cost, many)), least, complete

    def within(self, scale: Scale, most: float, stop: Stop, *, limit: int) -> Columns | None:
        worth, fixed = self._worth(scale)
        found, left = [Columns.empty(self.component.size)], limit
        for search in self.searches():
            one = search.run(stop, worth=worth, floor=fixed - most - 2 * EPSILON, limit=left)
            if not one.complete:
                return None
            found.append(one.columns)
            left -= len(one.columns)
        columns = Columns.join(found)
        return columns.take(reduced_cost(columns, scale, self.kept) <= most + EPSILON)

    def _worth(self, scale: Scale) -> tuple[Worth, float]:
        """What the search must make large, and what it must exceed for a column to have a negative reduced cost."""
        profit = scale.pays - scale.count.half_days * self.component.year
        if scale.count.kept:
            profit = profit + self.kept.spread(-scale.count.kept)
        return Worth(profit, scale.count.metres), scale.count.post


def _least(cost: Floats, many: int) -> Ints:
    """Indexes of the `many` least negative costs, least first."""
    negative = np.flatnonzero(cost < -EPSILON)
    if len(negative) > many:
        negative = negative[np.argpartition(cost[negative], many)[:many]]
    return negative[np.argsort(cost[negative], kind="stable")]
