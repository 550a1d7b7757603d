"""Stands in for pools.queries until it is written."""

from __future__ import annotations

from datetime import date

from grappe.pools.models import Pool


def month_cost_cents(pool: Pool, month: date) -> int:
    year = sum(line.cents for line in pool.cost_lines.all())
    return year * month.month // 12 - year * (month.month - 1) // 12
