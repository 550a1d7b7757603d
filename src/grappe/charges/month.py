"""What a pool's month comes to now: reads acts and standing invoices, shares, takes up earlier months."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth

from grappe.acts.models import Act
from grappe.acts.queries import closed_years
from grappe.charges.gateway import share_by_half_days
from grappe.charges.models import Invoice, Statement, StatementLine
from grappe.charges.reckoning import Billed, Part, Taken, changes_something, reckon_month
from grappe.pools import bonuses
from grappe.pools.models import Pool
from grappe.pools.queries import month_cost_cents, month_fund_cents


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A month reckoned: each firm's parts (its own month first, then those taken up again), and the cost to share."""

    cost_cents: int
    reopened_cents: int
    fund_cents: int
    parts: dict[int, tuple[Part, ...]]

    @property
    def own_cents(self) -> int:
        return sum(part.new_own_cents for parts in self.parts.values() for part in parts)

    @property
    def charged_cents(self) -> int:
        return sum(part.charged_cents for parts in self.parts.values() for part in parts)


def month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def reckon(pool: Pool, month: date) -> Reckoning:
    """Reckon the statement of `month` (its first day): its own cost, and each earlier issued month that changed."""
    issued = _issued_costs(pool, before=month)
    taken = _taken(pool, first=min([month, *issued]), end=month_after(month))
    billed = billed_of(pool)
    alone = own_of(pool, first=min([month, *issued]), end=month_after(month))
    cost, fund = _cost(pool, month)

    def parts_of(one: date, cents: int, feeds: int) -> dict[int, Part]:
        return _reckon_month(one, cents, feeds, taken.get(one, {}), billed.get(one, {}), alone.get(one, {}))

    found: dict[int, list[Part]] = {firm_id: [part] for firm_id, part in parts_of(month, cost, fund).items()}
    reopened = 0
    for earlier in sorted(issued):
        parts = parts_of(earlier, *issued[earlier])
        if not changes_something(parts):
            continue
        reopened += issued[earlier][0] - sum(part.before_cents - part.before_own_cents for part in parts.values())
        for firm_id, part in parts.items():
            found.setdefault(firm_id, []).append(part)
    kept = {firm_id: tuple(parts) for firm_id, parts in found.items()}
    own = sum(part.new_own_cents for parts in kept.values() for part in parts)
    return Reckoning(cost + reopened + own, reopened, fund, kept)


def _cost(pool: Pool, month: date) -> tuple[int, int]:
    """What the pool costs in that month, and what of it feeds the guarantee fund; nothing once it has ended."""
    if pool.ends_on is not None and month >= pool.ends_on:
        return 0, 0
    return month_cost_cents(pool, month), month_fund_cents(pool, month)


def lines_of(statement: Statement, reckoning: Reckoning) -> list[StatementLine]:
    """The statement's lines, not yet saved; their shares add up to its cost. A firm that nothing concerns has none."""
    lines = []
    for firm_id, parts in sorted(reckoning.parts.items()):
        kept = [part for part in parts if part.new_quantity or part.open_cents or part.adjust_cents]
        if kept:
            lines.append(_line(statement, firm_id, kept))
    return lines


def mark_of(lines: Iterable[StatementLine]) -> str:
    """What a reader of these lines has read, in short: the page sends it back with the order to issue."""
    read = sorted((line.firm_id, line.quantity, line.share_cents, line.charged_cents) for line in lines)
    return hashlib.sha256(repr(read).encode()).hexdigest()[:16]


def _line(statement: Statement, firm_id: int, parts: list[Part]) -> StatementLine:
    own = [part for part in parts if part.month == statement.month]
    return StatementLine(
        cluster_id=statement.cluster_id,
        statement=statement,
        firm_id=firm_id,
        quantity=sum(part.new_quantity for part in parts),
        share_cents=sum(part.open_cents for part in parts),
        ceiling_cents=sum(part.most_cents - part.before_cents for part in parts),
        charged_cents=sum(part.charged_cents for part in parts),
        alone_cents=own[0].alone_cents if own else None,
        why={"parts": [part.to_json() for part in parts]},
    )


def _reckon_month(
    month: date, cost: int, fund: int, taken: dict[int, Taken], billed: dict[int, Billed], own: dict[int, int]
) -> dict[int, Part]:
    shares = share_by_half_days(cost, {firm_id: one.quantity for firm_id, one in taken.items()})
    return reckon_month(
        month=month, cost_cents=cost, taken=taken, billed=billed, shares=shares, own=own, fund_cents=fund
    )


def _issued_costs(pool: Pool, *, before: date) -> dict[date, tuple[int, int]]:
    """The own cost, and what of it feeds the fund, of every month of the pool that has been issued.

    Those of a closed year apart: they move no more.
    """
    issued = Statement.objects.filter(pool=pool, month__lt=before, issued_at__isnull=False)
    issued = issued.exclude(month__year__in=closed_years())
    return {one.month: (one.month_cost_cents, one.fund_cents) for one in issued}


def own_of(pool: Pool, *, first: date, end: date) -> dict[date, dict[int, int]]:
    """By month and firm, what falls on that firm alone: its differential bonus for the half-days that acts count."""
    rows = bonuses.agreed_by_firm(pool)
    if not rows:
        return {}
    acts = Act.objects.filter(pool=pool, firm_id__in=rows, day__gte=first, day__lt=end).order_by()
    taken: dict[tuple[date, int], dict[date, int]] = {}
    for firm_id, day, half_days in acts.values_list("firm_id", "day").annotate(half_days=Sum("quantity")):
        taken.setdefault((day.replace(day=1), firm_id), {})[day] = half_days
    found: dict[date, dict[int, int]] = {}
    for (month, firm_id), days in taken.items():
        found.setdefault(month, {})[firm_id] = bonuses.owed(rows[firm_id], month, days)
    return found


def _taken(pool: Pool, *, first: date, end: date) -> dict[date, dict[int, Taken]]:
    """By month and firm, what acts say. An act of quantity 0 adjusts what was paid, and is no price accepted."""
    rows = (
        Act.objects.filter(pool=pool, day__gte=first, day__lt=end)
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values("month", "firm_id")
        .annotate(
            half_days=Sum("quantity"),
            ceiling=Sum("paid_cents", filter=~Q(quantity=0), default=0),
            recorded=Sum("paid_cents"),
            priced=Sum("quantity", filter=Q(alone_unit_cents__isnull=False), default=0),
            alone=Sum(F("quantity") * F("alone_unit_cents"), default=0),
        )
    )
    found: dict[date, dict[int, Taken]] = {}
    for row in rows:
        month = date(row["month"].year, row["month"].month, 1)
        found.setdefault(month, {})[row["firm_id"]] = Taken(
            quantity=row["half_days"],
            ceiling_cents=row["ceiling"],
            recorded_cents=row["recorded"],
            alone_cents=row["alone"] if 0 < row["half_days"] == row["priced"] else None,
        )
    return found


def billed_of(pool: Pool) -> dict[date, dict[int, Billed]]:
    """By month and firm, what was charged: by issued statements, save where the invoice is cancelled."""
    cancelled = set(
        Invoice.objects.filter(statement__pool=pool, cancels=None, cancelled_by__isnull=False).values_list(
            "statement_id", "firm_id"
        )
    )
    lines = StatementLine.objects.filter(statement__pool=pool, statement__issued_at__isnull=False).order_by()
    found: dict[date, dict[int, Billed]] = {}
    why: dict[str, Any]
    for statement_id, firm_id, why in lines.values_list("statement_id", "firm_id", "why"):
        if (statement_id, firm_id) in cancelled:
            continue
        for part in map(Part.from_json, why.get("parts", [])):
            of_month = found.setdefault(part.month, {})
            before = of_month.get(firm_id, Billed())
            of_month[firm_id] = Billed(
                before.quantity + part.new_quantity,
                before.cents + part.charged_cents,
                before.own_cents + part.new_own_cents,
                before.fund_cents + part.new_fund_cents,
            )
    return found
