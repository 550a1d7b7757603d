"""A post's year: what its months can hold, what was laid out, and where each calendar is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from grappe.clusters.cells import fold
from grappe.plans import words
from grappe.plans.models import Calendar, Slot, YearPlan
from grappe.plans.rules import month_after
from grappe.pools.models import Part, Pool

MONTHS = 12


def months_from(first: date) -> list[date]:
    months = [first.replace(day=1)]
    while len(months) < MONTHS:
        months.append(month_after(months[-1]))
    return months


def year_plan(pool: Pool, first: date) -> YearPlan | None:
    """The year laid out from that month."""
    found: YearPlan | None = YearPlan.objects.filter(pool=pool, starts_on=first.replace(day=1)).first()
    return found


def last_year_plan(pool: Pool) -> YearPlan | None:
    found: YearPlan | None = YearPlan.objects.filter(pool=pool).order_by("-starts_on").first()
    return found


def targets_of(pool: Pool, month: date) -> dict[int, int]:
    """Half-days of the month by firm id, from the latest year that holds it; empty without one."""
    key = f"{month:%Y-%m}"
    for plan in YearPlan.objects.filter(pool=pool, starts_on__lte=month).order_by("-starts_on"):
        if key in plan.counts:
            return {int(firm_id): count for firm_id, (count, _asked) in plan.counts[key]["firms"].items()}
    return {}


@dataclass(frozen=True, slots=True)
class YearCell:
    """A firm's month: the half-days laid out, those it took, those placed so far."""

    count: int
    asked: int
    placed: int

    @property
    def shift(self) -> int:
        return self.count - self.asked


@dataclass(frozen=True, slots=True)
class YearRow:
    firm: str
    cells: tuple[YearCell, ...]

    @property
    def count(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def asked(self) -> int:
        return sum(cell.asked for cell in self.cells)


@dataclass(frozen=True, slots=True)
class YearGrid:
    """`calendars`: month -> the calendar's id, if it was opened; `drafted`: the months that have half-days."""

    months: tuple[date, ...]
    room: tuple[int, ...]
    rows: tuple[YearRow, ...]
    reasons: tuple[str, ...]
    calendars: Mapping[date, int]
    drafted: frozenset[date]

    @property
    def totals(self) -> list[int]:
        return [sum(row.cells[number].count for row in self.rows) for number in range(len(self.months))]

    @property
    def to_draft(self) -> int:
        return sum(month not in self.drafted for month, total in zip(self.months, self.totals, strict=True) if total)


def year_grid(plan: YearPlan) -> YearGrid:
    """The year as it was laid out, beside what is placed. Four queries."""
    months = months_from(plan.starts_on)
    names = {part.firm_id: part.firm.name for part in Part.objects.filter(pool=plan.pool).select_related("firm")}
    calendars = dict(Calendar.objects.filter(pool=plan.pool, month__in=months).values_list("month", "pk"))
    placed: dict[tuple[date, int], int] = {}
    for month, firm_id in Slot.objects.filter(calendar__in=calendars.values()).values_list(
        "calendar__month", "firm_id"
    ):
        placed[month, firm_id] = placed.get((month, firm_id), 0) + 1
    firms = sorted(
        {int(pk) for line in plan.counts.values() for pk in line["firms"]}, key=lambda pk: (fold(names.get(pk, "")), pk)
    )
    rows = tuple(
        YearRow(
            names.get(firm_id, ""),
            tuple(YearCell(*_cell(plan, month, firm_id), placed.get((month, firm_id), 0)) for month in months),
        )
        for firm_id in firms
    )
    return YearGrid(
        tuple(months),
        tuple(plan.counts.get(f"{month:%Y-%m}", {}).get("room", 0) for month in months),
        rows,
        tuple(_reason(names, *line) for line in plan.shifted),
        calendars,
        frozenset(month for month, _firm in placed),
    )


def _cell(plan: YearPlan, month: date, firm_id: int) -> tuple[int, int]:
    count, asked = plan.counts.get(f"{month:%Y-%m}", {}).get("firms", {}).get(str(firm_id), (0, 0))
    return count, asked


def _reason(names: Mapping[int, str], firm_id: int, month: str, to: str | None, count: int) -> str:
    return words.shifted(
        names.get(firm_id, ""), count, date.fromisoformat(f"{month}-01"), date.fromisoformat(f"{to}-01") if to else None
    )
