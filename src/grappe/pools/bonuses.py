"""The differential bonus of a firm's part: what its own employees are paid more, for the same qualification (L1253-9, labour code).

It falls on that firm alone, with employer charges, and is never shared by the key. Figures by hand: docs/algorithms/bonus.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from grappe.pools import kinds
from grappe.pools.enums import BonusBasis
from grappe.pools.kinds.post import Line
from grappe.pools.models import Bonus, Part, Pool

RATE_BP_MAX = kinds.post.RATE_BP_MAX


def agreed(parts: Iterable[int]) -> dict[int, list[Bonus]]:
    """part id -> its bonuses that stand, in the order in which they take effect. One query."""
    found: dict[int, list[Bonus]] = {}
    rows = Bonus.objects.filter(part_id__in=set(parts), agreed_at__isnull=False)
    for row in rows.select_related("agreed_by", "recorded_by").order_by("valid_from", "pk"):
        found.setdefault(row.part_id, []).append(row)
    return found


def awaited(parts: Iterable[int]) -> dict[int, Bonus]:
    """part id -> the bonus that the coordination has written and that the firm has not agreed to. One query."""
    rows = Bonus.objects.filter(part_id__in=set(parts), agreed_at=None).select_related("recorded_by").order_by("pk")
    return {row.part_id: row for row in rows}


def agreed_by_firm(pool: Pool) -> dict[int, list[Bonus]]:
    """firm id -> the same, of a pool's firms. One query."""
    found: dict[int, list[Bonus]] = {}
    rows = Bonus.objects.filter(part__pool=pool, agreed_at__isnull=False).select_related("part")
    for row in rows.order_by("valid_from", "pk"):
        found.setdefault(row.part.firm_id, []).append(row)
    return found


def in_force(rows: Sequence[Bonus], *, on: date) -> Bonus | None:
    """The one in force on that day, of bonuses in order; None where none is due."""
    found = next((row for row in reversed(rows) if row.valid_from <= on), None)
    return found if found is not None and found.cents else None


def coming(rows: Sequence[Bonus], *, on: date) -> Bonus | None:
    """The one in force on that day, or else the first to come."""
    return in_force(rows, on=on) or next((row for row in rows if row.valid_from > on and row.cents), None)


def month_cents(bonus: Bonus | None, half_days: int) -> int:
    """What a bonus comes to in a month of that many half-days, charges included."""
    if bonus is None or half_days <= 0:
        return 0
    return bonus.loaded_cents * (half_days if bonus.basis == BonusBasis.HALF_DAY else 1)


def owed(rows: Sequence[Bonus], month: date, taken: Mapping[date, int]) -> int:
    """What a firm owes of its bonus for a month (its first day), charges included. `taken`: day -> countersigned half-days.

    By half-day, each at the bonus of its day; by month, whole as soon as one half-day is countersigned (a bonus by month begins on a first
    day of a month, or with its post). Never below 0.
    """
    total = sum(taken.values())
    cents = sum(
        count * row.loaded_cents
        for day, count in taken.items()
        if (row := in_force(rows, on=day)) is not None and row.basis == BonusBasis.HALF_DAY
    )
    first = rows[0].valid_from if rows else month
    monthly = in_force(rows, on=first if (first.year, first.month) == (month.year, month.month) else month)
    if monthly is not None and monthly.basis == BonusBasis.MONTH and total > 0:
        cents += monthly.loaded_cents
    return max(0, cents) if total > 0 else 0


def usual_charges_bp(lines: Sequence[Line]) -> int:
    """The rate of employer charges on a bonus, as the post's cost has it."""
    return kinds.post.charges_bp(lines)


def gross_cents(lines: Sequence[Line], part: Part, basis: str) -> int:
    """The gross pay of a half-day of the post, or of the part's share of a month: no bonus is above it."""
    cents = kinds.post.amounts(lines)
    pay = cents[0] if cents else 0
    half_day = pay // (12 * part.pool.capacity)
    return half_day if basis == BonusBasis.HALF_DAY else half_day * part.half_days
