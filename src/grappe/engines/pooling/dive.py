"""Diving: fix the post that the linear relaxation likes most, solve it again for what is left, and so on.

Column generation goes on among the posts left, and the last few needs are chosen for by an integer choice. A dive is
given up as soon as its relaxation is no better than the answer in hand. Chance varies the dives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, vstack

from grappe.engines.stop import Stop

from .columns import Columns
from .component import Floats, Ints
from .highs import choose, relax

LAST = 300  # columns left from which an integer choice ends the dive
BATCH = 300
SECONDS = 0.15
CHANCE = 0.3


@dataclass(frozen=True)
class Task:
    """min cost x over disjoint `columns`, held x <= most; `cost` (m,), `held` (h, m), `most` (h,); `step` of the cost."""

    columns: Columns
    cost: Ints
    held: Ints
    most: Ints
    step: int

    def take(self, chosen: Ints) -> Task:
        return Task(self.columns.take(chosen), self.cost[chosen], self.held[:, chosen], self.most, self.step)

    def after(self, column: int) -> Task:
        """The task that is left once `column` is chosen."""
        mark = np.zeros(self.columns.size)
        mark[list(self.columns.members(column))] = 1
        apart = np.flatnonzero(self.columns.total(mark) < 0.5)
        most = self.most - self.held[:, column]
        return Task(self.columns.take(apart), self.cost[apart], self.held[:, apart], most, self.step)


def dive(task: Task, most: int, pool: Ints, rng: np.random.Generator, stop: Stop) -> Columns | None:
    """Disjoint columns of a cost of at most `most`; None when this dive met none. `pool`: columns to begin with."""
    chosen: list[tuple[int, ...]] = []
    whole = task
    while not stop.reached():
        if len(task.columns) <= LAST:
            rest = _last(task, most, stop)
            return None if rest is None else _gather(whole, chosen + rest)
        solved = _relax(task, pool, stop)
        if solved is None:
            return None
        value, x, pool = solved
        if value > most + 1e-6:
            return None
        pick = int(pool[np.argmax(x + CHANCE * rng.random(len(x)) * (x > 0.05))])
        chosen.append(task.columns.members(pick))
        most -= int(task.cost[pick])
        mark = np.zeros(task.columns.size)
        mark[list(chosen[-1])] = 1
        place = np.cumsum(task.columns.total(mark) < 0.5) - 1
        pool = place[pool[task.columns.total(mark)[pool] < 0.5]]
        task = task.after(pick)
    return None


def _gather(whole: Task, posts: list[tuple[int, ...]]) -> Columns:
    """The columns of `whole` that have these members."""
    found = Columns.empty(whole.columns.size)
    parts = [found]
    for post in posts:
        mark = np.zeros(whole.columns.size)
        mark[list(post)] = 1
        same = (whole.columns.total(mark) > len(post) - 0.5) & (np.diff(whole.columns.start) == len(post))
        parts.append(whole.columns.take(np.flatnonzero(same)[:1]))
    return Columns.join(parts)


def _last(task: Task, most: int, stop: Stop) -> list[tuple[int, ...]] | None:
    columns = task.columns
    if not len(columns):
        return [] if most >= 0 and (task.most >= 0).all() else None
    packing = csc_array(
        (np.ones(len(columns.member)), columns.member, columns.start), shape=(columns.size, len(columns))
    )
    rows = [packing, csc_array(task.cost[None, :].astype(np.float64))]
    if len(task.held):
        rows.append(csc_array(task.held.astype(np.float64)))
    high = np.concatenate([np.ones(columns.size), [float(most)], task.most.astype(np.float64)])
    gap = 0.5 * task.step / max(task.step, abs(most))
    choice = choose(task.cost.astype(np.float64), vstack(rows, format="csc"), high, stop, seconds=SECONDS, gap=gap)
    return None if choice.x is None else [columns.members(int(c)) for c in np.flatnonzero(choice.x)]


def _relax(task: Task, pool: Ints, stop: Stop) -> tuple[float, Floats, Ints] | None:
    """The relaxation over all the task's columns, from those in `pool`: value, point over the pool, pool.

    What is held may be impossible for the pool alone, so each such row may be broken at a price.
    """
    columns, n, h = task.columns, task.columns.size, len(task.held)
    price = 10.0 * max(1.0, float(np.abs(task.cost).max()))
    if len(pool) < BATCH:
        pool = np.union1d(pool, np.arange(min(BATCH, len(columns))))
    while True:
        sub = columns.take(pool)
        packing = csc_array((np.ones(len(sub.member)), sub.member, sub.start), shape=(n, len(sub)))
        rows = [packing, csc_array(task.held[:, pool].astype(np.float64))] if h else [packing]
        slack = csc_array((-np.ones(h), (n + np.arange(h), np.arange(h))), shape=(n + h, h))
        matrix = csc_array(vstack(rows, format="csc"))
        if h:
            from scipy.sparse import hstack

            matrix = csc_array(hstack([matrix, slack], format="csc"))
        cost = np.concatenate([task.cost[pool], np.full(h, price)])
        solved = relax(cost, matrix, np.concatenate([np.ones(n), task.most]).astype(np.float64), stop)
        if solved is None:
            return None
        reduced = task.cost - columns.total(solved.dual[:n]) - (solved.dual[n:] @ task.held if h else 0.0)
        better = np.flatnonzero(reduced < -1e-6)
        if len(better) > BATCH:
            better = better[np.argpartition(reduced[better], BATCH)[:BATCH]]
        wider = np.union1d(pool, better)
        if len(wider) == len(pool) or stop.reached():
            broken = solved.x[len(pool) :].sum() > 1e-6
            return (np.inf if broken else solved.value), solved.x[: len(pool)], pool
        pool = wider
