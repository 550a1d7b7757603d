"""What moved between two versions of a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from grappe.plans import words
from grappe.plans.models import ReleasedSlot, Slot
from grappe.plans.rules import Half


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Which firm has which half-day."""

    half: Half
    firm_id: int
    firm: str
    person_id: int = 0
    person: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A firm's half-day that went from `was` to `now`; None: it was not there, or is there no more.

    `person_id`, `person`: who works it now, or worked it; `before` is named when someone takes another's place.
    """

    firm_id: int
    firm: str
    was: Half | None
    now: Half | None
    person_id: int = 0
    person: str = ""
    before_id: int = 0
    before: str = ""

    @property
    def text(self) -> str:
        named = {"firm": self.firm, "person": self.person, "before": self.before}
        if self.was and self.now and self.before:
            if self.was == self.now:
                text = _("%(firm)s : %(now)s, %(person)s remplace %(before)s")
            else:
                text = _("%(firm)s : %(was)s passe au %(now)s, et %(person)s remplace %(before)s")
            return text % {**named, "was": words.half_day(*self.was), "now": words.half_day(*self.now)}
        if self.was and self.now:
            named |= {"was": words.half_day(*self.was), "now": words.half_day(*self.now)}
            return _("%(firm)s : %(was)s passe au %(now)s") % named
        if self.now:
            return _("%(firm)s : %(now)s en plus") % {**named, "now": words.half_day(*self.now)}
        assert self.was is not None
        return _("%(firm)s : %(was)s en moins") % {**named, "was": words.half_day(*self.was)}


def places(slots: Iterable[Slot | ReleasedSlot]) -> list[Place]:
    """`slots` come with their firms and people."""
    return [
        Place((slot.day, slot.part), slot.firm_id, slot.firm.name, slot.person_id, words.first_name(slot.person))
        for slot in slots
    ]


def moves_between(before: Iterable[Place], after: Iterable[Place]) -> list[Move]:
    """What a reader of the first version must know of the second, by date. A half-day lost and one won by the same firm
    are one move, paired in the order of dates."""
    first, second = set(before), set(after)
    lost: dict[tuple[str, int], list[Place]] = defaultdict(list)
    won: dict[tuple[str, int], list[Place]] = defaultdict(list)
    for place in sorted(first - second, key=lambda place: place.half):
        lost[place.firm, place.firm_id].append(place)
    for place in sorted(second - first, key=lambda place: place.half):
        won[place.firm, place.firm_id].append(place)
    moves = []
    for key in sorted(lost.keys() | won.keys()):
        moves += _paired(lost[key], won[key])
    return sorted(moves, key=lambda move: (move.was or move.now or (), move.firm))


def _paired(lost: list[Place], won: list[Place]) -> list[Move]:
    """First those that stay where they are with someone else, then each person's own, then whoever."""
    left, new = list(lost), list(won)
    pairs: list[tuple[Place, Place]] = []
    for alike in (lambda a, b: a.half == b.half, lambda a, b: a.person_id == b.person_id, lambda a, b: True):
        for was in list(left):
            now = next((place for place in new if alike(was, place)), None)
            if now is not None:
                pairs.append((was, now))
                left.remove(was)
                new.remove(now)
    moves = [_move(was, now) for was, now in pairs]
    moves += [_move(was, None) for was in left]
    return moves + [_move(None, now) for now in new]


def _move(was: Place | None, now: Place | None) -> Move:
    shown = now or was
    assert shown is not None
    changed = was is not None and now is not None and was.person_id != now.person_id
    return Move(
        shown.firm_id,
        shown.firm,
        was.half if was else None,
        now.half if now else None,
        shown.person_id,
        shown.person,
        was.person_id if was is not None and changed else 0,
        was.person if was is not None and changed else "",
    )
