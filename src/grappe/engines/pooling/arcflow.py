"""The pure one-dimensional case, where posts are bins: arc-flow (Valerio de Carvalho 1999).

A post is a path from 0 along the loads of its needs, largest first; needs of one load are one kind of arc, which takes
away the symmetry between them. It applies where only loads matter: every two needs get on, each month is like the
next, and no rule on firms or prices can bind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from grappe.engines.stop import Stop

from .component import Component, Ints
from .highs import choose

MOST_ARCS = 150_000
MOST_NEEDS = 1500


@dataclass(frozen=True)
class Packed:
    """`posts`: members by place in the component; `served_bound`: half-days a year at most; `posts_bound`: posts at
    least when that much is served, 0 when it is not."""

    posts: list[tuple[int, ...]]
    served_bound: int
    posts_bound: int


def is_pure(component: Component) -> bool:
    if component.size > MOST_NEEDS:
        return False
    load, capacity = component.load[:, 0], component.capacity
    least = int(component.least.max())
    if component.load.shape[1] > 1 or component.twins is not None or (component.least != least).any():
        return False
    if component.max_firms is not None and _most_needs(component) > component.max_firms:
        return False
    if component.min_firms > 1 and 12 * int(np.sort(load)[::-1][: component.min_firms - 1].sum()) >= least:
        return False
    whole = any(len(family) == component.size for family in component.families)
    fit = load[:, None] + load[None, :] <= capacity
    pairs = component.compatible | ~fit
    np.fill_diagonal(pairs, True)
    return whole and bool(pairs.all()) and len(np.unique(load)) * capacity <= 20 * MOST_ARCS


def _most_needs(component: Component) -> int:
    return int(np.searchsorted(np.cumsum(np.sort(component.load[:, 0])), component.capacity, side="right"))


def packed(component: Component, stop: Stop) -> Packed:
    """The best packing: most half-days served, then fewest posts."""
    sizes = component.load[:, 0]
    least = -(-int(component.least.max()) // 12)
    everything, total = int(component.year.sum()), int(sizes.sum())
    best = _fullest_bins(sizes, component.capacity, least)
    if sum(int(sizes[list(b)].sum()) for b in best) == total and len(best) <= -(-total // component.capacity):
        return Packed(best, everything, len(best))
    arcs = _arcs(sizes, component.capacity, least)
    if arcs is None:
        return Packed(best, everything, 0)
    flow = _Flow(sizes, component.capacity, arcs)
    served, served_bound = flow.most_served(best, stop)
    if sum(int(sizes[list(b)].sum()) for b in served) > sum(int(sizes[list(b)].sum()) for b in best):
        best = served
    amount = sum(int(sizes[list(b)].sum()) for b in best)
    fewest, posts_bound = flow.fewest(best, amount, stop)
    return Packed(fewest, 12 * served_bound, posts_bound if amount == served_bound else 0)


def _fullest_bins(sizes: Ints, capacity: int, least: int) -> list[tuple[int, ...]]:
    """Bin after bin, the largest need left and the needs that with it fill the bin most (minimum bin slack)."""
    left = list(range(len(sizes)))
    bins = []
    while left:
        first, *rest = left
        room = capacity - int(sizes[first])
        reach = np.full(room + 1, -1, dtype=np.int64)  # the last need of a sum
        before: list[Ints] = []
        reach[0] = first
        for need in rest:
            size = int(sizes[need])
            before.append(reach.copy())
            if size <= room:
                fresh = (reach[size:] < 0) & (reach[: room + 1 - size] >= 0)
                reach[size:][fresh] = need
        total = int(np.flatnonzero(reach >= 0).max())
        chosen, at = [first], total
        for need, earlier in zip(reversed(rest), reversed(before), strict=True):
            if at and earlier[at] < 0:
                chosen.append(need)
                at -= int(sizes[need])
        left = [need for need in left if need not in set(chosen)]
        if int(sizes[chosen].sum()) >= least:
            bins.append(tuple(sorted(chosen)))
    return bins


def _arcs(sizes: Ints, capacity: int, least: int) -> Ints | None:
    """(a, 2) arcs from, to; those to `capacity + 1` end a post. None when they would be too many."""
    reached = np.zeros(capacity + 1, dtype=bool)
    reached[0] = True
    arcs: list[Ints] = []
    count = 0
    for size, times in sorted(Counter(sizes.tolist()).items(), reverse=True):
        front = np.flatnonzero(reached)
        tails = np.zeros(capacity + 1, dtype=bool)
        for _ in range(min(times, capacity // size)):
            front = front[front + size <= capacity]
            front = front[~tails[front]]
            if not len(front):
                break
            tails[front] = True
            front = front + size
        tail = np.flatnonzero(tails)
        reached[tail + size] = True
        arcs.append(np.stack([tail, tail + size], axis=1))
        count += len(tail)
        if count > MOST_ARCS:
            return None
    ends = np.flatnonzero(reached[max(1, least) :]) + max(1, least)
    arcs.append(np.stack([ends, np.full(len(ends), capacity + 1)], axis=1))
    return np.concatenate(arcs)


class _Flow:
    """The integer model: one variable per arc, a balance per node, a limit per size."""

    def __init__(self, sizes: Ints, capacity: int, arcs: Ints) -> None:
        self.sizes = sizes
        self.capacity = capacity
        self.arcs = arcs
        self.length = np.where(arcs[:, 1] > capacity, 0, arcs[:, 1] - arcs[:, 0])
        self.kinds = Counter(sizes.tolist())
        number = {size: capacity + k for k, size in enumerate(sorted(self.kinds))}
        a = np.arange(len(arcs))
        inside, real = (arcs[:, 0] > 0), self.length > 0
        tail = (arcs[inside, 0] - 1, a[inside], -np.ones(int(inside.sum())))
        head = (arcs[real, 1] - 1, a[real], np.ones(int(real.sum())))
        kind = (np.array([number[int(s)] for s in self.length[real]]), a[real], np.ones(int(real.sum())))
        rows, columns, values = (np.concatenate(parts) for parts in zip(tail, head, kind, strict=True))
        served = (np.full(int(real.sum()), capacity + len(number)), a[real], self.length[real].astype(np.float64))
        rows, columns, values = (np.concatenate([x, y]) for x, y in zip((rows, columns, values), served, strict=True))
        shape = (capacity + len(number) + 1, len(arcs))
        self.matrix = csc_array((values, (rows, columns)), shape=shape)
        limits = np.array([self.kinds[size] for size in sorted(self.kinds)], dtype=np.float64)
        self.limits = limits
        self.upper = np.array([self.kinds.get(int(s), len(sizes)) for s in self.length], dtype=np.float64)

    def most_served(self, best: list[tuple[int, ...]], stop: Stop) -> tuple[list[tuple[int, ...]], int]:
        """Posts that serve most half-days a month, and the bound on it."""
        total, now = int(self.sizes.sum()), sum(int(self.sizes[list(b)].sum()) for b in best)
        if now == total:
            return best, total
        answer = self._choose(-self.length.astype(np.float64), 0, stop)
        bound = total if not np.isfinite(answer.bound) else min(total, int(np.floor(-answer.bound + 1e-6)))
        return (best if answer.x is None else self._posts(answer.x)), max(now, bound)

    def fewest(self, best: list[tuple[int, ...]], served: int, stop: Stop) -> tuple[list[tuple[int, ...]], int]:
        """Posts, as few as can be, that serve `served`; and the bound on their number."""
        cost = (self.arcs[:, 0] == 0).astype(np.float64)
        lowest = -(-served // self.capacity)
        if len(best) <= lowest:
            return best, lowest
        answer = self._choose(cost, served, stop)
        bound = lowest if not np.isfinite(answer.bound) else max(lowest, int(np.ceil(answer.bound - 1e-6)))
        if answer.x is None:
            return best, bound
        posts = self._posts(answer.x)
        return (posts if len(posts) < len(best) else best), bound

    def _choose(self, cost, served: int, stop: Stop):  # type: ignore[no-untyped-def]
        balance = np.zeros(self.capacity)
        low = np.concatenate([balance, np.zeros(len(self.limits)), [float(served)]])
        high = np.concatenate([balance, self.limits, [np.inf]])
        return choose(cost, self.matrix, high, stop, low=low, upper=self.upper)

    def _posts(self, x: Ints) -> list[tuple[int, ...]]:
        """The paths of a flow, with a need of the right size for each arc."""
        needs = {size: [i for i, s in enumerate(self.sizes.tolist()) if s == size] for size in self.kinds}
        out: dict[int, list[int]] = {}
        for arc in np.flatnonzero(x):
            out.setdefault(int(self.arcs[arc, 0]), []).extend([int(arc)] * int(x[arc]))
        posts = []
        while out.get(0):
            node, post = 0, []
            while node <= self.capacity:
                edge = out[node].pop()
                node = int(self.arcs[edge, 1])
                if self.length[edge]:
                    post.append(needs[int(self.length[edge])].pop())
            posts.append(tuple(sorted(post)))
        return posts
