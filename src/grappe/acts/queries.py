from __future__ import annotations

from datetime import date

from grappe.acts.models import Act, ActQuerySet, ClosedYear


def acts_between(start: date, end: date) -> ActQuerySet:
    """The cluster's acts from `start` (included) to `end` (excluded), with firm and pool; narrow by `.of_firm(id)`, `.of_pool(id)`."""
    found: ActQuerySet = Act.objects.between(start, end).select_related("firm", "pool", "pool__skill")
    return found


def act_of(source: str) -> Act | None:
    """The act recorded from that source, or None."""
    found: Act | None = Act.objects.filter(source=source).select_related("firm", "pool").first()
    return found


def closed_years() -> set[int]:
    """The years of the cluster that are closed."""
    return set(ClosedYear.objects.values_list("year", flat=True))
