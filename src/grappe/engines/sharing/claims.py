"""Too little for all the claims: the Talmud's rule, equal awards, and awards by order of arrival."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grappe.engines.sharing.clock import in_time
from grappe.engines.sharing.problem import Claims
from grappe.engines.stop import Stop


def equal_awards(
    estate: Fraction | int, claims: Mapping[str, Fraction], stop: Stop
) -> tuple[dict[str, Fraction], Fraction]:
    """The same for all, but nobody more than its claim (constrained equal awards), and that level.

    Linear after a sort. The estate is at most the sum of the claims. Raises OutOfTime.
    """
    left, level = Fraction(estate), Fraction(0)
    amounts = sorted(claims.values())
    for rank, claim in in_time(enumerate(amounts), stop):
        level = min(claim, left / (len(amounts) - rank))
        left -= level
    return {player: min(claim, level) for player, claim in in_time(claims.items(), stop)}, level


def talmud(game: Claims, stop: Stop) -> tuple[dict[str, Fraction], Fraction, bool]:
    """The awards, their level, and whether it is losses that are shared (Aumann and Maschler 1985).

    Up to half of the claims, equal awards against the half-claims; above it, equal losses against them. It is the
    nucleolus of the game where a group is sure of what the claims of the others leave. Raises OutOfTime.
    """
    halves = {player: Fraction(claim, 2) for player, claim in in_time(game.claims.items(), stop)}
    whole = sum(game.claims.values())
    if 2 * game.estate <= whole:
        awards, level = equal_awards(game.estate, halves, stop)
        return awards, level, False
    losses, level = equal_awards(whole - game.estate, halves, stop)
    return {player: game.claims[player] - loss for player, loss in in_time(losses.items(), stop)}, level, True


def sure(game: Claims) -> list[int]:
    """What every group is sure of, by bit mask: the estate less the claims of the others, or nothing."""
    claims = list(game.claims.values())
    left = [game.estate - sum(claims)]
    for claim in claims:
        left += [amount + claim for amount in left]
    return [max(0, amount) for amount in left]


def worst_group(game: Claims, shares: Mapping[str, int], unit: int) -> tuple[int, list[str]]:
    """The group that gets least against what it is sure of: by how much (in shares' unit), and who.

    Either it is those who get a negative share, or it leaves out those who get more than their claim.
    """
    negative = [player for player in game.claims if shares[player] < 0]
    short = -sum(shares[player] for player in negative)
    above = {player for player, claim in game.claims.items() if shares[player] > claim * unit}
    over = sum(shares[player] - game.claims[player] * unit for player in above)
    if over > short:
        return over, [player for player in game.claims if player not in above]
    return short, negative
