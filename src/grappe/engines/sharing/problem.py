"""A sharing problem: who takes part, what each group would cost or earn, and the rule to share by.

A *game* gives an amount to each group of players. Amounts are whole cents. The five forms differ by what is known:
a list of components and their users, the largest need (airport), a tree of legs, claims on too small an estate, or a
table of groups. `parse` reads the JSON form and refuses a malformed problem with every fault at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Rule = Literal["shapley", "nucleolus", "proportional", "equal", "talmud", "separable"]
Sense = Literal["cost", "gain"]

MAX_CENTS = 10**12
"""Ten thousand million euros: sums over every group of 22 players still fit in 64 bits."""
WEIGHT_UNIT = 10**6
"""Weights are kept in whole millionths."""
FULL_TABLE = 22
"""The most players whose every group is listed in memory; beyond, answers are sampled."""


@dataclass(frozen=True, slots=True)
class Component:
    """A cost and those who use it; `users` gives each one's weight, in millionths, above 0."""

    id: str
    cents: int
    users: Mapping[str, int]


@dataclass(frozen=True)
class Components:
    """A group costs the sum of the components that at least one of its players uses; `idle` players use none."""

    components: tuple[Component, ...]
    idle: tuple[str, ...] = ()

    @cached_property
    def players(self) -> tuple[str, ...]:
        users = dict.fromkeys(player for component in self.components for player in component.users)
        return (*users, *self.idle)

    @cached_property
    def total(self) -> int:
        return sum(component.cents for component in self.components)


@dataclass(frozen=True)
class Airport:
    """A group costs its largest need, in cents."""

    needs: Mapping[str, int]

    @cached_property
    def players(self) -> tuple[str, ...]:
        return tuple(self.needs)

    @cached_property
    def total(self) -> int:
        return max(self.needs.values())


@dataclass(frozen=True, slots=True)
class Edge:
    """A leg from the node `start`, nearer to the root, to the node `end`."""

    start: str
    end: str
    cents: int


@dataclass(frozen=True)
class Tree:
    """A group costs the legs that join all its players' nodes to the root.

    `edges` are in an order where a leg comes after the leg that leads to it; legs that lead to nobody are in `unused`.
    """

    root: str
    edges: tuple[Edge, ...]
    at: Mapping[str, str]
    unused: tuple[Edge, ...] = ()

    @cached_property
    def players(self) -> tuple[str, ...]:
        return tuple(self.at)

    @cached_property
    def total(self) -> int:
        return sum(edge.cents for edge in self.edges)


@dataclass(frozen=True)
class Claims:
    """An estate too small for the claims; a group is sure of what the others' claims leave."""

    estate: int
    claims: Mapping[str, int]

    @cached_property
    def players(self) -> tuple[str, ...]:
        return tuple(self.claims)

    @property
    def total(self) -> int:
        return self.estate


@dataclass(frozen=True)
class Table:
    """Amounts by group: bit k of a key of `amounts` is set when the k-th player is in the group.

    The whole and every player alone are given. A group that is not counts as its best split into groups that are: the
    cheapest for a cost, the dearest for a gain.
    """

    players: tuple[str, ...]
    amounts: Mapping[int, int]

    @property
    def everybody(self) -> int:
        return (1 << len(self.players)) - 1

    @property
    def total(self) -> int:
        return self.amounts[self.everybody]

    @property
    def is_full(self) -> bool:
        return len(self.amounts) == self.everybody


Game = Components | Airport | Tree | Claims | Table

RULES: Mapping[str, tuple[Rule, ...]] = {
    "components": ("shapley", "nucleolus", "proportional", "equal", "separable"),
    "airport": ("shapley", "nucleolus", "proportional", "equal", "separable"),
    "tree": ("shapley", "nucleolus", "proportional", "equal", "separable"),
    "claims": ("shapley", "nucleolus", "proportional", "equal", "talmud"),
    "table": ("shapley", "nucleolus", "proportional", "equal", "separable"),
}
"""The rules that serve each game."""


@dataclass(frozen=True)
class Problem:
    """`alone` is what each player would pay (a cost) or earn (a gain) by itself; it may be left out."""

    game: Game
    rule: Rule = "shapley"
    sense: Sense = "cost"
    alone: Mapping[str, int] | None = None

    @property
    def players(self) -> tuple[str, ...]:
        return self.game.players

    @property
    def total(self) -> int:
        """Cents to share."""
        return self.game.total

    @property
    def kind(self) -> str:
        """The game's type, as the JSON form names it."""
        return type(self.game).__name__.lower()
