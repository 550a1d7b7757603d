"""Builds the demo through the public deeds: the same door that people use."""

from __future__ import annotations

from django.utils import timezone

from grappe.demo import exempt, group, large, other_clusters, paris_mix, state


def build(*, firms: int = 0, employees: int = 0) -> None:
    """Six clusters; with `firms`, also a very large one; with `employees`, also a large employers' group.

    The database must be empty and migrated.
    """
    today = timezone.localdate()
    paris_mix.build(today)
    other_clusters.build(today)
    exempt.build(today)
    if firms:
        large.build(firms, today)
    if employees:
        group.build(employees, today)
    state.settle_mails()
    state.mark_built()
