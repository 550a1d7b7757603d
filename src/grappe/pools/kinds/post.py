"""The shared employee: a post whose half-days several firms use, under one contract with the cluster.

Unit: the half-day. Capacity: 36 half-days a month, a full time less leave and holidays. An act is a half-day signed by both sides. The
price alone (p0) is what the firm pays, or would pay, for a half-day of the same skill outside the cluster.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grappe.engines.values import apportion, ceil_div
from grappe.pools.enums import CostBasis, CostPart

UNIT = _("demi-journée")
ACT_LABEL = _("demi-journée contresignée")
DEFAULT_KEY = "signed_half_days"
CAPACITY = 36
CENTS_A_YEAR_MAX = 100_000_000
RATE_BP_MAX = 20_000

COEFFICIENT_MOST_BP = 30_000  # three times: above, it is a slip
COEFFICIENTS = frozenset({CostBasis.TIMES_GROSS, CostBasis.TIMES_LOADED})
FLAT = COEFFICIENTS | {CostBasis.RATE_OF_LOADED}  # what a group exempt of VAT may not charge

CHARGES_BP = 4_200  # employer charges at full rate, before reductions
MANAGEMENT_BP = 500  # of the loaded cost
REGULARISATION_MOST_BP = 5_000  # half the price: above, the estimate is to be made again
HALF_DAYS_A_WEEK = 10  # of full time


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what a post costs in a year: an amount, or a rate in basis points."""

    label: str
    basis: str
    cents: int = 0
    rate_bp: int = 0
    part: str = CostPart.OTHER

    @classmethod
    def of(cls, line: Mapping[str, Any] | Line | Any) -> Line:
        """A line from a mapping or from a row with the same names."""
        if isinstance(line, Line):
            return line
        read = line.get if isinstance(line, Mapping) else lambda name, default: getattr(line, name, default)
        return cls(
            str(read("label", "")),
            CostBasis(read("basis", "")),
            int(read("cents", 0) or 0),
            int(read("rate_bp", 0) or 0),
            CostPart(read("part", "") or CostPart.OTHER),
        )


def amounts(lines: Sequence[Line]) -> list[int]:
    """What each line comes to in cents a year, a rate rounded half up to the cent.

    The first line is the gross salary, which a rate of the gross applies to; a rate of the gross pay applies to it and to the
    bonuses among the lines above; a rate of the loaded cost to the sum of all the lines above. A coefficient is what makes the price of
    the gross, or of all the lines above: its line is what it adds to them, below 0 when it does not cover them.
    """
    found: list[int] = []
    for line in lines:
        if line.basis == CostBasis.CENTS_A_YEAR:
            found.append(line.cents)
        else:
            above, gross = sum(found), found[0] if found else 0
            pay = gross + sum(
                cents for one, cents in zip(lines, found, strict=False) if one.part == CostPart.THIRTEENTH
            )
            base = {CostBasis.RATE_OF_GROSS: gross, CostBasis.RATE_OF_PAY: pay, CostBasis.TIMES_GROSS: gross}
            cents = (base.get(CostBasis(line.basis), above) * line.rate_bp + 5_000) // 10_000
            found.append(cents - above if line.basis in COEFFICIENTS else cents)
    return found


def charges_bp(lines: Sequence[Line]) -> int:
    """The rate of employer charges on a further euro of pay, as the lines have it."""
    named = [line for line in lines if line.part in {CostPart.CHARGES, CostPart.PAYROLL_TAX}]
    on_pay = {CostBasis.RATE_OF_GROSS, CostBasis.RATE_OF_PAY}
    plain = [line for line in lines if line.part == CostPart.OTHER and line.basis in on_pay]
    return sum(line.rate_bp for line in named or plain)


def year_cents(lines: Sequence[Line]) -> int:
    return sum(amounts(lines))


def estimated(post_cents_per_year: int) -> list[Line]:
    """The one line of a post whose cost has not been detailed yet."""
    return [Line(str(_("Coût annuel estimé")), CostBasis.CENTS_A_YEAR, post_cents_per_year)]


def usual(year_cents_wanted: int = 0) -> list[Line]:
    """The usual make-up, its gross salary such that the year costs about what was estimated (a little less)."""
    loaded = (10_000 + CHARGES_BP) * (10_000 + MANAGEMENT_BP)
    gross = year_cents_wanted * 10_000 * 10_000 // loaded // 100 * 100
    return [
        Line(str(_("Salaire brut")), CostBasis.CENTS_A_YEAR, gross, part=CostPart.GROSS),
        Line(str(_("Cotisations patronales")), CostBasis.RATE_OF_GROSS, rate_bp=CHARGES_BP, part=CostPart.CHARGES),
        Line(str(_("Avantages (13e mois, titres-restaurant)")), CostBasis.CENTS_A_YEAR, part=CostPart.BENEFITS),
        Line(str(_("Frais de gestion")), CostBasis.RATE_OF_LOADED, rate_bp=MANAGEMENT_BP, part=CostPart.MANAGEMENT),
        Line(str(_("Fonds de garantie")), CostBasis.CENTS_A_YEAR, part=CostPart.GUARANTEE),
    ]


# ---------------------------------------------------------------- what of a year can be billed


@dataclass(frozen=True, slots=True)
class Billable:
    """The days of a year of full time, and the half-days that are left for the members."""

    weekdays: int
    holidays: int
    leave: int
    training: int
    week_minutes: int | None = None

    @property
    def half_days(self) -> int:
        return 2 * max(0, self.weekdays - self.holidays - self.leave - self.training)

    @property
    def half_days_a_month(self) -> int:
        return self.half_days // 12

    def hour_cents(self, half_day_cents: int) -> int | None:
        """The price of an hour from that of a half-day, a tenth of the week; rounded up. None where the week is not known."""
        return ceil_div(half_day_cents * 60 * HALF_DAYS_A_WEEK, self.week_minutes) if self.week_minutes else None


def billable(
    start: date,
    *,
    holidays: Collection[date],
    leave_tenths_a_month: int,
    leave_most: int,
    training: int,
    week_minutes: int | None = None,
) -> Billable:
    """Twelve months from `start`: Mondays to Fridays, less public holidays among them, paid leave and training days.

    Paid leave is earned in working days, six a week: twelve months of `leave_tenths_a_month`, `leave_most` at most, are five sixths as
    many days of work, rounded up.
    """
    end = start.replace(year=start.year + 1) if (start.month, start.day) != (2, 29) else date(start.year + 1, 3, 1)
    days = [start + timedelta(days=rank) for rank in range((end - start).days)]
    weekdays = {day for day in days if day.weekday() < 5}
    working = min(leave_most * 10, 12 * leave_tenths_a_month)
    return Billable(len(weekdays), len(weekdays & set(holidays)), ceil_div(working * 5, 60), training, week_minutes)


# ---------------------------------------------------------------- what of the pay is not worked


def made_of(lines: Sequence[Line], cents: Sequence[int], year: Billable | None = None) -> list[tuple[str, int]]:
    """What the year's cost pays for, (label, cents), to the cent: the lines, and apart the pay of days that nobody is sold.

    The pay, with the charges on it, pays for every weekday of the year: paid leave, public holidays and training each have their
    days' part of it (largest remainder), and the lines of the pay keep the days of work. `year`: None leaves the lines as they are.
    """
    if year is None or not lines:
        return [(line.label, one) for line, one in zip(lines, cents, strict=True)]
    off = {
        ngettext("Congés payés (%(n)s jour)", "Congés payés (%(n)s jours)", year.leave): year.leave,
        ngettext("Jours fériés (%(n)s)", "Jours fériés (%(n)s)", year.holidays): year.holidays,
        ngettext("Temps de formation (%(n)s jour)", "Temps de formation (%(n)s jours)", year.training): year.training,
    }
    off = {label % {"n": days}: days for label, days in off.items() if days}
    worked = max(0, year.weekdays - sum(off.values()))
    found, apart = [], dict.fromkeys(off, 0)
    for rank, (line, one) in enumerate(zip(lines, cents, strict=True)):
        if _is_pay(line, first=rank == 0):
            shares = apportion(one, {"": worked, **off})
            found.append((line.label, shares.pop("")))
            for label, part in shares.items():
                apart[label] += part
        else:
            found.append((line.label, one))
    return [*found, *apart.items()]


def _is_pay(line: Line, *, first: bool) -> bool:
    on_pay = line.basis in {CostBasis.RATE_OF_GROSS, CostBasis.RATE_OF_PAY} and line.part != CostPart.GUARANTEE
    return first or on_pay or line.part in {CostPart.GROSS, CostPart.THIRTEENTH, CostPart.CHARGES}
