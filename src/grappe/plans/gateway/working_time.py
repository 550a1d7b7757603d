"""Working-time law over all the employers of one person: its dated values, what counts as work, what goes beyond."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from grappe.engines.planning.working_time import Breach, Work, breaches, value_on
from grappe.engines.planning.working_time import RuleValue as RuleValue
from grappe.law import queries as law
from grappe.plans import words
from grappe.plans.hours_of_day import TIMES
from grappe.plans.rules import PARTS, Half
from grappe.plans.travel import Place, minutes_between

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

    @property
    def half(self) -> Half:
        return self.day, self.part


@dataclass(frozen=True, slots=True)
class Workload:
    """All that a person works around a month, over every employer, and the law of those days (`queries.workload_of`)."""

    works: tuple[Worked, ...] = ()
    rules: tuple[RuleValue, ...] = ()


def value_at(known: Sequence[RuleValue], key: str, day: date) -> RuleValue | None:
    """The rule as it stands on that day."""
    return value_on(known, key, day)


def limit_words(rule: RuleValue) -> str:
    """« au plus 48 h par semaine, toutes structures confondues (art. L3121-20 C. trav.) »"""
    shown = words.duration(rule.value) if rule.unit == "minutes" else str(rule.value)
    texts = {
        "max_minutes_per_day": _("au plus %(limit)s par jour, toutes structures confondues"),
        "max_minutes_per_week": _("au plus %(limit)s par semaine, toutes structures confondues"),
        "max_average_minutes_per_week": _("au plus %(limit)s par semaine en moyenne, toutes structures confondues"),
        "max_days_per_week": _("au plus %(limit)s jours par semaine, toutes structures confondues"),
        "min_weekly_rest_minutes": _("au moins %(limit)s de repos d’affilée par semaine"),
        "min_daily_rest_minutes": _("au moins %(limit)s de repos d’un jour à l’autre"),
    }
    return f"{texts[rule.key] % {'limit': shown}} (art. {rule.article} C. trav.)"


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
