from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from grappe.acts.queries import closed_years
from grappe.charges import letters, wording
from grappe.charges.enums import InvoiceState
from grappe.charges.models import (
    Closing,
    ClosingLine,
    Invoice,
    InvoiceQuerySet,
    Payment,
    Statement,
    StatementLine,
)
from grappe.charges.month import lines_of, mark_of, month_after, reckon
from grappe.charges.pdf import render, why_of
from grappe.charges.year import FirmYear, PoolYear, Year, pools_of_year, reckon_year, statements_missing
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster
from grappe.plans.queries import unsigned_hours
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool

# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class DueStatement:
    """A month of a pool that is over and not issued; `statement` is its draft, if there is one."""

    pool: Pool
    month: date
    statement: Statement | None


def statements_due(*, on: date) -> list[DueStatement]:
    """The months that are over and whose statement is to draw up or to issue, oldest first. Three queries."""
    drawn = {(one.pool_id, one.month): one for one in Statement.objects.select_related("pool")}
    closed, found = closed_years(), []
    for pool in Pool.objects.filter(state__in=[PoolState.RUNNING, PoolState.ENDED]).order_by("name", "pk"):
        month = pool.starts_on.replace(day=1)
        end = min(on, pool.ends_on) if pool.ends_on is not None else on
        while month < end and month_after(month) <= on:
            statement = drawn.get((pool.pk, month))
            if month.year not in closed and (statement is None or not statement.is_issued):
                found.append(DueStatement(pool, month, statement))
            month = month_after(month)
    return sorted(found, key=lambda due: (due.month, due.pool.name, due.pool.pk))


def statements() -> QuerySet[Statement]:
    """Every statement with its pool and how many invoices it made, latest month first."""
    found: QuerySet[Statement] = Statement.objects.select_related("pool", "issued_by")
    return found.order_by("-month", "pool__name", "pk")


def statement_of(pool_id: int, month: date) -> Statement | None:
    found: Statement | None = statements().filter(pool_id=pool_id, month=month.replace(day=1)).first()
    return found


def statement_numbered(pk: int) -> Statement | None:
    """A statement with its lines and their firms."""
    found: Statement | None = statements().prefetch_related("lines__firm").filter(pk=pk).first()
    return found


def is_still_true(statement: Statement) -> bool:
    """Whether a draft is still what its month comes to: nothing signed, priced or cancelled since."""
    now = reckon(statement.pool, statement.month)
    fresh = {line.firm_id: line.why for line in lines_of(statement, now)}
    return now.cost_cents == statement.cost_cents and fresh == {
        line.firm_id: line.why for line in statement.lines.all()
    }


def mark(statement: Statement) -> str:
    """What a reader of the draft has read: `actions.issue` refuses to issue another one (`seen`)."""
    return mark_of(statement.lines.all())


@dataclass(frozen=True, slots=True)
class Waiting:
    """Half-days of a month that a firm has not countersigned: they are not in its statement."""

    firm: str
    count: int


def waiting_for_signature(pool: Pool, month: date) -> list[Waiting]:
    """By firm, the half-days recorded up to the end of a month and still unsigned."""
    rows = unsigned_hours().filter(pool=pool, day__lt=month_after(month), minutes__gt=0).order_by()
    by_firm = rows.values_list("firm__name").annotate(count=Count("pk")).order_by("firm__name")
    return [Waiting(firm, count) for firm, count in by_firm]


# ---------------------------------------------------------------- invoices and payments


def invoices(*, firm_ids: Iterable[int] | None = None) -> InvoiceQuerySet:
    """Invoices and credit notes with what is due on each, latest number first; of those firms only, when given."""
    found: InvoiceQuerySet = Invoice.objects.with_due().select_related("firm", "statement__pool", "cancels")
    return found if firm_ids is None else found.filter(firm_id__in=list(firm_ids))


def invoice_numbered(pk: uuid.UUID, *, firm_ids: Iterable[int] | None = None) -> Invoice | None:
    found: Invoice | None = invoices(firm_ids=firm_ids).prefetch_related("lines").filter(pk=pk).first()
    return found


def in_state(found: InvoiceQuerySet, state: str, *, on: date) -> InvoiceQuerySet:
    """Those of `invoices` that are in that state on that day; all of them for an unknown state."""
    filters: dict[str, dict[str, Any]] = {
        InvoiceState.OPEN: {"due_cents__gt": 0, "due_on__gte": on},
        InvoiceState.LATE: {"due_cents__gt": 0, "due_on__lt": on},
        InvoiceState.PAID: {"due_cents": 0, "is_cancelled": False},
        InvoiceState.REFUND: {"due_cents__lt": 0},
        InvoiceState.CANCELLED: {"is_cancelled": True},
    }
    return found.filter(**filters.get(state, {}))


def late_invoices(*, on: date) -> InvoiceQuerySet:
    """What is owed and past its due day, the oldest first."""
    return in_state(invoices(), InvoiceState.LATE, on=on).order_by("due_on", "number")


def credit_note_of(invoice: Invoice) -> Invoice | None:
    found: Invoice | None = Invoice.objects.filter(cancels=invoice).first()
    return found


def payments_of(invoice: Invoice) -> QuerySet[Payment]:
    """The payments of an invoice, oldest first, each knowing whether it has been taken back."""
    found: QuerySet[Payment] = Payment.objects.filter(invoice=invoice).select_related("recorded_by")
    return found.annotate(taken_back=Count("reversed_by")).order_by("day", "recorded_at")


def payment_numbered(pk: uuid.UUID) -> Payment | None:
    found: Payment | None = Payment.objects.select_related("invoice").filter(pk=pk).first()
    return found


@dataclass(frozen=True, slots=True)
class Owed:
    """What firms owe: in all, and past its day."""

    cents: int
    late_cents: int
    late_count: int
    firm_count: int


def owed(*, on: date, firm_ids: Iterable[int] | None = None) -> Owed:
    rows = list(
        invoices(firm_ids=firm_ids).filter(due_cents__gt=0).order_by().values_list("firm_id", "due_cents", "due_on")
    )
    late = [cents for _firm, cents, due_on in rows if due_on < on]
    return Owed(sum(cents for _firm, cents, _due in rows), sum(late), len(late), len({firm for firm, _c, _d in rows}))


# ---------------------------------------------------------------- in words, and on paper


def why(line: StatementLine) -> list[str]:
    """How a line came to its amount, a paragraph by month, in the reader's language."""
    return wording.why(line.parts, line.statement.month)


def why_invoice(invoice: Invoice) -> list[str]:
    """The same for an invoice; nothing for a credit note."""
    return why_of(invoice)


def missing_mentions(cluster: Cluster, lines: Iterable[StatementLine]) -> list[tuple[str, list[str]]]:
    """Who lacks which of the mentions that the law wants on an invoice: the cluster first, then the firms charged."""
    parties = [(cluster.name, letters.seller_of(cluster))]
    parties += [(line.firm.name, letters.buyer_of(line.firm)) for line in lines if line.charged_cents]
    found = [(name, letters.missing_mentions(party)) for name, party in parties]
    return [(name, missing) for name, missing in found if missing]


def invoice_pdf(invoice: Invoice) -> bytes:
    """The invoice as a PDF: the same bytes each time."""
    return render(invoice)


# ---------------------------------------------------------------- closing a year


@dataclass(frozen=True, slots=True)
class YearState:
    """A year as the list shows it: its closing, if it was begun; whether it is over."""

    year: int
    closing: Closing | None
    is_over: bool


def years(*, on: date) -> list[YearState]:
    """The years in which a post ran, latest first. Two queries."""
    starts = Pool.objects.filter(state__in=[PoolState.RUNNING, PoolState.ENDED]).order_by("starts_on")
    first = starts.values_list("starts_on", flat=True).first()
    if first is None or first > on:
        return []
    begun = {one.year: one for one in Closing.objects.select_related("closed_by")}
    return [YearState(year, begun.get(year), year < on.year) for year in range(on.year, first.year - 1, -1)]


def closing_of(year: int) -> Closing | None:
    found: Closing | None = Closing.objects.select_related("closed_by", "cluster").filter(year=year).first()
    return found


def year_of(closing: Closing) -> Year:
    """The year as it stands now, before it is closed."""
    return reckon_year(closing)


def unsigned_in(year: int) -> int:
    """Half-days of the year that nobody has countersigned: once it is closed they can no longer be."""
    return int(unsigned_hours().filter(day__year=year, minutes__gt=0).count())


def closing_lines(closing: Closing) -> list[ClosingLine]:
    """What was closed, pool by pool, firm by firm."""
    return list(closing.lines.select_related("pool", "firm", "invoice"))


def closed_lines_of(firm_id: int, *, year: int) -> list[ClosingLine]:
    """The firm's closed year, pool by pool."""
    lines = ClosingLine.objects.filter(firm_id=firm_id, closing__year=year)
    return list(lines.select_related("pool", "closing", "invoice"))


def why_closed(line: ClosingLine) -> list[str]:
    return wording.why_closing(line)


def years_to_accept(firm_ids: Iterable[int]) -> list[tuple[Closing, PoolYear, FirmYear]]:
    """What these firms are asked to agree to: years whose real cost is above what they had accepted."""
    wanted, found = set(firm_ids), []
    for closing in Closing.objects.filter(closed_at=None, vat_regime=VatRegime.EXEMPT):
        year = reckon_year(closing)
        if year.is_known:
            found += [(closing, one, row) for one, row in year.to_accept if row.firm.pk in wanted]
    return found


def missing_statements(year: int) -> list[tuple[Pool, date]]:
    return statements_missing(year)


def has_pools(year: int) -> bool:
    return bool(pools_of_year(year))


# ---------------------------------------------------------------- the group's board


@dataclass(frozen=True, slots=True)
class PoolResult:
    """What the issued statements of a year say of a pool, before tax: its cost, and what firms were charged of it."""

    months: int
    cost_cents: int
    charged_cents: int

    @property
    def cents(self) -> int:
        """What was charged above the cost; below 0, what stays with the cluster."""
        return self.charged_cents - self.cost_cents


def results_of_year(year: int) -> dict[int, PoolResult]:
    """pool id -> its result so far. One query. A cost left by an earlier month and shared again counts once."""
    issued = Statement.objects.filter(month__year=year, issued_at__isnull=False).order_by().values_list("pool_id")
    cost = Sum(F("cost_cents") - F("reopened_cents"))
    rows = issued.annotate(months=Count("pk"), cost=cost, charged=Sum("charged_cents"))
    return {pool_id: PoolResult(months, own, charged) for pool_id, months, own, charged in rows}
