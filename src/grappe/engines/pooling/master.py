"""The choice of posts: criterion after criterion, each held at its best while the next is improved.

For each criterion: the linear relaxation by column generation, which gives the bound; an integer choice among the
columns met; and where the two differ, every column whose reduced cost fits in between, since no other column can be in
a better answer (reduced-cost fixing). On those, cuts raise the bound and thin the columns further, and a last integer
choice is then as good as a choice among all columns. What can be served is also cut into branches by the number of
posts, since the relaxation likes to form four posts and a half.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array, hstack, vstack

from grappe.engines.stop import Stop

from .columns import Columns
from .compact import Packing, Posts, Wanted, pack
from .component import Component, Floats, Ints
from .criteria import AT_LEAST, NOTHING, Bound, Branch, Criterion, Held, round_up
from .cuts import holds, violated
from .dive import Task, dive
from .highs import Relaxed, choose, relax
from .oracle import EPSILON, Features, Kept, Listed, Oracle, Scale, Searched, reduced_cost

BATCH = 300  # columns taken in at a time
CUTS = 40  # cuts added at a time
CUT_ROUNDS = 40
CLOSING = 500_000  # columns within the gap, above which it is not closed
TRIAL = 2500  # columns that an integer choice takes on at once
MOST_WHOLE = 160  # needs that are chosen for as a whole without a list
WHOLE_EFFORT = 2.0
MOST_BRANCHES = 12
SERVED = Features(half_days=-1)
MOST_PRICED = 400  # needs of a component for which columns are generated; beyond, neighbourhoods only
FEW = 600  # columns so few that an integer choice needs no help


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
    trivial: int = field(init=False)  # no answer is below this, before any search
    bound: int = field(init=False)
    relaxed: Bound | None = field(init=False)
    branches: list[Branch] = field(init=False)
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
        self.criterion, self.trivial, self.bound, self.relaxed = criterion, trivial, trivial, None
        self.branches = [Branch(0, None, trivial)]

    def has_all(self, columns: Columns) -> None:
        """All viable posts, from now on at hand; what is in none of them cannot be served."""
        self.oracle = Listed(columns, self.kept)
        if self.serving:
            everyone = int(self.component.year[np.unique(columns.member)].sum())
            self.bound = self.trivial = max(self.bound, -everyone)
            self.branches = [Branch(0, None, self.bound)]

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
            self.bound = max(self.bound, self.choose(columns, seconds=1.0))
            if self.proved:
                return
        if isinstance(self.oracle, Searched) and self.component.size > MOST_PRICED:
            return
        self.relaxed = self._relax(self.criterion)
        self.branches = [self._bounded(Branch(0, None, self.bound, self.relaxed), self.bound)]
        self.sum_up()

    @property
    def serving(self) -> bool:
        """Whether what is improved is the half-days served, and nothing is held."""
        return self.criterion.count == SERVED and not self.held

    def open(self) -> list[Branch]:
        """The branches that may hold a better answer, the most hopeful first."""
        value = self.value(self.criterion)
        return sorted((branch for branch in self.branches if branch.bound < value), key=lambda one: one.bound)

    def sum_up(self) -> None:
        least = min(branch.bound for branch in self.branches)
        self.bound = min(self.value(self.criterion), max(self.bound, least))

    def _bounded(self, branch: Branch, least: int) -> Branch:
        relaxed = branch.relaxed
        certain = relaxed is not None and relaxed.certain
        branch.bound = max(least, round_up(relaxed.value, self.criterion.step)) if relaxed and certain else least
        return branch

    def branch(self) -> None:
        """Cut the most hopeful branch where its relaxation forms a part of a post, until it forms whole posts."""
        while len(self.branches) < MOST_BRANCHES and not self.stop.reached() and (open_ := self.open()):
            worst = open_[0]
            if worst.relaxed is None or worst.relaxed.point is None or not worst.relaxed.certain:
                return
            posts = float(worst.relaxed.point.sum())
            whole = round(posts)
            if abs(posts - whole) > 1e-4:
                parts = [Branch(worst.low, math.floor(posts), 0), Branch(math.ceil(posts), worst.high, 0)]
            elif worst.low == worst.high:
                return
            else:
                parts = [Branch(whole, whole, worst.bound, worst.relaxed)]
                parts += [Branch(worst.low, whole - 1, 0)] if worst.low < whole else []
                parts += [Branch(whole + 1, worst.high, 0)] if worst.high is None or whole < worst.high else []
            self.branches.remove(worst)
            self.branches += [self._relaxed_within(part, worst.bound) for part in parts]
        self.sum_up()

    def _relaxed_within(self, branch: Branch, least: int) -> Branch:
        if branch.relaxed is None:
            with self.inside(branch):
                branch.relaxed = self._relax(self.criterion)
        return self._bounded(branch, least)

    @contextmanager
    def inside(self, branch: Branch) -> Iterator[None]:
        """What is held while a branch is searched."""
        held, self.held = self.held, [*self.held, *branch.held()]
        try:
            yield
        finally:
            self.held = held

    def search(self, stop: Stop, *, dives: int) -> None:
        """Better answers for a criterion after the first: dives, and a choice among the columns met."""
        self.stop = stop
        self._fewer_posts()
        self.dives(dives)
        if self.relaxed is not None and not self.proved and not stop.reached():
            self.choose(self._best_of_pool(self.relaxed.scale), seconds=2.0)

    def dives(self, many: int) -> None:
        """Dives in the branches that may hold a better answer, by turns."""
        for turn in range(many if self.relaxed is not None else 0):
            if self.proved or self.stop.reached() or not (open_ := self.open()):
                return
            with self.inside(open_[turn % len(open_)]):
                self._dive()

    def _fewer_posts(self) -> None:
        """Fewer posts without columns, where half-days alone are held."""
        simple = [one.criterion.name for one in self.held] == ["half_days"] and not self.kept.posts
        if self.criterion.name != "posts" or not simple or self.proved or self.component.size > MOST_WHOLE:
            return
        wanted = Wanted(
            most=int(self.component.year.sum()), low=self.bound, high=len(self.answer), serve=-self.held[0].most
        )
        packing = self.pack(wanted, self.posts(), 1.0, self.stop)
        if packing is not None and packing.posts is not None:
            self.better(Columns.of(self.component, packing.posts))
            if packing.proved:
                self.bound = self.value(self.criterion)

    def pack(self, wanted: Wanted, start: Posts, effort: float, stop: Stop) -> Packing | None:
        """What is wanted, asked of the model without columns."""
        seed, effort = int(self.rng.integers(2**30)), effort * WHOLE_EFFORT
        return pack(self.component, wanted, start, stop, seconds=math.inf, effort=effort, seed=seed)

    def posts(self) -> Posts:
        return [self.answer.members(c) for c in range(len(self.answer))]

    def close(self, stop: Stop) -> None:
        """Close the gap, if time allows."""
        self.stop = stop
        if self.proved or stop.reached() or self.relaxed is None or not self.relaxed.certain:
            return
        # The relaxation kept is the one over all columns: those of the closing hold only for better answers.
        for branch in self.open():
            if branch.relaxed is not None and branch.relaxed.certain and not stop.reached():
                with self.inside(branch):
                    branch.bound = max(branch.bound, self._close(self.criterion, branch.relaxed))
        self.sum_up()

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
            self.better(answer)

    def better(self, answer: Columns) -> None:
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
            return round_up(first.value, criterion.step)
        tried = self._listed()
        for _ in range(CUT_ROUNDS):
            bound = round_up(relaxed.value, criterion.step)
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
                self.choose(self._best_of_pool(relaxed.scale), seconds=2.0)
        self._drop_slack_cuts(relaxed)
        bound = round_up(relaxed.value, criterion.step)
        if self.value(criterion) > bound and not self.stop.reached():
            assert isinstance(self.oracle, Listed)
            bound = max(bound, self.choose(Columns.join([self.answer, self.oracle.columns])))
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
            solved = relax(*self._with_slack(*self._model(criterion, self.pool)), self.stop)
            if solved is None:
                return nowhere
            scale = self._scale(criterion, solved)
            fresh, least, certain = self.oracle.cheapest(scale, self.stop, many=BATCH)
            # Each post that an answer may hold lowers the relaxation by `least` at most.
            value = solved.value + self._most_posts() * min(0.0, least) if certain else -np.inf
            before = len(self.pool)
            pool = Columns.join([self.pool, fresh])
            if least > -NOTHING or len(pool) == before or self.stop.reached():
                return Bound(value, scale, certain, solved.x[:before])
            if before > 4 * TRIAL + 10 * n:
                pool = Columns.join([self.answer, pool.take(reduced_cost(pool, scale, self.kept) < self._far(scale))])
            self.pool = pool

    def _with_slack(self, cost: Floats, matrix: csc_array, high: Floats) -> tuple[Floats, csc_array, Floats]:
        """Where a number of posts is the least, the columns at hand may not make so many: what lacks has a price."""
        lacking = [k for k, one in enumerate(self.held) if one.criterion is AT_LEAST]
        if not lacking:
            return cost, matrix, high
        slack = csc_array(([-1.0], ([self.component.size + lacking[0]], [0])), shape=(matrix.shape[0], 1))
        price = 10.0 * float(self.component.year.sum())
        return np.append(cost, price), csc_array(hstack([matrix, slack], format="csc")), high

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

    def choose(self, columns: Columns, *, seconds: float = np.inf) -> int:
        """Improve the answer among `columns`; the bound that holds if no other column is any use."""
        if not len(columns):
            return 0
        criterion = self.criterion
        cost, matrix, high = self._model(criterion, columns)
        choice = choose(cost, matrix, high, self.stop, seconds=seconds)
        if choice.x is not None:
            self.better(columns.take(np.flatnonzero(choice.x)))
        if choice.proved:
            return self.value(criterion)
        return round_up(choice.bound, criterion.step) if np.isfinite(choice.bound) else -(2**62)

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
