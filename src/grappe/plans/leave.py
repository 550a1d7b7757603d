"""Paid leave: days counted, rights earned, taken, left. Pure: figures by hand in docs/algorithms/leave.md.

Everything is in working days (jours ouvrables, 6 a week) as exact fractions; worked days (ouvrés, 5 a week) are 5/6 of a right, and are
counted on their own for what is taken. Periods are half-open, but for `Spell`, whose last day is included as people say it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from grappe.plans.enums import AbsenceKind

DAY = timedelta(days=1)
YEAR_BEGINS = 6  # the reference year runs from 1 June to 31 May (art. R3141-4 C. trav.)
WORKED_PER_WORKING = Fraction(5, 6)
HELD_UP = (AbsenceKind.SICKNESS, AbsenceKind.ACCIDENT)  # an illness keeps one from taking leave


@dataclass(frozen=True, slots=True)
class Rates:
    """The rules of law in force on a day: days earned a month, and the most in a reference year."""

    per_month: Fraction
    most: int
    sickness_per_month: Fraction
    sickness_most: int
    accident_per_month: Fraction
    carry_over_months: int


@dataclass(frozen=True, slots=True)
class Spell:
    """An absence, both days included. `informed_on`: when the employer told, after an illness, what leave is left and until when."""

    kind: str
    first_day: date
    last_day: date
    informed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """From the first day to the day after the last one (None: it lasts)."""

    begins_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many days an absence takes: `working` (ouvrables) and `worked` (ouvrés)."""

    working: int
    worked: int


@dataclass(frozen=True, slots=True)
class Right:
    """What a reference year gave. `lapses_on`: the first day when what is left is lost; None: not yet known, or still being earned."""

    begins_on: date
    earned: Fraction
    taken: int
    lost: Fraction
    lapses_on: date | None
    is_over: bool
    carried: bool

    @property
    def left(self) -> Fraction:
        return self.earned - self.taken - self.lost

    @property
    def left_worked(self) -> Fraction:
        return self.left * WORKED_PER_WORKING

    @property
    def ends_year(self) -> int:
        return self.begins_on.year + 1


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a person stands on a day. `to_take` is acquired (years that are over), `earning` the year under way."""

    on: date
    rights: tuple[Right, ...]

    @property
    def to_take(self) -> Fraction:
        return sum((right.left for right in self.rights if right.is_over), Fraction())

    @property
    def earning(self) -> Fraction:
        return sum((right.left for right in self.rights if not right.is_over), Fraction())

    @property
    def left(self) -> Fraction:
        return self.to_take + self.earning

    @property
    def to_take_worked(self) -> Fraction:
        return self.to_take * WORKED_PER_WORKING

    @property
    def earning_worked(self) -> Fraction:
        return self.earning * WORKED_PER_WORKING

    @property
    def left_worked(self) -> Fraction:
        return self.left * WORKED_PER_WORKING

    @property
    def soonest(self) -> Right | None:
        """The right that lapses first, of those that have something left."""
        dated = [right for right in self.rights if right.lapses_on is not None and right.left > 0]
        return min(dated, key=lambda right: (right.lapses_on, right.begins_on), default=None)


# ---------------------------------------------------------------- days


def days_of(first: date, last: date) -> Iterator[date]:
    """Each day, both included."""
    return (first + DAY * number for number in range((last - first).days + 1))


def is_worked(day: date, off: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in off


def counted(first: date, last: date, off: Collection[date]) -> Counted:
    """The days that leave from `first` to `last` takes: from the first that would have been worked to the eve of the return.

    `off`: public holidays, known for a fortnight past `last`.
    """
    worked = [day for day in days_of(first, last) if is_worked(day, off)]
    if not worked:
        return Counted(0, 0)
    back = last + DAY
    while not is_worked(back, off):
        back += DAY
    working = sum(day.weekday() < 6 and day not in off for day in days_of(worked[0], back - DAY))
    return Counted(working, len(worked))


def working_days(first: date, last: date, off: Collection[date]) -> int:
    """Monday to Saturday without public holidays, both days included."""
    return sum(day.weekday() < 6 and day not in off for day in days_of(first, last))


# ---------------------------------------------------------------- earned


def reference_year(day: date) -> date:
    """The first day of the reference year that `day` is in."""
    return date(day.year - (day.month < YEAR_BEGINS), YEAR_BEGINS, 1)


def year_after(begins_on: date) -> date:
    return begins_on.replace(year=begins_on.year + 1)


def earned(
    begins_on: date, contract: Contract, spells: Iterable[Spell], rates: Callable[[date], Rates], *, before: date
) -> Fraction:
    """Working days earned in the reference year that begins on `begins_on`, by the days before `before`; not rounded."""
    away = {day: spell.kind for spell in spells for day in days_of(spell.first_day, spell.last_day)}
    whole, ill = Fraction(), Fraction()
    most = sickness_most = 0
    for month in _months(begins_on):
        rule = rates(month)
        most, sickness_most = max(most, rule.most), max(sickness_most, rule.sickness_most)
        length = monthrange(month.year, month.month)[1]
        for number in range(length):
            day = month + DAY * number
            if day < contract.begins_on or day >= before or (contract.ends_on is not None and day >= contract.ends_on):
                continue
            kind = away.get(day, "")
            if kind == AbsenceKind.SICKNESS:
                ill += rule.sickness_per_month / length
            elif kind == AbsenceKind.ACCIDENT:
                whole += rule.accident_per_month / length
            elif kind != AbsenceKind.OTHER:
                whole += rule.per_month / length
    return min(whole + min(ill, Fraction(sickness_most)), Fraction(most))


def _months(begins_on: date) -> list[date]:
    months = [begins_on]
    while len(months) < 12:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return months


# ---------------------------------------------------------------- left


@dataclass(slots=True)
class _Bucket:
    begins_on: date
    earned: Fraction
    held_up: int
    informed_on: date | None
    carry_over_months: int
    taken: int = 0
    lost: Fraction = Fraction()
    closed: bool = False
    carried: bool = False

    @property
    def ends_on(self) -> date:
        """The day after the year in which this right is taken."""
        return year_after(year_after(self.begins_on))

    def lapses_on(self) -> date | None:
        if not self.held_up:
            return self.ends_on
        if self.informed_on is None:
            return None
        return max(self.ends_on, _months_later(self.informed_on, self.carry_over_months))

    def close(self, on: date) -> None:
        """Lose, at the end of its year and at the end of the carry-over, what was not taken."""
        if on >= self.ends_on and not self.closed:
            left = max(Fraction(), self.earned - self.taken)
            kept = min(left, Fraction(self.held_up))
            self.lost, self.closed, self.carried = left - kept, True, kept > 0
        lapses_on = self.lapses_on()
        if lapses_on is not None and on >= lapses_on:
            self.lost = max(self.lost, self.earned - self.taken)

    def left(self) -> Fraction:
        return self.earned - self.taken - self.lost

    def stands(self, day: date) -> Fraction:
        """What of it may be taken on that day, past or to come."""
        lapses_on = self.lapses_on()
        if lapses_on is not None and day >= lapses_on:
            return Fraction()
        return self.left() if self.closed or day < self.ends_on else min(self.left(), Fraction(self.held_up))


def balance(
    contract: Contract,
    spells: Iterable[Spell],
    rates: Callable[[date], Rates],
    holidays: Callable[[date, date], Collection[date]],
    *,
    on: date,
) -> Balance:
    """Where the person stands on the day `on`, of leave taken before it or already granted after it."""
    known = sorted(spells, key=lambda spell: (spell.first_day, spell.last_day))
    first, last = reference_year(contract.begins_on), reference_year(on)
    buckets = []
    begins_on = first
    while begins_on <= last:
        buckets.append(_bucket(begins_on, contract, known, rates, holidays, on))
        begins_on = year_after(begins_on)
    for spell in known:
        if spell.kind == AbsenceKind.LEAVE:
            off = holidays(spell.first_day, spell.last_day + DAY * 15)
            for bucket in buckets:
                bucket.close(min(spell.first_day, on))
            _take(buckets, spell.first_day, counted(spell.first_day, spell.last_day, off).working)
    for bucket in buckets:
        bucket.close(on)
    return Balance(on, tuple(_right(bucket, on) for bucket in buckets if _matters(bucket, on)))


def _bucket(
    begins_on: date,
    contract: Contract,
    spells: list[Spell],
    rates: Callable[[date], Rates],
    holidays: Callable[[date, date], Collection[date]],
    on: date,
) -> _Bucket:
    ends = year_after(begins_on)
    found = earned(begins_on, contract, spells, rates, before=min(on, ends))
    if on >= ends:
        found = Fraction(ceil(found))  # art. L3141-7: a fraction counts for a whole day
    taking_ends = year_after(ends)
    ill = [
        spell for spell in spells if spell.kind in HELD_UP and spell.first_day < taking_ends and spell.last_day >= ends
    ]
    held_up = sum(
        working_days(
            max(spell.first_day, ends),
            min(spell.last_day, taking_ends - DAY),
            holidays(max(spell.first_day, ends), taking_ends),
        )
        for spell in ill
    )
    informed = [spell.informed_on for spell in ill]
    told = max((day for day in informed if day), default=None) if all(informed) else None
    return _Bucket(begins_on, found, held_up, told, rates(ends).carry_over_months)


def _take(buckets: list[_Bucket], on: date, days: int) -> None:
    """Days off the oldest right that stands on that day; what no right covers, off the newest."""
    for bucket in buckets:
        part = min(days, max(0, int(bucket.stands(on))))
        bucket.taken, days = bucket.taken + part, days - part
    buckets[-1].taken += days


def _right(bucket: _Bucket, on: date) -> Right:
    is_over = on >= year_after(bucket.begins_on)
    return Right(
        bucket.begins_on, bucket.earned, bucket.taken, bucket.lost, bucket.lapses_on() if is_over else None, is_over, bucket.carried
    )  # fmt: skip


def _matters(bucket: _Bucket, on: date) -> bool:
    return on < bucket.ends_on or bucket.left() != 0


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
