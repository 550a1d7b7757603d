"""The pooling problem: fractional needs, and the rules of a solid post.

`parse` reads the JSON form and refuses a malformed problem with every fault at once. Quantities are whole half-days
and whole cents; the year is twelve calendar months, January first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from grappe.engines.faults import Fault, Malformed
from grappe.engines.values import Month, ceil_div

AIMS = ("serve", "solid", "near")
MAX_HALF_DAYS = 1_000_000
MAX_CENTS = 10**12
MAX_FIRMS = 1_000_000
MAX_KM = 20_100.0  # more than half the way round the Earth
MAX_NEEDS = 20_000
MAX_YEARS = 30
NEVER = 2**62  # a yearly load that no post reaches
EARTH_KM = 6371.0088  # mean radius (IUGG)


@lru_cache(maxsize=64)
def _min_half_days(min_fill: float, capacity: int) -> int:
    return math.ceil(Fraction(str(min_fill)) * 12 * capacity)


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a post viable. `capacity`: half-days a month; `max_firms` None: no limit; `max_km`: between any two sites."""

    capacity: int = 36
    min_fill: float = 0.8
    min_firms: int = 2
    max_firms: int | None = 6
    max_km: float = 30.0
    mixed_skills: tuple[tuple[str, ...], ...] = ()

    @property
    def min_half_days(self) -> int:
        """The yearly load from which a post is filled: exact, so that 0.8 x 12 x 35 is 336 and not a hair more."""
        return _min_half_days(self.min_fill, self.capacity)

    def skill_families(self, skills: set[str]) -> list[frozenset[str]]:
        """The largest sets of skills that one post may mix, among the `skills` asked for."""
        mixed = [frozenset(group) & skills for group in self.mixed_skills]
        alone = [frozenset([skill]) for skill in skills]
        families = {family for family in [*mixed, *alone] if family}
        return sorted((f for f in families if not any(f < other for other in families)), key=sorted)


@dataclass(frozen=True, slots=True)
class Need:
    """`half_days`: the load of each month, January to December, already 0 outside the period asked for."""

    id: str
    firm: str
    skill: str
    half_days: tuple[int, ...]
    lat: float | None = None
    lon: float | None = None
    max_price_cents: int | None = None

    @property
    def year(self) -> int:
        return sum(self.half_days)

    def to_json(self) -> dict[str, Any]:
        flat = len(set(self.half_days)) == 1
        load: int | list[int] = self.half_days[0] if flat else list(self.half_days)
        data: dict[str, Any] = {"id": self.id, "firm": self.firm, "skill": self.skill, "half_days": load}
        if self.lat is not None:
            data |= {"lat": self.lat, "lon": self.lon}
        if self.max_price_cents is not None:
            data["max_price_cents"] = self.max_price_cents
        return data


@dataclass(frozen=True, slots=True)
class Problem:
    """`post_cents_per_year` None: prices are unknown and no need's maximum price binds."""

    needs: tuple[Need, ...]
    rules: Rules = Rules()
    post_cents_per_year: int | None = None
    aim: str = "serve"
    keep: tuple[tuple[str, ...], ...] = ()

    def least_year(self, need: Need) -> int:
        """The least yearly load of a post that this need may join: the filling rule, and its own maximum price.

        ceil(cost / load) <= price exactly when load >= cost / price.
        """
        least = self.rules.min_half_days
        if self.post_cents_per_year is None or need.max_price_cents is None:
            return least
        if need.max_price_cents == 0:
            return NEVER if self.post_cents_per_year else least
        return max(least, ceil_div(self.post_cents_per_year, need.max_price_cents))

    def to_json(self) -> dict[str, Any]:
        rules = {name: getattr(self.rules, name) for name in Rules.__slots__}
        rules["mixed_skills"] = [list(group) for group in self.rules.mixed_skills]
        data: dict[str, Any] = {"rules": rules, "aim": self.aim, "needs": [need.to_json() for need in self.needs]}
        if self.post_cents_per_year is not None:
            data["cost"] = {"post_cents_per_year": self.post_cents_per_year}
        if self.keep:
            data["keep"] = [list(post) for post in self.keep]
        return data


def distance_km(a: Need, b: Need) -> float:
    """Great-circle distance (haversine formula) in km; 0 when one of the two has no place, since it fits anywhere."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return 0.0
    north, east = math.radians(b.lat - a.lat), math.radians(b.lon - a.lon)
    h = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat)) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def parse(data: object) -> Problem:
    """The problem that the JSON value `data` states. Raises Malformed with every fault, each at its path."""
    reader = _Reader()
    problem = reader.problem(data)
    if reader.faults:
        raise Malformed(reader.faults)
    return problem


@dataclass(frozen=True, slots=True)
class _Asked:
    """A need as it is written, before the year of the problem is known."""

    index: int
    need: Need
    first: Month | None
    last: Month | None

    def in_year(self, year: int) -> tuple[int, ...]:
        start = 1 if self.first is None else 12 * (self.first.year - year) + self.first.month
        end = 12 if self.last is None else 12 * (self.last.year - year) + self.last.month
        if start <= 1 and end >= 12:
            return self.need.half_days
        return tuple(load if start <= month <= end else 0 for month, load in enumerate(self.need.half_days, 1))


class _Reader:
    """Reads values at paths and gathers faults; what is faulty reads as a harmless default so that reading goes on."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, what: str) -> None:
        self.faults.append(Fault(path, what))

    def table(
        self, path: str, value: object, known: set[str], required: frozenset[str] = frozenset()
    ) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fault(path, f"must be an object, not {_kind(value)}")
            return {}
        prefix = f"{path}." if path != "problem" else ""
        for key in value:
            if key not in known:
                self.fault(f"{prefix}{key}", "unknown key")
        for key in sorted(required - value.keys()):
            self.fault(f"{prefix}{key}", "is missing")
        return value

    def listed(self, path: str, value: object) -> list[Any]:
        if isinstance(value, (list, tuple)):
            return list(value)
        self.fault(path, f"must be a list, not {_kind(value)}")
        return []

    def text(self, path: str, value: object) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self.fault(
            path,
            "must be a text that is not empty" if isinstance(value, str) else f"must be a text, not {_kind(value)}",
        )
        return ""

    def number(self, path: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(path, f"must be a number, not {_kind(value)}")
        elif not _finite(value):
            self.fault(path, "must be a finite number")
        elif not low <= value <= high:
            self.fault(path, f"must be between {low:g} and {high:g}, not {_short(value)}")
        else:
            return float(value)
        return low

    def whole(self, path: str, value: object, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(path, f"must be a whole number, not {_kind(value)}")
        elif not _finite(value):
            self.fault(path, "must be a finite number")
        elif value != int(value):
            self.fault(path, f"must be a whole number, not {value:g}")
        elif not low <= value <= high:
            self.fault(path, f"must be between {low} and {high}, not {_short(int(value))}")
        else:
            return int(value)
        return low

    def month(self, path: str, value: object) -> Month | None:
        if not isinstance(value, str):
            self.fault(path, f"must be a month such as 2027-01, not {_kind(value)}")
            return None
        try:
            return Month.parse(value)
        except ValueError:
            self.fault(path, f"must be a month such as 2027-01, not {_short(value)}")
            return None

    def problem(self, data: object) -> Problem:
        top = self.table("problem", data, {"rules", "cost", "aim", "needs", "keep"}, frozenset({"needs"}))
        rules = self.rules(top["rules"]) if "rules" in top else Rules()
        cost = None
        if "cost" in top:
            key = "post_cents_per_year"
            table = self.table("cost", top["cost"], {key}, frozenset({key}))
            cost = self.whole(f"cost.{key}", table[key], 0, MAX_CENTS) if key in table else None
        aim = top.get("aim", "serve")
        if aim not in AIMS:
            self.fault("aim", f"must be one of {', '.join(AIMS)}, not {_short(aim)}")
        listed = self.listed("needs", top["needs"]) if "needs" in top else []
        if len(listed) > MAX_NEEDS:
            self.fault(
                "needs", f"has {len(listed)} needs; at most {MAX_NEEDS} in one problem: pose a large territory as zones"
            )
            listed = []
        needs = self.needs(listed)
        keep = self.keep(self.listed("keep", top["keep"]), {need.id for need in needs}) if "keep" in top else ()
        return Problem(needs, rules, cost, str(aim), keep)

    def rules(self, value: object) -> Rules:
        table = self.table("rules", value, set(Rules.__slots__))
        given: dict[str, Any] = {}
        if "capacity" in table:
            given["capacity"] = self.whole("rules.capacity", table["capacity"], 1, MAX_HALF_DAYS)
        if "min_fill" in table:
            given["min_fill"] = self.number("rules.min_fill", table["min_fill"], 0, 1)
        if "min_firms" in table:
            given["min_firms"] = self.whole("rules.min_firms", table["min_firms"], 1, MAX_FIRMS)
        if "max_firms" in table:
            value = table["max_firms"]
            given["max_firms"] = None if value is None else self.whole("rules.max_firms", value, 1, MAX_FIRMS)
        if "max_km" in table:
            given["max_km"] = self.number("rules.max_km", table["max_km"], 0, MAX_KM)
        if "mixed_skills" in table:
            given["mixed_skills"] = tuple(self.mixed(self.listed("rules.mixed_skills", table["mixed_skills"])))
        rules = Rules(**given)
        if rules.max_firms is not None and rules.max_firms < rules.min_firms:
            self.fault("rules.max_firms", f"is {rules.max_firms}, below min_firms, which is {rules.min_firms}")
        return rules

    def mixed(self, groups: list[Any]) -> Iterator[tuple[str, ...]]:
        for g, group in enumerate(groups):
            path = f"rules.mixed_skills[{g}]"
            skills = [self.text(f"{path}[{s}]", skill) for s, skill in enumerate(self.listed(path, group))]
            if len(set(skills)) < 2:
                self.fault(path, "must name at least two different skills")
            yield tuple(dict.fromkeys(skills))

    def needs(self, listed: list[Any]) -> tuple[Need, ...]:
        asked = [self.need(index, value) for index, value in enumerate(listed)]
        seen: dict[str, int] = {}
        for one in asked:
            if one.need.id and seen.setdefault(one.need.id, one.index) != one.index:
                self.fault(
                    f"needs[{one.index}].id", f"{_short(one.need.id)} is already the id of needs[{seen[one.need.id]}]"
                )
        named = sorted({month.year for one in asked for month in (one.first, one.last) if month is not None})
        if named and named[-1] - named[0] > MAX_YEARS:
            self.fault("needs", f"name months from {named[0]} to {named[-1]}: more than {MAX_YEARS} years")
            named = []
        year = _year_of(asked, named)
        needs = []
        for one in asked:
            load = one.in_year(year)
            if sum(one.need.half_days) and not sum(load):
                what = f"asks for nothing in {year}, the year in which this problem's needs ask most"
                self.fault(f"needs[{one.index}]", what)
            need = one.need
            needs.append(Need(need.id, need.firm, need.skill, load, need.lat, need.lon, need.max_price_cents))
        return tuple(needs)

    def need(self, index: int, value: object) -> _Asked:
        path = f"needs[{index}]"
        known = {"id", "firm", "skill", "half_days", "lat", "lon", "from", "to", "max_price_cents"}
        before = len(self.faults)
        table = self.table(path, value, known, frozenset({"id", "firm", "skill", "half_days"}))
        names = {key: self.text(f"{path}.{key}", table[key]) if key in table else "" for key in ("id", "firm", "skill")}
        load = self.load(f"{path}.half_days", table["half_days"]) if "half_days" in table else (1,) * 12
        place: dict[str, float | None] = {"lat": None, "lon": None}
        for key, limit in (("lat", 90), ("lon", 180)):
            if table.get(key) is not None:
                place[key] = self.number(f"{path}.{key}", table[key], -limit, limit)
        if (place["lat"] is None) != (place["lon"] is None):
            self.fault(path, "has only one of lat and lon: give both, or none")
        first, last = (
            self.month(f"{path}.{key}", table[key]) if table.get(key) is not None else None for key in ("from", "to")
        )
        if first is not None and last is not None and last < first:
            self.fault(f"{path}.to", f"{last} is before from, which is {first}")
            first = last = None
        price = table.get("max_price_cents")
        if price is not None:
            price = self.whole(f"{path}.max_price_cents", price, 0, MAX_CENTS)
        if len(self.faults) == before and not sum(load):
            self.fault(f"{path}.half_days", "asks for nothing")
        need = Need(
            id=names["id"], firm=names["firm"], skill=names["skill"], half_days=load,
            lat=place["lat"], lon=place["lon"], max_price_cents=price,
        )  # fmt: skip
        return _Asked(index, need, first, last)

    def load(self, path: str, value: object) -> tuple[int, ...]:
        if not isinstance(value, (list, tuple)):
            return (self.whole(path, value, 0, MAX_HALF_DAYS),) * 12
        if len(value) != 12:
            self.fault(path, f"must be a number or twelve numbers, not {len(value)}")
            return (1,) * 12
        return tuple(self.whole(f"{path}[{m}]", load, 0, MAX_HALF_DAYS) for m, load in enumerate(value))

    def keep(self, posts: list[Any], ids: set[str]) -> tuple[tuple[str, ...], ...]:
        kept: dict[str, str] = {}
        result = []
        for p, value in enumerate(posts):
            path = f"keep[{p}]"
            before = len(self.faults)
            post = [self.text(f"{path}[{n}]", need) for n, need in enumerate(self.listed(path, value))]
            if not post and len(self.faults) == before:
                self.fault(path, "names no need")
            for n, need in enumerate(post):
                if need and need not in ids:
                    self.fault(f"{path}[{n}]", f"{_short(need)} is not the id of a need")
                elif need in kept:
                    self.fault(f"{path}[{n}]", f"{_short(need)} is already in {kept[need]}")
                kept.setdefault(need, path)
            result.append(tuple(post))
        return tuple(result)


def _year_of(asked: list[_Asked], named: list[int]) -> int:
    """The calendar year in which the needs ask most in all; ties go to the earliest. 1 when no need names a month."""
    if len(named) <= 1:
        return named[0] if named else 1
    years = range(named[0], named[-1] + 1)
    return max(years, key=lambda year: (sum(sum(one.in_year(year)) for one in asked), -year))


def _finite(value: int | float) -> bool:
    return isinstance(value, int) or math.isfinite(value)  # math.isfinite overflows on a huge int


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", tuple: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of over thirty digits"  # str() refuses thousands of them
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
