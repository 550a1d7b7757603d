"""What is asked: who may do what, what must hold, what is wished. Frozen, and read from JSON by `parse`.

Quantities are integers: days counted from `first_day` (day 0), minutes, slots, penalty points. A slot is a day and a
part of that day (`am`, `pm`, or `day`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ..faults import Malformed
from .reading import Reader

MAX_DAYS: Final = 1_830
MAX_PARTS: Final = 48
MAX_PEOPLE: Final = 2_000
MAX_POSSIBILITIES: Final = 600_000
# Lines of cover and wishes: each may be a line of the answer, with its reason, to be told within the time limit.
MAX_LINES: Final = 200_000
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MAX_WEIGHT: Final = 10_000_000


def _no_numbers() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Slot:
    day: int
    part: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A slot that is wanted or unwanted; `weight` is paid when the wish is not met."""

    day: int
    part: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What a person may work at most in some days together, in minutes or in days worked; `name` is told with a conflict.

    It gives what the other limits cannot: an average over weeks, or what work outside the problem leaves of a week.
    """

    days: tuple[int, ...]
    max_minutes: int | None = None
    max_days: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one person; None: no limit. Minutes include travel. Weeks are Monday to Sunday."""

    max_days_per_week: int | None = None
    max_minutes_per_week: int | None = None
    max_minutes_per_day: int | None = None
    min_minutes: int = 0
    max_minutes: int | None = None
    max_consecutive_days: int | None = None
    min_consecutive_days: int = 1
    min_consecutive_days_off: int = 1
    max_weekends: int | None = None
    max_of_duty: Mapping[str, int] = field(default_factory=_no_numbers)
    spans: tuple[Span, ...] = ()

    @property
    def count_minutes(self) -> bool:
        """Whether any limit is in minutes."""
        tops = [self.max_minutes_per_week, self.max_minutes_per_day, self.max_minutes]
        tops += [span.max_minutes for span in self.spans]
        return self.min_minutes > 0 or any(top is not None for top in tops)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    unavailable: frozenset[Slot] = frozenset()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a person does during one slot; `not_next_day` forbids duties on the day after."""

    id: str
    minutes: int
    firm: str | None = None
    site: str | None = None
    not_next_day: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Engagement:
    """That a person may do a duty: how many slots over the horizon (hard), and how it is wished.

    `weekdays` gives the regular weekdays (0 is Monday) with their number of slots; None: no regular weekday.
    `refused` slots are closed to this person and duty (hard).
    """

    person: str
    duty: str
    count_min: int = 0
    count_max: int | None = None
    min_block: int = 1
    wanted: tuple[Wish, ...] = ()
    unwanted: tuple[Wish, ...] = ()
    weekdays: Mapping[int, int] | None = None
    refused: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class Cover:
    """How many people a duty needs in a slot, and what each one missing or too many costs."""

    day: int
    part: str
    duty: str
    need: int
    under: int = 0
    over: int = 0


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes between two sites (an unordered pair; absent: 0), and what a change of site within a day costs."""

    minutes: Mapping[frozenset[str], int] = field(default_factory=lambda: MappingProxyType({}))
    max_sites_per_day: int | None = None
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    moved: int = 0
    weekday: int = 0
    block: int = 0


@dataclass(frozen=True, slots=True)
class Assignment:
    person: str
    day: int
    part: str
    duty: str


@dataclass(frozen=True, slots=True)
class Problem:
    days: int
    first_day: datetime.date
    parts: tuple[str, ...]
    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    engagements: tuple[Engagement, ...]
    cover: tuple[Cover, ...] = ()
    travel: Travel = field(default_factory=Travel)
    previous: tuple[Assignment, ...] | None = None
    weights: Weights = Weights()
    fixed: tuple[Assignment, ...] = ()


def parse(data: object) -> Problem:
    """Read a problem from its JSON form; raises `Malformed` with every fault."""
    return _Parser().problem(data)


class _Parser:
    def __init__(self) -> None:
        self.read = Reader()
        self.days = 1
        self.parts: tuple[str, ...] = ()
        self.horizon_known = True
        self.people: set[str] = set()
        self.duties: set[str] = set()

    def problem(self, data: object) -> Problem:
        read = self.read
        required = ("days", "first_day", "parts", "people", "duties", "engagements")
        optional = ("cover", "travel", "previous", "weights", "fixed")
        top = read.mapping(data, "", required, optional)
        if not top and read.faults:
            raise Malformed(read.faults)
        first_day = self._horizon(top)
        # Names first, so that a reference to a person or duty that is itself faulty is not a second fault.
        self.people = self._names(top.get("people", []), "people")
        self.duties = self._names(top.get("duties", []), "duties")
        problem = Problem(
            days=self.days,
            first_day=first_day,
            parts=self.parts,
            people=self._people(top.get("people", [])),
            duties=tuple(self._duty(item, path) for item, path in read.items(top.get("duties", []), "duties")),
            engagements=self._engagements(top.get("engagements", [])),
            cover=self._cover(top.get("cover", [])),
            travel=self._travel(top.get("travel", {})),
            previous=self._assignments(top["previous"], "previous", one_per_slot=True) if "previous" in top else None,
            weights=self._weights(top.get("weights", {})),
            fixed=self._assignments(top.get("fixed", []), "fixed", one_per_slot=False),
        )
        self._size(problem)
        if read.faults:
            raise Malformed(read.faults)
        return problem

    def _horizon(self, top: dict[str, object]) -> datetime.date:
        read = self.read
        before = len(read.faults)
        if "days" in top:
            self.days = read.integer(top["days"], "days", 1, MAX_DAYS)
        parts: list[str] = []
        for item, path in read.items(top.get("parts", []), "parts"):
            part = read.identifier(item, path)
            if part and part in parts:
                read.fault(path, f"the part {part!r} is given twice")
            parts.append(part)
        if "parts" in top and not 1 <= len(parts) <= MAX_PARTS and len(read.faults) == before:
            read.fault("parts", f"between 1 and {MAX_PARTS} parts are expected, not {len(parts)}")
        self.parts = tuple(parts[:MAX_PARTS])
        # When the horizon itself is faulty, slots are not held to it: they would all be faults of its own.
        self.horizon_known = len(read.faults) == before and "days" in top and "parts" in top
        first_day = read.date(top["first_day"], "first_day") if "first_day" in top else datetime.date(2000, 1, 3)
        if first_day.toordinal() + self.days > datetime.date.max.toordinal():
            read.fault("first_day", "the horizon would run past the year 9999")
        return first_day

    def _names(self, value: object, where: str) -> set[str]:
        names: set[str] = set()
        if isinstance(value, list | tuple):
            for index, item in enumerate(value):
                name = item.get("id") if isinstance(item, Mapping) else None
                if isinstance(name, str):
                    if name in names:
                        self.read.fault(f"{where}[{index}].id", f"{name[:60]!r} is given twice")
                    names.add(name)
        return names

    def _slot(self, day: object, part: object, day_path: str, part_path: str) -> Slot:
        read = self.read
        if not self.horizon_known:
            return Slot(0, "")
        number = read.integer(day, day_path, 0)
        if number >= self.days:
            read.fault(day_path, f"day {number} is past the last day, {self.days - 1}")
        if not isinstance(part, str) or part not in self.parts:
            read.fault(part_path, f"not one of the parts {', '.join(self.parts[:6])}")
            return Slot(0, self.parts[0])
        return Slot(number, part)

    def _slots(self, value: object, where: str) -> frozenset[Slot]:
        slots = set()
        for item, path in self.read.items(value, where):
            if isinstance(item, list | tuple) and len(item) == 2:
                slots.add(self._slot(item[0], item[1], f"{path}[0]", f"{path}[1]"))
            else:
                self.read.fault(path, "a pair [day, part] is expected")
        return frozenset(slots)

    def _person_name(self, value: object, path: str) -> str:
        name = self.read.identifier(value, path)
        if name and name not in self.people:
            self.read.fault(path, f"unknown person {name[:60]!r}")
        return name

    def _duty_name(self, value: object, path: str) -> str:
        name = self.read.identifier(value, path)
        if name and name not in self.duties:
            self.read.fault(path, f"unknown duty {name[:60]!r}")
        return name

    def _people(self, value: object) -> tuple[Person, ...]:
        read = self.read
        people = []
        for item, path in read.items(value, "people"):
            entry = read.mapping(item, path, ("id",), ("unavailable", "limits"))
            people.append(
                Person(
                    id=read.identifier(entry["id"], f"{path}.id") if "id" in entry else "",
                    unavailable=self._slots(entry.get("unavailable", []), f"{path}.unavailable"),
                    limits=self._limits(entry.get("limits", {}), f"{path}.limits"),
                )
            )
        if len(people) > MAX_PEOPLE:
            read.fault("people", f"at most {MAX_PEOPLE} people are expected, not {len(people)}")
        return tuple(people)

    def _limits(self, value: object, path: str) -> Limits:
        read = self.read
        names = (
            *("max_days_per_week", "max_minutes_per_week", "max_minutes_per_day", "max_minutes"),
            *("max_consecutive_days", "max_weekends"),
            *("min_minutes", "min_consecutive_days", "min_consecutive_days_off", "max_of_duty", "spans"),
        )
        entry = read.mapping(value, path, (), names)
        at_most = {
            name: read.integer(entry[name], f"{path}.{name}") if name in entry else None
            for name in names
            if name.startswith("max_") and name != "max_of_duty"
        }
        at_least = {
            name: read.integer(entry.get(name, low), f"{path}.{name}", low)
            for name, low in (("min_minutes", 0), ("min_consecutive_days", 1), ("min_consecutive_days_off", 1))
        }
        # A duty that is not in this problem cannot be done, so a limit on it binds nothing: it is not a fault.
        of_duty = {
            duty: read.integer(most, where)
            for duty, most, where in read.free_mapping(entry.get("max_of_duty", {}), f"{path}.max_of_duty")
        }
        if at_most["max_minutes"] is not None and at_least["min_minutes"] > at_most["max_minutes"]:
            read.fault(f"{path}.min_minutes", "more than max_minutes")
        return Limits(
            max_days_per_week=at_most["max_days_per_week"],
            max_minutes_per_week=at_most["max_minutes_per_week"],
            max_minutes_per_day=at_most["max_minutes_per_day"],
            max_minutes=at_most["max_minutes"],
            max_consecutive_days=at_most["max_consecutive_days"],
            max_weekends=at_most["max_weekends"],
            min_minutes=at_least["min_minutes"],
            min_consecutive_days=at_least["min_consecutive_days"],
            min_consecutive_days_off=at_least["min_consecutive_days_off"],
            max_of_duty=MappingProxyType(of_duty),
            spans=tuple(self._span(item, where) for item, where in read.items(entry.get("spans", []), f"{path}.spans")),
        )

    def _span(self, value: object, path: str) -> Span:
        read = self.read
        entry = read.mapping(value, path, ("days",), ("max_minutes", "max_days", "name"))
        days: set[int] = set()
        for item, where in read.items(entry.get("days", []), f"{path}.days"):
            day = read.integer(item, where, 0)
            if self.horizon_known and day >= self.days:
                read.fault(where, f"day {day} is past the last day, {self.days - 1}")
            days.add(day)
        minutes, number = (
            read.integer(entry[name], f"{path}.{name}") if name in entry else None
            for name in ("max_minutes", "max_days")
        )
        if entry and minutes is None and number is None and not {"max_minutes", "max_days"} & entry.keys():
            read.fault(path, "max_minutes or max_days is expected")
        return Span(
            tuple(sorted(days)),
            minutes,
            number,
            read.identifier(entry["name"], f"{path}.name") if "name" in entry else "",
        )

    def _duty(self, item: object, path: str) -> Duty:
        read = self.read
        entry = read.mapping(item, path, ("id", "minutes"), ("firm", "site", "not_next_day"))
        return Duty(
            id=read.identifier(entry["id"], f"{path}.id") if "id" in entry else "",
            minutes=read.integer(entry["minutes"], f"{path}.minutes") if "minutes" in entry else 0,
            firm=read.identifier(entry["firm"], f"{path}.firm") if "firm" in entry else None,
            site=read.identifier(entry["site"], f"{path}.site") if "site" in entry else None,
            not_next_day=tuple(
                read.identifier(name, where)
                for name, where in read.items(entry.get("not_next_day", []), f"{path}.not_next_day")
            ),
        )

    def _engagements(self, value: object) -> tuple[Engagement, ...]:
        read = self.read
        engagements = []
        seen: set[tuple[str, str]] = set()
        optional = ("count", "min_block", "wanted", "unwanted", "weekdays", "refused")
        for item, path in read.items(value, "engagements"):
            entry = read.mapping(item, path, ("person", "duty"), optional)
            pair = (
                self._person_name(entry["person"], f"{path}.person") if "person" in entry else "",
                self._duty_name(entry["duty"], f"{path}.duty") if "duty" in entry else "",
            )
            if all(pair) and pair in seen:
                read.fault(path, "this person and duty already have an engagement")
            seen.add(pair)
            count = read.mapping(entry.get("count", {}), f"{path}.count", (), ("min", "max"))
            least = read.integer(count.get("min", 0), f"{path}.count.min")
            most = read.integer(count["max"], f"{path}.count.max") if "max" in count else None
            if most is not None and least > most:
                read.fault(f"{path}.count", f"min {least} is more than max {most}")
            engagements.append(
                Engagement(
                    person=pair[0],
                    duty=pair[1],
                    count_min=least,
                    count_max=most,
                    min_block=read.integer(entry.get("min_block", 1), f"{path}.min_block", 1),
                    wanted=self._wishes(entry.get("wanted", []), f"{path}.wanted"),
                    unwanted=self._wishes(entry.get("unwanted", []), f"{path}.unwanted"),
                    weekdays=self._weekdays(entry.get("weekdays", {}), f"{path}.weekdays"),
                    refused=self._slots(entry.get("refused", []), f"{path}.refused"),
                )
            )
        return tuple(engagements)

    def _wishes(self, value: object, where: str) -> tuple[Wish, ...]:
        read = self.read
        wishes = []
        seen: set[Slot] = set()
        for item, path in read.items(value, where):
            entry = read.mapping(item, path, ("day", "part"), ("weight",))
            weight = read.integer(entry.get("weight", 0), f"{path}.weight", 0, MAX_WEIGHT)
            if "day" not in entry or "part" not in entry:
                continue
            slot = self._slot(entry["day"], entry["part"], f"{path}.day", f"{path}.part")
            if slot in seen and self.horizon_known:
                read.fault(path, "this slot is given twice")
            seen.add(slot)
            wishes.append(Wish(slot.day, slot.part, weight))
        return tuple(wishes)

    def _weekdays(self, value: object, where: str) -> Mapping[int, int] | None:
        regular: dict[int, int] = {}
        for name, number, path in self.read.free_mapping(value, where):
            if name in WEEKDAYS:
                regular[WEEKDAYS.index(name)] = self.read.integer(number, path)
            else:
                self.read.fault(path, f"not one of {', '.join(WEEKDAYS)}")
        return MappingProxyType(regular) if regular else None

    def _cover(self, value: object) -> tuple[Cover, ...]:
        read = self.read
        lines = []
        seen: set[tuple[Slot, str]] = set()
        for item, path in read.items(value, "cover"):
            entry = read.mapping(item, path, ("day", "part", "duty", "need"), ("under", "over"))
            need = read.integer(entry["need"], f"{path}.need") if "need" in entry else 0
            under, over = (
                read.integer(entry.get(name, 0), f"{path}.{name}", 0, MAX_WEIGHT) for name in ("under", "over")
            )
            duty = self._duty_name(entry["duty"], f"{path}.duty") if "duty" in entry else ""
            if "day" not in entry or "part" not in entry:
                continue
            slot = self._slot(entry["day"], entry["part"], f"{path}.day", f"{path}.part")
            if (slot, duty) in seen and duty and self.horizon_known:
                read.fault(path, "this slot and duty already have a line")
            seen.add((slot, duty))
            lines.append(Cover(slot.day, slot.part, duty, need, under, over))
        return tuple(lines)

    def _travel(self, value: object) -> Travel:
        read = self.read
        entry = read.mapping(value, "travel", (), ("minutes", "max_sites_per_day", "weight"))
        minutes: dict[frozenset[str], int] = {}
        for key, number, path in read.free_mapping(entry.get("minutes", {}), "travel.minutes"):
            first, bar, second = key.partition("|")
            if not (bar and first and second) or "|" in second:
                read.fault(path, "two sites are expected, written s1|s2")
                continue
            if first == second:
                read.fault(path, "the two sites are the same")
                continue
            pair = frozenset((first, second))
            if pair in minutes:
                read.fault(path, "these two sites are given twice")
            minutes[pair] = read.integer(number, path)
        most = entry.get("max_sites_per_day")
        return Travel(
            minutes=MappingProxyType(minutes),
            max_sites_per_day=None if most is None else read.integer(most, "travel.max_sites_per_day"),
            weight=read.integer(entry.get("weight", 0), "travel.weight", 0, MAX_WEIGHT),
        )

    def _weights(self, value: object) -> Weights:
        entry = self.read.mapping(value, "weights", (), ("moved", "weekday", "block"))
        moved, weekday, block = (
            self.read.integer(entry.get(name, 0), f"weights.{name}", 0, MAX_WEIGHT)
            for name in ("moved", "weekday", "block")
        )
        return Weights(moved, weekday, block)

    def _assignments(self, value: object, where: str, *, one_per_slot: bool) -> tuple[Assignment, ...]:
        read = self.read
        lines = []
        seen: set[tuple[str, Slot]] = set()
        for item, path in read.items(value, where):
            entry = read.mapping(item, path, ("person", "day", "part", "duty"))
            person = self._person_name(entry["person"], f"{path}.person") if "person" in entry else ""
            duty = self._duty_name(entry["duty"], f"{path}.duty") if "duty" in entry else ""
            if "day" not in entry or "part" not in entry:
                continue
            slot = self._slot(entry["day"], entry["part"], f"{path}.day", f"{path}.part")
            if one_per_slot and person and (person, slot) in seen and self.horizon_known:
                read.fault(path, f"{person[:60]!r} already has a duty in this slot")
            seen.add((person, slot))
            lines.append(Assignment(person, slot.day, slot.part, duty))
        return tuple(lines)

    def _size(self, problem: Problem) -> None:
        slots = problem.days * len(problem.parts)
        if slots * len(problem.people) > MAX_POSSIBILITIES:
            what = f"{slots} slots x {len(problem.people)} people are more than {MAX_POSSIBILITIES}"
            self.read.fault("people", f"{what}: split the problem")
        elif slots * len(problem.engagements) > MAX_POSSIBILITIES:
            what = f"{slots} slots x {len(problem.engagements)} engagements are more than {MAX_POSSIBILITIES}"
            self.read.fault("engagements", f"{what}: split the problem")
        wishes = sum(len(deal.wanted) + len(deal.unwanted) for deal in problem.engagements)
        if len(problem.cover) + wishes > MAX_LINES:
            what = f"{len(problem.cover)} lines of cover and {wishes} wishes are more than {MAX_LINES} together"
            self.read.fault("cover", f"{what}: split the problem")
