from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped
from grappe.people.models import Person
from grappe.pools.models import Pool


class Statement(Scoped):
    """A pool's month: its cost, shared by the key of its kind. Frozen once issued."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="statements")
    month = models.DateField(help_text="first day of the month")
    key = models.CharField(max_length=20)
    cost_cents = models.BigIntegerField()
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


class StatementLine(Scoped):
    """A firm's share in a statement, and why."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField(help_text="signed half-days")
    share_cents = models.BigIntegerField(help_text="by the key")
    ceiling_cents = models.BigIntegerField(help_text="accepted price x quantity")
    charged_cents = models.BigIntegerField(help_text="the smaller of the two")
    alone_cents = models.BigIntegerField(null=True, help_text="p0 x quantity")
    why = models.JSONField(default=dict)

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


class InvoiceSeries(Scoped):
    """The last number given in a year; locked while an invoice is issued, so that there is no gap."""

    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "year"], name="one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.cluster} {self.year}"


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
    method = models.CharField(max_length=20, default="transfer")
    note = models.CharField(max_length=120, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["day", "recorded_at"]
        constraints = [models.CheckConstraint(condition=~Q(cents=0), name="payment_of_something")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.cents}"
