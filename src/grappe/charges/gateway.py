"""The only door to the sharing of a month's cost: half-days by firm in, cents by firm out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grappe.engines.sharing import Problem, solve
from grappe.engines.sharing.problem import WEIGHT_UNIT, Component, Components
from grappe.engines.stop import Deadline


def share_equally(cost_cents: int, firm_ids: Iterable[int]) -> dict[int, int]:
    """The cost in equal parts, to the cent; the odd cents as above. Nothing among nobody."""
    users = {str(firm_id): WEIGHT_UNIT for firm_id in firm_ids}
    if not users or not cost_cents:
        return {int(firm_id): 0 for firm_id in users}
    result = solve(Problem(Components((Component("debt", cost_cents, users),)), rule="equal"), stop=Deadline())
    assert result.shares is not None, "equal parts always exist"
    return {int(firm_id): cents for firm_id, cents in result.shares.items()}


def share_by_half_days(cost_cents: int, half_days: Mapping[int, int]) -> dict[int, int]:
    """Each firm's share of the cost, in proportion to its half-days, to the cent.

    Largest remainder, ties by id in text order. Where nobody took anything nothing is shared: every share is 0.
    """
    shares = dict.fromkeys(half_days, 0)
    users = {str(firm_id): quantity * WEIGHT_UNIT for firm_id, quantity in half_days.items() if quantity > 0}
    if users and cost_cents:
        game = Components((Component("month", cost_cents, users),))
        result = solve(Problem(game, rule="proportional"), stop=Deadline())
        assert result.shares is not None, "a proportional share always exists"
        shares.update({int(firm_id): cents for firm_id, cents in result.shares.items()})
    return shares
