"""What a year of the cluster comes to now: real costs entered, what each firm used, was invoiced, should have paid."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from grappe.acts.models import Act
from grappe.charges.models import Closing, ClosingCost, Statement, YearAcceptance
from grappe.charges.month import billed_of, month_after, own_of
from grappe.charges.regularising import Used, YearShare, share_year
from grappe.clusters.models import Firm
from grappe.engines.values import month_of_year_cents
from grappe.pools import kinds
from grappe.pools.enums import CostPart, PoolState
from grappe.pools.models import Commitment, Pool
from grappe.pools.queries import cost_lines


@dataclass(frozen=True, slots=True)
class FirmYear:
    """A firm's year of a pool. `accepted_cents`: what it agreed to above its ceiling, for the whole year."""

    firm: Firm
    share: YearShare
    accepted_cents: int
    exempt: bool

    @property
    def regularisation_cents(self) -> int:
        return self.share.regularisation_cents if self.exempt else 0

    @property
    def above_cents(self) -> int:
        """What is still to be agreed to before the year can be closed."""
        if not self.exempt or self.share.should_cents <= self.accepted_cents:
            return 0
        return self.share.above_cents


@dataclass(frozen=True, slots=True)
class PoolYear:
    """A pool's year. `cost_cents` is None while a real cost is missing; the rows then share what is known."""

    pool: Pool
    costs: tuple[ClosingCost, ...]
    rows: tuple[FirmYear, ...]

    @property
    def is_known(self) -> bool:
        return bool(self.costs) and all(cost.cents is not None for cost in self.costs)

    @property
    def planned_cents(self) -> int:
        return sum(cost.planned_cents for cost in self.costs)

    @property
    def cost_cents(self) -> int:
        return sum(cost.cents or 0 for cost in self.costs)

    @property
    def fund_cents(self) -> int:
        """What of the real cost feeds the guarantee fund."""
        return sum(cost.cents or 0 for cost in self.costs if cost.part == CostPart.GUARANTEE)

    def fund_moves(self) -> dict[int, int]:
        """firm id -> its part of the year's real fund, by use like the rest, less what the year's invoices put in it."""
        put = Counter[int]()
        for month, firms in billed_of(self.pool).items():
            if month.year == self.costs[0].closing.year:
                put.update({firm_id: one.fund_cents for firm_id, one in firms.items()})
        shares = share_year(self.fund_cents, {row.firm.pk: row.share.used for row in self.rows})
        moves = {pk: share.share_cents - put[pk] for pk, share in shares.items()}
        return {pk: cents for pk, cents in moves.items() if cents}

    @property
    def quantity(self) -> int:
        return sum(row.share.used.quantity for row in self.rows)

    @property
    def own_cents(self) -> int:
        return sum(row.share.used.own_cents for row in self.rows)

    @property
    def invoiced_cents(self) -> int:
        return sum(row.share.used.invoiced_cents for row in self.rows)

    @property
    def should_cents(self) -> int:
        return sum(row.share.should_cents for row in self.rows)

    @property
    def regularisation_cents(self) -> int:
        return sum(row.regularisation_cents for row in self.rows)

    @property
    def result_cents(self) -> int:
        """What the year leaves once regularised: invoices less real costs."""
        return self.invoiced_cents + self.regularisation_cents - self.cost_cents - self.own_cents

    @property
    def is_unused(self) -> bool:
        """It cost something and nobody used it: there is nothing to share by."""
        return self.cost_cents > 0 and not any(row.share.all_quantity for row in self.rows)


@dataclass(frozen=True, slots=True)
class Year:
    closing: Closing
    pools: tuple[PoolYear, ...]

    @property
    def result_cents(self) -> int:
        return sum(one.result_cents for one in self.pools)

    @property
    def is_known(self) -> bool:
        return all(one.is_known for one in self.pools)

    @property
    def to_accept(self) -> list[tuple[PoolYear, FirmYear]]:
        return [(one, row) for one in self.pools for row in one.rows if row.above_cents]

    @property
    def mark(self) -> str:
        """What a reader of this page has read, in short."""
        read = [
            (one.pool.pk, one.cost_cents, row.firm.pk, row.share.should_cents, row.regularisation_cents)
            for one in self.pools
            for row in one.rows
        ]
        return hashlib.sha256(repr(read).encode()).hexdigest()[:16]


def pools_of_year(year: int) -> list[Pool]:
    """The pools that ran in the year, by name."""
    ran = Pool.objects.filter(state__in=[PoolState.RUNNING, PoolState.ENDED], starts_on__lt=date(year + 1, 1, 1))
    return [pool for pool in ran.order_by("name", "pk") if pool.ends_on is None or pool.ends_on > date(year, 1, 1)]


def months_of(pool: Pool, year: int) -> list[date]:
    """The months of the year in which the pool ran, by their first day."""
    first, month, found = pool.starts_on.replace(day=1), date(year, 1, 1), []
    while month.year == year:
        if month >= first and (pool.ends_on is None or month < pool.ends_on):
            found.append(month)
        month = month_after(month)
    return found


def planned_costs(pool: Pool, year: int) -> list[tuple[str, str, int]]:
    """Each cost line of the pool with what it was to cost over the months that it ran; twelve months make the year."""
    lines = cost_lines(pool)
    months = months_of(pool, year)
    amounts = kinds.of(pool.kind).amounts(lines)
    return [
        (line.label, line.part, sum(month_of_year_cents(cents, month.month) for month in months))
        for line, cents in zip(lines, amounts, strict=True)
    ]


def statements_missing(year: int) -> list[tuple[Pool, date]]:
    """The months of the year whose statement is not issued."""
    issued = set(Statement.objects.filter(month__year=year, issued_at__isnull=False).values_list("pool_id", "month"))
    return [
        (pool, month)
        for pool in pools_of_year(year)
        for month in months_of(pool, year)
        if (pool.pk, month) not in issued
    ]


def reckon_year(closing: Closing) -> Year:
    """The year as it stands, pool by pool."""
    costs: dict[int, list[ClosingCost]] = {}
    for cost in closing.costs.select_related("pool", "closing"):
        costs.setdefault(cost.pool_id, []).append(cost)
    accepted: dict[tuple[int, int], int] = {}
    for one in YearAcceptance.objects.filter(closing=closing).order_by("pk"):
        accepted[one.pool_id, one.firm_id] = one.cents
    return Year(closing, tuple(_pool_year(closing, lines[0].pool, tuple(lines), accepted) for lines in costs.values()))


def _pool_year(
    closing: Closing, pool: Pool, costs: tuple[ClosingCost, ...], accepted: dict[tuple[int, int], int]
) -> PoolYear:
    used = used_in(pool, closing.year)
    shares = share_year(sum(cost.cents or 0 for cost in costs), used)
    firms = Firm.objects.in_bulk(list(shares))
    rows = [
        FirmYear(firms[pk], share, accepted.get((pool.pk, pk), 0), closing.is_exempt) for pk, share in shares.items()
    ]
    return PoolYear(pool, costs, tuple(sorted(rows, key=lambda row: (row.firm.name, row.firm.pk))))


def used_in(pool: Pool, year: int) -> dict[int, Used]:
    """By firm, what it used of the pool in the year, what was invoiced and recorded, and the most it agreed to."""
    ceilings = _ceilings(Commitment.objects.filter(part__pool=pool).select_related("part"))
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    quantity, recorded, ceiling, invoiced = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    # By price: a half-day signed at an accepted price has the ceiling that was accepted with it.
    rows = Act.objects.between(start, end).of_pool(pool.pk).order_by().values_list("firm_id", "quantity", "paid_cents")
    for firm_id, units, paid, count in rows.annotate(count=Count("pk")):
        quantity[firm_id] += units * count
        recorded[firm_id] += paid * count
        if units:
            price = paid // units
            ceiling[firm_id] += units * count * ceilings.get((firm_id, price), price)
    own = Counter[int]()
    for alone in own_of(pool, first=start, end=end).values():
        own.update(alone)
    for month, firms in billed_of(pool).items():
        if month.year == year:
            for firm_id, one in firms.items():
                invoiced[firm_id] += one.cents
    return {
        firm_id: Used(
            quantity=quantity[firm_id],
            own_cents=own[firm_id],
            invoiced_cents=invoiced[firm_id],
            recorded_cents=recorded[firm_id],
            ceiling_cents=ceiling[firm_id] + own[firm_id],
        )
        for firm_id in sorted({*quantity, *recorded, *invoiced})
    }


def _ceilings(commitments: Iterable[Commitment]) -> dict[tuple[int, int], int]:
    """(firm, accepted price) -> the ceiling accepted with it."""
    found: dict[tuple[int, int], int] = {}
    for one in commitments:
        key = one.part.firm_id, one.price_cents
        found[key] = max(found.get(key, one.price_cents), one.ceiling_cents or one.price_cents)
    return found
