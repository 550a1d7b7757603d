"""The search for viable posts: all of them, all that are worth more than a floor, or the best few.

One search does the listing and the pricing. It grows sets of needs in the order of the component, many sets at once
as arrays, and drops a set when no continuation can fill the post or be worth more than the floor. The bound on
continuations is an exact knapsack (by load and number of firms) that ignores only the conflicts between needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grappe.engines.stop import Stop

from .columns import Columns
from .component import Bools, Component, Floats, Ints

CELLS_AT_ONCE = 600_000  # sets x needs held in one step of the search
TABLE_CELLS = 4_000_000
WIDE = 160  # from so many needs on, the search goes root by root, each among the root's own neighbours


@dataclass(frozen=True)
class Worth:
    """What makes a post worth having: sum of `profit` (n,) over its needs, less `per_metre` of its span."""

    profit: Floats
    per_metre: float = 0.0


@dataclass(frozen=True)
class Found:
    """`complete`: everything asked for was found (no limit, deadline or step budget cut the search short)."""

    columns: Columns
    complete: bool


@dataclass
class _Sets:
    """m partial posts. Arrays have m rows; `member` (m, k) holds positions in the search order."""

    member: Ints
    room: Ints
    year: Ints
    least: Ints
    firms: Ints
    metres: Ints
    value: Floats
    allowed: Bools

    def __len__(self) -> int:
        return len(self.year)

    def rows(self, which: Ints | slice) -> _Sets:
        return _Sets(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


class Search:
    """A search among `order`, some needs of a component that one post may mix; `rooted`: only sets with the first."""

    def __init__(self, component: Component, order: Ints, *, rooted: bool = False) -> None:
        self.component = component
        self.order = order
        self.rooted = rooted
        self.load = component.load[order]
        self.year = component.year[order]
        self.least = component.least[order]
        self.compatible = component.compatible[np.ix_(order, order)]
        self.twins = None if component.twins is None else component.twins[np.ix_(order, order)]
        self.slots = _binding_slots(component, self.load)
        self.slot_cost = np.ones(len(order), dtype=np.int64)
        if self.twins is not None:
            self.slot_cost[np.tril(self.twins, -1).any(axis=1)] = 0
        one_month = component.load.shape[1] == 1
        self.bulk = self.load[:, 0] if one_month else self.year
        self.bulk_capacity = component.capacity if one_month else 12 * component.capacity
        cells = (len(order) + 1) * ((self.slots or 0) + 1)
        self.unit = max(1, -(-(self.bulk_capacity + 1) * cells // TABLE_CELLS))
        self.most_year = self.table(self.year.astype(np.float64))

    def table(self, profit: Floats) -> Floats:
        """(n + 1, slots + 1, room + 1): most profit that needs from a position on can add, conflicts ignored.

        Loads are rounded down to `unit`, which keeps it an upper bound. With no limit on firms there is one slot row.
        """
        n, slots, room = len(self.order), (self.slots or 0) + 1, self.bulk_capacity // self.unit + 1
        best = np.zeros((n + 1, slots, room))
        for j in range(n - 1, -1, -1):
            after, size = best[j + 1], int(self.bulk[j]) // self.unit
            best[j] = after
            cost = int(self.slot_cost[j]) if self.slots is not None else 0
            if profit[j] > 0 and size < room:
                np.maximum(
                    best[j, cost:, size:], after[: slots - cost, : room - size] + profit[j], out=best[j, cost:, size:]
                )
        return best

    def run(
        self,
        stop: Stop,
        *,
        worth: Worth | None = None,
        floor: float = -np.inf,
        best: int | None = None,
        limit: int | None = None,
        steps: int | None = None,
        at_once: int | None = None,
    ) -> Found:
        """Viable posts worth more than `floor`; only the `best` many; give up past `limit` posts or `steps` steps.

        A step grows `at_once` sets (as many as fit in memory, if absent), the most promising first.
        """
        run = _Run(self, worth, floor, best, limit)
        pending = [run.first()]
        while pending:
            if run.past_limit or stop.reached() or (steps is not None and run.steps >= steps):
                return Found(run.columns(), complete=False)
            sets = pending.pop()
            size = at_once or max(1, CELLS_AT_ONCE // len(self.order))
            if len(sets) > size:
                pending.append(sets.rows(slice(size, None)))
                sets = sets.rows(slice(size))
            children = run.grow(sets)
            if len(children):
                pending.append(children)
        return Found(run.columns(), complete=not run.past_limit)


class _Run:
    """One run of a search: its floor, which rises, and what it has found."""

    def __init__(self, search: Search, worth: Worth | None, floor: float, best: int | None, limit: int | None) -> None:
        self.search = search
        self.worth = worth
        self.floor = floor
        self.best = best
        self.limit = limit
        self.steps = 0
        self.count = 0
        self.found: list[tuple[Ints, Ints, Ints, Floats]] = []  # member positions, served, metres, value
        n = len(search.order)
        self.profit = np.zeros(n) if worth is None else worth.profit[search.order]
        self.per_metre = 0.0 if worth is None else worth.per_metre
        self.most_value = None if worth is None else search.table(self.profit)
        self.needs_metres = True

    @property
    def past_limit(self) -> bool:
        return self.limit is not None and self.count > self.limit

    def first(self) -> _Sets:
        """The empty set, so that its growth makes the single needs."""
        n, search = len(self.search.order), self.search
        zero = np.zeros(1, dtype=np.int64)
        allowed = np.zeros((1, n), dtype=bool)
        allowed[0, : 1 if search.rooted else n] = True
        room = np.full((1, search.load.shape[1]), search.component.capacity, dtype=np.int64)
        return _Sets(np.zeros((1, 0), dtype=np.int64), room, zero, zero, zero, zero, np.zeros(1), allowed)

    def grow(self, sets: _Sets) -> _Sets:
        """The sets with one need more, of a later position; those that are viable posts are noted."""
        self.steps += 1
        search = self.search
        fits = sets.allowed
        for month in range(search.load.shape[1]):
            fits = fits & (search.load[None, :, month] <= sets.room[:, month, None])
        same = None
        if search.twins is not None and sets.member.shape[1]:
            same = search.twins[sets.member].any(axis=1)
            if search.slots is not None:
                fits = fits & (same | (sets.firms < search.slots)[:, None])
        parent, child = np.nonzero(fits)
        if same is None:
            firms = sets.firms[parent] + 1
        else:
            firms = sets.firms[parent] + ~np.asarray(same)[parent, child]
        year = sets.year[parent] + search.year[child]
        least = np.maximum(sets.least[parent], search.least[child])
        value = sets.value[parent] + self.profit[child]
        room = sets.room[parent] - search.load[child]
        bulk = room[:, 0] if room.shape[1] == 1 else search.bulk_capacity - year
        slots_left = np.zeros_like(firms) if search.slots is None else search.slots - firms
        at = (child + 1, slots_left, bulk // search.unit)
        keep = year + search.most_year[at] >= least
        metres = self._metres(sets, parent, child)
        net = value - self.per_metre * metres
        if self.most_value is not None:
            keep &= net + self.most_value[at] > self.floor
        viable = keep & (year >= least) & (firms >= search.component.min_firms) & (net > self.floor)
        if viable.any():
            member = np.concatenate([sets.member[parent[viable]], child[viable, None]], axis=1)
            self._note(member, year[viable], metres[viable], net[viable])
            if self.most_value is not None:
                keep &= net + self.most_value[at] > self.floor
        if search.slots is not None and search.twins is None:
            keep &= slots_left > 0
        keep = np.flatnonzero(keep)
        parent, child = parent[keep], child[keep]
        if not sets.member.shape[1] and search.rooted:
            allowed = search.compatible[child]
        elif not sets.member.shape[1]:
            allowed = search.compatible[child] & (np.arange(len(search.order))[None, :] > child[:, None])
        else:
            allowed = sets.allowed[parent] & search.compatible[child]
            allowed &= np.arange(len(search.order))[None, :] > child[:, None]
        grown = _Sets(
            np.concatenate([sets.member[parent], child[:, None]], axis=1),
            room[keep],
            year[keep],
            least[keep],
            firms[keep],
            metres[keep],
            value[keep],
            allowed,
        )
        grown = grown.rows(np.flatnonzero(allowed.any(axis=1)))
        return self._promising_first(grown)

    def _promising_first(self, sets: _Sets) -> _Sets:
        if self.best is None or not len(sets) or self.most_value is None:
            return sets
        search = self.search
        bulk = sets.room[:, 0] if sets.room.shape[1] == 1 else search.bulk_capacity - sets.year
        slots = np.zeros_like(sets.firms) if search.slots is None else search.slots - sets.firms
        hope = sets.value - self.per_metre * sets.metres
        hope = hope + self.most_value[sets.member[:, -1] + 1, slots, bulk // search.unit]
        return sets.rows(np.argsort(-hope, kind="stable"))

    def _metres(self, sets: _Sets, parent: Ints, child: Ints) -> Ints:
        metres = sets.metres[parent]
        component, order = self.search.component, self.search.order
        for k in range(sets.member.shape[1]):
            metres = np.maximum(metres, component.metres(order[sets.member[parent, k]], order[child]))
        return metres

    def _note(self, member: Ints, year: Ints, metres: Ints, value: Floats) -> None:
        self.found.append((member, year, metres, value))
        self.count += len(year)
        if self.best is not None and self.count > 4 * self.best:
            self._keep_best()

    def _keep_best(self) -> None:
        """Drop all but the `best` many, and raise the floor to the last of them."""
        if self.best is None or self.count <= self.best:
            return
        values = np.concatenate([value for *_, value in self.found])
        bar = np.partition(values, -self.best)[-self.best]
        self.found = [tuple(a[value >= bar] for a in (m, y, d, value)) for m, y, d, value in self.found]
        self.found = [one for one in self.found if len(one[3])]
        self.count = sum(len(one[3]) for one in self.found)
        self.floor = max(self.floor, float(bar))

    def columns(self) -> Columns:
        self._keep_best()
        size = self.search.component.size
        parts = [Columns.empty(size)]
        for member, year, metres, _ in self.found:
            m, k = member.shape
            rows = np.sort(self.search.order[member], axis=1).astype(np.int32)
            parts.append(
                Columns(size, np.arange(m + 1, dtype=np.int64) * k, rows.reshape(-1), year, metres.astype(np.int64))
            )
        return Columns.join(parts)


def _binding_slots(component: Component, load: Ints) -> int | None:
    """The most firms of a post, or None where the capacity alone keeps below that."""
    if component.max_firms is None:
        return None
    smallest = np.sort(load.max(axis=1))
    by_capacity = int(np.searchsorted(np.cumsum(smallest), component.capacity, side="right"))
    if component.load.shape[1] == 1 and component.twins is None and by_capacity <= component.max_firms:
        return None
    return min(component.max_firms, len(load))


def searches(component: Component) -> Iterator[Search]:
    """Searches that together meet every viable post: one for each family, or one for each root where there are many."""
    for family in component.families:
        if len(family) <= WIDE:
            yield Search(component, family)
            continue
        for position, root in enumerate(family):
            later = family[position + 1 :]
            later = later[component.compatible[root][later]]
            yield Search(component, np.concatenate([[root], later]), rooted=True)


def list_posts(component: Component, limit: int, stop: Stop) -> Columns | None:
    """All viable posts of the component; None when there are more than `limit`, or time runs out."""
    parts = [Columns.empty(component.size)]
    left = limit
    for search in searches(component):
        found = search.run(stop, limit=left)
        if not found.complete:
            return None
        parts.append(found.columns)
        left -= len(found.columns)
    return Columns.join(parts)


def post_with(component: Component, needs: Sequence[int], stop: Stop, *, steps: int = 300) -> tuple[int, ...] | None:
    """Some viable post that holds all of `needs`; None when the search met none."""
    root, all_ = needs[0], np.asarray(needs)
    profit = np.zeros(component.size)
    profit[all_] = 1.0
    for family in component.families:
        if not np.isin(all_, family).all():
            continue
        near = family[component.compatible[root][family]]
        search = Search(component, np.concatenate([[root], near]), rooted=True)
        found = search.run(stop, worth=Worth(profit), floor=len(needs) - 0.5, limit=0, steps=steps)
        if len(found.columns):
            return found.columns.members(0)
    return None
