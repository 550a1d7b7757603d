"""Games given group by group: amounts filled in, Shapley value by the full list, and the worst-off group.

A group is a bit mask over the players. Lists indexed by group go up to 22 players; beyond, `Splits` computes the amount
of a group when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import comb
from operator import sub
from typing import TYPE_CHECKING

from grappe.engines.sharing.problem import Sense, Table
from grappe.engines.stop import Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class OutOfTime(Exception):
    """The stop came before the answer."""


def filled(game: Table, sense: Sense, stop: Stop) -> list[int]:
    """The amount of every group, in cents; those that the table leaves out are their best split.

    A split is taken at the group's first player: the listed group that holds it, plus the rest.
    """
    size = game.everybody + 1
    worth: list[int | None] = [None] * size
    worth[0] = 0
    for group, cents in game.amounts.items():
        worth[group] = cents
    if game.is_full:
        return [cents for cents in worth if cents is not None]
    best = min if sense == "cost" else max
    for first in range(len(game.players) - 1, -1, -1):
        low = 1 << first
        after = game.everybody & ~(2 * low - 1)
        missing = {low | rest for rest in _subsets(after) if worth[low | rest] is None}
        found: dict[int, int] = {}
        for part, cents in game.amounts.items():
            if part & -part != low or not missing:
                continue
            if stop.reached():
                raise OutOfTime
            for rest in _subsets(after & ~part):
                if part | rest in missing:
                    amount = cents + (worth[rest] or 0)
                    found[part | rest] = best(found.get(part | rest, amount), amount)
        for group, amount in found.items():
            worth[group] = amount
    return [cents if cents is not None else 0 for cents in worth]


def _subsets(group: int) -> Sequence[int]:
    subsets = [0]
    while group:
        low = group & -group
        subsets += [subset | low for subset in subsets]
        group ^= low
    return subsets


class Splits:
    """Amounts of groups computed one at a time, for tables too large to be filled."""

    def __init__(self, game: Table, sense: Sense, stop: Stop) -> None:
        self.amounts = game.amounts
        self.best = min if sense == "cost" else max
        self.stop = stop
        self.parts: dict[int, list[int]] = {}  # listed groups of two or more, by each of their players
        for group in game.amounts:
            rest = group if group.bit_count() > 1 else 0
            while rest:
                low = rest & -rest
                self.parts.setdefault(low, []).append(group)
                rest ^= low
        self.known: dict[int, int] = {0: 0}
        self.asked = 0

    def worth(self, group: int) -> int:
        """Cents of a group. Raises OutOfTime."""
        listed = self.amounts.get(group)
        return listed if listed is not None else self._split(group)

    def _split(self, group: int) -> int:
        known = self.known.get(group)
        if known is not None:
            return known
        self.asked += 1
        if self.asked % 256 == 0:
            if self.stop.reached():
                raise OutOfTime
            if len(self.known) > 1_000_000:
                self.known = {0: 0}
        low = group & -group
        amount = self.amounts[low] + self._split(group ^ low)
        for part in self.parts.get(low, ()):
            if part & group == part:
                amount = self.best(amount, self.amounts[part] + self._split(group ^ part))
        self.known[group] = amount
        return amount


def shapley(worth: Sequence[int], players: Sequence[str], stop: Stop) -> dict[str, Fraction]:
    """Each player's mean marginal amount over all orders of arrival (Shapley 1953), exactly.

    A group of s players that holds i counts (s-1)!(n-s)!/n! for i, one without it -s!(n-s-1)!/n!; so only the sums of
    amounts by size, with and without i, are needed: whole numbers. Raises OutOfTime.
    """
    import numpy as np

    count = len(players)
    amounts = np.array(worth, dtype=np.int64)
    by_size = np.argsort(_sizes(count), kind="stable")
    starts = np.cumsum([0] + [comb(count, size) for size in range(count)])
    ordered = amounts[by_size]
    sums = [int(part) for part in np.add.reduceat(ordered, starts)]
    values = {}
    for index, player in enumerate(players):
        if stop.reached():
            raise OutOfTime
        inside = (by_size >> index) & 1
        with_player = [int(part) for part in np.add.reduceat(ordered * inside, starts)]
        values[player] = sum(
            (
                Fraction(with_player[size], size * comb(count, size))
                - Fraction(sums[size - 1] - with_player[size - 1], size * comb(count, size))
                for size in range(1, count + 1)
            ),
            Fraction(0),
        )
    return values


def _sizes(count: int) -> NDArray[np.int8]:
    import numpy as np

    sizes = np.zeros(1, dtype=np.int8)
    for _ in range(count):
        sizes = np.concatenate((sizes, sizes + np.int8(1)))
    return sizes


def worst_listed(game: Table, sense: Sense, shares: Mapping[str, int], unit: int) -> tuple[int, list[str]]:
    """The listed group that is worst off against its own amount: by how much (in shares' unit), and who.

    Groups that are not listed are worth a split into listed ones, so none is worse off than its parts together.
    """
    if game.is_full:
        return _worst_of_all(game, sense, shares, unit)
    sign = 1 if sense == "cost" else -1
    paid = [shares[player] for player in game.players]
    worst, who = 0, 0
    for group, cents in game.amounts.items():
        over = sign * (sum(paid[index] for index in range(len(paid)) if group >> index & 1) - cents * unit)
        if over > worst:
            worst, who = over, group
    return worst, members(game.players, who)


def _worst_of_all(game: Table, sense: Sense, shares: Mapping[str, int], unit: int) -> tuple[int, list[str]]:
    sums = [0]
    for player in game.players:
        share = shares[player]
        sums += [paid + share for paid in sums]
    worth = [0] * len(sums)
    for group, cents in game.amounts.items():
        worth[group] = cents * unit
    overs = list(map(sub, sums, worth) if sense == "cost" else map(sub, worth, sums))
    worst = max(overs)
    return worst, members(game.players, overs.index(worst)) if worst else []


def members(players: Sequence[str], group: int) -> list[str]:
    return [player for index, player in enumerate(players) if group >> index & 1]
