"""An independent judge of planning answers: reads the JSON problem and the JSON result, knows nothing of the engine. The bench
and the tests ask it.

`check` raises AssertionError on the first hard rule broken, on a cost that is not exact, or on a penalty line that is
missing, surplus or of the wrong amount.
"""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from typing import Any

Json = dict[Any, Any]

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def check(problem: Json, result: Json) -> None:
    assert result["status"] in ("optimal", "feasible"), result["status"]
    plan = _plan(problem, result)
    _hard(problem, plan)
    expected = paid(problem, plan)
    told: Counter[Any] = Counter()
    for line in result["penalties"]:
        assert line["text"] and line["reason"]["kind"] and line["reason"]["text"]
        told[line["kind"], line["person"], line["duty"], line["day"], line["part"], line["amount"]] += 1
    # Over-cover that costs nothing is no penalty, told or not; every other line must be there, also at amount 0.
    assert told == expected, (told - expected, expected - told)
    assert result["cost"] == sum(key[-1] * number for key, number in expected.items())
    assert result["bound"] <= result["cost"]
    assert (result["status"] == "optimal") == (result["bound"] == result["cost"])


def cost(problem: Json, result: Json) -> int:
    return sum(key[-1] * number for key, number in paid(problem, _plan(problem, result)).items())


def holds(problem: Json, plan: Json) -> bool:
    try:
        _hard(problem, plan)
    except AssertionError:
        return False
    return True


def _plan(problem: Json, result: Json) -> Json:
    """(person, day, part) -> duty."""
    plan = {}
    for line in result["assignments"]:
        key = (line["person"], line["day"], line["part"])
        assert key not in plan, f"two duties at {key}"
        assert 0 <= line["day"] < problem["days"] and line["part"] in problem["parts"]
        plan[key] = line["duty"]
    return plan


def _weeks(problem: Json) -> list[list[int]]:
    first = date.fromisoformat(problem["first_day"])
    weeks: dict[tuple[int, int], list[int]] = {}
    for day in range(problem["days"]):
        weeks.setdefault((first + timedelta(days=day)).isocalendar()[:2], []).append(day)
    return list(weeks.values())


def _weekday(problem: Json, day: int) -> str:
    return NAMES[(date.fromisoformat(problem["first_day"]) + timedelta(days=day)).weekday()]


def _stops(problem: Json, plan: Json, person: str, day: int) -> list[tuple[str, str, str]]:
    """(part, duty, site) of the day's duties that have a site."""
    sites = {duty["id"]: duty.get("site") for duty in problem["duties"]}
    found = [(part, plan.get((person, day, part))) for part in problem["parts"]]
    return [(part, duty, sites[duty]) for part, duty in found if duty is not None and sites[duty] is not None]


def _minutes(problem: Json, plan: Json, person: str, day: int) -> int:
    length = {duty["id"]: duty["minutes"] for duty in problem["duties"]}
    total: int = sum(length[plan[person, day, part]] for part in problem["parts"] if (person, day, part) in plan)
    table = (problem.get("travel") or {}).get("minutes") or {}
    stops = _stops(problem, plan, person, day)
    for (_, _, left), (_, _, reached) in itertools.pairwise(stops):
        total += table.get(f"{left}|{reached}", table.get(f"{reached}|{left}", 0))
    return total


def _hard(problem: Json, plan: Json) -> None:
    deals = {(deal["person"], deal["duty"]): deal for deal in problem["engagements"]}
    for (person, day, part), duty in plan.items():
        assert (person, duty) in deals, f"{person} has no engagement for {duty}"
        assert [day, part] not in [list(pair) for pair in deals[person, duty].get("refused") or []]
    for line in problem.get("fixed") or []:
        assert plan.get((line["person"], line["day"], line["part"])) == line["duty"], f"not kept: {line}"
    done = Counter((person, duty) for (person, _, _), duty in plan.items())
    for pair, deal in deals.items():
        count = deal.get("count") or {}
        assert done[pair] >= count.get("min", 0), f"{pair}: {done[pair]} too few"
        assert count.get("max") is None or done[pair] <= count["max"], f"{pair}: {done[pair]} too many"
    for person in problem["people"]:
        _hard_person(problem, plan, person, done)


def _hard_person(problem: Json, plan: Json, person: Json, done: Counter[Any]) -> None:
    name, limits = person["id"], person.get("limits") or {}
    horizon = range(problem["days"])
    for day, part in person.get("unavailable") or []:
        assert (name, day, part) not in plan, f"{name} works on {day} {part}"
    on = [any((name, day, part) in plan for part in problem["parts"]) for day in horizon]
    minutes = [_minutes(problem, plan, name, day) for day in horizon]
    assert max(minutes) <= limits.get("max_minutes_per_day", 10**12), f"{name}: minutes of a day"
    for week in _weeks(problem):
        assert sum(on[day] for day in week) <= limits.get("max_days_per_week", 7), f"{name}: days of week {week}"
        assert sum(minutes[day] for day in week) <= limits.get("max_minutes_per_week", 10**12), f"{name}: week {week}"
    for span in limits.get("spans") or []:
        worked, spent = sum(on[day] for day in span["days"]), sum(minutes[day] for day in span["days"])
        assert worked <= span.get("max_days", 10**9), f"{name}: days of {span}"
        assert spent <= span.get("max_minutes", 10**15), f"{name}: minutes of {span}"
    assert limits.get("min_minutes", 0) <= sum(minutes) <= limits.get("max_minutes", 10**15), f"{name}: minutes"
    weekends = sum(any(on[day] for day in week if _weekday(problem, day) in ("sat", "sun")) for week in _weeks(problem))
    assert weekends <= limits.get("max_weekends", 10**9), f"{name}: weekends"
    for duty, most in (limits.get("max_of_duty") or {}).items():
        assert done[name, duty] <= most, f"{name}: too many {duty}"
    text = "".join("x" if day else "." for day in on)
    for run in text.replace(".", " ").split():
        assert len(run) <= limits.get("max_consecutive_days", 10**9), f"{name}: a run of {len(run)} days"
    for mark, other, key in (("x", ".", "min_consecutive_days"), (".", "x", "min_consecutive_days_off")):
        # A run inside the horizon has the other kind on both sides.
        inside = text.strip(mark).replace(other, " ").split()
        for run in inside:
            assert len(run) >= limits.get(key, 1), f"{name}: {key} {run}"
    after = {duty["id"]: set(duty.get("not_next_day") or []) for duty in problem["duties"]}
    for day in horizon:
        today = {plan[name, day, part] for part in problem["parts"] if (name, day, part) in plan}
        tomorrow = {plan[name, day + 1, part] for part in problem["parts"] if (name, day + 1, part) in plan}
        assert not any(after[duty] & tomorrow for duty in today), f"{name}: {today} then {tomorrow}"
        most = (problem.get("travel") or {}).get("max_sites_per_day")
        if most is not None:
            assert len({site for _, _, site in _stops(problem, plan, name, day)}) <= most, f"{name}: sites of {day}"


def paid(problem: Json, plan: Json) -> Counter[Any]:
    """(kind, person, duty, day, part, amount) -> how often, as the problem's definition reads."""
    weights = problem.get("weights") or {}
    lines: Counter[Any] = Counter()
    for deal in problem["engagements"]:
        person, duty = deal["person"], deal["duty"]
        for wish in deal.get("wanted") or []:
            if plan.get((person, wish["day"], wish["part"])) != duty:
                lines["wanted", person, duty, wish["day"], wish["part"], wish.get("weight", 0)] += 1
        for wish in deal.get("unwanted") or []:
            if plan.get((person, wish["day"], wish["part"])) == duty:
                lines["unwanted", person, duty, wish["day"], wish["part"], wish.get("weight", 0)] += 1
        for day in range(problem["days"]):
            given = [part for part in problem["parts"] if plan.get((person, day, part)) == duty]
            if weights.get("weekday") and deal.get("weekdays"):
                for part in given[deal["weekdays"].get(_weekday(problem, day), 0) :]:
                    lines["weekday", person, duty, day, part, weights["weekday"]] += 1
            if weights.get("block"):
                marks = "".join("x" if part in given else " " for part in problem["parts"])
                for start in range(len(marks)):
                    if marks[start] == "x" and (start == 0 or marks[start - 1] != "x"):
                        run = marks[start:].split(" ")[0]
                        if len(run) < deal.get("min_block", 1):
                            lines["block", person, duty, day, problem["parts"][start], weights["block"]] += 1
    weight = (problem.get("travel") or {}).get("weight", 0)
    for person in problem["people"]:
        for day in range(problem["days"]):
            stops = _stops(problem, plan, person["id"], day)
            for (_, _, left), (part, duty, reached) in itertools.pairwise(stops):
                if weight and left != reached:
                    lines["travel", person["id"], duty, day, part, weight] += 1
    for line in problem.get("cover") or []:
        there = sum(
            (day, part, duty) == (line["day"], line["part"], line["duty"]) for (_, day, part), duty in plan.items()
        )
        if there < line["need"]:
            amount = line.get("under", 0) * (line["need"] - there)
            lines["under", None, line["duty"], line["day"], line["part"], amount] += 1
        elif there > line["need"] and line.get("over"):
            amount = line["over"] * (there - line["need"])
            lines["over", None, line["duty"], line["day"], line["part"], amount] += 1
    if problem.get("previous") is not None and weights.get("moved"):
        before = {(line["person"], line["day"], line["part"]): line["duty"] for line in problem["previous"]}
        for person in problem["people"]:
            for day in range(problem["days"]):
                for part in problem["parts"]:
                    key = (person["id"], day, part)
                    if plan.get(key) != before.get(key):
                        lines["moved", person["id"], plan.get(key), day, part, weights["moved"]] += 1
    return lines
