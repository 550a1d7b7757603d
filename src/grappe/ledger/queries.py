from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Sum

from grappe.clusters.models import Firm
from grappe.ledger.models import Line


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """What an account has received on each side, in cents."""

    code: str
    name: str
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that was moved; both totals are equal, or the books are wrong."""

    rows: tuple[AccountBalance, ...]

    @property
    def debit_cents(self) -> int:
        return sum(row.debit_cents for row in self.rows)

    @property
    def credit_cents(self) -> int:
        return sum(row.credit_cents for row in self.rows)

    @property
    def is_balanced(self) -> bool:
        return self.debit_cents == self.credit_cents


def _lines(until: date | None) -> QuerySet[Line]:
    """Lines of the entries dated before `until`; all of them without it."""
    lines: QuerySet[Line] = Line.objects.all()
    return lines if until is None else lines.filter(entry__day__lt=until)


def balance(code: str, *, firm: Firm | None = None, until: date | None = None) -> int:
    """Debits less credits of an account (and of its sub-accounts), in cents; for one firm, when given."""
    lines = _lines(until).filter(account__code__startswith=code)
    if firm is not None:
        lines = lines.filter(firm=firm)
    total: int | None = lines.aggregate(total=Sum(F("debit_cents") - F("credit_cents")))["total"]
    return int(total or 0)


def trial_balance(*, until: date | None = None) -> TrialBalance:
    """The balance of every account of the cluster that was moved before `until`, by code. One query."""
    rows = (
        _lines(until)
        .order_by("account__code")
        .values("account__code", "account__name")
        .annotate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    )
    return TrialBalance(
        tuple(
            AccountBalance(row["account__code"], row["account__name"], int(row["debit"]), int(row["credit"]))
            for row in rows
        )
    )


def firm_balances(code: str, *, until: date | None = None) -> list[AccountBalance]:
    """An account firm by firm (411: what each client owes), by name; a row's `name` is the firm's."""
    rows = (
        _lines(until)
        .filter(account__code__startswith=code, firm__isnull=False)
        .order_by("firm__name", "firm_id", "account__code")
        .values("account__code", "firm_id", "firm__name")
        .annotate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    )
    return [
        AccountBalance(row["account__code"], row["firm__name"], int(row["debit"]), int(row["credit"])) for row in rows
    ]


def balances_by_firm(code: str) -> dict[int, int]:
    """Debits less credits of an account, by firm id. One query."""
    rows = Line.objects.filter(account__code=code, firm__isnull=False).order_by()
    totals = rows.values_list("firm_id").annotate(total=Sum(F("debit_cents") - F("credit_cents")))
    return {firm_id: int(total) for firm_id, total in totals}


def credits_by_source(code: str, sources: Iterable[str]) -> dict[str, int]:
    """source of an entry -> credits less debits that it made on that account, in cents. One query."""
    lines = Line.objects.filter(account__code=code, entry__source__in=list(sources)).order_by()
    rows = lines.values_list("entry__source").annotate(cents=Sum(F("credit_cents") - F("debit_cents")))
    return dict(rows)
