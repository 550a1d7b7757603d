"""The choice of posts without a list of them: which need leads a post, and who is in it, as a model for CP-SAT.

A post is led by its bulkiest need, so no two points of the model tell the same answer (representatives: Campelo,
Campos and Correa 2008). The model is small where the list of viable posts is very long.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grappe.engines.stop import Stop

from .component import Bools, Component, Ints

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

MOST_PAIRS = 40_000  # leaders and members of a model, above which it is not made
WATCH_SECONDS = 0.1

Posts = list[tuple[int, ...]]


@dataclass(frozen=True)
class Wanted:
    """What is asked: the most half-days a year, at most `most`; or, when `serve` is given, the fewest posts that serve so
    many. Between `low` and `high` posts. `above`: only answers that serve at least this are looked for; where it is `most`,
    the question is a yes or no, which the solver answers far sooner by its clauses alone, without linear relaxations."""

    most: int
    low: int = 0
    high: int | None = None
    above: int = 0
    serve: int | None = None

    @property
    def yes_or_no(self) -> bool:
        return self.serve is None and self.above == self.most


@dataclass(frozen=True)
class Packing:
    """`posts`: the best found, None when none was; `bound`: of what is wanted, half-days at most or posts at least;
    `proved`: nothing better exists (or, without posts, nothing at all)."""

    posts: Posts | None
    bound: int
    proved: bool


def pack(
    component: Component, wanted: Wanted, start: Posts, stop: Stop, *, seconds: float, effort: float, seed: int = 0
) -> Packing | None:
    """The best posts found within `seconds` and `effort` (CP-SAT's own measure of work, alike on every machine); `start`
    is where the search begins. None when the component is too large for such a model."""
    limit = min(0.95 * stop.remaining(), seconds)
    if limit <= 0 or component.compatible.sum() // 2 > MOST_PAIRS:
        return None
    from ortools.sat.python import cp_model

    model = _Model(component, wanted)
    if not model.leads:
        return Packing([], 0, proved=True)
    model.begin_with(start)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 0 if wanted.yes_or_no else 2
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    if np.isfinite(limit):
        solver.parameters.max_time_in_seconds = limit
    with _Watch(solver, stop):
        status = solver.solve(model.model)
    if status == cp_model.INFEASIBLE:
        return Packing(None, wanted.above if wanted.serve is None else wanted.most, proved=True)
    found = model.posts(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
    bound = wanted.most if wanted.serve is None else wanted.low
    if status == cp_model.OPTIMAL and found is not None:
        served = sum(int(component.year[list(post)].sum()) for post in found)
        bound = served if wanted.serve is None else len(found)
    return Packing(found, bound, proved=status == cp_model.OPTIMAL)


class _Model:
    """`leads` (i,): need i leads a post; `inside` (i, j): need j is in the post that i leads, i before j."""

    def __init__(self, component: Component, wanted: Wanted) -> None:
        from ortools.sat.python import cp_model

        self.component = component
        self.model = cp_model.CpModel()
        self.after = [np.flatnonzero(row[k + 1 :]) + k + 1 for k, row in enumerate(component.compatible)]
        able = [self._can_lead(i) for i in range(component.size)]
        self.leads = {i: self.model.new_bool_var("") for i in range(component.size) if able[i]}
        self.inside = {(i, int(j)): self.model.new_bool_var("") for i in self.leads for j in self.after[i]}
        led_by: list[list[Any]] = [[] for _ in range(component.size)]
        for i, lead in self.leads.items():
            led_by[i].append(lead)
            self._post(i)
        for (_, j), inside in self.inside.items():
            led_by[j].append(inside)
        everyone = wanted.above == component.year.sum()
        for some in led_by:
            if everyone:
                self.model.add_exactly_one(some)
            else:
                self.model.add_at_most_one(some)
        self._want(wanted)

    def _can_lead(self, i: int) -> bool:
        component, members = self.component, self.after[i]
        return bool(component.year[i] + component.year[members].sum() >= component.least[i])

    def _post(self, i: int) -> None:
        """The rules of the post that need i leads."""
        component, model, lead = self.component, self.model, self.leads[i]
        members = [int(j) for j in self.after[i]]
        inside = [self.inside[i, j] for j in members]
        for month in range(component.load.shape[1]):
            loads, room = component.load[members, month], component.capacity - int(component.load[i, month])
            model.add(_total(loads, inside) <= room * lead)
        year = _total(component.year[members], inside) + int(component.year[i]) * lead
        model.add(year >= int(component.least[i]) * lead)
        for j, one in zip(members, inside, strict=True):
            model.add_implication(one, lead)
            if component.least[j] > component.least[i]:
                model.add(year >= int(component.least[j]) * one)
        self._firms(i, members, inside)
        apart = ~component.compatible[np.ix_(members, members)]
        np.fill_diagonal(apart, False)
        for clique in _cliques(apart):
            model.add(sum(inside[k] for k in clique) <= lead)
        self._families(i, members, inside)

    def _firms(self, i: int, members: list[int], inside: list[Any]) -> None:
        component, lead = self.component, self.leads[i]
        others: dict[int, list[Any]] = {}
        for j, one in zip(members, inside, strict=True):
            if component.firm[j] != component.firm[i]:
                others.setdefault(int(component.firm[j]), []).append(one)
        present = []
        for some in others.values():
            firm = some[0]
            if len(some) > 1:
                firm = self.model.new_bool_var("")
                self.model.add_max_equality(firm, some)
            present.append(firm)
        if component.max_firms is not None:
            self.model.add(sum(present) <= (component.max_firms - 1) * lead)
        if component.min_firms > 1:
            self.model.add(sum(present) >= (component.min_firms - 1) * lead)

    def _families(self, i: int, members: list[int], inside: list[Any]) -> None:
        """One family of skills must hold the whole post; that is so by itself where one holds all who may come."""
        mine = [set(family.tolist()) for family in self.component.families if i in family]
        if any(family.issuperset(members) for family in mine):
            return
        chosen = [self.model.new_bool_var("") for _ in mine]
        self.model.add(sum(chosen) == self.leads[i])
        for j, one in zip(members, inside, strict=True):
            self.model.add(one <= sum(c for c, family in zip(chosen, mine, strict=True) if j in family))

    def _want(self, wanted: Wanted) -> None:
        component, model = self.component, self.model
        last = [j for _, j in self.inside]
        served = _total(component.year[list(self.leads)], list(self.leads.values()))
        served += _total(component.year[last], list(self.inside.values()))
        posts = sum(self.leads.values())
        model.add(served <= wanted.most)
        if wanted.above or wanted.serve:
            model.add(served >= max(wanted.above, wanted.serve or 0))
        if wanted.low:
            model.add(posts >= wanted.low)
        if wanted.high is not None:
            model.add(posts <= wanted.high)
        if wanted.serve is not None:
            model.minimize(posts)
        elif not wanted.yes_or_no:
            model.maximize(served)

    def begin_with(self, posts: Sequence[Sequence[int]]) -> None:
        if not posts:
            return
        chosen = {(min(post), j) for post in posts for j in post}
        for i, lead in self.leads.items():
            self.model.add_hint(lead, (i, i) in chosen)
        for pair, inside in self.inside.items():
            self.model.add_hint(inside, pair in chosen)

    def posts(self, solver: cp_model.CpSolver) -> Posts:
        found = {i: [i] for i, lead in self.leads.items() if solver.boolean_value(lead)}
        for (i, j), inside in self.inside.items():
            if i in found and solver.boolean_value(inside):
                found[i].append(j)
        return [tuple(sorted(post)) for post in found.values()]


def _total(weights: Ints, variables: list[Any]) -> Any:
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.weighted_sum(variables, [int(w) for w in weights])


def _cliques(apart: Bools) -> list[list[int]]:
    """Sets of which every two are `apart`, that together hold every pair that is: largest found first."""
    left = np.triu(apart)
    cliques = []
    degree = apart.sum(axis=1)
    while left.any():
        first, second = divmod(int(left.argmax()), len(left))
        clique = [first, second]
        fit = apart[first] & apart[second]
        while fit.any():
            nxt = int(np.argmax(np.where(fit, degree, -1)))
            clique.append(nxt)
            fit &= apart[nxt]
        left[np.ix_(clique, clique)] = False
        cliques.append(clique)
    return cliques


class _Watch:
    """Stops the solver soon after `stop` is reached: a cancel comes from elsewhere, so a thread has to look for it."""

    def __init__(self, solver: cp_model.CpSolver, stop: Stop) -> None:
        self._solver = solver
        self._stop = stop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            if self._stop.reached():
                self._solver.stop_search()
