"""The shared employee: a post whose half-days several firms use, under one contract with the cluster.

Unit: the half-day. Capacity: 36 half-days a month, a full time less leave and holidays. An act is a half-day signed by both sides. The
price alone (p0) is what the firm pays, or would pay, for a half-day of the same skill outside the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from grappe.pools.enums import CostBasis

UNIT = _("demi-journée")
ACT_LABEL = _("demi-journée contresignée")
DEFAULT_KEY = "signed_half_days"
CAPACITY = 36
CENTS_A_YEAR_MAX = 100_000_000
RATE_BP_MAX = 20_000

CHARGES_BP = 4_200  # employer charges at full rate, before reductions
MANAGEMENT_BP = 500  # of the loaded cost


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what a post costs in a year: an amount, or a rate in basis points."""

    label: str
    basis: str
    cents: int = 0
    rate_bp: int = 0

    @classmethod
    def of(cls, line: Mapping[str, Any] | Line | Any) -> Line:
        """A line from a mapping or from a row with the same names."""
        if isinstance(line, Line):
            return line
        read = line.get if isinstance(line, Mapping) else lambda name, default: getattr(line, name, default)
        return cls(
            str(read("label", "")),
            CostBasis(read("basis", "")),
            int(read("cents", 0) or 0),
            int(read("rate_bp", 0) or 0),
        )


def amounts(lines: Sequence[Line]) -> list[int]:
    """What each line comes to in cents a year, a rate rounded half up to the cent.

    The first line is the gross salary, which a rate of the gross applies to; a rate of the loaded cost applies to the sum of
    all the lines above it.
    """
    found: list[int] = []
    for line in lines:
        if line.basis == CostBasis.CENTS_A_YEAR:
            found.append(line.cents)
        else:
            base = sum(found) if line.basis == CostBasis.RATE_OF_LOADED else found[0] if found else 0
            found.append((base * line.rate_bp + 5_000) // 10_000)
    return found


def year_cents(lines: Sequence[Line]) -> int:
    return sum(amounts(lines))


def estimated(post_cents_per_year: int) -> list[Line]:
    """The one line of a post whose cost has not been detailed yet."""
    return [Line(str(_("Coût annuel estimé")), CostBasis.CENTS_A_YEAR, post_cents_per_year)]


def usual(year_cents_wanted: int = 0) -> list[Line]:
    """The usual make-up, its gross salary such that the year costs about what was estimated (a little less)."""
    loaded = (10_000 + CHARGES_BP) * (10_000 + MANAGEMENT_BP)
    gross = year_cents_wanted * 10_000 * 10_000 // loaded // 100 * 100
    return [
        Line(str(_("Salaire brut")), CostBasis.CENTS_A_YEAR, gross),
        Line(str(_("Cotisations patronales")), CostBasis.RATE_OF_GROSS, rate_bp=CHARGES_BP),
        Line(str(_("Avantages (13e mois, titres-restaurant)")), CostBasis.CENTS_A_YEAR),
        Line(str(_("Frais de gestion")), CostBasis.RATE_OF_LOADED, rate_bp=MANAGEMENT_BP),
        Line(str(_("Fonds de garantie")), CostBasis.CENTS_A_YEAR),
    ]
