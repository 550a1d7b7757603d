"""`grappe bench planning`: the public shift-scheduling instances of T. Curtois, and what a cluster asks in a year.

The instances (schedulingbenchmarks.org) are read from the folder `nrp` of `--instances`, with `best_known.txt`. Each
row is measured in a process of its own, with two workers. The baseline is the plain CP-SAT model (`plain_roster`) with the
same workers and the same limit of time. Every answer is verified apart from the engine (`roster_checker`): one that breaks a
rule, or whose lines do not add up to its cost, ends the bench.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from grappe.cli.bench import plain_roster, roster_checker
from grappe.engines.planning import Params, Result, parse, solve
from grappe.engines.stop import Deadline

Json = dict[str, Any]

WORKERS = 2
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
HALF_DAYS = ("am", "pm")


def rows(instances: Path | None, seconds: float | None) -> Iterator[Json]:
    """One row per instance, as soon as it is measured."""
    best_known: dict[str, int] = {}
    for path in _files(instances):
        if not best_known:
            best_known = _best_known(path.parent / "best_known.txt")
        limit = 60 if path.stem < "Instance5" else 300
        yield _measured(path.stem, read_instance(path.read_text()), seconds or limit, best_known.get(path.stem))
    yield _measured("month, 12 people x 5 firms", shared_people(12, 5, days=28), seconds or 10)
    yield _measured("year, 1 person x 6 firms", shared_people(1, 6, days=364), seconds or 10)
    yield from _absence(seconds or 10)


def _files(instances: Path | None) -> list[Path]:
    if instances is None:
        return []
    found = [*instances.glob("Instance*.txt"), *(instances / "nrp").glob("Instance*.txt")]
    return sorted(found, key=lambda path: int(re.sub(r"\D", "", path.stem) or 0))


def _best_known(path: Path) -> dict[str, int]:
    if not path.is_file():
        return {}
    return {name: int(cost) for name, cost in (line.split() for line in path.read_text().splitlines() if line.strip())}


def _measured(name: str, problem: Json, seconds: float, best_known: int | None = None) -> Json:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        row: Json = pool.apply(_row, (name, problem, seconds))
    row["best_known"] = best_known
    reference = best_known if best_known is not None else row["bound"]
    if row["ours"] is not None and reference:
        row["gap"] = (row["ours"] - reference) / reference
    return row


def _row(name: str, data: Json, seconds: float) -> Json:
    """Measured in a fresh process, the solver's library loaded before the clock starts."""
    import ortools.sat.python.cp_model  # noqa: F401

    problem = parse(data)
    begun = time.perf_counter()
    result = solve(problem, params=Params(workers=WORKERS), stop=Deadline(seconds))
    spent = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if result.is_feasible():
        roster_checker.check(data, result.to_json())
    begun = time.perf_counter()
    baseline = plain_roster.plain_cost(data, seconds=seconds, workers=WORKERS)
    return {
        "instance": name,
        "ours": result.cost(),
        "bound": result.bound(),
        "gap": None,
        "seconds": spent,
        "peak_mb": peak,
        "baseline": baseline,
        "baseline_seconds": time.perf_counter() - begun,
    }


def _absence(seconds: float) -> Iterator[Json]:
    """A half-day lost in the month of twelve: the solve alone, and the whole command with the start of Python."""
    problem = after_absence(shared_people(12, 5, days=28), seconds)
    yield _measured("re-plan after an absence, solve", problem, seconds)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "grappe.cli", "solve", "planning", "-", "--workers", str(WORKERS)]
    run = subprocess.run(command, input=json.dumps(problem), capture_output=True, text=True, check=True)
    spent = time.perf_counter() - begun
    result = json.loads(run.stdout)
    roster_checker.check(problem, result)
    yield {
        "instance": "re-plan after an absence, whole command",
        "best_known": None,
        "ours": result["cost"],
        "bound": result["bound"],
        "gap": (result["cost"] - result["bound"]) / max(1, result["bound"]),
        "seconds": spent,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "baseline": None,
        "baseline_seconds": None,
    }


def after_absence(problem: Json, seconds: float = 10) -> Json:
    """The same problem once planned, with one half-day of the plan become unavailable and every move dear."""
    plan: Result = solve(parse(problem), stop=Deadline(seconds))
    lost = plan.assignments[len(plan.assignments) // 2]
    again: Json = json.loads(json.dumps(problem))
    next(person for person in again["people"] if person["id"] == lost.person)["unavailable"].append(
        [lost.day, lost.part]
    )
    again["previous"] = plan.to_json()["assignments"]
    again["weights"]["moved"] = 1000
    return again


def read_instance(text: str) -> Json:
    """A public instance, posed as a problem with parts ["day"]. Every horizon begins on a Monday."""
    sections = _sections(text)
    duties: list[Json] = []
    engagements: dict[tuple[str, str], Json] = {}
    for line in sections["SECTION_SHIFTS"]:
        name, minutes, barred = line.split(",")
        duties.append(
            {"id": name, "minutes": int(minutes), "not_next_day": [other for other in barred.split("|") if other]}
        )
    days_off = {
        name: [[int(day), "day"] for day in days]
        for name, *days in (line.split(",") for line in sections.get("SECTION_DAYS_OFF", []))
    }
    people = []
    for line in sections["SECTION_STAFF"]:
        name, of_duty, most, least, longest, shortest, rest, weekends = line.split(",")
        limits = {
            "max_of_duty": {duty: int(number) for duty, number in (item.split("=") for item in of_duty.split("|"))},
            "max_minutes": int(most),
            "min_minutes": int(least),
            "max_consecutive_days": int(longest),
            "min_consecutive_days": int(shortest),
            "min_consecutive_days_off": int(rest),
            "max_weekends": int(weekends),
        }
        people.append({"id": name, "unavailable": days_off.get(name, []), "limits": limits})
        for duty in (str(entry["id"]) for entry in duties):
            engagements[name, duty] = {"person": name, "duty": duty, "wanted": [], "unwanted": []}
    for section, kind in (("SECTION_SHIFT_ON_REQUESTS", "wanted"), ("SECTION_SHIFT_OFF_REQUESTS", "unwanted")):
        for line in sections.get(section, []):
            name, day, duty, weight = line.split(",")
            engagements[name, duty][kind].append({"day": int(day), "part": "day", "weight": int(weight)})
    keys = ("need", "under", "over")
    cover = [
        {"day": int(day), "part": "day", "duty": duty, **dict(zip(keys, map(int, numbers), strict=True))}
        for day, duty, *numbers in (line.split(",") for line in sections["SECTION_COVER"])
    ]
    return {
        "days": int(sections["SECTION_HORIZON"][0]),
        "first_day": "2027-01-04",
        "parts": ["day"],
        "people": people,
        "duties": duties,
        "engagements": list(engagements.values()),
        "cover": cover,
    }


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    name = ""
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("SECTION_"):
            name = line
            sections[name] = []
        elif line and not line.startswith("#"):
            sections[name].append(line)
    return sections


def shared_people(people: int, firms: int, *, days: int = 28, first: str = "2027-01-04", seed: int = 0) -> Json:
    """Shared employees among firms, half-day by half-day: exact counts that fill nearly all the time there is, wished
    weekdays and half-days, refused days, a public holiday and a leave each."""
    draw = random.Random(seed)
    start = date.fromisoformat(first)
    weekend = [day for day in range(days) if (start + timedelta(days=day)).weekday() > 4]
    team, engagements = [], []
    for number in range(1, people + 1):
        closed = sorted({*weekend, 9 % days, draw.randrange(days)})
        team.append(
            {
                "id": f"p{number}",
                "unavailable": [[day, part] for day in closed for part in HALF_DAYS],
                "limits": {"max_days_per_week": 5, "max_minutes_per_week": 2100},
            }
        )
        slots = 2 * (days - len(closed))
        for firm, weekday in zip(range(1, firms + 1), draw.sample(WEEKDAYS, k=5) * firms, strict=False):
            count = slots // firms - draw.randrange(2)
            engagements.append(
                {
                    "person": f"p{number}",
                    "duty": f"d{firm}",
                    "count": {"min": count, "max": count},
                    "min_block": 2,
                    "wanted": [
                        {"day": day, "part": draw.choice(HALF_DAYS), "weight": draw.randint(1, 5)}
                        for day in draw.sample(range(days), 3)
                    ],
                    "weekdays": {weekday: 2},
                    "refused": [[day, part] for day in draw.sample(range(days), 2) for part in HALF_DAYS],
                }
            )
    return {
        "days": days,
        "first_day": first,
        "parts": list(HALF_DAYS),
        "people": team,
        "duties": [
            {"id": f"d{firm}", "minutes": 210, "firm": f"f{firm}", "site": f"s{firm}"} for firm in range(1, firms + 1)
        ],
        "engagements": engagements,
        "travel": {"weight": 2, "max_sites_per_day": 2},
        "weights": {"moved": 3, "weekday": 2, "block": 1},
    }
