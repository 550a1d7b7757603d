"""People joined by cover, by column generation (Dantzig-Wolfe): each person's rows are found as cheapest paths, a small
linear program weighs them against the cover, and its prices say which rows to look for next.

Three things come of it: a bound far tighter than that of the whole model; rosters, by keeping one after another the rows
that the linear program prefers (a dive); and the choices that no roster better than a known one can contain, since the
cheapest row through them, with the best of all others, already costs more.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ..stop import Stop
from .case import FREE, Case, Row, Worker
from .model import OutOfTime
from .paths import Numbers, Paths
from .penalties import Tally, person_lines
from .rules import broken_rules

# Prices are multiples of a power of two, so that their sums with costs are exact, and the bound needs no tolerance.
STEP: Final = 1.0 / 1024
MOST_ROUNDS: Final = 400
# How much of the prices of the best bound so far goes into the next ones (Wentges): less wavering, fewer rounds.
SMOOTHING: Final = 0.6
# In a dive: rounds of new rows after each choice, and what the linear program must give a row for it to be kept along.
DIVE_ROUNDS: Final = 6
NEARLY_WHOLE: Final = 0.85


@dataclass(frozen=True)
class Prices:
    """What each covered slot and duty is worth, and the bound that follows: no roster costs less than `bound`."""

    of: Mapping[tuple[int, int], float]
    exact: float

    @property
    def bound(self) -> int:
        return math.ceil(self.exact)


class Columns:
    """The rows known so far of each of `people`, who all have one in the roster of `tally`, and the linear program."""

    def __init__(self, case: Case, people: Sequence[int], tally: Tally, stop: Stop) -> None:
        from ortools.linear_solver import pywraplp

        self.case = case
        self.people = list(people)
        self.tally = tally
        self.stop = stop
        self.classes = _classes(case, self.people)
        self.fits = all(paths.fits for paths, _ in self.classes)
        duties = {duty for person in self.people for duty in case.workers[person].deals}
        self.cover = {key: line for key, line in case.cover.items() if key[1] in duties}
        self.columns: dict[int, dict[tuple[int, ...], Any]] = {person: {} for person in self.people}
        self.program: Any = pywraplp.Solver.CreateSolver("GLOP")
        if self.fits:
            self.own = [
                np.stack([_own_costs(case, case.workers[person], paths) for person in members], axis=2)
                for paths, members in self.classes
            ]
            self._begin()

    def _begin(self) -> None:
        """The linear program: one row each, and as many people as the cover needs, or the price of the difference."""
        program = self.program
        program.Objective().SetMinimization()
        self.one_row = {person: program.RowConstraint(1, 1, "") for person in self.people}
        self.needs = {}
        for key, line in self.cover.items():
            self.needs[key] = program.RowConstraint(line.need, line.need, "")
            for amount, sign in ((line.under, 1.0), (line.over, -1.0)):
                missed = program.NumVar(0, program.infinity(), "")
                self.needs[key].SetCoefficient(missed, sign)
                program.Objective().SetCoefficient(missed, amount)
        for person in self.people:
            self._add(person, self.tally.roster[person])

    def _add(self, person: int, row: Row) -> bool:
        """One more row to choose from; False when it is there already."""
        key = tuple(row)
        if key in self.columns[person]:
            return False
        column = self.columns[person][key] = self.program.NumVar(0, self.program.infinity(), "")
        cost = sum(line.amount for line in person_lines(self.case, self.case.workers[person], row))
        self.program.Objective().SetCoefficient(column, cost)
        self.one_row[person].SetCoefficient(column, 1.0)
        for at in enumerate(row):
            if at in self.needs:
                self.needs[at].SetCoefficient(column, 1.0)
        return True

    def prices(self) -> Prices | None:
        """The prices of the best bound found before the time is over; None when there was no time for any."""
        best: Prices | None = None
        try:
            for _ in range(MOST_ROUNDS):
                if not self._weigh():
                    break
                total, wished = self.program.Objective().Value(), self._wished()
                added = 0
                for kept in (SMOOTHING, 0.0) if best is not None else (0.0,):
                    found, rows = self._round(_mixed(wished, best, kept))
                    best = found if best is None or found.exact > best.exact else best
                    added = sum(self._add(person, row) for person, row in rows)
                    if added:
                        break
                if not added or (best is not None and best.bound >= total - 1e-6):
                    break
        except OutOfTime:
            pass
        return best

    def dive(self, held: Collection[int] = ()) -> dict[int, Row] | None:
        """Rows for everybody, beside those of the roster that are `held`: the program's preferred row is kept, rows
        that go with it are looked for, and so on. None when the time is over."""
        kept: dict[int, tuple[int, ...]] = {}
        try:
            for person in held:
                self._keep(kept, person, tuple(self.tally.roster[person]))
            for person in set(self.people) - kept.keys():
                for key, column in self.columns[person].items():
                    if not self._holds(person, key):
                        column.SetBounds(0, 0)
            while len(kept) < len(self.people):
                self._answer(kept)
                taken = 0
                for weight, person, key in self._by_weight(kept):
                    if taken and weight < NEARLY_WHOLE:
                        break
                    if person not in kept:
                        self._keep(kept, person, key)
                        taken += 1
        except OutOfTime:
            return None
        finally:
            for columns in self.columns.values():
                for column in columns.values():
                    column.SetBounds(0, self.program.infinity())
        return {person: list(key) for person, key in kept.items()}

    def _keep(self, kept: dict[int, tuple[int, ...]], person: int, key: tuple[int, ...]) -> None:
        self._add(person, list(key))
        self.columns[person][key].SetBounds(1, 1)
        kept[person] = key

    def _answer(self, kept: Mapping[int, tuple[int, ...]]) -> None:
        """Some rounds of rows for those who are still without one, that keep every rule; the program weighed last."""
        for _ in range(DIVE_ROUNDS):
            if not self._weigh():
                raise OutOfTime
            _, rows = self._round(self._wished(), kept)
            if not sum(self._add(person, row) for person, row in rows if self._holds(person, row)):
                return
        if not self._weigh():
            raise OutOfTime

    def _by_weight(self, kept: Mapping[int, tuple[int, ...]]) -> list[tuple[float, int, tuple[int, ...]]]:
        weighed = [
            (round(column.solution_value(), 9), person, key)
            for person in self.people
            if person not in kept
            for key, column in self.columns[person].items()
        ]
        return sorted(weighed, key=lambda item: (-item[0], item[1]))

    def _holds(self, person: int, row: Sequence[int]) -> bool:
        return next(broken_rules(self.case, self.case.workers[person], list(row)), None) is None

    def _weigh(self) -> bool:
        """Solve the linear program; False when the time is over (or the numbers went wrong)."""
        if self.stop.reached():
            return False
        if math.isfinite(self.stop.remaining()):
            self.program.set_time_limit(max(1, int(1000 * self.stop.remaining())))
        return bool(self.program.Solve() == self.program.OPTIMAL)

    def _wished(self) -> dict[tuple[int, int], float]:
        """The prices that the linear program gives, as whole steps between what is paid for one over and one under."""
        return {
            key: min(
                max(round(row.dual_value() / STEP) * STEP, -float(self.cover[key].over)), float(self.cover[key].under)
            )
            for key, row in self.needs.items()
        }

    def _round(
        self, of: Mapping[tuple[int, int], float], without: Collection[int] = ()
    ) -> tuple[Prices, list[tuple[int, Row]]]:
        """The bound under these prices, and each person's cheapest row. Without everybody, it is no bound."""
        total = sum(price * self.cover[key].need for key, price in of.items())
        found: list[tuple[int, Row]] = []
        for (paths, members), prices in zip(self.classes, self._priced(of), strict=True):
            left = [position for position, person in enumerate(members) if person not in without]
            if left:
                costs, rows = paths.cheapest(prices[:, :, left], self.stop)
                total += float(costs.sum())
                found.extend((members[position], row) for position, row in zip(left, rows, strict=True) if row)
        return Prices(of, total), found

    def _priced(self, of: Mapping[tuple[int, int], float]) -> Iterator[Numbers]:
        """What each class pays for itself, less what it is paid for the cover."""
        for (paths, _), own in zip(self.classes, self.own, strict=True):
            earned = np.zeros((self.case.days, paths.off + 1, 1))
            for position, duty in enumerate(paths.duties):
                for day in range(self.case.days):
                    earned[day, position, 0] = of.get((day, duty), 0.0)
            yield own - earned

    def left_out(self, prices: Prices, most: int, stop: Stop) -> dict[int, set[tuple[int, int]]]:
        """Per person, the (slot, duty) pairs, `FREE` included, that no roster of cost `most` or less contains."""
        found: dict[int, set[tuple[int, int]]] = {}
        for (paths, members), priced in zip(self.classes, self._priced(prices.of), strict=True):
            try:
                through = paths.through(priced, stop)
            except OutOfTime:
                break  # what was found for others stands
            out = through - through[0].min(axis=0) + prices.exact > most
            for position, person in enumerate(members):
                found[person] = {
                    (int(day), FREE if duty == paths.off else paths.duties[duty])
                    for day, duty in np.argwhere(out[:, :, position])
                }
        return found


def _mixed(wished: dict[tuple[int, int], float], best: Prices | None, kept: float) -> dict[tuple[int, int], float]:
    if best is None or not kept:
        return wished
    return {key: round((kept * best.of[key] + (1 - kept) * price) / STEP) * STEP for key, price in wished.items()}


def _classes(case: Case, people: Sequence[int]) -> list[tuple[Paths, list[int]]]:
    """People whose rules are the same, but for the slots closed to them and their wishes."""
    alike: dict[object, list[int]] = {}
    for person in people:
        worker = case.workers[person]
        limits = worker.limits
        counts = tuple(
            (
                duty,
                limits.max_of_duty.get(case.problem.duties[duty].id),
                deal.engagement.count_min,
                deal.engagement.count_max,
            )
            for duty, deal in sorted(worker.deals.items())
        )
        rules = (
            *(limits.max_days_per_week, limits.max_minutes_per_week, limits.min_minutes, limits.max_minutes),
            *(limits.max_consecutive_days, limits.min_consecutive_days, limits.min_consecutive_days_off),
            limits.max_weekends,
        )
        alike.setdefault((rules, counts), []).append(person)
    return [(Paths(case, case.workers[members[0]]), members) for members in alike.values()]


def _own_costs(case: Case, worker: Worker, paths: Paths) -> Numbers:
    """[day, duty or off]: what the person pays for it, cover aside, with one part a day; infinite where it is closed."""
    table = np.zeros((case.days, paths.off + 1))
    held = dict(worker.fixed)
    for slot in range(case.days):
        wished = sum(deal.wanted.get(slot, 0) for deal in worker.deals.values())
        for position, duty in enumerate([*paths.duties, FREE]):
            if (duty != FREE and not worker.may(slot, duty)) or held.get(slot, duty) != duty:
                table[slot, position] = np.inf
                continue
            moved = worker.previous is not None and worker.previous.get(slot, FREE) != duty
            table[slot, position] = wished + moved * case.problem.weights.moved
            if duty != FREE:
                table[slot, position] += _cost_of_duty(case, worker, slot, duty)
    return table


def _cost_of_duty(case: Case, worker: Worker, slot: int, duty: int) -> float:
    """What a duty adds to a day off: its own wishes, and what a day with one part of it pays whatever is beside."""
    deal = worker.deals[duty]
    if worker.limits.max_of_duty.get(case.problem.duties[duty].id) == 0 or deal.engagement.count_max == 0:
        return math.inf
    if case.sites[duty] is not None and case.problem.travel.max_sites_per_day == 0:
        return math.inf
    longest = worker.limits.max_minutes_per_day
    if longest is not None and case.minutes[duty] > longest:
        return math.inf
    weights, regular = case.problem.weights, deal.engagement.weekdays
    cost = deal.unwanted.get(slot, 0) - deal.wanted.get(slot, 0)
    if regular is not None and regular.get(case.weekday[slot], 0) < 1:
        cost += weights.weekday
    if deal.engagement.min_block > 1:
        cost += weights.block
    return float(cost)
