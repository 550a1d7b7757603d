"""The permission table: every URL x every role x expected code, a module per topic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from tests.world import World

ROLES = ("coordinator", "board", "member", "employee", "funder", "former", "stranger", "anonymous")


def only(*roles: str, code: int = 200, others: int = 404) -> dict[str, int]:
    """`code` for those roles, 404 for the rest, and a redirect to sign-in for someone not signed in."""
    return {role: code if role in roles else 302 if role == "anonymous" else others for role in ROLES}


@dataclass(frozen=True)
class Row:
    """A URL by name, and the code that each role gets. `kwargs` makes what the URL needs, in Vigne's scope."""

    name: str
    get: dict[str, int] | None
    post: dict[str, int] | None = None
    kwargs: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    in_cluster: bool = True
    names_a_row: bool = True  # False: what varies in the address is not a row (a kind of paper)

    @property
    def has_ids(self) -> bool:
        """Whether the address names a row of the cluster, beside the cluster itself."""
        try:
            reverse(self.name, kwargs={"slug": "vigne"})
        except NoReverseMatch:
            return self.names_a_row
        return False
