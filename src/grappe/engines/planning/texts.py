"""The English sentences of penalties, reasons and conflicts. The site writes its own from the kinds and fields."""

from __future__ import annotations

from .case import Case
from .penalties import Line
from .rules import Rule


def duty_name(case: Case, duty: int | None) -> str:
    return "nothing" if duty is None else case.problem.duties[duty].id


def when(case: Case, slot: int) -> str:
    date = case.date(case.day_of(slot)).isoformat()
    return date if case.parts == 1 else f"{date} {case.part_of(slot)}"


def span(case: Case, rule: Rule) -> str:
    if rule.first is None or rule.last is None:
        return ""
    first, last = case.date(rule.first).isoformat(), case.date(rule.last).isoformat()
    if rule.first == rule.last:
        return f"on {first} {rule.part}" if rule.part and case.parts > 1 else f"on {first}"
    return f"from {first} to {last}"


def line_text(case: Case, line: Line) -> str:
    """What is paid for, without its reason."""
    at, duty = when(case, line.slot), duty_name(case, line.duty)
    person = case.workers[line.person].person.id if line.person is not None else ""
    if line.kind == "wanted":
        return f"{person} is not given {duty} on {at}, as wished"
    if line.kind == "unwanted":
        return f"{person} is given {duty} on {at}, against the wish"
    if line.kind == "weekday":
        return f"{person} does {duty} on {at}, off its regular weekdays"
    if line.kind == "block":
        return f"{person} does {duty} on {at} for {line.number} part(s) in a row, where {line.limit} were wished"
    if line.kind == "travel":
        return f"{person} changes site on {at}, from {duty_name(case, line.other)} to {duty}"
    if line.kind == "moved":
        return f"{person} has {duty} on {at} instead of {duty_name(case, line.other)}"
    if line.kind == "under":
        return f"{duty} has {line.number} of the {line.limit} people needed on {at}"
    return f"{duty} has {line.number} people on {at}, where {line.limit} are needed"


def rule_text(case: Case, rule: Rule) -> str:
    """The rule as a sentence that stands alone."""
    person, days, duty, limit = rule.person, span(case, rule), rule.duty, rule.limit
    unit = "days" if case.parts == 1 else "slots"
    texts = {
        "not_engaged": f"{person} has no engagement for {duty}",
        "one_duty": f"{person} has one duty at a time: {duty} and {rule.other} are both fixed {days}",
        "unavailable": f"{person} is unavailable {days}",
        "refused": f"{duty} refuses {person} {days}",
        "fixed": f"{person} is fixed at {duty} {days}",
        "count_min": f"{person} does {duty} at least {limit} times {days}",
        "count_max": f"{person} does {duty} at most {limit} times {days}",
        "max_of_duty": f"{person} may do {duty} at most {limit} times {days}",
        "max_days_per_week": f"{person} works at most {limit} days {days}",
        "max_minutes_per_week": f"{person} works at most {limit} minutes {days}",
        "max_minutes_per_day": f"{person} works at most {limit} minutes {days}",
        "min_minutes": f"{person} works at least {limit} minutes {days}",
        "max_minutes": f"{person} works at most {limit} minutes {days}",
        "max_consecutive_days": f"{person} works at most {limit} days in a row {days}",
        "min_consecutive_days": f"{person} works at least {limit} days in a row {days}",
        "min_consecutive_days_off": f"{person} is off at least {limit} days in a row {days}",
        "max_weekends": f"{person} works at most {limit} weekends {days}",
        "not_next_day": f"{person} does not do {rule.other} the day after {duty} {days}",
        "max_sites_per_day": f"{person} goes to at most {limit} sites {days}",
        "max_minutes_of_span": f"{person} works at most {limit} minutes {days}",
        "max_days_of_span": f"{person} works at most {limit} days {days}",
        "one_at_a_time": f"{person} has one duty at a time, and {limit} {unit} available {days}",
    }
    return texts[rule.kind].strip() + (f" ({rule.name})" if rule.name else "")
