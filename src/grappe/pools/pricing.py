"""What a part of a pool costs its firm, before anyone commits. Pure arithmetic, worked by hand in docs/algorithms/price-of-a-post.md.

A part is a number of half-days a month, all year. Price of a half-day = yearly cost / yearly half-days, rounded up to the
cent. The shares of a month add up to the month's cost to the cent (largest remainder), none above its half-days x the price.
"""

from __future__ import annotations

from collections.abc import Mapping

from grappe.engines.values import apportion, ceil_div, month_of_year_cents


def half_day_cents(year_cents: int, half_days_a_month: int) -> int | None:
    """The price of a half-day, rounded up; None for a pool that nobody shares."""
    return ceil_div(year_cents, 12 * half_days_a_month) if half_days_a_month > 0 else None


def month_shares(year_cents: int, parts: Mapping[int, int], *, month: int) -> dict[int, int]:
    """Each part's share of that month (1 to 12), part -> cents; they add up to the month."""
    return apportion(month_of_year_cents(year_cents, month), parts) if parts else {}


def share_of(year_cents: int, parts: Mapping[int, int], mine: int, *, month: int) -> int:
    return month_shares(year_cents, parts, month=month)[mine]


def exposure_cents(shares: Mapping[int, int], parts: Mapping[int, int], mine: int) -> int:
    """The most that may fall on `mine` in a month if one other firm does not pay: its part, by use among those that
    still pay, of the largest other share; rounded up. 0 for a firm alone."""
    others = [part for part in parts if part != mine]
    if not others:
        return 0
    worst = max(others, key=lambda part: (shares[part], parts[part]))
    return ceil_div(shares[worst] * parts[mine], sum(parts.values()) - parts[worst])


def median(half_days: list[int]) -> int:
    """The middle part; of an even number, the lower of the two middle ones."""
    return sorted(half_days)[(len(half_days) - 1) // 2]


def regularised_at_most(price_cents: int, margin_bp: int) -> int:
    """The price of a half-day and its margin for the year's regularisation, rounded down to the cent."""
    return price_cents * (10_000 + margin_bp) // 10_000
