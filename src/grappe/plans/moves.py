"""What moved between two versions of a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from grappe.plans import words
from grappe.plans.models import ReleasedSlot, Slot
from grappe.plans.rules import Half


@dataclass(frozen=True, slots=True)
class Place:
    """Which firm has which half-day."""

    half: Half
    firm_id: int
    firm: str


@dataclass(frozen=True, slots=True)
class Move:
    """A firm's half-day that went from `was` to `now`; None: it was not there, or is there no more."""

    firm_id: int
    firm: str
    was: Half | None
    now: Half | None

    @property
    def text(self) -> str:
        named = {"firm": self.firm}
        if self.was and self.now:
            named |= {"was": words.half_day(*self.was), "now": words.half_day(*self.now)}
            return _("%(firm)s : %(was)s passe au %(now)s") % named
        if self.now:
            return _("%(firm)s : %(now)s en plus") % {**named, "now": words.half_day(*self.now)}
        assert self.was is not None
        return _("%(firm)s : %(was)s en moins") % {**named, "was": words.half_day(*self.was)}


def places(slots: Iterable[Slot | ReleasedSlot]) -> list[Place]:
    """`slots` come with their firms."""
    return [Place((slot.day, slot.part), slot.firm_id, slot.firm.name) for slot in slots]


def moves_between(before: Iterable[Place], after: Iterable[Place]) -> list[Move]:
    """What a reader of the first version must know of the second, by date. A half-day lost and one won by the same firm
    are one move, paired in the order of dates."""
    first, second = set(before), set(after)
    lost: dict[tuple[str, int], list[Half]] = defaultdict(list)
    won: dict[tuple[str, int], list[Half]] = defaultdict(list)
    for place in sorted(first - second, key=lambda place: place.half):
        lost[place.firm, place.firm_id].append(place.half)
    for place in sorted(second - first, key=lambda place: place.half):
        won[place.firm, place.firm_id].append(place.half)
    moves = []
    for key in sorted(lost.keys() | won.keys()):
        firm, firm_id = key
        paired = min(len(lost[key]), len(won[key]))
        moves += [Move(firm_id, firm, was, now) for was, now in zip(lost[key], won[key], strict=False)]
        moves += [Move(firm_id, firm, was, None) for was in lost[key][paired:]]
        moves += [Move(firm_id, firm, None, now) for now in won[key][paired:]]
    return sorted(moves, key=lambda move: (move.was or move.now or (), move.firm))
