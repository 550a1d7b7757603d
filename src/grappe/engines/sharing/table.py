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

from grappe.engines.sharing.clock import OutOfTime, in_time
from grappe.engines.sharing.problem import Sense, Table
from grappe.engines.stop import Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


MEMORY = 1_000_000
"""The most groups whose best split is remembered."""


def filled(game: Table, sense: Sense, stop: Stop) -> list[int]:
    """The amount of every group, in cents; those that the table leaves out are their best split. Raises OutOfTime.

    A split is taken at the group's first player: the listed part that holds it, plus the best split of the rest.
    """
    worth = [0] * (game.everybody + 1)
    if not game.is_full:
        worth = _best_splits(game, sense, stop)
    for group, cents in game.amounts.items():
        worth[group] = cents
    return worth


def _best_splits(game: Table, sense: Sense, stop: Stop) -> list[int]:
    """Every group's best split into listed groups, itself being one where it is listed.

    The groups whose first player is `first` are that player with any of those after, so with the numbers
    0, 1, 2... of the groups of those after; likewise the listed parts.
    """
    import numpy as np

    best = np.minimum if sense == "cost" else np.maximum
    split = np.zeros(game.everybody + 1, dtype=np.int64)
    for first in range(len(game.players) - 1, -1, -1):
        low = 1 << first
        rest = split[:: 2 * low].copy()
        numbers = np.arange(len(rest))
        found = rest + game.amounts[low]
        for part, cents in game.amounts.items():
            if part & -part != low:
                continue
            if stop.reached():
                raise OutOfTime
            after = part >> (first + 1)
            holding = numbers[(numbers & after) == after]
            found[holding] = best(found[holding], rest[holding ^ after] + cents)
        split[low :: 2 * low] = found
    amounts: list[int] = split.tolist()
    return amounts


class Splits:
    """Amounts of groups computed one at a time, for tables too large to be filled.

    The best split of a group is everybody alone, improved by the listed groups that improve on being alone, no two of
    which share a player: a set packing, solved exactly. It is quick where the quotes are few or far apart, and may be
    long where hundreds of them cross.
    """

    def __init__(self, game: Table, sense: Sense, stop: Stop) -> None:
        self.amounts = game.amounts
        self.alone = [game.amounts[1 << index] for index in range(len(game.players))]
        self.sign = -1 if sense == "cost" else 1
        self.stop = stop
        self.better = {}  # by how much a listed group improves on everybody alone
        for group, cents in game.amounts.items():
            improvement = self.sign * (cents - self._apart(group))
            if improvement > 0:
                self.better[group] = improvement
        self.known: dict[int, int] = {}
        self.asked = 0

    def worth(self, group: int) -> int:
        """Cents of a group. Raises OutOfTime."""
        listed = self.amounts.get(group)
        if listed is not None:
            return listed
        return self._apart(group) + self.sign * self._packed([part for part in self.better if part & group == part])

    def _apart(self, group: int) -> int:
        return sum(cents for index, cents in enumerate(self.alone) if group >> index & 1)

    def _packed(self, parts: list[int]) -> int:
        """The most that parts without a common player improve; `parts` are all the better groups inside some group."""
        return sum(self._of_linked(union, linked) for union, linked in _linked(parts))

    def _of_linked(self, union: int, parts: list[int]) -> int:
        """The same for parts that hang together, branching on the player of most parts."""
        if len(parts) == 1:
            return self.better[parts[0]]
        known = self.known.get(union)
        if known is not None:
            return known
        self.asked += 1
        if self.asked % 64 == 0 and self.stop.reached():
            raise OutOfTime
        player = max(_bits(union), key=lambda bit: sum(part & bit != 0 for part in parts))
        without = [part for part in parts if not part & player]
        most = self._packed(without)
        for part in parts:
            if part & player:
                most = max(most, self.better[part] + self._packed([other for other in without if not other & part]))
        if len(self.known) >= MEMORY:
            self.known.clear()
        self.known[union] = most
        return most


def _linked(parts: list[int]) -> list[tuple[int, list[int]]]:
    """The parts in classes that hang together by common players, each with its union."""
    classes: list[tuple[int, list[int]]] = []
    for part in parts:
        union, joined, others = part, [part], []
        for other_union, other in classes:
            if other_union & part:
                union |= other_union
                joined += other
            else:
                others.append((other_union, other))
        classes = [*others, (union, joined)]
    return classes


def _bits(group: int) -> list[int]:
    bits = []
    while group:
        bits.append(group & -group)
        group &= group - 1
    return bits


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


def worst_listed(game: Table, sense: Sense, shares: Mapping[str, int], unit: int, stop: Stop) -> tuple[int, list[str]]:
    """The listed group that is worst off against its own amount: by how much (in shares' unit), and who.

    Groups that are not listed are worth a split into listed ones, so none is worse off when no listed one is. Raises
    OutOfTime.
    """
    if game.is_full:
        return _worst_of_all(game, sense, shares, unit)
    sign = 1 if sense == "cost" else -1
    paid = [shares[player] for player in game.players]
    worst, who = 0, 0
    for group, cents in in_time(game.amounts.items(), stop):
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
