"""What may stand where: the facts of a month, and what stands in the way of a half-day, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from grappe.plans import words
from grappe.plans.enums import AbsenceKind, DayPart
from grappe.plans.travel import LONGEST_MINUTES, holds

Half = tuple[date, str]

PARTS: tuple[str, str] = (DayPart.AM.value, DayPart.PM.value)
WORKED_WEEKDAYS = range(5)


def month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def is_closed(closed_on: date | None, open_until: date | None, *, on: date) -> bool:
    """Whether a month takes no more hours: its statement is issued, and nobody opened it again."""
    return closed_on is not None and (open_until is None or on >= open_until)


@dataclass(frozen=True, slots=True)
class Engaged:
    """A firm's commitment in the month: half-days a month, wished weekdays, and the first day of the month that it covers."""

    firm_id: int
    name: str
    half_days: int
    weekdays: tuple[int, ...]
    since: date


@dataclass(frozen=True, slots=True)
class Held:
    """A half-day that the person holds already. `mine`: in this calendar; else `where` is empty for another cluster's."""

    slot_id: int
    firm_id: int
    where: str
    mine: bool
    by_hand: bool
    person: str = ""  # who replaces the post's person there


@dataclass(frozen=True, slots=True)
class Away:
    """Days off, both included; `kind` is "other" for what another cluster recorded."""

    first_day: date
    last_day: date
    kind: str

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish on a half-day (`part` empty: the whole day)."""

    wish_id: int
    firm_id: int
    day: date
    part: str
    wanted: bool
    words: str

    def covers(self, half: Half) -> bool:
        return self.day == half[0] and self.part in ("", half[1])


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a half-day cannot be given. `kind`: outside, closed, holiday, away, not_engaged, refused, taken, signed, far."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a post's month, read once (`queries.facts_of`)."""

    month: date
    person: str
    engaged: Mapping[int, Engaged]
    held: Mapping[Half, Held]
    holidays: Mapping[date, str]
    away: tuple[Away, ...] = ()
    asked: tuple[Asked, ...] = ()
    worked: Mapping[Half, bool] = field(default_factory=dict)  # hours recorded there; True once signed
    ends_on: date | None = None
    off_at: Mapping[int, Mapping[date, str]] = field(default_factory=dict)  # firm -> public holidays at its site alone
    travel: Mapping[frozenset[int], int] = field(default_factory=dict)  # two firms -> minutes from one to the other
    targets: Mapping[int, int] = field(
        default_factory=dict
    )  # half-days of the month by firm, where the year was laid out
    substituted: tuple[tuple[Half, Held], ...] = ()  # this calendar's half-days that someone else works

    @property
    def days(self) -> list[date]:
        """The days shown: Monday to Friday of the month."""
        span = (month_after(self.month) - self.month).days
        every = (self.month + timedelta(days=number) for number in range(span))
        return [day for day in every if day.weekday() in WORKED_WEEKDAYS]

    @property
    def halves(self) -> Iterator[Half]:
        return ((day, part) for day in self.days for part in PARTS)

    def mine(self) -> dict[Half, Held]:
        return {half: held for half, held in self.held.items() if held.mine}

    def counts(self) -> Counter[int]:
        """Half-days placed in this calendar, by firm id, whoever works them."""
        return Counter(held.firm_id for held in self.held.values() if held.mine) + self.substitutes()

    def substitutes(self) -> Counter[int]:
        """Half-days that someone else works, by firm id."""
        return Counter(held.firm_id for _half, held in self.substituted)

    def wish(self, firm_id: int, half: Half, *, wanted: bool) -> Asked | None:
        return next(
            (a for a in self.asked if a.firm_id == firm_id and a.wanted is wanted and a.covers(half)),
            None,
        )


def closed(facts: Facts, day: date) -> Obstacle | None:
    """Why nobody works that day, if nobody does."""
    if (day.year, day.month) != (facts.month.year, facts.month.month):
        return Obstacle("outside", _("ce jour n’est pas en %(month)s") % {"month": words.month_name(facts.month)})
    if day.weekday() not in WORKED_WEEKDAYS:
        return Obstacle("closed", _("le %(day)s n’est pas un jour ouvré") % {"day": words.weekday_and_day(day)})
    if day in facts.holidays:
        named = {"day": words.day_and_month(day), "name": facts.holidays[day]}
        return Obstacle("holiday", _("jour férié : %(day)s (%(name)s)") % named)
    away = next((away for away in facts.away if day in away), None)
    if away is not None:
        return Obstacle("away", away_words(away))
    return None


def away_words(away: Away) -> str:
    """« congé du 3 au 7 novembre »"""
    texts = {
        AbsenceKind.LEAVE: _("congé %(span)s"),
        AbsenceKind.SICKNESS: _("arrêt %(span)s"),
        AbsenceKind.ACCIDENT: _("arrêt %(span)s"),
        AbsenceKind.TRAINING: _("formation %(span)s"),
    }
    return texts.get(AbsenceKind(away.kind), _("absence %(span)s")) % {
        "span": words.span(away.first_day, away.last_day)
    }


def obstacle(facts: Facts, firm_id: int, half: Half, *, moving: int | None = None) -> Obstacle | None:
    """What keeps `firm_id` from having that half-day, or None. `moving` is the slot that would leave its place for it."""
    day, part = half
    found = closed(facts, day) or _not_engaged(facts, firm_id, day) or _off_at(facts, firm_id, day)
    if found is not None:
        return found
    refused = facts.wish(firm_id, half, wanted=False)
    if refused is not None:
        return Obstacle("refused", _refusal_words(facts.engaged[firm_id].name, refused))
    held = facts.held.get(half)
    if held is not None and held.slot_id != moving:
        named = {"person": facts.person, "where": held.where, "when": words.that_half_day(part)}
        if held.where:
            return Obstacle("taken", _("%(person)s est déjà chez %(where)s %(when)s") % named)
        return Obstacle("taken", _("%(person)s travaille déjà pour une autre grappe %(when)s") % named)
    if half in facts.worked:
        return locked(facts, half)
    return _too_far(facts, firm_id, half, moving)


def _off_at(facts: Facts, firm_id: int, day: date) -> Obstacle | None:
    name = facts.off_at.get(firm_id, {}).get(day)
    if name is None:
        return None
    named = {"firm": facts.engaged[firm_id].name, "day": words.day_and_month(day), "name": name}
    return Obstacle("holiday", _("jour férié chez %(firm)s : %(day)s (%(name)s)") % named)


def _too_far(facts: Facts, firm_id: int, half: Half, moving: int | None) -> Obstacle | None:
    """The other half of the day is at a firm too far away to be reached at midday."""
    day, part = half
    other = facts.held.get((day, PARTS[1 - PARTS.index(part)]))
    if other is None or other.slot_id == moving:
        return None
    journey = facts.travel.get(frozenset((firm_id, other.firm_id)), 0)
    if holds(journey):
        return None
    named = {
        "firm": facts.engaged[firm_id].name,
        "other": other.where or _("une autre structure"),
        "journey": words.duration(journey),
        "longest": words.duration(LONGEST_MINUTES),
    }
    text = _("de %(other)s à %(firm)s il y a %(journey)s de route, et il n’y a que %(longest)s entre midi")
    return Obstacle("far", text % named)


def kept_away(facts: Facts, firm_id: int, half: Half) -> bool:
    """The other half of the day, held for another post or cluster, is too far from the firm."""
    day, part = half
    other = facts.held.get((day, PARTS[1 - PARTS.index(part)]))
    return other is not None and not other.mine and not holds(facts.travel.get(frozenset((firm_id, other.firm_id)), 0))


def swap_obstacle(facts: Facts, first: Half, second: Half) -> Obstacle | None:
    """What keeps the firms of two half-days of this calendar from taking each other's place, or None."""
    mine = facts.mine()
    one, two = mine.get(first), mine.get(second)
    if one is None or two is None:
        return Obstacle("outside", _("cette demi-journée n’est plus au calendrier"))
    return (
        locked(facts, first)
        or locked(facts, second)
        or obstacle(facts, one.firm_id, second, moving=two.slot_id)
        or obstacle(facts, two.firm_id, first, moving=one.slot_id)
    )


def locked(facts: Facts, half: Half) -> Obstacle | None:
    """Hours recorded on a half-day keep it where it is."""
    if half not in facts.worked:
        return None
    named = {"person": facts.person, "when": words.that_half_day(half[1])}
    if facts.worked[half]:
        return Obstacle("signed", _("les heures de %(person)s %(when)s sont contresignées") % named)
    return Obstacle("signed", _("%(person)s a déjà noté des heures %(when)s") % named)


def _not_engaged(facts: Facts, firm_id: int, day: date) -> Obstacle | None:
    engaged = facts.engaged.get(firm_id)
    if engaged is None:
        return Obstacle("not_engaged", _("cette structure n’est pas engagée sur ce poste"))
    if day < engaged.since:
        named = {"firm": engaged.name, "day": words.day_and_month(engaged.since)}
        return Obstacle("not_engaged", _("l’engagement de %(firm)s commence le %(day)s") % named)
    if facts.ends_on is not None and day >= facts.ends_on:
        return Obstacle(
            "not_engaged", _("le poste est terminé depuis le %(day)s") % {"day": words.day_and_month(facts.ends_on)}
        )
    return None


def _refusal_words(name: str, refused: Asked) -> str:
    if not refused.part:
        text = _("%(firm)s a refusé ce jour") % {"firm": name}
    elif refused.part == DayPart.AM:
        text = _("%(firm)s a refusé ce matin-là") % {"firm": name}
    else:
        text = _("%(firm)s a refusé cet après-midi-là") % {"firm": name}
    return f"{text} ({refused.words})" if refused.words else text


def too_many(facts: Facts, firm_id: int) -> str:
    """A warning, not a refusal: the firm has all its half-days of the month, or more. Empty when it has not."""
    engaged = facts.engaged.get(firm_id)
    placed = facts.counts()[firm_id]
    count = facts.targets.get(firm_id, engaged.half_days) if engaged is not None else 0
    if engaged is None or placed <= count:
        return ""
    named = {"firm": engaged.name, "count": count, "placed": placed}
    return _("%(firm)s a déjà ses %(count)s demi-journées du mois : cela en fait %(placed)s") % named


def conflicts(facts: Facts) -> list[tuple[Half, Held, Obstacle]]:
    """Half-days placed that may no longer stand: an absence or a refusal came after them. By date."""
    found = []
    for half, held in sorted(facts.mine().items()):
        if half in facts.worked:
            continue  # it took place: the hours say so
        blocked = obstacle(facts, held.firm_id, half, moving=held.slot_id)
        if blocked is not None:
            found.append((half, held, blocked))
    return found
