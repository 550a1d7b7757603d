"""A post's month laid out for a page: each half-day, what stands there, what may come there, which wishes are not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.plans import words
from grappe.plans.gateway import Due, Workload, clash_words, dues, is_feasible, over_the_law
from grappe.plans.models import Calendar
from grappe.plans.moves import Move
from grappe.plans.rules import (
    PARTS,
    Engaged,
    Facts,
    Half,
    Held,
    Obstacle,
    closed,
    conflicts,
    month_after,
    obstacle,
    swap_obstacle,
    too_many,
)


@dataclass(frozen=True, slots=True)
class Hand:
    """What the planner holds: a firm's new half-day, or a half-day taken up to be moved (`slot_id`)."""

    firm_id: int
    slot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that the calendar does not keep, where, and why."""

    firm_id: int
    firm: str
    half: Half
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A half-day. `state`: "held" (by a firm of this post), "free", "elsewhere" (another post or cluster), "closed",
    "holiday", "away".

    `why` says why it is closed; `conflict` why what stands there no longer may; `barred` why what is in hand cannot come
    (`swappable`: unless the two change places); `moved` what changed there since the version it is compared with.
    """

    half: Half
    state: str
    firm: Engaged | None = None
    rank: int = 0
    slot_id: int | None = None
    by_hand: bool = False
    worked: str = ""
    why: str = ""
    conflict: str = ""
    unmet: tuple[str, ...] = ()
    moved: str = ""
    barred: str | None = None
    swappable: bool = False
    in_hand: bool = False

    @property
    def takes_hand(self) -> bool:
        """What is in hand may come here, or change places with what stands here."""
        return self.barred == "" or self.swappable

    @property
    def at(self) -> str:
        return f"{self.half[0].isoformat()}-{self.half[1]}"

    @property
    def when(self) -> str:
        return words.half_day(*self.half)

    @property
    def name(self) -> str:
        """What stands there, in words."""
        if self.firm is not None:
            return self.firm.name
        return self.why or _("libre")


@dataclass(frozen=True, slots=True)
class Column:
    day: date
    starts_week: bool
    closed: str
    today: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A firm in the legend: its place in the colours, what it has, what it took, and why it gets fewer this month."""

    firm: Engaged
    rank: int
    placed: int
    due: int
    why: str
    too_many: str

    @property
    def missing(self) -> int:
        return max(0, self.due - self.placed)


@dataclass(frozen=True, slots=True)
class MonthGrid:
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    lines: tuple[Line, ...]
    unmet: tuple[Unmet, ...]
    conflicts: tuple[tuple[Half, str, str], ...]
    hand: Hand | None
    hand_name: str

    @property
    def placed(self) -> int:
        return sum(line.placed for line in self.lines)

    @property
    def due(self) -> int:
        return sum(min(line.due, line.firm.half_days) for line in self.lines)

    @property
    def over(self) -> list[str]:
        return [line.too_many for line in self.lines if line.too_many]

    @property
    def fewer(self) -> list[str]:
        """Who gets less than it took this month, by reason: « le mois n’a que 32… : Disquaire 7 au lieu de 8, Scène 11… »."""
        by_reason: dict[str, list[str]] = {}
        for line in self.lines:
            if line.why and line.due < line.firm.half_days:
                named = {"firm": line.firm.name, "due": line.due, "half_days": line.firm.half_days}
                by_reason.setdefault(line.why, []).append(_("%(firm)s %(due)s au lieu de %(half_days)s") % named)
        named_firms = ((why[:1].upper() + why[1:], ", ".join(firms)) for why, firms in by_reason.items())
        return [_("%(why)s : %(firms)s.") % {"why": why, "firms": firms} for why, firms in named_firms]

    def cell(self, half: Half) -> Cell | None:
        return next((cell for _part, cells in self.rows for cell in cells if cell.half == half), None)


def month_grid(
    facts: Facts,
    *,
    today: date,
    hand: Hand | None = None,
    moves: Iterable[Move] = (),
    unmet: bool = True,
    load: Workload | None = None,
) -> MonthGrid:
    """The living month. `moves` marks what changed since a version; `hand` says of each half-day whether it may be dropped there.

    `load`: what the person works for every employer, so that what the law takes from the month is told.
    """
    ranks = {firm_id: rank for rank, firm_id in enumerate(facts.engaged)}
    due = dues(facts, load)
    missed = unmet_wishes(facts, due) if unmet else []
    clashes = conflicts(facts)
    context = _Context(
        facts=facts,
        ranks=ranks,
        unmet=_by_half(missed),
        clashes={half: found.text for half, _held, found in clashes},
        moved=_moved(moves),
        hand=hand,
    )
    rows = tuple((part, tuple(_cell(context, (day, part)) for day in facts.days)) for part in PARTS)
    held_name = facts.engaged[hand.firm_id].name if hand and hand.firm_id in facts.engaged else ""
    return MonthGrid(
        columns=tuple(_columns(facts, today)),
        rows=rows,
        lines=tuple(_line(facts, one, ranks) for one in due),
        unmet=tuple(missed),
        conflicts=tuple(
            (half, facts.engaged[held.firm_id].name if held.firm_id in facts.engaged else held.where, found.text)
            for half, held, found in clashes
        ),
        hand=hand,
        hand_name=held_name,
    )


@dataclass(frozen=True, slots=True)
class _Context:
    facts: Facts
    ranks: Mapping[int, int]
    unmet: Mapping[Half, tuple[str, ...]]
    clashes: Mapping[Half, str]
    moved: Mapping[Half, str]
    hand: Hand | None


def _columns(facts: Facts, today: date) -> list[Column]:
    days = facts.days
    return [
        Column(
            day,
            starts_week=rank > 0 and day.isocalendar().week != days[rank - 1].isocalendar().week,
            closed=facts.holidays.get(day, ""),
            today=day == today,
        )
        for rank, day in enumerate(days)
    ]


def _line(facts: Facts, due: Due, ranks: Mapping[int, int]) -> Line:
    firm_id = due.engaged.firm_id
    return Line(due.engaged, ranks[firm_id], facts.counts()[firm_id], due.count, due.why, too_many(facts, firm_id))


def _cell(context: _Context, half: Half) -> Cell:
    facts, hand = context.facts, context.hand
    held = facts.held.get(half)
    blocked = closed(facts, half[0])
    state, why = _standing(held, blocked, facts)
    mine = held if held is not None and held.mine else None
    firm = (facts.engaged.get(mine.firm_id) or _unengaged(mine, facts)) if mine else None
    return Cell(
        half=half,
        state=state,
        firm=firm,
        rank=context.ranks.get(mine.firm_id, len(context.ranks)) if mine else 0,
        slot_id=mine.slot_id if mine else None,
        by_hand=mine.by_hand if mine else False,
        worked={True: "signed", False: "recorded"}.get(facts.worked.get(half), ""),  # type: ignore[arg-type]
        why=why,
        conflict=context.clashes.get(half, ""),
        unmet=context.unmet.get(half, ()),
        moved=context.moved.get(half, ""),
        barred=_barred(facts, hand, half),
        swappable=_swappable(facts, hand, half),
        in_hand=hand is not None and mine is not None and hand.slot_id == mine.slot_id,
    )


def _standing(held: Held | None, blocked: Obstacle | None, facts: Facts) -> tuple[str, str]:
    if held is not None and held.mine:
        return "held", ""
    if held is not None:
        return "elsewhere", held.where or _("autre grappe")
    if blocked is None:
        return "free", ""
    return (blocked.kind if blocked.kind in ("holiday", "away") else "closed"), blocked.text


def _unengaged(held: Held, facts: Facts) -> Engaged:
    """A firm that has a half-day and no commitment any more: shown, and told as a conflict."""
    return Engaged(held.firm_id, held.where, 0, (), facts.month)


def _barred(facts: Facts, hand: Hand | None, half: Half) -> str | None:
    """None: nothing in hand; empty: it may come here; else why not."""
    if hand is None:
        return None
    found = obstacle(facts, hand.firm_id, half, moving=hand.slot_id)
    return found.text if found is not None else ""


def _swappable(facts: Facts, hand: Hand | None, half: Half) -> bool:
    if hand is None or hand.slot_id is None or half not in facts.held or not facts.held[half].mine:
        return False
    was = next((taken for taken, held in facts.mine().items() if held.slot_id == hand.slot_id), None)
    return was is not None and was != half and swap_obstacle(facts, was, half) is None


def _by_half(missed: Iterable[Unmet]) -> dict[Half, tuple[str, ...]]:
    found: dict[Half, tuple[str, ...]] = {}
    for unmet in missed:
        found[unmet.half] = (*found.get(unmet.half, ()), unmet.text)
    return found


def _moved(moves: Iterable[Move]) -> dict[Half, str]:
    found: dict[Half, str] = {}
    for move in moves:
        for half in (move.was, move.now):
            if half is not None:
                found[half] = f"{found[half]} ; {move.text}" if half in found else move.text
    return found


def draft_failure(calendar: Calendar, facts: Facts, load: Workload) -> list[str] | None:
    """Why the last draft asked for gave no calendar, in words (empty: it broke off); None when it gave one, or none was asked."""
    solve = calendar.solve
    if solve is None or not solve.is_over or (solve.result and is_feasible(solve.result)):
        return None
    return clash_words(solve.result, facts, load) if solve.result else []


def law_warnings(facts: Facts, load: Workload) -> list[str]:
    """What the month would ask of the person beyond the law, over all its employers."""
    end = month_after(facts.month)
    return list(over_the_law(facts.person, load.works, load.rules, start=facts.month, end=end).values())


# ---------------------------------------------------------------- wishes that are not kept


def unmet_wishes(facts: Facts, due: Iterable[Due] | None = None) -> list[Unmet]:
    """Read from the calendar as it stands, so that it is right after every change by hand. By date."""
    found = _wanted_and_not_given(facts, dues(facts) if due is None else due) + _off_weekday(facts)
    return sorted(found, key=lambda unmet: (unmet.half, unmet.firm))


def _wanted_and_not_given(facts: Facts, due: Iterable[Due]) -> list[Unmet]:
    found = []
    full = {one.engaged.firm_id for one in due if facts.counts()[one.engaged.firm_id] >= one.count}
    for asked in facts.asked:
        engaged = facts.engaged.get(asked.firm_id)
        if not asked.wanted or engaged is None:
            continue
        for part in PARTS:
            half = (asked.day, part)
            held = facts.held.get(half)
            if not asked.covers(half) or (held is not None and held.mine and held.firm_id == asked.firm_id):
                continue
            named = {"firm": engaged.name, "why": _why_not(facts, engaged, half, is_full=asked.firm_id in full)}
            found.append(
                Unmet(asked.firm_id, engaged.name, half, _("%(firm)s voulait cette demi-journée : %(why)s") % named)
            )
    return found


def _why_not(facts: Facts, engaged: Engaged, half: Half, *, is_full: bool) -> str:
    blocked = obstacle(facts, engaged.firm_id, half)
    if blocked is not None:
        return blocked.text
    if is_full:
        return _("ses demi-journées du mois sont déjà placées")
    return _("rien ne l’empêche, vous pouvez la placer")


def _off_weekday(facts: Facts) -> list[Unmet]:
    """Half-days on another weekday than those wished, with what became of the wished ones."""
    found = []
    why: dict[int, str] = {}
    for half, held in sorted(facts.mine().items()):
        engaged = facts.engaged.get(held.firm_id)
        if engaged is None or not engaged.weekdays or half[0].weekday() in engaged.weekdays:
            continue
        if held.firm_id not in why:
            why[held.firm_id] = _wished_days_in_words(facts, engaged)
        named = {"firm": engaged.name, "days": words.weekdays(list(engaged.weekdays)), "why": why[held.firm_id]}
        text = _("%(firm)s souhaite %(days)s : %(why)s") if named["why"] else _("%(firm)s souhaite %(days)s")
        found.append(Unmet(held.firm_id, engaged.name, half, text % named))
    return found


def _wished_days_in_words(facts: Facts, engaged: Engaged) -> str:
    """« 4 demi-journées déjà chez Scène, 2 fériées »."""
    taken: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for half in facts.halves:
        held = facts.held.get(half)
        if half[0].weekday() not in engaged.weekdays or (held and held.mine and held.firm_id == engaged.firm_id):
            continue
        blocked = obstacle(facts, engaged.firm_id, half)
        if blocked is None:
            kinds["free"] += 1
        elif blocked.kind == "taken" and held is not None:
            taken[held.where or _("une autre grappe")] += 1
        else:
            kinds[blocked.kind] += 1
    phrases = [
        ngettext("%(count)s demi-journée déjà chez %(where)s", "%(count)s demi-journées déjà chez %(where)s", count)
        % {"count": count, "where": where}
        for where, count in taken.most_common()
    ]
    phrases += [_kind_words(kind, count) for kind, count in kinds.items()]
    return ", ".join(phrases)


def _kind_words(kind: str, count: int) -> str:
    texts = {
        "holiday": ngettext("%(count)s fériée", "%(count)s fériées", count),
        "away": ngettext("%(count)s d’absence", "%(count)s d’absence", count),
        "refused": ngettext("%(count)s refusée", "%(count)s refusées", count),
        "free": ngettext("%(count)s encore libre", "%(count)s encore libres", count),
    }
    return texts.get(kind, ngettext("%(count)s fermée", "%(count)s fermées", count)) % {"count": count}
