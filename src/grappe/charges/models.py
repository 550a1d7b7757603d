from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from grappe.charges.enums import InvoiceState, PaymentMethod, ResultUse
from grappe.charges.reckoning import Part
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped, scoped
from grappe.people.models import Person
from grappe.pools.enums import CostPart
from grappe.pools.models import Pool


class Statement(Scoped):
    """A pool's month: its cost, shared by the key of its kind. Frozen once issued."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="statements")
    month = models.DateField(help_text="first day of the month")
    key = models.CharField(max_length=20)
    cost_cents = models.BigIntegerField(help_text="to share: the month's cost and what earlier months had left")
    reopened_cents = models.BigIntegerField(default=0, help_text="of which left by earlier months, shared again here")
    own_cents = models.BigIntegerField(
        default=0, help_text="of which not shared: differential bonuses, each of its firm alone"
    )
    fund_cents = models.BigIntegerField(
        default=0, help_text="of the month's own cost, the line that feeds the guarantee fund"
    )
    charged_cents = models.BigIntegerField(default=0)
    drawn_up_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["-month", "pool__name"]
        constraints = [models.UniqueConstraint(fields=["pool", "month"], name="one_statement_per_month")]

    def __str__(self) -> str:
        return f"{self.pool} {self.month:%Y-%m}"

    @property
    def kept_cents(self) -> int:
        """What stays with the cluster: cost that no accepted price covers."""
        return self.cost_cents - self.charged_cents

    @property
    def month_cost_cents(self) -> int:
        """What the pool cost in that month alone, to share."""
        return self.cost_cents - self.reopened_cents - self.own_cents

    @property
    def month_end(self) -> date:
        """The first day after the month."""
        return (self.month.replace(day=28) + timedelta(days=4)).replace(day=1)

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None


class StatementLine(Scoped):
    """A firm's share in a statement, and why."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField(help_text="signed half-days")
    share_cents = models.BigIntegerField(help_text="by the key")
    ceiling_cents = models.BigIntegerField(help_text="accepted price x quantity")
    charged_cents = models.BigIntegerField(help_text="the smaller of the two")
    alone_cents = models.BigIntegerField(null=True, help_text="p0 x quantity")
    why = models.JSONField(default=dict, help_text="parts: how each month came to its amount (reckoning.Part)")

    class Meta:
        ordering = ["firm__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "firm"], name="one_line_per_firm"),
            models.CheckConstraint(
                condition=Q(charged_cents__lte=F("ceiling_cents")), name="never_above_the_accepted_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.charged_cents}"

    @property
    def parts(self) -> list[Part]:
        """The months that the line is made of: its own first, then those taken up again."""
        return [Part.from_json(part) for part in self.why.get("parts", [])]

    @property
    def is_above_alone(self) -> bool:
        return any(part.is_above_alone for part in self.parts)


class InvoiceSeries(Scoped):
    """The last number given in a year; locked while an invoice is issued, so that there is no gap."""

    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "year"], name="one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.cluster} {self.year}"


def _paid(invoice: str) -> Coalesce:
    """What was received on the invoice that the outer column `invoice` names."""
    payments = Payment.objects.filter(invoice=OuterRef(invoice)).order_by().values("invoice")
    return Coalesce(Subquery(payments.annotate(total=Sum("cents")).values("total")), Value(0))


class InvoiceQuerySet(models.QuerySet[Any]):
    def with_due(self) -> InvoiceQuerySet:
        """With `paid_cents`, `is_cancelled` and `due_cents`: what the firm still owes; below 0, what is owed to it.

        An invoice and its credit note settle each other; what had been paid on the invoice is then owed to the firm.
        """
        return self.annotate(
            paid_cents=_paid("pk"),
            is_cancelled=Exists(Invoice.objects.filter(cancels=OuterRef("pk"))),
            cancelled_paid_cents=_paid("cancels"),
        ).annotate(
            due_cents=Case(
                When(is_cancelled=True, then=Value(0)),
                When(cancels__isnull=False, then=-F("cancelled_paid_cents") - F("paid_cents")),
                default=F("total_cents") - F("paid_cents"),
                output_field=models.BigIntegerField(),
            )
        )

    def owed(self) -> InvoiceQuerySet:
        return self.with_due().filter(due_cents__gt=0)

    def late(self, on: date) -> InvoiceQuerySet:
        """Owed, and past their due day."""
        return self.owed().filter(due_on__lt=on)


class Invoice(Scoped):
    """An issued invoice, or a credit note (`cancels`, negative amounts). Frozen: it keeps what it printed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="invoices")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=30, help_text="as printed: PM-2026-0001")
    issued_on = models.DateField()
    due_on = models.DateField()
    period_from = models.DateField()
    period_to = models.DateField(help_text="first day after")
    seller = models.JSONField()
    buyer = models.JSONField()
    net_cents = models.BigIntegerField()
    vat_rate_bp = models.PositiveIntegerField()
    vat_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    vat_note = models.CharField(max_length=120, blank=True)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="invoices")
    cancels = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="cancelled_by")
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    # Read by `with_due`, and only there.
    paid_cents: int
    due_cents: int
    is_cancelled: bool

    objects = scoped(InvoiceQuerySet)

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "year", "number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["statement", "firm"], condition=Q(cancels=None), name="one_invoice_per_statement_line"
            ),
            models.CheckConstraint(condition=Q(total_cents=F("net_cents") + F("vat_cents")), name="invoice_adds_up"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_credit_note(self) -> bool:
        return self.total_cents < 0

    def state_on(self, day: date) -> InvoiceState:
        """Where it stands on a day; of an invoice read `with_due`."""
        if self.is_cancelled:
            return InvoiceState.CANCELLED
        if self.due_cents == 0:
            return InvoiceState.PAID
        if self.due_cents < 0:
            return InvoiceState.REFUND
        return InvoiceState.LATE if self.due_on < day else InvoiceState.OPEN

    def days_late(self, day: date) -> int:
        return max(0, (day - self.due_on).days)


class InvoiceLine(Scoped):
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    quantity = models.IntegerField()
    unit = models.CharField(max_length=20)
    net_cents = models.BigIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Payment(Scoped):
    """Money received on an invoice; a mistake is reversed by a negative one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    day = models.DateField()
    cents = models.BigIntegerField()
    method = models.CharField(max_length=20, choices=PaymentMethod, default=PaymentMethod.TRANSFER)
    note = models.CharField(max_length=120, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["day", "recorded_at"]
        constraints = [models.CheckConstraint(condition=~Q(cents=0), name="payment_of_something")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.cents}"


class Closing(Scoped):
    """A year's accounts, drawn up and then closed: real costs, each firm's regularisation, the result. Frozen once closed."""

    year = models.PositiveSmallIntegerField()
    vat_regime = models.CharField(max_length=20, choices=VatRegime)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(null=True, help_text="the date of its invoices and credit notes")
    result_cents = models.BigIntegerField(null=True, help_text="what was invoiced less the real cost; 0 when exempt")
    use = models.CharField(max_length=12, choices=ResultUse, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="who decided of the result, and when")

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "year"], name="one_closing_per_year"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(vat_regime=VatRegime.EXEMPT) | Q(result_cents=0),
                name="an_exempt_year_closes_at_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster} {self.year}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_exempt(self) -> bool:
        return self.vat_regime == VatRegime.EXEMPT


class ClosingCost(Scoped):
    """What a line of a pool really cost in the year, beside what was planned; None until someone says it."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="costs")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80)
    part = models.CharField(max_length=12, choices=CostPart, default=CostPart.OTHER)
    planned_cents = models.BigIntegerField(default=0)
    cents = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["pool__name", "pool_id", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["closing", "pool", "position"], name="one_cost_per_place")]

    def __str__(self) -> str:
        return f"{self.label} {self.cents}"


class ClosingLine(Scoped):
    """A firm's year of a pool as it was closed. Frozen."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="lines")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    all_quantity = models.IntegerField()
    cost_cents = models.BigIntegerField()
    share_cents = models.BigIntegerField(help_text="of the real cost, by use")
    own_cents = models.BigIntegerField(default=0, help_text="what falls on this firm alone")
    invoiced_cents = models.BigIntegerField(help_text="in the year, before the closing")
    regularisation_cents = models.BigIntegerField()
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, related_name="closing_lines")

    class Meta:
        ordering = ["pool__name", "firm__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "pool", "firm"], name="one_closing_line_per_firm"),
            models.CheckConstraint(
                condition=Q(regularisation_cents=0)
                | Q(regularisation_cents=F("share_cents") + F("own_cents") - F("invoiced_cents")),
                name="regularisation_is_the_difference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.regularisation_cents}"


class YearAcceptance(Scoped):
    """A firm agrees to what its year really cost, above the ceiling of its commitment. Frozen."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="acceptances")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    cents = models.BigIntegerField(help_text="the most for its year, before tax")
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.firm} {self.cents}"
