"""A year's real cost, shared by what each firm used: what it should have cost, less what was invoiced.

Pure arithmetic; figures by hand in docs/algorithms/closing.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grappe.engines.values import apportion


@dataclass(frozen=True, slots=True)
class Used:
    """What a firm had of a pool in the year. Cents before tax.

    `own_cents` falls on that firm alone (its differential bonus); `recorded_cents` is what its acts say was paid; `ceiling_cents`
    the most that it agreed to for its half-days, regularisation included.
    """

    quantity: int = 0
    own_cents: int = 0
    invoiced_cents: int = 0
    recorded_cents: int = 0
    ceiling_cents: int = 0


@dataclass(frozen=True, slots=True)
class YearShare:
    """A firm's year: its share of the real cost by use, what falls on it alone, and the difference with its invoices."""

    used: Used
    all_quantity: int
    cost_cents: int
    share_cents: int

    @property
    def should_cents(self) -> int:
        return self.share_cents + self.used.own_cents

    @property
    def regularisation_cents(self) -> int:
        """Above 0: to invoice; below: to give back."""
        return self.should_cents - self.used.invoiced_cents

    @property
    def adjust_cents(self) -> int:
        """What brings the acts to what is paid in the end."""
        return self.should_cents - self.used.recorded_cents

    @property
    def above_cents(self) -> int:
        """What the firm has not agreed to; 0 when it may be charged."""
        return max(0, self.should_cents - max(self.used.ceiling_cents, self.used.invoiced_cents))


def share_year(cost_cents: int, used: Mapping[int, Used]) -> dict[int, YearShare]:
    """Each firm's year, firm -> share: shares by half-days sum to the real cost to the cent. Nothing used: nothing shared."""
    weights = {firm: max(0, one.quantity) for firm, one in used.items()}
    everything = sum(weights.values())
    shares = apportion(cost_cents, weights) if everything else dict.fromkeys(weights, 0)
    return {firm: YearShare(one, everything, cost_cents, shares[firm]) for firm, one in used.items()}
