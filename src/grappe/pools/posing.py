"""From a survey's needs to the pooling engine's problem, as JSON (see the engine's README)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from grappe.engines.values import Month, ceil_div
from grappe.needs.models import Need

RULES: dict[str, Any] = {
    "capacity": 36,
    "min_fill": 0.8,
    "min_firms": 2,
    "max_firms": 6,
    "max_km": 30.0,
    "mixed_skills": [],
}
POST_CENTS_PER_YEAR = 4_600_000
EARTH_KM = 6371.0088  # mean radius (IUGG)


def year_of(needs: Iterable[Need], *, today: date) -> int:
    """The year that a proposal is for: among the years that needs name, this one or later, the one asked most; else the next."""
    listed = list(needs)
    named = {month.year for need in listed for month in (need.first_month, need.last_month) if month is not None}
    years = sorted(year for year in named if year >= today.year)
    if not years:
        return today.year + 1
    return max(years, key=lambda year: (sum(sum(loads(need, year)) for need in listed), -year))


def loads(need: Need, year: int) -> list[int]:
    """The half-days asked in each month of the year."""
    first = Month.of(need.first_month) if need.first_month else Month(year, 1)
    last = Month.of(need.last_month) if need.last_month else Month(year, 12)
    monthly = need.season or [need.half_days] * 12
    return [monthly[month - 1] if first <= Month(year, month) <= last else 0 for month in range(1, 13)]


def monthly(need: Need, year: int) -> int:
    """The half-days a month that the need comes to over the whole year, rounded up: a part is paid evenly all year."""
    return ceil_div(sum(loads(need, year)), 12)


def place(need: Need) -> tuple[float, float] | None:
    """The need's own place, else its firm's; none for a remote need, which fits anywhere."""
    if need.remote:
        return None
    for where in (need, need.firm):
        if where.latitude is not None and where.longitude is not None:
            return where.latitude, where.longitude
    return None


def needs_json(needs: Sequence[Need], year: int) -> list[dict[str, Any]]:
    """The needs that ask for something in the year, oldest first, so that the same needs always make the same problem."""
    asked = []
    for need in sorted(needs, key=lambda need: need.pk):
        load = loads(need, year)
        if not any(load):
            continue
        one: dict[str, Any] = {
            "id": str(need.pk),
            "firm": str(need.firm_id),
            "skill": str(need.skill_id),
            "half_days": load[0] if len(set(load)) == 1 else load,
        }
        where = place(need)
        if where is not None:
            one["lat"], one["lon"] = where
        if need.max_price_cents is not None:
            one["max_price_cents"] = need.max_price_cents
        asked.append(one)
    return asked


def problem(
    needs: Sequence[Need],
    *,
    rules: dict[str, Any],
    post_cents_per_year: int,
    aim: str,
    year: int,
    keep: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """The problem; a cost of 0 leaves prices out. `keep`: posts to hold together, without the needs that wait no more."""
    posed: dict[str, Any] = {
        "rules": {key: value for key, value in rules.items() if key in RULES},
        "aim": aim,
        "needs": needs_json(needs, year),
    }
    if post_cents_per_year:
        posed["cost"] = {"post_cents_per_year": post_cents_per_year}
    asked = {one["id"] for one in posed["needs"]}
    held = [ids for post in keep if len(ids := [key for key in post if key in asked]) > 1]
    if held:
        posed["keep"] = held
    return posed


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km between two (latitude, longitude), by the haversine formula, as the engine measures it."""
    north, east = math.radians(b[0] - a[0]), math.radians(b[1] - a[1])
    h = math.sin(north / 2) ** 2 + math.cos(math.radians(a[0])) * math.cos(math.radians(b[0])) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))
