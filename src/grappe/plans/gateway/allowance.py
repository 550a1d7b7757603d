"""What the law leaves of a month to a person, given all that it works elsewhere. docs/algorithms/working_time.md.

Each rule becomes a budget over some days of the month: the rule's figure less what is settled outside the draft. The engine holds the
budgets; rests, which are no sums, become half-days that stay empty or a day of the week that stays free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from grappe.engines.planning.working_time import breaches
from grappe.plans.gateway.working_time import RuleValue, Worked, Workload, value_at, works_of
from grappe.plans.models import HALF_DAY_MINUTES
from grappe.plans.rules import PARTS, Facts, Half
from grappe.plans.travel import holds

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many minutes (journeys counted), or so many days worked, in these days of the month; `rule` is why."""

    days: tuple[date, ...]
    rule: RuleValue
    minutes: int | None = None
    worked_days: int | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """`shut`: half-days that the law leaves empty, each with the rule that does (None: noted for another employer already)."""

    budgets: tuple[Budget, ...] = ()
    shut: Mapping[Half, RuleValue | None] = field(default_factory=dict)

    @property
    def counts_minutes(self) -> bool:
        return any(budget.minutes is not None for budget in self.budgets)

    def spans(self, numbered: Mapping[date, int]) -> list[dict[str, Any]]:
        """The budgets in the engine's form; empty when none can bind."""
        found = []
        for budget in self.budgets:
            span: dict[str, Any] = {"days": [numbered[day] for day in budget.days], "name": budget.rule.key}
            if budget.minutes is not None:
                span["max_minutes"] = budget.minutes
            if budget.worked_days is not None:
                span["max_days"] = budget.worked_days
            found.append(span)
        return found


def allowance(facts: Facts, load: Workload, fixed: Mapping[Half, int], free: Collection[Half]) -> Allowance:
    """`fixed`: the half-days of this calendar that stay, with their firm; `free`: those that a draft may give.

    Half-days of the calendar that are neither were drafted before and count for nothing. Only what can bind is told.
    """
    return _Month(facts, load, fixed, free).allowance()


class _Month:
    def __init__(self, facts: Facts, load: Workload, fixed: Mapping[Half, int], free: Collection[Half]) -> None:
        self.facts, self.rules = facts, load.rules
        replaced = facts.mine().keys() - fixed.keys()
        self.base = [one for one in load.works if one.minutes and one.half not in replaced]
        standing = {one.half: one for one in self.base}
        self.fixed = {half: one for half, one in standing.items() if half in fixed}
        self.free = {half for half in free if half not in standing}
        self.shut: dict[Half, RuleValue | None] = {
            half: None for half in free if half in standing and half not in fixed
        }
        self.elsewhere = {half: one for half, one in standing.items() if half not in fixed}
        # Minutes of each day that the engine does not count: its own half-days are 3 h 30, whatever was noted.
        counted = [Worked(*half, HALF_DAY_MINUTES, one.firm_id, one.place) for half, one in self.fixed.items()]
        self.outside = _by_day(self.base)
        self.outside.subtract(_by_day(counted))
        self._reserve_journeys()
        self.count = Counter(day for day, _part in (*self.fixed, *self.free))
        self.worked_elsewhere = {day for day, _part in self.elsewhere}

    def _reserve_journeys(self) -> None:
        """Half of a day elsewhere, the other half open: the longest journey that may be asked is counted beforehand."""
        for (day, part), one in self.elsewhere.items():
            if (day, PARTS[1 - PARTS.index(part)]) in self.free:
                ways = [self.facts.travel.get(frozenset((one.firm_id, firm_id)), 0) for firm_id in self.facts.engaged]
                self.outside[day] += max((way for way in ways if holds(way)), default=0)

    def allowance(self) -> Allowance:
        self._rests()
        days = sorted(day for day in self.count if self.count[day])
        mondays = sorted({_monday(day) for day in days})
        budgets = [
            *(self._minutes("max_minutes_per_day", day, [day], [day]) for day in days),
            *(self._minutes("max_minutes_per_week", monday, _week(monday), days) for monday in mondays),
            *self._averages(days, mondays),
            *(self._days_of_week(monday) for monday in mondays),
            *self.rest_days,
        ]
        return Allowance(tuple(budget for budget in budgets if budget is not None), self.shut)

    def _minutes(
        self, key: str, on: date, within: Iterable[date], days: Sequence[date], times: int = 1
    ) -> Budget | None:
        """`times` the figure in force `on`, less what is outside; None where the month cannot pass it."""
        rule = value_at(self.rules, key, on)
        every = set(within)
        ours = tuple(day for day in days if day in every)
        if rule is None or not any((day, part) in self.free for day in ours for part in PARTS):
            return None
        left = rule.value * times - sum(self.outside[day] for day in every)
        if self._most(ours) <= left:
            return None
        kept = sum(HALF_DAY_MINUTES for day, _part in self.fixed if day in every)
        kept += sum(self._way(day) for day in ours if all((day, part) in self.fixed for part in PARTS))
        return Budget(ours, rule, minutes=max(left, kept))

    def _most(self, days: Iterable[date]) -> int:
        """The most minutes that a draft could ask of these days."""
        return sum(self.count[day] * HALF_DAY_MINUTES + (self._longest if self.count[day] > 1 else 0) for day in days)

    @property
    def _longest(self) -> int:
        firms = self.facts.engaged.keys()
        return max((way for pair, way in self.facts.travel.items() if pair <= firms and holds(way)), default=0)

    def _way(self, day: date) -> int:
        """The journey between two half-days that stay."""
        one, two = (self.fixed[day, part] for part in PARTS)
        return self.facts.travel.get(frozenset((one.firm_id, two.firm_id)), 0)

    def _averages(self, days: Sequence[date], mondays: Sequence[date]) -> Iterable[Budget | None]:
        """Every run of weeks that touches the month."""
        longest = max((rule.value for rule in self.rules if rule.key == "average_weeks"), default=0)
        starts = {monday - WEEK * back for monday in mondays for back in range(longest)}
        for start in sorted(starts):
            weeks = value_at(self.rules, "average_weeks", start)
            if weeks is not None:
                within = [day for ahead in range(weeks.value) for day in _week(start + WEEK * ahead)]
                yield self._minutes("max_average_minutes_per_week", start, within, days, weeks.value)

    def _days_of_week(self, monday: date) -> Budget | None:
        rule = value_at(self.rules, "max_days_per_week", monday)
        ours = self._own_days(monday)
        if rule is None:
            return None
        left = rule.value - sum(day in self.worked_elsewhere for day in _week(monday))
        return Budget(ours, rule, worked_days=max(left, self._kept_days(ours))) if len(ours) > left else None

    def _own_days(self, monday: date) -> tuple[date, ...]:
        """The week's days that are worked only if the draft says so."""
        return tuple(day for day in _week(monday) if self.count[day] and day not in self.worked_elsewhere)

    def _kept_days(self, days: Iterable[date]) -> int:
        return len({day for day, _part in self.fixed} & set(days))

    # ---- rests

    def _rests(self) -> None:
        """Half-days too near to work elsewhere stay empty; a week whose rest would be too short keeps a day free, or takes no more."""
        self.rest_days: list[Budget] = []
        full = self._breaches(self._with(self.free))
        for key, first, last in full:
            if key == "min_daily_rest_minutes":
                for half in sorted(half for half in self.free if half[0] in (first, last)):
                    if self._breaches(self._with([half])) - self._breaches(self.base):
                        self._shut(half, key)
        for key, first, _last in self._breaches(self._with(self.free)):
            if key != "min_weekly_rest_minutes":
                continue
            days, rule = self._own_days(first), value_at(self.rules, key, first)
            free_days = len(days) - self._kept_days(days)
            if (key, first) in {found[:2] for found in self._breaches(self.base)} or not free_days:
                for half in [half for half in self.free if _monday(half[0]) == first]:
                    self._shut(half, key)
            elif rule is not None:
                self.rest_days.append(Budget(days, rule, worked_days=len(days) - 1))

    def _shut(self, half: Half, key: str) -> None:
        self.free.discard(half)
        self.count[half[0]] -= 1
        self.shut[half] = value_at(self.rules, key, half[0])

    def _with(self, halves: Iterable[Half]) -> list[Worked]:
        return [*self.base, *(Worked(*half, HALF_DAY_MINUTES, 0) for half in halves)]

    def _breaches(self, halves: Iterable[Worked]) -> set[tuple[str, date, date]]:
        """The rests that are too short: rule, first and last day."""
        start = min((day for day, _part in self.free), default=self.facts.month) - 2 * WEEK
        end = self.facts.month + 7 * WEEK
        near = [one for one in halves if start <= one.day < end]
        rests = [rule for rule in self.rules if rule.key.endswith("_rest_minutes")]
        return {(found.rule, *found.dates) for found in breaches("", works_of(near), rests)}


def most_halves(found: Allowance, fixed: Collection[Half], free: Collection[Half]) -> tuple[int, RuleValue | None]:
    """How many half-days the month can hold within the budgets, those that stay counted, and the rule that sets that number.

    Journeys between firms aside. Half-days are taken in the order of time while every budget over runs of days allows: since
    each budget is a run of the open days, taking the earliest never costs a later one.
    """
    kept = Counter(day for day, _part in fixed)
    budgets = [budget for budget in found.budgets if budget.minutes is not None]
    left = [(budget.minutes or 0) // HALF_DAY_MINUTES - sum(kept[day] for day in budget.days) for budget in budgets]
    open_halves = sorted(half for half in free if half not in found.shut)
    dropped = _days_left_free(found, fixed, open_halves)
    binding = next((rule for rule in (*dropped.values(), *found.shut.values()) if rule is not None), None)
    count = len(fixed)
    for day, _part in open_halves:
        if day in dropped:
            continue
        held_by = [number for number, budget in enumerate(budgets) if day in budget.days]
        full = next((number for number in held_by if left[number] <= 0), None)
        if full is not None:
            binding = budgets[full].rule
            continue
        for number in held_by:
            left[number] -= 1
        count += 1
    return count, binding


def _days_left_free(found: Allowance, fixed: Collection[Half], free: Iterable[Half]) -> dict[date, RuleValue]:
    """For each budget in days, those with the fewest half-days, as many as must stay free."""
    number = Counter(day for day, _part in free)
    kept = {day for day, _part in fixed}
    dropped: dict[date, RuleValue] = {}
    for budget in found.budgets:
        if budget.worked_days is not None:
            worked = [day for day in budget.days if (number[day] or day in kept) and day not in dropped]
            surplus = len(worked) - budget.worked_days
            spare = sorted((day for day in worked if day not in kept), key=lambda day: (number[day], day))
            dropped |= dict.fromkeys(spare[: max(0, surplus)], budget.rule)
    return dropped


def _by_day(halves: Iterable[Worked]) -> Counter[date]:
    found: Counter[date] = Counter()
    for work in works_of(halves):
        found[work.day] += work.minutes
    return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date) -> list[date]:
    return [monday + timedelta(days=number) for number in range(7)]
