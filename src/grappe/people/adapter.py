"""How allauth behaves here: nobody signs up alone, people come by invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def populate_username(self, request: Any, user: Any) -> None:
        """A person has no username."""
