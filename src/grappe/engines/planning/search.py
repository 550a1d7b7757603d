"""The search: the problem falls into groups of people whom cover joins; each group is started person by person,
bettered by large-neighbourhood rounds, and handed whole to the solver, which betters it again and proves it.

Efforts are in the solver's deterministic time, so that a search that ends by itself takes the same way on any machine;
the clock only cuts it short.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..stop import Stop
from .case import FREE, Case, Roster, Row
from .conflicts import fixed_clash
from .greedy import earlier_row, fallback_row
from .model import Model, OutOfTime
from .penalties import Tally
from .rules import broken_rules
from .solver import Outcome, Share, run
from .whole_days import fits

if TYPE_CHECKING:
    from .solve import Params

# Sizes in choices (person x slot x duty): what is solved at one stroke, what is split into months, what is never whole.
EASY: Final = 1_000
LONG: Final = 6_000
WHOLE: Final = 60_000
ROUND: Final = 600

# Without a limit of time, what a group may take to be proved: minutes.
PATIENCE: Final = 100.0
START_EFFORT: Final = 0.5
MONTH_EFFORT: Final = 0.2
# Whole days are mostly settled by the first linear relaxation, sooner than the solver would have prepared the model.
UNPREPARED_EFFORT: Final = 0.6
FIRST_EFFORT: Final = 4.0
ROUND_EFFORT: Final = 0.4
ROUNDS_EFFORT: Final = 6.0
# The share of the time in which plain plans are made beforehand, where there is too much for the search.
FALLBACK_SHARE: Final = 0.2
FRUITLESS_ROUNDS: Final = 40

# By columns: from how many choices, how many dives (the first ones of everybody), for what share of the time left.
PATHS: Final = 300
DIVES: Final = 24
WHOLE_DIVES: Final = 2
FRUITLESS_DIVES: Final = 8
COLUMNS_SHARE: Final = 0.4


@dataclass(frozen=True)
class Answer:
    """`impossible`: a person whose hard rules cannot hold together."""

    roster: Roster | None
    bound: int
    impossible: int | None = None


@dataclass
class _Group:
    """People joined by cover, with the choices open to them, the bound on what they pay, and whether it is reached."""

    people: list[int]
    choices: int
    bound: int
    solved: bool = False


class _Impossible(Exception):
    def __init__(self, person: int) -> None:
        self.person = person
        super().__init__(person)


class Search:
    def __init__(self, case: Case, params: Params, stop: Stop, seed: int) -> None:
        self.case = case
        self.workers = params.workers
        self.stop = stop
        self.seed = seed
        self.tally = Tally(case, [[FREE] * case.slots for _ in case.workers])
        self.missing = set(range(len(case.workers)))
        self.closed: dict[int, set[tuple[int, int]]] = {}

    def run(self) -> Answer:
        case = self.case
        for worker in case.workers:
            if fixed_clash(case, worker) is not None:
                return Answer(None, 0, worker.index)
        groups = [_Group(people, sum(self._choices(person) for person in people), 0) for people in joined_people(case)]
        groups.sort(key=lambda group: (group.choices, group.people))
        self.groups = groups
        self.settled = sum(line.under * line.need for (_, duty), line in case.cover.items() if duty not in case.dealers)
        large = sum(group.choices for group in groups) > WHOLE
        early = Share(self.stop, FALLBACK_SHARE)
        fallback = {person: fallback_row(case, case.workers[person], early) for person in self.missing} if large else {}
        try:
            self._first_pass()
            if not self.missing:
                self._second_pass()
        except _Impossible as found:
            return Answer(None, 0, found.person)
        except OutOfTime:
            pass  # what was put so far stands
        for person in sorted(self.missing):
            self._take(person, fallback[person] if large else fallback_row(case, case.workers[person]))
        return Answer(None if self.missing else self.tally.roster, self._bound())

    def _first_pass(self) -> None:
        """A roster for everyone, and the easy groups settled."""
        for group in self.groups:
            if self.stop.reached():
                return
            if len(group.people) == 1 and (group.choices <= EASY or self._by_day(group)):
                self._start_from_previous(group.people[0])
                if self._by_day(group):
                    self._whole(group, effort=UNPREPARED_EFFORT, presolve=False)
                if not group.solved:
                    self._whole(group, effort=FIRST_EFFORT)
            for person in group.people:
                if person in self.missing and not self.stop.reached():
                    bound = self._start(person, alone=len(group.people) == 1)
                    group.bound = max(group.bound, bound)
            self._tell("start")
        if self.missing:
            return
        for group in self.groups:
            if group.solved:
                continue
            plain = not any(self.case.workers[person].limits.spans for person in group.people)  # paths count no spans
            if plain and self.case.parts == 1 and len(group.people) > 1 and PATHS <= group.choices <= WHOLE:
                self._by_columns(group)
            if group.solved:
                continue
            if len(self.groups) > 1 and group.choices <= (LONG if len(group.people) == 1 else EASY):
                self._whole(group, effort=FIRST_EFFORT)
            elif EASY < group.choices <= WHOLE and (len(group.people) > 1 or group.choices > LONG):
                self._rounds(group, ROUNDS_EFFORT)

    def _second_pass(self) -> None:
        """What is left of the time goes to the groups that are not proved, in the order of their size."""
        left = [group for group in self.groups if not group.solved]
        for position, group in enumerate(left):
            if self.stop.reached():
                return
            share = self.stop.remaining() / (len(left) - position)
            if group.choices <= WHOLE:
                unlimited = math.isinf(share)
                self._whole(group, effort=PATIENCE if unlimited else None, seconds=None if unlimited else share)
        large = [group for group in left if group.choices > WHOLE]
        while large and not self.stop.reached():
            for group in list(large):
                if not self._rounds(group, ROUNDS_EFFORT):
                    large.remove(group)

    def _by_day(self, group: _Group) -> bool:
        return len(group.people) == 1 and fits(self.case, self.case.workers[group.people[0]])

    def _choices(self, person: int) -> int:
        return self.case.slots * len(self.case.workers[person].deals)

    def _start(self, person: int, *, alone: bool) -> int:
        """A row for this person among the rows already there, kept even when it is far from the best. Gives a bound on
        what the person pays, 0 when nothing is known or when others share the cover."""
        bound = 0
        if self._start_from_previous(person):
            return bound
        if EASY < self._choices(person) <= WHOLE:
            flow = self._flow(person)
            if flow.bound is not None and alone:
                bound = max(0, flow.bound)
            if flow.rows is not None and (self._put(flow.rows) or self._start_by_month(person, flow.rows[person])):
                return bound
        effort: float | None = START_EFFORT
        while not self.stop.reached():
            model = self._model({person: range(self.case.days)})
            outcome = self._solve(model, effort=effort)
            if outcome.infeasible:
                raise _Impossible(person)
            if outcome.rows is not None:
                self._put(outcome.rows)
                return bound
            effort = None if effort is None or effort > 100 else effort * 5
        return bound

    def _start_from_previous(self, person: int) -> bool:
        return self._take(person, earlier_row(self.case, self.case.workers[person]))

    def _take(self, person: int, row: Row | None) -> bool:
        if row is None:
            return False
        self.tally.put(person, row)
        self.missing.discard(person)
        return True

    def _flow(self, person: int) -> Outcome:
        model = self._model({person: range(self.case.days)}, flow=True)
        outcome = self._solve(model, effort=FIRST_EFFORT)
        if outcome.infeasible:
            raise _Impossible(person)
        return outcome

    def _start_by_month(self, person: int, wished: Row) -> bool:
        """The flow over the horizon says how often each duty is done in each month; each month is planned by itself."""
        case = self.case
        roster = list(self.tally.roster)
        roster[person] = [FREE] * case.slots
        for month in months(case):
            slots = [slot for day in month for slot in case.slots_of(day)]
            quota = {duty: sum(wished[slot] == duty for slot in slots) for duty in case.workers[person].deals}
            outcome = self._solve(self._model({person: month}, roster, quota=quota), effort=MONTH_EFFORT)
            if outcome.rows is None:
                return False
            roster[person] = outcome.rows[person]
        return self._put({person: roster[person]})

    def _put(self, rows: dict[int, Row]) -> bool:
        """Take these rows, unless one breaks a rule (a start made of parts may)."""
        if any(next(broken_rules(self.case, self.case.workers[person], row), None) for person, row in rows.items()):
            return False
        for person, row in rows.items():
            self.tally.put(person, row)
            self.missing.discard(person)
        return True

    def _whole(
        self, group: _Group, *, effort: float | None = None, seconds: float | None = None, presolve: bool = True
    ) -> None:
        """The whole group at once, from its present rows."""
        by_day = self._by_day(group)
        model = self._model({person: range(self.case.days) for person in group.people}, by_day=by_day)
        started = not any(person in self.missing for person in group.people)
        if started:
            model.hint(self.tally.roster)
        rest = self.tally.cost
        here = self._cost_of(group) if started else None

        def told(cost: int, bound: int | None) -> None:
            if bound is not None:
                group.bound = max(group.bound, bound)
            best = None if self.missing or here is None else rest - here + min(cost, here)
            self.stop.progress(best=best, bound=self._bound(), note="whole")

        # Threads cost more than they bring on one person's month, or on whole days.
        workers = 1 if by_day or (len(group.people) == 1 and group.choices <= EASY) else self.workers
        outcome = self._solve(
            model, effort=effort, seconds=seconds, workers=workers, told=told, enough=group.bound, presolve=presolve
        )
        if outcome.infeasible:
            raise _Impossible(self._impossible_of(group))
        if outcome.bound is not None:
            group.bound = max(group.bound, outcome.bound)
        if outcome.rows is not None and outcome.cost is not None and (here is None or outcome.cost <= here):
            self._put(outcome.rows)
            group.solved = outcome.optimal or self._cost_of(group) <= group.bound
        self._tell("whole")

    def _by_columns(self, group: _Group) -> None:
        """A bound, rosters by dives, and what need not be looked at any more. With one part a day only: there, a
        person's rows are paths, and all that a person pays depends on single days."""
        from .columns import Columns

        columns = Columns(self.case, group.people, self.tally, Share(self.stop, COLUMNS_SHARE))
        prices = columns.prices() if columns.fits else None
        if prices is None:
            return
        group.bound = max(group.bound, prices.bound)
        self._tell("columns")
        draw = random.Random(self.seed)
        fruitless = 0
        for attempt in range(DIVES):
            before = self.tally.cost
            share = draw.uniform(0.3, 0.8) if attempt >= WHOLE_DIVES else 0.0
            self._better(columns.dive(draw.sample(group.people, int(share * len(group.people)))))
            self._tell("dives")
            fruitless = 0 if self.tally.cost < before else fruitless + 1
            group.solved = self._cost_of(group) <= group.bound
            if group.solved or fruitless > FRUITLESS_DIVES or self.stop.reached():
                break
        if not (group.solved or self.stop.reached()):
            self.closed.update(columns.left_out(prices, self._cost_of(group), self.stop))

    def _better(self, rows: dict[int, Row] | None) -> None:
        """Take these rows if together they cost no more."""
        if rows is not None and sum(self._extras(rows)) <= 0:
            for person, row in rows.items():
                self.tally.put(person, row)

    def _rounds(self, group: _Group, effort: float) -> bool:
        """Large-neighbourhood search: some people over some weeks are decided anew, the rest held. True if it helped.

        Neighbourhoods grow while they are solved to the end, and shrink while they are not.
        """
        draw = random.Random(self.seed)
        size, spent, fruitless, helped = float(ROUND), 0.0, 0, False
        while spent < effort and fruitless < FRUITLESS_ROUNDS and not self.stop.reached():
            free = self._neighbourhood(group, int(size), draw)
            model = self._model(free)
            model.hint(self.tally.roster)
            before = self.tally.cost
            outcome = self._solve(model, effort=ROUND_EFFORT, workers=1)
            spent += max(0.01, outcome.effort)
            size = min(size * 1.1, 8 * ROUND) if outcome.optimal else max(size * 0.85, ROUND / 8)
            self._better(outcome.rows)
            if self.tally.cost < before:
                helped, fruitless = True, 0
                self._tell("rounds")
            else:
                fruitless += 1
        return helped

    def _extras(self, rows: dict[int, Row]) -> list[int]:
        """What each row costs more, put one after the other; the roster is left as it was."""
        kept = {person: self.tally.roster[person] for person in rows}
        extras = []
        for person, row in rows.items():
            extras.append(self.tally.extra(person, row))
            self.tally.put(person, row)
        for person, row in kept.items():
            self.tally.put(person, row)
        return extras

    def _neighbourhood(self, group: _Group, size: int, draw: random.Random) -> dict[int, Sequence[int]]:
        """Some people over the whole horizon, or everyone over a few weeks, or some over some, of about `size` choices.

        One person's weeks are drawn apart from one another, so that yearly counts can be traded between them; the weeks
        of people joined by cover are neighbours, because runs of days tie them.
        """
        case = self.case
        most_people = max(1, min(len(group.people), size // max(1, group.choices // len(group.people))))
        if len(group.people) > 1 and draw.random() < 0.5:
            people = draw.sample(group.people, max(min(2, len(group.people)), most_people))
        else:
            people = list(group.people)
        weeks = len(case.weeks)
        per_week = max(1, sum(self._choices(person) for person in people) // weeks)
        number = max(1, min(weeks, size // per_week))
        if number >= weeks:
            days: Sequence[int] = range(case.days)
        elif len(people) == 1 and draw.random() < 0.7:
            days = sorted(day for week in draw.sample(case.weeks, number) for day in week)
        else:
            length = max(3, min(case.days, size * 7 // per_week))
            first = draw.randrange(max(1, case.days - length + 1))
            days = range(first, min(case.days, first + length))
        return dict.fromkeys(sorted(people), days)

    def _impossible_of(self, group: _Group) -> int:
        """Whose rules clash: hard rules bind one person, so one of them has no row at all."""
        if len(group.people) == 1:
            return group.people[0]
        for person in group.people:
            if self._solve(Model(self.case, {person: range(self.case.days)})).infeasible:
                return person
        return group.people[0]

    def _cost_of(self, group: _Group) -> int:
        """What this group pays: all costs are some group's, or of duties that nobody does."""
        duties = {duty for person in group.people for duty in self.case.workers[person].deals}
        return self.tally.cost_of(group.people, duties)

    def _model(
        self,
        free: dict[int, Sequence[int]],
        roster: Roster | None = None,
        *,
        flow: bool = False,
        quota: dict[int, int] | None = None,
        by_day: bool = False,
    ) -> Model:
        """On the present roster, unless another is given."""
        roster = self.tally.roster if roster is None else roster
        there, closed = self.tally.there, self.closed
        return Model(
            self.case, free, roster, there, stop=self.stop, flow=flow, quota=quota, closed=closed, by_day=by_day
        )

    def _solve(
        self,
        model: Model,
        *,
        effort: float | None = None,
        seconds: float | None = None,
        workers: int | None = None,
        told: Callable[[int, int | None], None] | None = None,
        enough: int | None = None,
        presolve: bool = True,
    ) -> Outcome:
        return run(
            model,
            self.stop,
            seed=self.seed,
            workers=self.workers if workers is None else workers,
            effort=effort,
            seconds=seconds,
            told=told,
            enough=enough,
            presolve=presolve,
        )

    def _bound(self) -> int:
        return self.settled + sum(group.bound for group in self.groups)

    def _tell(self, note: str) -> None:
        self.stop.progress(best=None if self.missing else self.tally.cost, bound=self._bound(), note=note)


def months(case: Case) -> list[list[int]]:
    """The days of each calendar month of the horizon; a stub of less than ten days goes with its neighbour."""
    found: list[list[int]] = []
    for day in range(case.days):
        date = case.date(day)
        if found and (date.day > 1 or len(found[-1]) < 10):
            found[-1].append(day)
        else:
            found.append([day])
    if len(found) > 1 and len(found[-1]) < 10:
        found[-2].extend(found.pop())
    return found


def joined_people(case: Case) -> list[list[int]]:
    """People joined by cover: two people who may do a same covered duty. Each group in the order of people."""
    parent = list(range(len(case.workers)))

    def root(person: int) -> int:
        while parent[person] != person:
            parent[person] = parent[parent[person]]
            person = parent[person]
        return person

    first_of: dict[int, int] = {}
    covered = {duty for _, duty in case.cover}
    for worker in case.workers:
        for duty in worker.deals.keys() & covered:
            parent[root(worker.index)] = root(first_of.setdefault(duty, worker.index))
    found: dict[int, list[int]] = {}
    for worker in case.workers:
        found.setdefault(root(worker.index), []).append(worker.index)
    return list(found.values())
