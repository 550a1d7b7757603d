"""Amounts finer than the cent, brought to whole cents, and written for a reader.

Rules compute in *fine* units, whole millionths of a millionth of a cent: integers, so that the same problem gives the
same answer everywhere, and fine enough that what is lost by whole divisions never shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

FINE = 10**12
"""Fine units in a cent."""
SAME = 10**6
"""Remainders are compared by millionths of a cent: nearer ones are equal, and the odd cent goes by id."""


def fine(cents: Fraction | int) -> int:
    """The nearest fine amount."""
    return round(cents * FINE)


def whole_cents(fine_shares: Mapping[str, int], total_cents: int) -> dict[str, int]:
    """Shares in whole cents that add up to `total_cents`: largest remainder, ties to the smallest id.

    The fine shares add up to about the total; whatever the gap, the result adds up exactly.
    """
    shares: dict[str, int] = {}
    remainders: dict[str, int] = {}
    half = SAME // 2
    for player, amount in fine_shares.items():
        shares[player], rest = divmod(amount + half, FINE)
        remainders[player] = rest // SAME
    left = total_cents - sum(shares.values())
    everybody, odd = divmod(left, len(shares))
    if everybody:
        shares = {player: cents + everybody for player, cents in shares.items()}
    for player in _first(remainders, odd):
        shares[player] += 1
    return shares


def _first(remainders: Mapping[str, int], count: int) -> Collection[str]:
    """The `count` players of largest remainder, ties to the smallest id."""
    if count == 0:
        return ()
    cut = sorted(remainders.values(), reverse=True)[count - 1]
    above = [player for player, remainder in remainders.items() if remainder > cut]
    level = sorted(player for player, remainder in remainders.items() if remainder == cut)
    return above + level[: count - len(above)]


def euros_fr(fine_amount: int, decimals: int = 2) -> str:
    """`1 200,00 €`, to the nearest."""
    sign, whole, digits = _parts(fine_amount, decimals)
    return f"{sign}{whole:,}".replace(",", "\u202f") + f",{digits}\u00a0€"


def euros_en(fine_amount: int, decimals: int = 2) -> str:
    """`€1,200.00`, to the nearest."""
    sign, whole, digits = _parts(fine_amount, decimals)
    return f"{sign}€{whole:,}.{digits}"


def _parts(fine_amount: int, decimals: int) -> tuple[str, int, str]:
    unit = FINE * 100 // 10**decimals
    count = (2 * abs(fine_amount) + unit) // (2 * unit)
    whole, rest = divmod(count, 10**decimals)
    return "−" if fine_amount < 0 and count else "", whole, f"{rest:0{decimals}d}"
