from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped


class Account(Scoped):
    """An account of the books, numbered by the French chart (PCG and ANC 2018-06)."""

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["cluster", "code"], name="account_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(Scoped):
    """A balanced entry. Inserted after its lines: the database refuses one that does not balance."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField()
    label = models.CharField(max_length=200)
    source = models.CharField(max_length=80)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    posted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["day", "posted_at", "id"]
        constraints = [models.UniqueConstraint(fields=["cluster", "source"], name="entry_source_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.label}"


class Line(Scoped):
    """One side of an entry: a debit or a credit, never both, on an account, for a firm where it has one."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, related_name="+")
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit_cents__gt=0, credit_cents=0) | Q(debit_cents=0, credit_cents__gt=0),
                name="line_on_one_side",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit_cents} {self.credit_cents}"
