"""Stands in for pools.queries until it is written."""

from __future__ import annotations

from datetime import date

from grappe.pools.enums import PoolState
from grappe.pools.models import Commitment, Pool


def commitments_of(pool: Pool, *, on: date) -> dict[int, Commitment]:
    rows = (
        Commitment.objects.filter(part__pool=pool, valid_from__lte=on)
        .select_related("part")
        .order_by("valid_from", "pk")
    )
    return {row.part.firm_id: row for row in rows}


def running_posts() -> list[Pool]:
    return list(Pool.objects.filter(state=PoolState.RUNNING).select_related("person", "skill").order_by("pk"))
