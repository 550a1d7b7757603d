"""A month of half-days, ready to be drawn: as a wall (one band per person), as a month (for one of them), as days.

A page fills `Lane`s of `Slot`s; `layout()` lays them out; the tags {% wall %},
{% month_grid %} and {% day_list %} draw them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from grappe.clusters.cells import fold
from grappe.clusters.models import Firm
from grappe.plans.queries import firms_of_posts

AM, PM = "am", "pm"
TONES = 12


def tone(rank: int) -> int:
    """The colour (1 to 12) of the firm at `rank` (from 0) in the order that a page shows."""
    return rank % TONES + 1


def firm_tones(shown: Mapping[int, str], everyone: Iterable[Firm] | None = None) -> dict[int, int]:
    """firm id -> colour, the same on every page: a firm's rank among those that share a running post, in the directory's order.

    `shown`: the firms of the page by id, with their names; those that share no post any more come after the others.
    """
    known = firms_of_posts() if everyone is None else list(everyone)
    ranks = {firm.pk: rank for rank, firm in enumerate(known)}
    for pk in in_order(shown):
        ranks.setdefault(pk, len(ranks))
    return {pk: tone(ranks[pk]) for pk in shown}


def in_order(names: Mapping[int, str]) -> list[int]:
    """The ids by name, as a directory sorts them: capitals and accents aside."""
    return sorted(names, key=lambda pk: (fold(names[pk]), pk))


def initials(label: str, most: int = 3) -> str:
    """A short sign for a firm, so that colour is never alone: "Lanterne Disques" -> "LD", "Hublot" -> "Hub"."""
    words = [word for word in label.replace("-", " ").replace("’", " ").split() if word[:1].isalnum() and len(word) > 1]
    if len(words) > 1:
        return "".join(word[0].upper() for word in words[:most])
    return label[:most].capitalize()


MONTH_PEOPLE = 12
"""The most people whose month is drawn day by day on one page: beyond, everybody is on the wall, week by week."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands in one half-day. `kind`: "firm", "leave", "closed" (a day not worked) or "free".

    `unmet` is the reason why a wish was not kept there; `key` names the assignment to whoever moves it; `url` opens it.
    """

    kind: str = "free"
    label: str = ""
    short: str = ""
    tone: int = 0
    unmet: str = ""
    pending: bool = False
    url: str = ""
    key: str = ""

    @property
    def sign(self) -> str:
        return self.short or (initials(self.label) if self.kind == "firm" else "")

    @property
    def face(self) -> tuple[str, str, int, bool, str]:
        """What a reader sees of it: two halves with the same face may be drawn as one day."""
        return self.kind, self.label, self.tone, self.pending, self.unmet

    @property
    def css(self) -> str:
        first = f"f{self.tone}" if self.kind == "firm" and self.tone else self.kind
        return first + (" pending" if self.pending else "")


Half = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Cell:
    on: date
    half: str
    slot: Slot
    monday: bool

    @property
    def at(self) -> str:
        return f"{self.on.isoformat()}-{self.half}"


@dataclass(frozen=True, slots=True)
class Lane:
    """One person on the wall: a name, a line under it, a key, and what stands in each half-day."""

    label: str
    slots: Mapping[Half, Slot]
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    monday: bool
    holiday: str = ""
    today: bool = False
    outside: bool = False
    morning: Slot = field(default_factory=Slot)
    afternoon: Slot = field(default_factory=Slot)

    @property
    def whole(self) -> bool:
        """Both halves say the same thing, and may be drawn as one."""
        return self.morning.face == self.afternoon.face and self.morning.kind != "free"

    @property
    def quiet(self) -> bool:
        return not self.holiday and self.morning.kind == self.afternoon.kind == "free"


@dataclass(frozen=True, slots=True)
class Band:
    label: str
    note: str
    key: str
    morning: tuple[Cell, ...]
    afternoon: tuple[Cell, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Legend:
    label: str
    css: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A month laid out. `weeks` only for one lane; `unmet` lists the wishes not kept, each with its reason."""

    month: date
    days: tuple[Day, ...]
    bands: tuple[Band, ...]
    weeks: tuple[tuple[Day, ...], ...]
    legend: tuple[Legend, ...]
    unmet: tuple[tuple[str, date, str, str], ...]
    move_url: str = ""


def _worked_days(first: date, weekdays: Sequence[int]) -> list[date]:
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    span = ((first + timedelta(days=n)) for n in range((after - first).days))
    return [on for on in span if on.weekday() in weekdays]


def _legend(lanes: Sequence[Lane], holidays: bool) -> tuple[Legend, ...]:
    firms: dict[str, str] = {}
    kinds: set[str] = set()
    unmet = False
    for lane in lanes:
        for slot in lane.slots.values():
            kinds.add(slot.kind)
            unmet = unmet or bool(slot.unmet)
            if slot.kind == "firm":
                firms.setdefault(slot.label, f"f{slot.tone}")
    entries = [Legend(label, css) for label, css in sorted(firms.items(), key=lambda pair: fold(pair[0]))]
    entries += [Legend(kind, kind) for kind in ("leave",) if kind in kinds]
    entries += [Legend("holiday", "holiday")] if holidays else []
    return tuple(entries + ([Legend("unmet", "unmet")] if unmet else []))


def layout(
    month: date,
    lanes: Iterable[Lane],
    *,
    holidays: Mapping[date, str] | None = None,
    today: date | None = None,
    weekdays: Sequence[int] = (0, 1, 2, 3, 4),
    move_url: str = "",
) -> Grid:
    """Lay out the month of `month` for one or several lanes; days outside `weekdays` (Monday is 0) are left out."""
    first, off, shown = month.replace(day=1), holidays or {}, list(lanes)
    worked = _worked_days(first, weekdays)
    starts_week = {
        on for rank, on in enumerate(worked) if rank and on.isocalendar().week != worked[rank - 1].isocalendar().week
    }

    def at(lane: Lane, on: date, half: str) -> Slot:
        free = Slot("closed", off[on]) if on in off else Slot()
        return lane.slots.get((on, half), free)

    def day(on: date, lane: Lane | None) -> Day:
        halves = (at(lane, on, AM), at(lane, on, PM)) if lane else (Slot(), Slot())
        return Day(on, on in starts_week, off.get(on, ""), on == today, False, *halves)

    bands = tuple(
        Band(
            lane.label,
            lane.note,
            lane.key,
            tuple(Cell(on, AM, at(lane, on, AM), on in starts_week) for on in worked),
            tuple(Cell(on, PM, at(lane, on, PM), on in starts_week) for on in worked),
            tuple(day(on, lane) for on in worked),
        )
        for lane in shown
    )
    unmet = tuple(
        (lane.label, on, half, f"{slot.label} : {slot.unmet}" if slot.label else slot.unmet)
        for lane in shown
        for (on, half), slot in sorted(lane.slots.items(), key=lambda pair: pair[0])
        if slot.unmet
    )
    weeks = _weeks(bands[0].days, weekdays) if len(bands) == 1 else ()
    return Grid(
        month=first,
        days=tuple(day(on, None) for on in worked),
        bands=bands,
        weeks=weeks,
        legend=_legend(shown, any(on in off for on in worked)),
        unmet=unmet,
        move_url=move_url,
    )


def _weeks(days: Sequence[Day], weekdays: Sequence[int]) -> tuple[tuple[Day, ...], ...]:
    """Days by weeks, each week completed by days outside the month."""
    by_date = {day.on: day for day in days}
    weeks = []
    monday = days[0].on - timedelta(days=days[0].on.weekday())
    while monday <= days[-1].on:
        dates = [monday + timedelta(days=n) for n in weekdays]
        weeks.append(tuple(by_date.get(on) or Day(on, on.weekday() == 0, outside=True) for on in dates))
        monday += timedelta(days=7)
    return tuple(weeks)
