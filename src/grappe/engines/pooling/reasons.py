"""Why a need is not met, and the smallest single change that would meet it, checked by solving again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from grappe.engines.stop import Stop
from grappe.engines.values import ceil_div

from .component import SLACK_KM, Component, Floats, Ints, between, components, places
from .problem import Need, Problem
from .search import post_with
from .share import Schedule, Share
from .solve import Params

if TYPE_CHECKING:
    from .method import Choice

NEIGHBOURS = 150
TRIES = 40  # changes of one kind checked by solving again, within
NEED_SECONDS = 3.0  # for one need
LEAST_SECONDS = 2.0
SECONDS_WITHOUT_LIMIT = 120.0
EXISTENCE_SECONDS = 1.0
MORE = "\0more"

Change = dict[str, Any]
Key = tuple[str, ...]  # a change, and the need or the skill that it is tried for


class Explainer:
    """Explains the unmet needs of one answer; solves again each change once, for all the needs that it may serve."""

    def __init__(self, problem: Problem, params: Params, stop: Stop, seed: int, *, usual_seconds: float) -> None:
        self.problem = problem
        self.params = replace(params, explain=False, workers=1)
        allowed = SECONDS_WITHOUT_LIMIT if stop.remaining() == math.inf else 0.9 * stop.remaining()
        self.stop = Share(stop, allowed)
        self.seed = seed
        self.seconds = max(LEAST_SECONDS, min(usual_seconds, 0.1 * allowed))
        self.unexplained = 0
        self._place = places(problem.needs)
        self._by_skill: dict[str, Ints] = {}
        self._parts: dict[Key, list[Component]] = {}
        self._choices: dict[tuple[Key, int], Choice] = {}
        self._for_aim: dict[Key, frozenset[int]] = {}
        skills = {need.skill for need in problem.needs}
        families = problem.rules.skill_families(skills)
        self._related = {s: frozenset[str]().union(*(f for f in families if s in f)) for s in skills}

    def reason(self, index: int, in_play: frozenset[int], total: Mapping[int, int]) -> str:
        """too_large, no_partner, fill, price or contended: the first rule that no post with this need can meet.

        `in_play`: needs known to be in some viable post; `total`: for the others that have a neighbour, the half-days
        a year asked around. Without time left the reason is judged from that alone.
        """
        need = self.problem.needs[index]
        if max(need.half_days) > self.problem.rules.capacity:
            return "too_large"
        if index in in_play:
            return "contended"
        if self.stop.reached():
            return self._reason_by_totals(index, total.get(index))
        around = self._around(index)
        any_fill = replace(self.problem, rules=replace(self.problem.rules, min_fill=0.0), post_cents_per_year=None)
        for reason, problem in (
            ("no_partner", any_fill),
            ("fill", replace(self.problem, post_cents_per_year=None)),
            ("price", self.problem),
        ):
            if not self._exists(problem, index, around):
                return reason
        return "contended"

    def relaxation(self, index: int, reason: str, among: int) -> Change | None:
        """The smallest change found after which the need is served, each measured against what it changes. `among`: so
        many needs are still to be explained."""
        kinds = {
            "too_large": (self._fewer_half_days,),
            "no_partner": (self._further, self._more_half_days),
            "fill": (self._emptier, self._more_firms, self._further, self._more_half_days),
            "price": (self._dearer, self._more_half_days),
            "contended": (self._more_half_days, self._further, self._more_firms),
        }
        best: Change | None = None
        mine = Share(self.stop, max(NEED_SECONDS, self.stop.remaining() / max(1, among)))
        for kind in kinds[reason]:
            for change in islice(kind(index) if not mine.reached() else (), TRIES):
                if best is not None and self._size(change, index) >= self._size(best, index):
                    break
                served = self._serves(change, index)
                if served and not self.stop.reached():
                    best = change
                if served or mine.reached():
                    break
        self.unexplained += best is None and mine.reached()
        return best

    def _size(self, change: Change, index: int) -> float:
        """How large a change is, as a part of what it changes."""
        rules, need, kind = self.problem.rules, self.problem.needs[index], change["change"]
        if kind == "more_half_days":
            return float(change["half_days"] / rules.capacity)
        now = {
            "max_km": rules.max_km,
            "min_fill": rules.min_fill,
            "max_firms": rules.max_firms or 1,
            "half_days": max(need.half_days),
            "max_price_cents": need.max_price_cents or 1,
        }[kind]
        return float(abs(change["to"] - now) / (now or 1))

    def _reason_by_totals(self, index: int, around: int | None) -> str:
        rules, least = self.problem.rules, self.problem.least_year(self.problem.needs[index])
        total = 12 * rules.capacity if around is None else min(12 * rules.capacity, around)
        if total < rules.min_half_days:
            return "fill"
        if total < least:
            return "price"
        return "no_partner" if around is None else "contended"

    def _around(self, index: int, km: float | None = None) -> Ints:
        """Other needs that may share a post with this one, by skill and distance."""
        skill = self.problem.needs[index].skill
        if skill not in self._by_skill:
            related = self._related[skill]
            self._by_skill[skill] = np.array([i for i, n in enumerate(self.problem.needs) if n.skill in related])
        others = self._by_skill[skill]
        apart = between(self._place[[index]], self._place[others])[0]
        near = others[apart <= (self.problem.rules.max_km if km is None else km) + SLACK_KM]
        return np.asarray(near[near != index])

    def _exists(self, problem: Problem, index: int, around: Sequence[int] | Ints) -> bool:
        """Whether some viable post holds the need; an unfinished search counts as yes."""
        share = Share(self.stop, EXISTENCE_SECONDS)
        many = len(around) > NEIGHBOURS
        if many:
            apart = between(self._place[[index]], self._place_of(problem, around))[0]
            around = [int(around[k]) for k in np.argsort(apart, kind="stable")[:NEIGHBOURS]]
        for part in components(problem, sorted([index, *map(int, around)])):
            at = np.flatnonzero(part.needs == index)
            if len(at):
                return post_with(part, [int(at[0])], share) is not None or share.reached() or many
        return many

    def _place_of(self, problem: Problem, indexes: Sequence[int] | Ints) -> Floats:
        """Places of needs of a problem that may have one need more."""
        return (
            self._place[indexes]
            if len(problem.needs) == len(self._place)
            else places([problem.needs[i] for i in indexes])
        )

    def _serves(self, change: Change, index: int) -> bool:
        """Whether the answer to the problem with this change serves the need.

        With the aim `serve`, every best answer must: less would be served without the need, by what is proved. With the
        two others, the answer found must, and so must the one that serves most.
        """
        own = change["change"] in ("half_days", "max_price_cents")
        key = (str(sorted(change.items())), str(index) if own else self.problem.needs[index].skill)
        problem = changed(self.problem, change, index)
        if key not in self._parts:
            skills = self._related[self.problem.needs[index].skill]
            self._parts[key] = components(problem, [i for i, n in enumerate(problem.needs) if n.skill in skills])
        number = next((k for k, one in enumerate(self._parts[key]) if index in one.needs), None)
        if number is None:
            return False
        part = self._parts[key][number]
        if (key, number) not in self._choices:
            self._choices[key, number] = self._most(problem, part)
        served = self._choices[key, number].posts()
        if not any(index in post for post in served):
            return False
        if problem.aim != "serve":
            return index in self._served_for_aim(problem, key, change)
        most = sum(problem.needs[i].year for post in served for i in post)
        without = part.part(np.flatnonzero(part.needs != index))
        return most > int(without.year.sum()) or most > -self._most(problem, without).master.bound

    def _most(self, problem: Problem, part: Component) -> Choice:
        """The answer for one component that serves most, and its bound."""
        from .method import serve

        schedule = Schedule(Share(self.stop, self.seconds))
        return serve(problem, [part], self.params, schedule, self.seed, alone=False)[0]

    def _served_for_aim(self, problem: Problem, key: Key, change: Change) -> frozenset[int]:
        """The needs served by the answer for the aims solid and near, which takes all the components."""
        from .method import for_aim

        if key not in self._for_aim:
            general = change["change"] in ("max_km", "min_fill", "max_firms")
            choices = []
            for part in components(problem):
                same: Key = (str(sorted(change.items())) if general else "", str(part.needs.tolist()))
                inside = [(key, n) for n, one in enumerate(self._parts[key]) if np.array_equal(one.needs, part.needs)]
                name = inside[0] if inside else (same, 0)
                if name not in self._choices:
                    self._choices[name] = self._most(problem, part)
                choices.append(self._choices[name])
            share = Share(self.stop, self.seconds)
            found = for_aim(problem, choices, self.params, Schedule(share), self.seed).posts() if choices else []
            self._for_aim[key] = frozenset(i for post in found for i in post)
        return self._for_aim[key]

    def _further(self, index: int) -> Iterator[Change]:
        """Larger and larger max_km, at the distances where something changes."""
        rules = self.problem.rules
        family = [index, *self._around(index, math.inf).tolist()]
        if len(family) > NEIGHBOURS:
            apart = between(self._place[[index]], self._place[family])[0]
            family = [family[k] for k in np.argsort(apart, kind="stable")[:NEIGHBOURS]]
        place = self._place[family]
        thousandths = np.unique(np.ceil(1000 * between(place, place) - 1e-6))
        steps = [float(km) / 1000 for km in thousandths if km / 1000 > rules.max_km]
        low, high = 0, len(steps)
        while low < high:  # the first distance at which some post could hold the need
            middle = (low + high) // 2
            wider = replace(self.problem, rules=replace(rules, max_km=steps[middle]))
            if self._exists(wider, index, self._around(index, steps[middle])):
                high = middle
            else:
                low = middle + 1
        for km in steps[low:]:
            yield {"change": "max_km", "to": km}

    def _more_half_days(self, index: int) -> Iterator[Change]:
        """Another firm that asks for more and more of this skill, anywhere."""
        for half_days in range(1, self.problem.rules.capacity + 1):
            change: Change = {
                "change": "more_half_days",
                "skill": self.problem.needs[index].skill,
                "half_days": half_days,
            }
            wider = changed(self.problem, change, index)
            if self.stop.reached() or self._exists(wider, index, [*self._around(index), len(wider.needs) - 1]):
                yield change

    def _dearer(self, index: int) -> Iterator[Change]:
        """Higher and higher prices accepted by this firm."""
        problem, need = self.problem, self.problem.needs[index]
        cost = problem.post_cents_per_year
        if cost is None or need.max_price_cents is None:
            return
        most = 12 * problem.rules.capacity
        around = self._around(index)
        loads = range(problem.least_year(need), problem.rules.min_half_days - 1, -1)
        for price in sorted({ceil_div(cost, load) for load in loads if 0 < load <= most}):
            if price <= need.max_price_cents:
                continue
            change: Change = {"change": "max_price_cents", "to": price}
            if self._exists(changed(problem, change, index), index, around):
                yield change

    def _more_firms(self, index: int) -> Iterator[Change]:
        """More and more firms in a post."""
        most = self.problem.rules.max_firms
        around = self._around(index)
        for firms in range(most + 1, len(around) + 2) if most is not None else ():
            change: Change = {"change": "max_firms", "to": firms}
            if self._exists(changed(self.problem, change, index), index, around):
                yield change

    def _emptier(self, index: int) -> Iterator[Change]:
        """Lower and lower filling."""
        percent = math.floor(100 * self.problem.rules.min_fill - 1e-9)
        for fill in range(percent, -1, -1):
            change: Change = {"change": "min_fill", "to": fill / 100}
            if self._exists(changed(self.problem, change, index), index, self._around(index)):
                yield change

    def _fewer_half_days(self, index: int) -> Iterator[Change]:
        """Less and less of this need in any one month."""
        around = self._around(index)
        for half_days in range(self.problem.rules.capacity, 0, -1):
            change: Change = {"change": "half_days", "to": half_days}
            if self._exists(changed(self.problem, change, index), index, around):
                yield change


def changed(problem: Problem, change: Change, index: int) -> Problem:
    """The problem after a change that a relaxation names, for the need at `index`."""
    kind, need = change["change"], problem.needs[index]
    if kind in ("max_km", "min_fill", "max_firms"):
        return replace(problem, rules=replace(problem.rules, **{kind: change["to"]}))
    if kind == "more_half_days":
        more = Need(MORE, MORE, change["skill"], (change["half_days"],) * 12)
        return replace(problem, needs=(*problem.needs, more))
    if kind == "half_days":
        mine = replace(need, half_days=tuple(min(load, change["to"]) for load in need.half_days))
    else:
        mine = replace(need, max_price_cents=change["to"])
    return replace(problem, needs=(*problem.needs[:index], mine, *problem.needs[index + 1 :]))


def only(problem: Problem, indexes: set[int]) -> Problem:
    needs = tuple(need for i, need in enumerate(problem.needs) if i in indexes)
    ids = {need.id for need in needs}
    keep = tuple(post for post in problem.keep if set(post) <= ids)
    return replace(problem, needs=needs, keep=keep)
