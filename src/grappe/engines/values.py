"""Money in whole cents, quantities in half-days, time in half-open periods."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NewType, TypeVar

Cents = NewType("Cents", int)
HalfDays = NewType("HalfDays", int)

K = TypeVar("K", bound=Hashable)


def ceil_div(numerator: int, denominator: int) -> int:
    """The smallest integer not below the quotient; `denominator` > 0."""
    return -(-numerator // denominator)


def apportion(total_cents: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Split `total_cents` in proportion to integer `weights`, to the cent.

    Largest remainder (Hamilton's method); ties go to the smallest key in text order. A negative total is split
    like its absolute value. Raises ValueError on a negative weight, or when nothing has a weight and the total is not 0.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    if total_cents < 0:
        return {key: -cents for key, cents in apportion(-total_cents, weights).items()}
    whole = sum(weights.values())
    if whole == 0:
        if total_cents:
            raise ValueError("nothing to share by: every weight is 0")
        return dict.fromkeys(weights, 0)
    shares = {key: total_cents * weight // whole for key, weight in weights.items()}
    left = total_cents - sum(shares.values())
    by_remainder = sorted(weights, key=lambda key: (-(total_cents * weights[key] % whole), str(key)))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` (included) to `end` (excluded); `end` None: without end."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a period ends before it starts")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; written and read as `2027-01`."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"no month {self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        year, separator, month = text.partition("-")
        if not (separator and len(year) == 4 and len(month) == 2 and year.isdecimal() and month.isdecimal()):
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def period(self) -> Period:
        return Period(self.first_day, self.plus(1).first_day)

    def plus(self, months: int) -> Month:
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def until(self, last: Month) -> Iterator[Month]:
        """The months from this one to `last`, both included."""
        month = self
        while month <= last:
            yield month
            month = month.plus(1)


def month_of_year_cents(year_cents: int, month: int) -> int:
    """The part of a yearly amount that falls on `month` (1 to 12), so that twelve months make the year to the cent."""
    return year_cents * month // 12 - year_cents * (month - 1) // 12
