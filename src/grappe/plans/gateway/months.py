"""From a month's facts to the planning engine's problem, and from its result back to half-days and words.

The problem's JSON form is described in `engines/planning`: day 0 is the first of the month, a duty is a firm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.engines.values import apportion
from grappe.plans import words
from grappe.plans.gateway.allowance import Allowance, allowance, most_halves
from grappe.plans.gateway.working_time import Workload, limit_words, value_at
from grappe.plans.models import HALF_DAY_MINUTES
from grappe.plans.rules import PARTS, Engaged, Facts, Half, closed, kept_away, month_after
from grappe.plans.travel import groups, holds

ENGINE = "planning"
PERSON = "p"
OUT_OF_REACH = 24 * 60  # minutes of a journey that no day can hold
# What the draft pays for, from the dearest: a wish on a day not kept, a half-day moved since the last version, a half-day off the
# wished weekdays, a change of firm at noon, a half-day alone in its day.
WANTED, MOVED, WEEKDAY, TRAVEL, BLOCK = 8, 5, 3, 1, 1
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Due:
    """How many half-days a firm gets this month, and why it is fewer than it took, in words."""

    engaged: Engaged
    count: int
    why: str = ""
    own: int = 0  # those of the post's person; the others are worked by whoever replaces it


def open_halves(facts: Facts) -> list[Half]:
    """Half-days that the person can work for this post: not closed, not away, not held elsewhere."""
    return [
        half
        for half in facts.halves
        if closed(facts, half[0]) is None
        and (half not in facts.held or facts.held[half].mine)
        and (facts.ends_on is None or half[0] < facts.ends_on)
    ]


def dues(facts: Facts, load: Workload | None = None) -> list[Due]:
    """Each firm's half-days of the month: what it took, less what the month does not have.

    A firm whose commitment begins in the month gets its part of the days left; a month too short, or that the law makes so given
    the person's `load`, is shared in proportion (largest remainder). Half-days placed by hand or worked are never taken back.
    """
    free = open_halves(facts)
    counts = {
        firm_id: facts.targets.get(firm_id, _since(engaged, facts, free)) for firm_id, engaged in facts.engaged.items()
    }
    reasons: dict[int, str] = {
        firm_id: _("engagement à partir du %(day)s") % {"day": words.day_and_month(facts.engaged[firm_id].since)}
        for firm_id, count in counts.items()
        if count < facts.engaged[firm_id].half_days
    }
    reasons |= {firm_id: _("répartition de l’année") for firm_id in reasons if firm_id in facts.targets}
    placed = Counter(held.firm_id for half, held in facts.mine().items() if held.by_hand or half in facts.worked)
    others = facts.substitutes()  # someone else works these
    for firm_id in counts:
        possible = sum(_may(facts, firm_id, half) for half in free)
        if possible < min(counts[firm_id], len(free)):
            counts[firm_id] = possible
            reasons[firm_id] = _("jours refusés")
        counts[firm_id] = max(0, counts[firm_id] - others[firm_id], placed[firm_id])
    asked = sum(counts.values())
    room, why, named = _room(facts, load, free)
    if asked > room:
        spare = {firm_id: count - placed[firm_id] for firm_id, count in counts.items()}
        left = max(0, room - sum(placed[firm_id] for firm_id in counts))
        shared = apportion(left, spare) if any(spare.values()) else spare
        for firm_id, count in shared.items():
            if count + placed[firm_id] < counts[firm_id]:
                reasons[firm_id] = why % {**named, "asked": asked}
            counts[firm_id] = count + placed[firm_id]
    return [
        Due(facts.engaged[firm_id], count + others[firm_id], reasons.get(firm_id, ""), count)
        for firm_id, count in counts.items()
    ]


def _room(facts: Facts, load: Workload | None, free: list[Half]) -> tuple[int, str, dict[str, Any]]:
    """The half-days that the month can hold, and the words that say what sets that number, with what they name."""
    month = _("le mois n’a que %(free)s demi-journées ouvertes pour %(asked)s engagées")
    if load is None:
        return len(free), month, {"free": len(free)}
    fixed = {half: held.firm_id for half, held in facts.mine().items() if held.by_hand or half in facts.worked}
    others = set(free) - fixed.keys()
    lawful, rule = most_halves(allowance(facts, load, fixed, others), fixed, others)
    named: dict[str, Any] = {"free": min(lawful, len(free)), "person": facts.person}
    if lawful >= len(free):
        return len(free), month, named
    if rule is None:
        return lawful, _("%(person)s n’a que %(free)s demi-journées libres pour %(asked)s engagées"), named
    text = _("la loi ne laisse à %(person)s que %(free)s demi-journées pour %(asked)s engagées, %(limit)s")
    return lawful, text, {**named, "limit": limit_words(rule)}


def room_of(facts: Facts, load: Workload) -> int:
    """The half-days that the month can hold: those open to the person, as far as the law allows."""
    return _room(facts, load, open_halves(facts))[0]


def asked_of(facts: Facts, firm_id: int) -> int:
    """The half-days that the firm took for the month, in proportion when its commitment begins within it."""
    return _since(facts.engaged[firm_id], facts, open_halves(facts))


def possible_for(facts: Facts, firm_id: int) -> int:
    """The half-days of the month that the firm may have at all."""
    return sum(_may(facts, firm_id, half) for half in open_halves(facts))


def _since(engaged: Engaged, facts: Facts, free: Iterable[Half]) -> int:
    """The commitment's half-days, in proportion to the days left when it begins within the month, to the nearest one."""
    if engaged.since <= facts.month:
        return engaged.half_days
    halves = list(free)
    left = sum(day >= engaged.since for day, _part in halves)
    return (2 * engaged.half_days * left + len(halves)) // (2 * len(halves)) if halves else 0


def _may(facts: Facts, firm_id: int, half: Half) -> bool:
    day = half[0]
    return (
        day >= facts.engaged[firm_id].since
        and day not in facts.off_at.get(firm_id, {})
        and facts.wish(firm_id, half, wanted=False) is None
        and not kept_away(facts, firm_id, half)
    )


def problem_of(
    facts: Facts,
    *,
    today: date,
    previous: Iterable[tuple[Half, int]] | None = None,
    targets: Mapping[int, int] | None = None,
    load: Workload | None = None,
) -> dict[str, Any]:
    """The engine's problem. Half-days placed by hand, worked, or already past stay (`fixed`); `previous` is the last version.

    `targets`: how many half-days each firm is to have of the post's person, in place of what it took. `load`: what the person
    works for every employer; what it leaves of the law's limits is given to the engine.
    """
    if month_after(facts.month) <= today and not facts.mine():
        today = facts.month  # a month that went by without a calendar is laid out whole: its hours can then be noted
    numbered = {facts.month + timedelta(days=n): n for n in range((month_after(facts.month) - facts.month).days)}
    fixed = {
        half: held.firm_id
        for half, held in facts.mine().items()
        if (held.by_hand or half in facts.worked or half[0] < today) and held.firm_id in facts.engaged
    }
    free = {half for half in open_halves(facts) if half[0] >= today and half not in facts.worked} | fixed.keys()
    lawful = allowance(facts, load, fixed, free - fixed.keys()) if load is not None else Allowance()
    room = most_halves(lawful, fixed, free - fixed.keys())[0]
    free -= lawful.shut.keys()
    every = ((day, part) for day in numbered for part in PARTS)
    kept = Counter(fixed.values())
    wanted = dues(facts, load) if targets is None else _aimed(facts, targets, free)
    limits, travel, sites = _bounds(facts, lawful, numbered)
    problem: dict[str, Any] = {
        "days": len(numbered),
        "first_day": facts.month.isoformat(),
        "parts": list(PARTS),
        "people": [
            {
                "id": PERSON,
                "unavailable": [[numbered[day], part] for day, part in every if (day, part) not in free],
                "limits": limits,
            }
        ],
        "duties": [
            {"id": str(firm_id), "minutes": HALF_DAY_MINUTES, "firm": str(firm_id), "site": sites[firm_id]}
            for firm_id in facts.engaged
        ],
        "engagements": [
            _engagement(facts, due, kept, free, numbered) for due in _within(wanted, min(room, len(free)), kept)
        ],
        "travel": travel,
        "weights": {"moved": MOVED, "weekday": WEEKDAY, "block": BLOCK},
        "fixed": [_assignment(half, firm_id, numbered) for half, firm_id in sorted(fixed.items())],
    }
    if previous is not None:
        problem["previous"] = [
            _assignment(half, firm_id, numbered) for half, firm_id in sorted(previous) if firm_id in facts.engaged
        ]
    return problem


def _bounds(
    facts: Facts, lawful: Allowance, numbered: Mapping[date, int]
) -> tuple[dict[str, Any], dict[str, Any], dict[int, str]]:
    """The person's limits, the journeys, and the site of each firm.

    Firms too far apart for one day are in two groups, and a day stays within one of them. Where the law can bind, each firm is a site
    of its own with its journeys, which are working time, and a journey out of reach takes more than a day.
    """
    spans = lawful.spans(numbered)
    limits: dict[str, Any] = {"spans": spans} if spans else {}
    if lawful.counts_minutes:
        sites = {firm_id: str(firm_id) for firm_id in facts.engaged}
        ways = {pair: way for pair, way in facts.travel.items() if way and pair <= sites.keys()}
        minutes = {
            "|".join(sites[firm_id] for firm_id in sorted(pair)): way if holds(way) else OUT_OF_REACH
            for pair, way in sorted(ways.items(), key=lambda line: sorted(line[0]))
        }
        if OUT_OF_REACH in minutes.values():
            limits["max_minutes_per_day"] = OUT_OF_REACH
        return limits, {"weight": TRAVEL, "minutes": minutes}, sites
    grouped = groups(facts.engaged, facts.travel)
    apart = len(set(grouped.values())) > 1
    found = {firm_id: str(grouped[firm_id] if apart else firm_id) for firm_id in facts.engaged}
    return limits, {"weight": TRAVEL, **({"max_sites_per_day": 1} if apart else {})}, found


def _within(found: list[Due], room: int, kept: Counter[int]) -> list[Due]:
    """Dues that the half-days from today on can still hold: drafting in the course of a month shares what is left."""
    if sum(due.own for due in found) <= room:
        return found
    spare = {due.engaged.firm_id: max(0, due.own - kept[due.engaged.firm_id]) for due in found}
    left = max(0, room - sum(kept[due.engaged.firm_id] for due in found))
    shared = apportion(min(left, sum(spare.values())), spare) if any(spare.values()) else spare
    return [replace(due, own=kept[due.engaged.firm_id] + shared[due.engaged.firm_id]) for due in found]


def _aimed(facts: Facts, targets: Mapping[int, int], free: set[Half]) -> list[Due]:
    """So many half-days for each firm, as far as it has open ones."""
    found = []
    for firm_id, engaged in facts.engaged.items():
        possible = sum(_may(facts, firm_id, half) for half in free)
        count = min(targets.get(firm_id, 0), possible)
        found.append(Due(engaged, count, own=count))
    return found


def _engagement(
    facts: Facts, due: Due, kept: Counter[int], free: set[Half], numbered: Mapping[date, int]
) -> dict[str, Any]:
    firm_id = due.engaged.firm_id
    placed_by_hand = {half for half, held in facts.mine().items() if held.firm_id == firm_id and half in free}
    wanted = [half for half in sorted(free) if facts.wish(firm_id, half, wanted=True)]
    # A half-day placed by hand before a refusal came stays until someone moves it: it is told as a conflict on the page.
    closed_to_it = [half for half in sorted(free) if not _may(facts, firm_id, half) and half not in placed_by_hand]
    count = max(due.own, kept[firm_id])
    engagement: dict[str, Any] = {
        "person": PERSON,
        "duty": str(firm_id),
        "count": {"min": count, "max": count},
        "min_block": 2,
        "wanted": [{"day": numbered[day], "part": part, "weight": WANTED} for day, part in wanted],
        "refused": [[numbered[day], part] for day, part in closed_to_it],
    }
    if due.engaged.weekdays:
        engagement["weekdays"] = {_WEEKDAYS[number]: len(PARTS) for number in due.engaged.weekdays}
    return engagement


def _assignment(half: Half, firm_id: int, numbered: Mapping[date, int]) -> dict[str, Any]:
    return {"person": PERSON, "day": numbered[half[0]], "part": half[1], "duty": str(firm_id)}


# ---------------------------------------------------------------- the answer


def is_feasible(result: Mapping[str, Any]) -> bool:
    return result.get("status") in ("optimal", "feasible")


def slots_of(result: Mapping[str, Any], month: date) -> list[tuple[Half, int]]:
    """The half-days that the engine gives, each with its firm's id."""
    return [
        ((month + timedelta(days=line["day"]), line["part"]), int(line["duty"]))
        for line in result.get("assignments", [])
    ]


def clash_words(result: Mapping[str, Any], facts: Facts, load: Workload | None = None) -> list[str]:
    """Why no calendar holds, in words: the rules that cannot hold together; those of law with their article."""
    return [_conflict_words(conflict, facts, load) for conflict in result.get("conflicts", [])]


def _law_words(conflict: Mapping[str, Any], named: dict[str, str], load: Workload | None) -> str:
    """What the law leaves in those days, and which rule says so."""
    fields = conflict["fields"]
    limit = fields["limit"]
    rule = value_at(load.rules, fields.get("name", ""), date.fromisoformat(conflict["dates"][0])) if load else None
    if rule is not None and fields.get("times", 1) > 1:  # the same on many days: the rule says it
        return f"{named['person']} : {limit_words(rule)}"
    if conflict["kind"] == "max_minutes_of_span":
        text = _("la loi ne laisse à %(person)s que %(left)s %(span)s") % {**named, "left": words.duration(limit)}
    else:
        left = ngettext("%(count)s jour", "%(count)s jours", limit) % {"count": limit}
        text = _("la loi ne laisse à %(person)s que %(left)s %(span)s") % {**named, "left": left}
    return f"{text}, {limit_words(rule)}" if rule is not None else text


def _conflict_words(conflict: Mapping[str, Any], facts: Facts, load: Workload | None) -> str:
    kind, fields = conflict["kind"], conflict.get("fields", {})
    first, last = (date.fromisoformat(day) for day in conflict["dates"])
    firm_id = int(conflict["duty"]) if conflict.get("duty") else 0
    engaged = facts.engaged.get(firm_id)
    named = {"firm": engaged.name if engaged else "", "person": facts.person, "span": words.span(first, last)}
    limit = fields.get("limit")
    if kind.endswith("_of_span"):
        return _law_words(conflict, named, load)
    if kind in ("count_min", "count_max"):
        text = ngettext(
            "%(firm)s attend %(count)s demi-journée ce mois-ci",
            "%(firm)s attend %(count)s demi-journées ce mois-ci",
            limit,
        )
        return text % {**named, "count": limit}
    texts = {
        "unavailable": _("%(person)s n’est pas disponible %(span)s"),
        "refused": _("%(firm)s refuse %(span)s"),
        "fixed": _("une demi-journée de %(firm)s est placée à la main %(span)s"),
        "one_duty": _("%(person)s ne peut être qu’à un endroit à la fois %(span)s"),
        "one_at_a_time": _("%(person)s n’a que %(limit)s demi-journées libres %(span)s"),
        "not_engaged": _("%(firm)s n’est pas engagée sur ce poste"),
        "max_sites_per_day": _("deux structures sont trop éloignées pour une même journée, %(span)s"),
        "max_minutes_per_day": _("deux structures sont trop éloignées pour une même journée, %(span)s"),
    }
    text = str(texts.get(kind) or conflict.get("text", kind))
    return text % {**named, "limit": limit}
