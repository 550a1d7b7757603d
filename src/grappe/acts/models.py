from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped, scoped
from grappe.needs.enums import Grade
from grappe.people.models import Person
from grappe.pools.models import Pool


class ActQuerySet(models.QuerySet[Any]):
    def between(self, start: date, end: date) -> ActQuerySet:
        """Acts of the days from `start` (included) to `end` (excluded)."""
        return self.filter(day__gte=start, day__lt=end)

    def of_firm(self, firm_id: int) -> ActQuerySet:
        return self.filter(firm_id=firm_id)

    def of_pool(self, pool_id: int) -> ActQuerySet:
        return self.filter(pool_id=pool_id)


class Act(Scoped):
    """One thing that happened: on a day, a firm took a quantity of a pool, and paid for it.

    A reversal carries the opposite quantity and amounts. An adjustment (quantity 0) brings what was paid to what was invoiced.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="acts")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="acts")
    day = models.DateField()
    quantity = models.IntegerField(help_text="q1, in the pool's unit")
    paid_cents = models.BigIntegerField(help_text="p1 x q1, before tax")
    alone_unit_cents = models.PositiveIntegerField(null=True, help_text="p0, per unit")
    alone_month_quantity = models.PositiveIntegerField(
        null=True, help_text="q0: what the firm would have bought alone in the month"
    )
    grade = models.CharField(max_length=1, choices=Grade, blank=True)
    financed_cents = models.BigIntegerField(
        default=0, help_text="paid for the firm by someone else: a transfer, not a saving"
    )
    financed_by = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=80)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = scoped(ActQuerySet)

    class Meta:
        ordering = ["day", "recorded_at", "id"]
        indexes = [models.Index(fields=["cluster", "firm", "day"]), models.Index(fields=["cluster", "pool", "day"])]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "source"], name="act_source_once"),
            models.CheckConstraint(
                condition=Q(alone_unit_cents=None) | ~Q(grade=""), name="act_price_alone_has_a_grade"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.firm} {self.quantity}"


class ClosedYear(Scoped):
    """A year of a cluster whose accounts are closed: nothing more is recorded of its days. The database holds it."""

    year = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    end_day = models.DateField(help_text="the first day after the year")
    closed_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["cluster", "year"], name="year_closed_once")]

    def __str__(self) -> str:
        return f"{self.cluster} {self.year}"
