"""The pooling bench: OR-Library's bin packing u120, generated zones and mixed groups, against first-fit decreasing.

`--instances DIR` looks for `binpack_u120.txt` there, in OR-Library's format. Where a best known value is given it is the
number of bins; elsewhere the figures are half-days served in the year.
"""

from __future__ import annotations

import math
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grappe.engines.pooling import Params, Problem, Result, parse, solve
from grappe.engines.pooling.problem import Need, distance_km
from grappe.engines.stop import Deadline

SECONDS = 60.0
WORKERS = 2
STYLES: dict[str, dict[str, Any]] = {
    "seasonal needs": {"seasonal": 0.5},
    "needs of seven months": {"partial": 0.4},
    "needs with a highest price": {"priced": 0.5},
    "needs of two skills a post": {"mixed": 2},
    "needs of every kind": {"seasonal": 0.4, "partial": 0.2, "priced": 0.4, "mixed": 2, "shared": 0.2},
}
KM_PER_DEGREE = 111.195


def rows(instances: Path | None, seconds: float | None) -> Iterator[dict[str, Any]]:
    """One row per instance, as soon as it is measured; see `grappe.cli.bench`."""
    limit = seconds or SECONDS
    if instances is not None and (file := instances / "binpack_u120.txt").is_file():
        for name, best_known, problem in bins(file):
            yield row(name, problem, limit, best_known=best_known, count_posts=True)
    for seed in range(1, 6):
        size = 25 + 2 * seed
        yield row(f"mixed group, {size} needs, 8 firms, seed {seed}", parse(mixed_group(size, seed)), limit)
    for seed in range(1, 4):
        yield row(f"zone, 2000 needs, 40 skills, seed {seed}", parse(zone(2000, 40, seed)), limit, workers=WORKERS)
    yield row("zone of small needs, 2000 needs, 40 skills", parse(zone(2000, 40, 1, (1, 10))), limit, workers=WORKERS)
    for style, parts in STYLES.items():
        problem = parse(varied(zone(2000, 40, 1), 1, **parts))
        yield row(f"zone of {style}, 2000 needs, 40 skills", problem, limit, workers=WORKERS)


def row(
    name: str,
    problem: Problem,
    seconds: float,
    *,
    best_known: int | None = None,
    count_posts: bool = False,
    workers: int = 1,
) -> dict[str, Any]:
    started = time.monotonic()
    naive = first_fit_decreasing(problem)
    baseline_seconds = time.monotonic() - started
    started = time.monotonic()
    result = solve(problem, params=Params(explain=False, workers=workers), stop=Deadline(seconds))
    took = time.monotonic() - started
    ours, bound = _posts(result) if count_posts else (result.served_half_days, result.bound_half_days)
    return {
        "instance": name,
        "best_known": best_known,
        "ours": ours,
        "bound": bound,
        "gap": abs(bound - ours) / bound if bound else 0.0,
        "seconds": round(took, 2),
        "peak_mb": round(_peak_mb()),
        "baseline": len(naive) if count_posts else sum(need.year for post in naive for need in post),
        "baseline_seconds": round(baseline_seconds, 3),
    }


def _posts(result: Result) -> tuple[int, int]:
    posts = next(one for one in result.rounds if one.criterion == "posts")
    return posts.value, posts.bound


def _peak_mb() -> float:
    """The most memory that this process and, of its children that ended, the largest ever held."""
    usages = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usages) / 1024


def bins(file: Path) -> Iterator[tuple[str, int, Problem]]:
    """OR-Library's instances: name, best known number of bins, and the problem in which a bin is a post."""
    words = iter(file.read_text().split())
    for _ in range(int(next(words))):
        name, capacity, items, best = next(words), int(next(words)), int(next(words)), int(next(words))
        sizes = [int(next(words)) for _ in range(items)]
        needs = [{"id": f"n{k}", "firm": f"f{k}", "skill": "any", "half_days": size} for k, size in enumerate(sizes)]
        rules = {"capacity": capacity, "min_fill": 0, "min_firms": 1, "max_firms": None}
        yield name, best, parse({"rules": rules, "needs": needs})


def zone(needs: int, skills: int, seed: int, load: tuple[int, int] = (2, 12), side_km: float = 60.0) -> dict[str, Any]:
    """Needs spread evenly over a square, of even chance of each load in half-days a month, under the default rules."""
    chance = random.Random(seed)
    north, east = 48.5, 2.0
    wide = KM_PER_DEGREE * math.cos(math.radians(north))
    return {
        "needs": [
            {
                "id": f"n{k}",
                "firm": f"f{k}",
                "skill": f"s{k % skills}",
                "half_days": chance.randint(*load),
                "lat": north + chance.random() * side_km / KM_PER_DEGREE,
                "lon": east + chance.random() * side_km / wide,
            }
            for k in range(needs)
        ]
    }


def varied(
    data: dict[str, Any],
    seed: int,
    *,
    seasonal: float = 0.0,
    partial: float = 0.0,
    priced: float = 0.0,
    shared: float = 0.0,
    mixed: int = 1,
) -> dict[str, Any]:
    """The problem with such parts of its needs seasonal (a yearly wave), for seven months of the year, with a highest
    price, or of a firm that asks for another need too; and with `mixed` skills that one post may mix."""
    chance = random.Random(-seed)
    needs = []
    for k, need in enumerate(data["needs"]):
        need = dict(need)
        if chance.random() < seasonal:
            peak, load = chance.randrange(12), need["half_days"]
            need["half_days"] = [round(load * (1 + 0.6 * math.cos((m - peak) * math.pi / 6))) for m in range(12)]
        if chance.random() < partial:
            first = chance.randint(1, 6)
            need |= {"from": f"2027-{first:02d}", "to": f"2027-{first + 6:02d}"}
        if chance.random() < priced:
            need["max_price_cents"] = chance.randint(11_000, 15_500)
        if k and chance.random() < shared:
            need["firm"] = f"f{chance.randrange(k)}"
        needs.append(need)
    skills = sorted({need["skill"] for need in needs})
    groups = [skills[k : k + mixed] for k in range(0, len(skills), mixed)] if mixed > 1 else []
    return data | {"needs": needs, "rules": {"mixed_skills": groups}, "cost": {"post_cents_per_year": 4_600_000}}


def mixed_group(needs: int, seed: int) -> dict[str, Any]:
    """Needs of two skills that a post may mix, up to eight firms in a post, and a maximum price for half of them."""
    chance = random.Random(seed)
    data = zone(needs, 2, seed, side_km=40.0)
    for need in data["needs"]:
        if chance.random() < 0.5:
            need["max_price_cents"] = chance.randint(11_500, 15_000)
    rules = {"max_firms": 8, "mixed_skills": [["s0", "s1"]]}
    return data | {"rules": rules, "cost": {"post_cents_per_year": 4_600_000}}


def first_fit_decreasing(problem: Problem) -> list[list[Need]]:
    """The naive way: the bulkiest need first, into the first post where it fits; posts that are not viable are dropped."""
    rules = problem.rules
    families = rules.skill_families({need.skill for need in problem.needs})
    posts: list[list[Need]] = []
    for need in sorted(problem.needs, key=lambda one: -one.year):
        if max(need.half_days) > rules.capacity:
            continue
        post = next((post for post in posts if _fits(problem, families, post, need)), None)
        if post is None:
            posts.append([need])
        else:
            post.append(need)
    return [post for post in posts if _viable(problem, post)]


def _fits(problem: Problem, families: list[frozenset[str]], post: list[Need], need: Need) -> bool:
    rules, together = problem.rules, [*post, need]
    return (
        all(sum(one.half_days[month] for one in together) <= rules.capacity for month in range(12))
        and (rules.max_firms is None or len({one.firm for one in together}) <= rules.max_firms)
        and any({one.skill for one in together} <= family for family in families)
        and all(distance_km(one, need) <= rules.max_km for one in post)
    )


def _viable(problem: Problem, post: list[Need]) -> bool:
    year = sum(need.year for need in post)
    return len({need.firm for need in post}) >= problem.rules.min_firms and all(
        year >= problem.least_year(need) for need in post
    )
