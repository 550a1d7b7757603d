"""The price of a post to those who share it, and what it becomes when a firm joins or leaves.

No heavy import: pages call this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grappe.engines.values import apportion, ceil_div, month_of_year_cents


@dataclass(frozen=True, slots=True)
class Price:
    """`half_day_cents`: of one half-day, rounded up; `month_cents`: part id -> its share of one month's cost, which
    add up to the month to the cent; `one_more_cents`: price of a half-day if one more firm of the median part joined
    (None where the capacity does not hold it); `one_less_cents`: if the largest other part left (None where no part
    would be left)."""

    half_day_cents: int
    month_cents: Mapping[str, int]
    one_more_cents: int | None
    one_less_cents: int | None


def price(
    year_cents: int, parts: Mapping[str, int], *, capacity: int | None = None, month: int = 1, mine: str | None = None
) -> Price:
    """The price of a post that costs `year_cents` a year to `parts` (id -> half-days a month, each above 0).

    `capacity`: half-days a month (None: no limit); `month`: the month (1 to 12) whose share is told, since the year's
    cents may not divide by twelve; `mine`: the part that reads the price, which is never the one that leaves.
    Raises ValueError on an empty post, a part that is not above 0, or a negative cost.
    """
    if not parts or min(parts.values()) <= 0:
        raise ValueError("a post needs at least one part, and each part some half-days")
    if year_cents < 0:
        raise ValueError("the cost is negative")
    load = sum(parts.values())
    joined = load + median_part(parts)
    others = [half_days for part, half_days in parts.items() if part != mine]
    left = load - max(others) if others else 0
    return Price(
        half_day_cents=ceil_div(year_cents, 12 * load),
        month_cents=apportion(month_of_year_cents(year_cents, month), parts),
        one_more_cents=ceil_div(year_cents, 12 * joined) if capacity is None or joined <= capacity else None,
        one_less_cents=ceil_div(year_cents, 12 * left) if left else None,
    )


def median_part(parts: Mapping[str, int]) -> int:
    """The middle part; of an even number of parts, the lower of the two middle ones."""
    ordered = sorted(parts.values())
    return ordered[(len(ordered) - 1) // 2]
