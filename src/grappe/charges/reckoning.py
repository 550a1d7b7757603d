"""What each firm pays of a month: share by the key, ceiling, regularisation. Figures: docs/algorithms/statement.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from grappe.engines.values import apportion

VAT_BASIS = 10_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a firm took in a month, from acts: signed half-days, what it accepted to pay for them, the cost alone.

    `recorded_cents` is what its acts say was paid, adjusting acts included; `alone_cents` is None unless every
    half-day has a price alone.
    """

    quantity: int = 0
    ceiling_cents: int = 0
    recorded_cents: int = 0
    alone_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Billed:
    """What standing invoices have charged a firm for a month, of which its bonus, and for how many half-days."""

    quantity: int = 0
    cents: int = 0
    own_cents: int = 0
    fund_cents: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A month's part in a firm's line. `before_*`: already invoiced; `due_cents`: what the month comes to in all.

    `own_cents`: what falls on the firm alone in that month, its differential bonus, beside the shared cost and its ceiling.
    `fund_cents`: what of the month is its part of the guarantee fund; it moves only with what is charged.
    """

    month: date
    cost_cents: int
    all_quantity: int
    quantity: int
    share_cents: int
    ceiling_cents: int
    before_quantity: int = 0
    before_cents: int = 0
    alone_cents: int | None = None
    adjust_cents: int = 0
    own_cents: int = 0
    before_own_cents: int = 0
    fund_cents: int = 0
    before_fund_cents: int = 0

    @property
    def new_fund_cents(self) -> int:
        """What this charge adds to the firm's part of the guarantee fund."""
        return self.fund_cents - self.before_fund_cents

    @property
    def due_cents(self) -> int:
        return min(self.share_cents, self.ceiling_cents) + self.own_cents

    @property
    def most_cents(self) -> int:
        """What the firm accepted to pay at most for the month."""
        return self.ceiling_cents + self.own_cents

    @property
    def new_own_cents(self) -> int:
        """What of the bonus no invoice has charged yet."""
        return self.own_cents - self.before_own_cents

    @property
    def charged_cents(self) -> int:
        return self.due_cents - self.before_cents

    @property
    def open_cents(self) -> int:
        """What of the share, and of what is its own, no invoice has charged yet."""
        return self.share_cents + self.own_cents - self.before_cents

    @property
    def is_billed(self) -> bool:
        """Whether an invoice has a line for it."""
        return bool(self.charged_cents or self.new_quantity)

    @property
    def new_quantity(self) -> int:
        return self.quantity - self.before_quantity

    @property
    def is_capped(self) -> bool:
        return self.ceiling_cents < self.share_cents

    @property
    def is_above_alone(self) -> bool:
        return self.alone_cents is not None and self.due_cents > self.alone_cents

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "month": self.month.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Part:
        return cls(**{**data, "month": date.fromisoformat(data["month"])})


def reckon_month(
    *,
    month: date,
    cost_cents: int,
    taken: Mapping[int, Taken],
    billed: Mapping[int, Billed],
    shares: Mapping[int, int],
    own: Mapping[int, int] | None = None,
    fund_cents: int = 0,
) -> dict[int, Part]:
    """Each firm's part of a month, given its `shares` by the key (they sum to the cost; to 0 if nothing is signed) and its `own`.

    `fund_cents`: what of the cost feeds the guarantee fund; each firm's part of it follows what it pays of the cost.
    """
    parts, own = {}, own or {}
    everything = sum(max(0, one.quantity) for one in taken.values())
    pays = {pk: min(shares.get(pk, 0), max(0, one.ceiling_cents)) for pk, one in taken.items()}
    funds = fund_parts(fund_cents, cost_cents, pays)
    for firm_id in sorted(taken.keys() | billed.keys()):
        one, before = taken.get(firm_id, Taken()), billed.get(firm_id, Billed())
        share, ceiling = shares.get(firm_id, 0), max(0, one.ceiling_cents)
        parts[firm_id] = Part(
            month=month,
            cost_cents=cost_cents,
            all_quantity=everything,
            quantity=one.quantity,
            share_cents=share,
            ceiling_cents=ceiling,
            before_quantity=before.quantity,
            before_cents=before.cents,
            alone_cents=one.alone_cents,
            adjust_cents=min(share, ceiling) + own.get(firm_id, 0) - one.recorded_cents,
            own_cents=own.get(firm_id, 0),
            before_own_cents=before.own_cents,
            before_fund_cents=before.fund_cents,
        )
        if parts[firm_id].charged_cents:
            parts[firm_id] = replace(parts[firm_id], fund_cents=funds.get(firm_id, 0))
        else:
            parts[firm_id] = replace(parts[firm_id], fund_cents=before.fund_cents)
    return parts


def fund_parts(fund_cents: int, cost_cents: int, pays: Mapping[int, int]) -> dict[int, int]:
    """What of each payment of a cost feeds the fund: as much of the fund's line as of the cost is paid, to the cent."""
    paid = sum(pays.values())
    if cost_cents <= 0 or paid <= 0 or fund_cents <= 0:
        return dict.fromkeys(pays, 0)
    return apportion((2 * fund_cents * paid + cost_cents) // (2 * cost_cents), pays)


def changes_something(parts: Mapping[int, Part]) -> bool:
    """Whether a month already issued has to be taken up again."""
    return any(part.charged_cents or part.new_quantity or part.adjust_cents for part in parts.values())


def vat_cents(net_cents: int, rate_bp: int) -> int:
    """VAT on a net amount, rounded half up to the cent; a negative net has exactly the opposite VAT."""
    if net_cents < 0:
        return -vat_cents(-net_cents, rate_bp)
    return (2 * net_cents * rate_bp + VAT_BASIS) // (2 * VAT_BASIS)
