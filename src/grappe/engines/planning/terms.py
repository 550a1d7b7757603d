"""What a constraint is made of: literals and linear expressions of CP-SAT, or constants where the roster is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Term: TypeAlias = Any

# Gives the value of a term under a roster.
Reader: TypeAlias = Callable[[Term], int]


def negation(literal: Term) -> Term:
    return not literal if isinstance(literal, bool | int) else ~literal


def is_zero(term: Term) -> bool:
    return isinstance(term, int) and term == 0
