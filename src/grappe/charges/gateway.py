"""The only door to the sharing of a month's cost: half-days by firm in, cents by firm out."""

from __future__ import annotations

from collections.abc import Mapping

from grappe.engines.values import apportion


def share_by_half_days(cost_cents: int, half_days: Mapping[int, int]) -> dict[int, int]:
    """Each firm's share of the cost, in proportion to its half-days, to the cent.

    Largest remainder, ties by id in text order. Where nobody took anything nothing is shared: every share is 0.
    """
    weights = {firm_id: max(0, quantity) for firm_id, quantity in half_days.items()}
    if not any(weights.values()):
        return dict.fromkeys(weights, 0)
    return apportion(cost_cents, weights)
