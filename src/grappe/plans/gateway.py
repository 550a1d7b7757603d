"""From a month's facts to the planning engine's problem, and from its result back to half-days and words.

The problem's JSON form is described in `engines/planning`: day 0 is the first of the month, a duty is a firm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.engines.planning.working_time import Breach, Work, breaches
from grappe.engines.planning.working_time import RuleValue as RuleValue
from grappe.engines.values import apportion
from grappe.law import queries as law
from grappe.plans import words
from grappe.plans.hours_of_day import TIMES
from grappe.plans.models import HALF_DAY_MINUTES
from grappe.plans.rules import PARTS, Engaged, Facts, Half, closed, kept_away, month_after
from grappe.plans.travel import Place, groups, minutes_between

ENGINE = "planning"
PERSON = "p"
MAX_DAYS_A_WEEK = 5
# What the draft pays for, from the dearest: a wish on a day not kept, a half-day moved since the last version, a half-day off the
# wished weekdays, a change of firm at noon, a half-day alone in its day.
WANTED, MOVED, WEEKDAY, TRAVEL, BLOCK = 8, 5, 3, 1, 1
WORKING_TIME = {  # rules of law, by the names that the engine gives them
    "work.week_minutes": "legal_minutes_per_week",
    "work.day_max_minutes": "max_minutes_per_day",
    "work.week_max_minutes": "max_minutes_per_week",
    "work.average_12_weeks_max_minutes": "max_average_minutes_per_week",
    "work.average_weeks": "average_weeks",
    "work.daily_rest_minutes": "min_daily_rest_minutes",
    "work.weekly_rest_minutes": "min_weekly_rest_minutes",
    "work.days_per_week_max": "max_days_per_week",
}
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


def dues(facts: Facts) -> list[Due]:
    """Each firm's half-days of the month: what it took, less what the month does not have.

    A firm whose commitment begins in the month gets its part of the days left; a month too short is shared in proportion
    (largest remainder). Half-days already placed by hand or worked are never taken back.
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
    if asked > len(free):
        spare = {firm_id: count - placed[firm_id] for firm_id, count in counts.items()}
        left = max(0, len(free) - sum(placed[firm_id] for firm_id in counts))
        shared = apportion(left, spare) if any(spare.values()) else spare
        for firm_id, count in shared.items():
            if count + placed[firm_id] < counts[firm_id]:
                named = {"free": len(free), "asked": asked}
                reasons[firm_id] = _("le mois n’a que %(free)s demi-journées ouvertes pour %(asked)s engagées") % named
            counts[firm_id] = count + placed[firm_id]
    return [
        Due(facts.engaged[firm_id], count + others[firm_id], reasons.get(firm_id, ""), count)
        for firm_id, count in counts.items()
    ]


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
) -> dict[str, Any]:
    """The engine's problem. Half-days placed by hand, worked, or already past stay (`fixed`); `previous` is the last version.

    `targets`: how many half-days each firm is to have of the post's person, in place of what it took.
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
    every = ((day, part) for day in numbered for part in PARTS)
    kept = Counter(fixed.values())
    wanted = dues(facts) if targets is None else _aimed(facts, targets, free)
    sites = groups(facts.engaged, facts.travel)
    apart = len(set(sites.values())) > 1
    problem: dict[str, Any] = {
        "days": len(numbered),
        "first_day": facts.month.isoformat(),
        "parts": list(PARTS),
        "people": [
            {
                "id": PERSON,
                "unavailable": [[numbered[day], part] for day, part in every if (day, part) not in free],
                "limits": {"max_days_per_week": MAX_DAYS_A_WEEK},
            }
        ],
        "duties": [
            {
                "id": str(firm_id),
                "minutes": HALF_DAY_MINUTES,
                "firm": str(firm_id),
                "site": str(sites[firm_id] if apart else firm_id),
            }
            for firm_id in facts.engaged
        ],
        "engagements": [_engagement(facts, due, kept, free, numbered) for due in _within(wanted, free, kept)],
        # Firms too far apart for one day are in two groups, and a day stays within one of them.
        "travel": {"weight": TRAVEL, **({"max_sites_per_day": 1} if apart else {})},
        "weights": {"moved": MOVED, "weekday": WEEKDAY, "block": BLOCK},
        "fixed": [_assignment(half, firm_id, numbered) for half, firm_id in sorted(fixed.items())],
    }
    if previous is not None:
        problem["previous"] = [
            _assignment(half, firm_id, numbered) for half, firm_id in sorted(previous) if firm_id in facts.engaged
        ]
    return problem


def _within(found: list[Due], free: set[Half], kept: Counter[int]) -> list[Due]:
    """Dues that the half-days from today on can still hold: drafting in the course of a month shares what is left."""
    room = len(free)
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


# ---------------------------------------------------------------- working time


def value_of(rule: str, day: date) -> int | None:
    """The figure of a rule of law at the date of the fact; None when none is known then."""
    found = law.rules_of([rule], day).get(rule)
    return found.value if found is not None else None


def rules() -> list[RuleValue]:
    """Every dated value of working-time law, under the engine's names. One query."""
    return [
        RuleValue(
            WORKING_TIME[key], one.valid_from, one.valid_to, one.value, one.unit, one.article.split()[0], one.source
        )
        for key, periods in law.periods_of(WORKING_TIME).items()
        for one in periods
    ]


@dataclass(frozen=True, slots=True)
class Worked:
    """A half-day of a person, for whichever firm and cluster, as noted or else as placed; `place` is where the firm is."""

    day: date
    part: str
    minutes: int
    firm_id: int
    place: Place | None = None


def works_of(halves: Iterable[Worked]) -> list[Work]:
    """What counts as work: each half-day, and the journey between two firms on the same day."""
    works: list[Work] = []
    by_day: dict[date, dict[str, Worked]] = {}
    for half in halves:
        by_day.setdefault(half.day, {})[half.part] = half
    for day, parts in sorted(by_day.items()):
        works += [Work(day, half.minutes, *_times(half), str(half.firm_id)) for half in parts.values() if half.minutes]
        am, pm = parts.get(PARTS[0]), parts.get(PARTS[1])
        if am is None or pm is None or not (am.minutes and pm.minutes) or am.firm_id == pm.firm_id:
            continue
        journey = minutes_between(am.place, pm.place)
        if journey:
            leaves = datetime.combine(day, TIMES[PARTS[0]][1])
            works.append(Work(day, journey, leaves, leaves + timedelta(minutes=journey)))
    return works


def _times(half: Worked) -> tuple[datetime, datetime]:
    """From the half-day's usual beginning; one that lasted longer ends later."""
    begins = datetime.combine(half.day, TIMES[half.part][0])
    return begins, begins + timedelta(minutes=half.minutes)


def over_the_law(
    person: str, halves: Iterable[Worked], law_rules: Sequence[RuleValue], *, start: date, end: date
) -> dict[tuple[str, date], str]:
    """What the law does not allow in these half-days over all employers: (rule, first day) -> in words; what touches `start` to `end`."""
    found = [breach for breach in breaches(person, works_of(halves), law_rules) if breach.level == "breach"]
    return {
        (breach.rule, breach.dates[0]): _breach_words(breach)
        for breach in found
        if breach.dates[0] < end and breach.dates[1] >= start
    }


def newly_over(
    person: str,
    before: Sequence[Worked],
    after: Sequence[Worked],
    law_rules: Sequence[RuleValue],
    *,
    start: date,
    end: date,
) -> list[str]:
    """What a change makes go beyond the law, or further beyond it; what went beyond before and is no worse stays out."""
    was = over_the_law(person, before, law_rules, start=start, end=end)
    now = over_the_law(person, after, law_rules, start=start, end=end)
    return [text for key, text in now.items() if was.get(key) != text]


def _breach_words(breach: Breach) -> str:
    named = {"person": breach.person, "span": words.span(*breach.dates), "article": breach.article}
    if breach.unit == "minutes":
        named |= {"measured": words.duration(breach.measured), "limit": words.duration(breach.limit)}
    else:
        named |= {"measured": str(breach.measured), "limit": str(breach.limit)}
    texts = {
        "max_minutes_per_day": _("%(person)s travaillerait %(measured)s %(span)s ; au plus %(limit)s par jour"),
        "max_minutes_per_week": _("%(person)s travaillerait %(measured)s %(span)s ; au plus %(limit)s par semaine"),
        "max_days_per_week": _("%(person)s travaillerait %(measured)s jours %(span)s ; au plus %(limit)s par semaine"),
        "max_average_minutes_per_week": _(
            "%(person)s travaillerait %(measured)s par semaine en moyenne %(span)s ; au plus %(limit)s"
        ),
        "min_weekly_rest_minutes": _("%(person)s n’aurait que %(measured)s de repos %(span)s ; au moins %(limit)s"),
        "min_daily_rest_minutes": _("%(person)s n’aurait que %(measured)s de repos %(span)s ; au moins %(limit)s"),
    }
    text = texts.get(breach.rule, _("%(person)s : %(measured)s %(span)s, et la règle est %(limit)s"))
    return f"{text % named} (art. {breach.article} C. trav.)"


# ---------------------------------------------------------------- the answer


def is_feasible(result: Mapping[str, Any]) -> bool:
    return result.get("status") in ("optimal", "feasible")


def slots_of(result: Mapping[str, Any], month: date) -> list[tuple[Half, int]]:
    """The half-days that the engine gives, each with its firm's id."""
    return [
        ((month + timedelta(days=line["day"]), line["part"]), int(line["duty"]))
        for line in result.get("assignments", [])
    ]


def clash_words(result: Mapping[str, Any], facts: Facts) -> list[str]:
    """Why no calendar holds, in words: the rules that cannot hold together."""
    return [_conflict_words(conflict, facts) for conflict in result.get("conflicts", [])]


def _conflict_words(conflict: Mapping[str, Any], facts: Facts) -> str:
    kind, fields = conflict["kind"], conflict.get("fields", {})
    first, last = (date.fromisoformat(day) for day in conflict["dates"])
    firm_id = int(conflict["duty"]) if conflict.get("duty") else 0
    engaged = facts.engaged.get(firm_id)
    named = {"firm": engaged.name if engaged else "", "person": facts.person, "span": words.span(first, last)}
    limit = fields.get("limit")
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
        "max_days_per_week": _("%(person)s travaille au plus %(limit)s jours par semaine, %(span)s"),
    }
    text = str(texts.get(kind) or conflict.get("text", kind))
    return text % {**named, "limit": limit}
