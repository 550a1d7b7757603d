"""What the deeds of pools refuse."""

from __future__ import annotations

from grappe.audit.deeds import Refused


class UnableToPropose(Refused):
    pass


class UnableToOpenPost(Refused):
    pass


class UnableToSetCost(Refused):
    pass


class UnableToInvite(Refused):
    pass


class UnableToAnswer(Refused):
    pass


class StalePrice(UnableToAnswer):
    """The price is no longer the one that was on the page; `price_cents` is today's, of a half-day."""

    def __init__(self, message: str, remedy: str, *, price_cents: int) -> None:
        super().__init__(message, remedy)
        self.price_cents = price_cents


class UnableToChangeParts(Refused):
    pass


class UnableToStart(Refused):
    pass


class UnableToArrange(Refused):
    pass


class UnableToMakeContracts(Refused):
    pass


class UnableToMove(Refused):
    """A firm cannot join, leave or change its part like that in a pool that runs."""


class UnableToRecordBonus(Refused):
    """A differential bonus that cannot be, or not by that person."""
