"""The savings rule: paid, alone, saved, for one firm, one pool, one month. Figures: docs/algorithms/savings.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grappe.engines.values import apportion

PROVED = frozenset("AB")


@dataclass(frozen=True, slots=True)
class Range:
    """A figure in cents with its bounds: low <= central <= high."""

    low: int = 0
    central: int = 0
    high: int = 0

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.central + other.central, self.high + other.high)

    @classmethod
    def total(cls, ranges: Iterable[Range]) -> Range:
        return sum(ranges, cls())


@dataclass(frozen=True, slots=True)
class Basis:
    """Acts of a cell with the same price alone: `unit_cents` p0 (None: unknown), `month_quantity` q0, grade."""

    quantity: int
    paid_cents: int
    unit_cents: int | None = None
    month_quantity: int | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a firm took of a pool in a month and what it paid; what it would have paid alone, where that is known."""

    firm_id: int
    pool_id: int
    month: date
    quantity: int
    paid_cents: int
    alone_cents: int | None = None
    alone_quantity: int = 0
    grade: str = ""
    financed_cents: int = 0

    @property
    def is_priced(self) -> bool:
        return self.alone_cents is not None

    @property
    def is_proved(self) -> bool:
        return self.grade in PROVED

    @property
    def counted_quantity(self) -> int:
        """q0, cut to what was taken: what was not taken here saved nothing."""
        return max(0, min(self.alone_quantity, self.quantity))

    @property
    def saved(self) -> Range:
        if self.alone_cents is None:
            return Range()
        return saved(
            quantity=self.quantity,
            gap_cents=self.alone_cents - self.paid_cents,
            alone_quantity=self.alone_quantity,
            proved=self.is_proved,
        )


def saved(*, quantity: int, gap_cents: int, alone_quantity: int, proved: bool) -> Range:
    """The range saved on `quantity` (q1) when the price alone exceeds the price paid by `gap_cents` in all.

    A negative gap is a loss. `alone_quantity` is q0. Rounded half up to the cent, which is monotone: low <= central
    <= high holds after it.
    """
    if quantity <= 0:
        return Range(gap_cents, gap_cents, gap_cents)
    counted = max(0, min(alone_quantity, quantity))
    only_q0 = _half_up(gap_cents * counted, quantity)
    central = _half_up(gap_cents * (quantity + counted), 2 * quantity)
    if gap_cents < 0:
        return Range(gap_cents, central, only_q0)
    return Range(only_q0 if proved else 0, central, gap_cents)


def cells(
    *,
    firm_id: int,
    pool_id: int,
    month: date,
    bases: Sequence[Basis],
    adjusting_cents: int = 0,
    financed_cents: int = 0,
) -> list[Cell]:
    """The cell of a firm, pool and month: one with a price alone, one without, or both.

    Several bases: p0 is their mean weighted by quantity, q0 the smaller, the grade the worse. `adjusting_cents` (acts
    of quantity 0) is split between the two by quantity; what someone else financed goes with the first.
    """
    standing = [basis for basis in bases if basis.quantity]
    priced = [basis for basis in standing if basis.unit_cents is not None]
    unpriced = [basis for basis in standing if basis.unit_cents is None]
    empty_paid = sum(basis.paid_cents for basis in bases if not basis.quantity) + adjusting_cents
    weights = {True: max(0, _quantity(priced)), False: max(0, _quantity(unpriced))}
    if not any(weights.values()):
        weights = {bool(priced or not unpriced): 1}
    split = apportion(empty_paid, weights)
    found = []
    if priced or (empty_paid and not unpriced):
        found.append(
            Cell(
                firm_id=firm_id,
                pool_id=pool_id,
                month=month,
                quantity=_quantity(priced),
                paid_cents=sum(basis.paid_cents for basis in priced) + split.get(True, 0),
                alone_cents=sum((basis.unit_cents or 0) * basis.quantity for basis in priced),
                alone_quantity=min((basis.month_quantity or 0 for basis in priced), default=0),
                grade=max((basis.grade for basis in priced), default="D"),
                financed_cents=financed_cents,
            )
        )
        financed_cents = 0
    if unpriced:
        found.append(
            Cell(
                firm_id=firm_id,
                pool_id=pool_id,
                month=month,
                quantity=_quantity(unpriced),
                paid_cents=sum(basis.paid_cents for basis in unpriced) + split.get(False, 0),
                financed_cents=financed_cents,
            )
        )
        financed_cents = 0
    if financed_cents:
        found.append(Cell(firm_id, pool_id, month, quantity=0, paid_cents=0, financed_cents=financed_cents))
    return found


def _quantity(bases: Sequence[Basis]) -> int:
    return sum(basis.quantity for basis in bases)


def _half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, halves upward; `denominator` > 0."""
    return (2 * numerator + denominator) // (2 * denominator)
