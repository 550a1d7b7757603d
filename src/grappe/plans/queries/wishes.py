"""What firms want and refuse."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from grappe.plans.enums import WishKind
from grappe.plans.models import Wish
from grappe.plans.rules import Asked, month_after
from grappe.pools.models import Pool


def asked_of(pool: Pool, start: date, end: date) -> tuple[Asked, ...]:
    rows = Wish.objects.filter(pool=pool, day__gte=start, day__lt=end)
    return tuple(Asked(row.pk, row.firm_id, row.day, row.part, row.kind == WishKind.WANTED, row.words) for row in rows)


def wishes(pool: Pool, month: date, *, firm_ids: Iterable[int] | None = None) -> QuerySet[Wish]:
    found: QuerySet[Wish] = Wish.objects.filter(pool=pool, day__gte=month, day__lt=month_after(month))
    if firm_ids is not None:
        found = found.filter(firm_id__in=list(firm_ids))
    return found.select_related("firm", "pool")


def wishes_from(start: date, *, firm_ids: Iterable[int]) -> QuerySet[Wish]:
    """What these firms want and refuse from that day on."""
    found: QuerySet[Wish] = Wish.objects.filter(day__gte=start, firm_id__in=list(firm_ids))
    return found.select_related("firm", "pool").order_by("day", "part", "pk")
