"""The choice of posts: criterion after criterion, each held at its best while the next is improved.

For each criterion: the linear relaxation by column generation, which gives the bound; an integer choice among the
columns met; and where the two differ, every column whose reduced cost fits in between, since no other column can be in
a better answer (reduced-cost fixing). On those, cuts raise the bound and thin the columns further, and a last integer
choice is then as good as a choice among all columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array, vstack

from grappe.engines.stop import Stop

from .columns import Columns
from .component import Component, Floats, Ints
from .cuts import holds, violated
from .dive import Task, dive
from .highs import Relaxed, choose, relax
from .oracle import EPSILON, Features, Kept, Listed, Oracle, Scale, Searched, reduced_cost
from .polish import polish

BATCH = 300  # columns taken in at a time
CUTS = 40  # cuts added at a time
CUT_ROUNDS = 40
CLOSING = 500_000  # columns within the gap, above which it is not closed
TRIAL = 2500  # columns that an integer choice takes on at once
IDLE = 30  # rounds of the neighbourhood search without progress
SERVED = Features(half_days=-1)
MOST_PRICED = 400  # needs of a component for which columns are generated; beyond, neighbourhoods only
FEW = 600  # columns so few that an integer choice needs no help
NOTHING = 1e-6


@dataclass(frozen=True)
class Criterion:
    """`count`: what is made small; `step`: all its values are multiples of this."""

    name: str
    count: Features
    step: int = 1

    def cost(self, columns: Columns, kept: Kept) -> Ints:
        count = self.count
        cost = count.half_days * columns.served + count.post + count.metres * columns.metres
        if count.kept:
            cost = cost + count.kept * kept.count(columns)
        return np.rint(cost + np.zeros(len(columns))).astype(np.int64)


@dataclass(frozen=True)
class Held:
    """A criterion that must not go above `most`."""

    criterion: Criterion
    most: int


@dataclass(frozen=True)
class Bound:
    """What a linear relaxation tells: no answer is below `value`, if `certain`; a column that adds `scale`'s reduced
    cost to it can only be in answers above. `point`: where, over the pool."""

    value: float
    scale: Scale
    certain: bool
    point: Floats | None = None


@dataclass
class Master:
    """The state of a choice among the posts of one component: the answer so far, what is held, the columns met."""

    component: Component
    oracle: Oracle
    kept: Kept
    answer: Columns
    stop: Stop
    rng: np.random.Generator
    held: list[Held] = field(default_factory=list)
    criterion: Criterion = field(init=False)
    bound: int = field(init=False)
    relaxed: Bound | None = field(init=False)
    told: Callable[[], None] | None = None  # called at each better answer
    known: dict[str, int] = field(default_factory=dict)  # bounds on criteria, proved elsewhere
    pool: Columns = field(init=False)
    cuts: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.pool = self.answer
        self.cuts = np.zeros((0, 3), dtype=np.int64)

    def met(self) -> Columns:
        """All columns in memory: each is a viable post."""
        return Columns.join(
            [self.answer, self.pool, self.oracle.columns if isinstance(self.oracle, Listed) else self.pool]
        )

    def value(self, criterion: Criterion) -> int:
        return int(criterion.cost(self.answer, self.kept).sum())

    def begin(self, criterion: Criterion, trivial: int) -> None:
        """Take up `criterion`, of which no answer is below `trivial`."""
        self.criterion, self.bound, self.relaxed = criterion, trivial, None

    @property
    def proved(self) -> bool:
        return self.value(self.criterion) <= self.bound

    def bound_it(self, stop: Stop) -> None:
        """The linear relaxation, and its bound; where the columns are few, the best choice at once."""
        self.stop = stop
        if self.proved or stop.reached():
            return
        if isinstance(self.oracle, Listed) and len(self.oracle.columns) <= FEW:
            columns = Columns.join([self.answer, self.oracle.columns])
            self.bound = max(self.bound, self._choose(self.criterion, columns, seconds=1.0))
            if self.proved:
                return
        if isinstance(self.oracle, Searched) and self.component.size > MOST_PRICED:
            return
        self.relaxed = self._relax(self.criterion)
        self._bounded(self.relaxed)

    def _bounded(self, relaxed: Bound) -> None:
        if relaxed.certain:
            self.bound = min(self.value(self.criterion), max(self.bound, _round_up(relaxed.value, self.criterion.step)))

    def search(self, stop: Stop, *, dives: int) -> None:
        """Better answers: dives, then a search of neighbourhoods or an integer choice among the columns met."""
        self.stop = stop
        for _ in range(dives if self.relaxed is not None else 0):
            if self.proved or stop.reached():
                return
            self._dive()
        if self.proved or stop.reached():
            return
        if self.criterion.count == SERVED and not self.held:
            target = -self.bound
            self._better(
                polish(
                    self.component, self.answer, self.rng, stop, rounds=IDLE, target=target, step=self.criterion.step
                )
            )
        elif self.relaxed is not None:
            self._choose(self.criterion, self._best_of_pool(self.relaxed.scale), seconds=2.0)

    def close(self, stop: Stop) -> None:
        """Close the gap, if time allows."""
        self.stop = stop
        if self.proved or stop.reached() or self.relaxed is None or not self.relaxed.certain:
            return
        # The relaxation kept is the one over all columns: those of the closing hold only for better answers.
        bound = self._close(self.criterion, self.relaxed)
        self.bound = min(self.value(self.criterion), max(self.bound, bound))

    def hold(self, stop: Stop) -> None:
        """Hold the criterion where it is; only columns that fit stay in play."""
        self.stop = stop
        if self.relaxed is not None and self.relaxed.certain and self.proved and not stop.reached():
            self._narrow(self.criterion, self.relaxed)
        self.held.append(Held(self.criterion, self.value(self.criterion)))

    def _dive(self) -> None:
        columns = self.oracle.columns if isinstance(self.oracle, Listed) else self.pool
        criterion = self.criterion
        held = np.array([h.criterion.cost(columns, self.kept) for h in self.held], dtype=np.int64).reshape(
            len(self.held), len(columns)
        )
        most = np.array([h.most for h in self.held], dtype=np.int64)
        task = Task(columns, criterion.cost(columns, self.kept), held, most, criterion.step)
        pool = np.sort(self.rng.choice(len(columns), size=min(len(columns), 300), replace=False))
        answer = dive(task, self.value(criterion) - criterion.step, pool, self.rng, self.stop)
        if answer is not None:
            self._better(answer)

    def _better(self, answer: Columns) -> None:
        """Take this answer if it is better."""
        cost = int(self.criterion.cost(answer, self.kept).sum())
        if cost < self.value(self.criterion) and self._feasible(answer):
            self.answer = answer
            if self.told is not None:
                self.told()

    def _narrow(self, criterion: Criterion, relaxed: Bound) -> None:
        """Once a criterion is at its best, only the columns that fit it stay in play."""
        room = self.value(criterion) - relaxed.value + NOTHING
        fit = self.oracle.within(relaxed.scale, room, self.stop, limit=CLOSING)
        if fit is not None:
            self.oracle = Listed(Columns.join([self.answer, fit]), self.kept, whole=False)
            self.pool = self.pool.take(reduced_cost(self.pool, relaxed.scale, self.kept) <= room + EPSILON)

    def _close(self, criterion: Criterion, first: Bound) -> int:
        """Close the gap among all the columns that a better answer may hold; the bound reached."""
        whole, relaxed = self.oracle, first
        if not self._thin(criterion, first):
            return _round_up(first.value, criterion.step)
        tried = self._listed()
        for _ in range(CUT_ROUNDS):
            bound = _round_up(relaxed.value, criterion.step)
            if self.value(criterion) <= bound or self.stop.reached() or self._listed() <= TRIAL:
                break
            fresh = self._new_cuts(relaxed)
            if not len(fresh):
                break
            self.cuts = np.concatenate([self.cuts, fresh])
            tighter = self._relax(criterion)
            if not tighter.certain:
                break
            relaxed = tighter
            self._thin(criterion, relaxed)
            if self._listed() < tried / 3:
                tried = self._listed()
                self._choose(criterion, self._best_of_pool(relaxed.scale), seconds=2.0)
        self._drop_slack_cuts(relaxed)
        bound = _round_up(relaxed.value, criterion.step)
        if self.value(criterion) > bound and not self.stop.reached():
            assert isinstance(self.oracle, Listed)
            bound = max(bound, self._choose(criterion, Columns.join([self.answer, self.oracle.columns])))
        self.oracle = whole
        return bound

    def _listed(self) -> int:
        return len(self.oracle.columns) if isinstance(self.oracle, Listed) else 2**62

    def _thin(self, criterion: Criterion, relaxed: Bound) -> bool:
        """Keep in play only what a better answer may hold; False when those are too many."""
        room = self.value(criterion) - criterion.step - relaxed.value + NOTHING
        fit = self.oracle.within(relaxed.scale, room, self.stop, limit=CLOSING)
        if fit is None:
            return False
        self.oracle = Listed(fit, self.kept, whole=False)
        return True

    def _new_cuts(self, relaxed: Bound) -> Ints:
        if relaxed.point is None:
            return self.cuts[:0]
        known = {tuple(cut) for cut in self.cuts.tolist()}
        fresh = [cut for cut in violated(self.pool, relaxed.point, CUTS).tolist() if tuple(cut) not in known]
        return np.array(fresh, dtype=np.int64).reshape(-1, 3)

    def _drop_slack_cuts(self, relaxed: Bound) -> None:
        if len(relaxed.scale.cut_pays) == len(self.cuts):
            self.cuts = self.cuts[relaxed.scale.cut_pays < -NOTHING]

    def _best_of_pool(self, scale: Scale) -> Columns:
        if len(self.pool) <= TRIAL:
            return Columns.join([self.answer, self.pool])
        cost = reduced_cost(self.pool, scale, self.kept)
        return Columns.join([self.answer, self.pool.take(np.argpartition(cost, TRIAL)[:TRIAL])])

    def _relax(self, criterion: Criterion) -> Bound:
        """The linear relaxation, by column generation."""
        self.pool = Columns.join([self.answer, self.pool])
        n, nowhere = self.component.size, Bound(-np.inf, self._scale(criterion, None), certain=False)
        while True:
            cost, matrix, high = self._model(criterion, self.pool)
            solved = relax(cost, matrix, high, self.stop)
            if solved is None:
                return nowhere
            scale = self._scale(criterion, solved)
            fresh, least, certain = self.oracle.cheapest(scale, self.stop, many=BATCH)
            # Each post that an answer may hold lowers the relaxation by `least` at most.
            value = solved.value + self._most_posts() * min(0.0, least) if certain else -np.inf
            before = len(self.pool)
            pool = Columns.join([self.pool, fresh])
            if least > -NOTHING or len(pool) == before or self.stop.reached():
                return Bound(value, scale, certain, solved.x)
            if before > 4 * TRIAL + 10 * n:
                pool = Columns.join([self.answer, pool.take(reduced_cost(pool, scale, self.kept) < self._far(scale))])
            self.pool = pool

    def _far(self, scale: Scale) -> float:
        cost = reduced_cost(self.pool, scale, self.kept)
        return float(np.partition(cost, 2 * TRIAL)[2 * TRIAL])

    def _scale(self, criterion: Criterion, solved: Relaxed | None) -> Scale:
        n = self.component.size
        if solved is None:
            return Scale(criterion.count, np.zeros(n), self.cuts, np.zeros(len(self.cuts)))
        count = criterion.count
        held_end = n + len(self.held)
        for held, price in zip(self.held, solved.dual[n:held_end], strict=True):
            count = count.plus(held.criterion.count, -float(price))
        return Scale(count, solved.dual[:n], self.cuts, solved.dual[held_end:])

    def _choose(self, criterion: Criterion, columns: Columns, *, seconds: float = np.inf) -> int:
        """Improve the answer among `columns`; the bound that holds if no other column is any use."""
        if not len(columns):
            return 0
        cost, matrix, high = self._model(criterion, columns)
        choice = choose(cost, matrix, high, self.stop, seconds=seconds)
        if choice.x is not None:
            self._better(columns.take(np.flatnonzero(choice.x)))
        if choice.proved:
            return self.value(criterion)
        return _round_up(choice.bound, criterion.step) if np.isfinite(choice.bound) else -(2**62)

    def _feasible(self, answer: Columns) -> bool:
        disjoint = len(np.unique(answer.member)) == len(answer.member)
        return disjoint and all(int(h.criterion.cost(answer, self.kept).sum()) <= h.most for h in self.held)

    def _model(self, criterion: Criterion, columns: Columns) -> tuple[Floats, csc_array, Floats]:
        """min cost x, matrix x <= high: each need once, what is held stays held, the cuts."""
        n, m = self.component.size, len(columns)
        packing = csc_array((np.ones(len(columns.member)), columns.member, columns.start), shape=(n, m))
        parts = [packing]
        if self.held:
            parts.append(
                csc_array(np.array([h.criterion.cost(columns, self.kept) for h in self.held], dtype=np.float64))
            )
        if len(self.cuts):
            parts.append(csc_array(holds(columns, self.cuts)))
        high = [np.ones(n), np.array([h.most for h in self.held], dtype=np.float64), np.ones(len(self.cuts))]
        return criterion.cost(columns, self.kept).astype(np.float64), vstack(parts, format="csc"), np.concatenate(high)

    def _most_posts(self) -> int:
        """No answer has more posts than this."""
        component = self.component
        return max(1, component.size // max(1, component.min_firms if component.twins is None else 1))


def _round_up(value: float, step: int) -> int:
    """The least multiple of `step` that is not below `value`, given that `value` comes from floating point."""
    if not np.isfinite(value):
        return -(2**62)
    return int(np.ceil(value / step - NOTHING)) * step
