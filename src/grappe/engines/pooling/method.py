"""From a problem to its answer: split, list, choose, explain."""

from __future__ import annotations

import numpy as np

from grappe.engines.stop import Deadline, Stop
from grappe.engines.values import ceil_div

from .columns import Columns
from .component import Component, components
from .greedy import fullest_first
from .problem import Problem
from .result import NotKept, Post, Result, Round, Unmet
from .rounds import Criterion, lexicographic
from .search import list_posts
from .solve import Params

FOREVER = 1e9


def answer(problem: Problem, params: Params, stop: Stop, seed: int) -> Result:
    watch = Deadline(FOREVER)
    parts = components(problem)
    posts: list[tuple[int, ...]] = []
    totals = np.zeros((4, 2), dtype=np.int64)
    for part in parts:
        chosen, values, bounds = _solve(problem, part, params, stop)
        posts += [tuple(int(part.needs[k]) for k in post) for post in chosen]
        totals += np.array([values, bounds]).T
    rounds = [
        Round("half_days", -int(totals[0, 0]), -int(totals[0, 1])),
        Round("kept", -int(totals[1, 0]), -int(totals[1, 1])),
        Round("posts", int(totals[2, 0]), int(totals[2, 1])),
        Round("metres", int(totals[3, 0]), int(totals[3, 1])),
    ]
    if not problem.keep:
        del rounds[1]
    served = {i for post in posts for i in post}
    return Result(
        aim=problem.aim,
        posts=tuple(describe(problem, post) for post in sorted(posts, key=min)),
        served_half_days=rounds[0].value,
        bound_half_days=rounds[0].bound,
        asked_half_days=sum(need.year for need in problem.needs),
        rounds=tuple(rounds),
        unmet=tuple(Unmet(need.id, "contended") for i, need in enumerate(problem.needs) if i not in served),
        not_kept=(),
        stopped="time" if stop.reached() else None,
        unexplained=0,
        seconds=FOREVER - watch.remaining(),
        seed=seed,
    )


def _solve(problem: Problem, part: Component, params: Params, stop: Stop):  # type: ignore[no-untyped-def]
    start = fullest_first(part, stop)
    listed = list_posts(part, params.max_columns, stop)
    everyone = -int(part.year.sum())
    if listed is None:
        listed = Columns.of(part, start)
        bound = everyone
    else:
        bound = None
    listed = Columns.join([Columns.of(part, start), listed])
    kept = [{i for i in range(part.size) if problem.needs[part.needs[i]].id in set(post)} for post in problem.keep]
    kept_score = np.zeros(len(listed), dtype=np.int64)
    if any(kept):
        for c in range(len(listed)):
            kept_score[c] = sum(bool(k) and k <= set(listed.members(c)) for k in kept)
    criteria = [
        Criterion("half_days", -listed.served),
        Criterion("kept", -kept_score),
        Criterion("posts", np.ones(len(listed), dtype=np.int64)),
        Criterion("metres", listed.metres),
    ]
    chosen = lexicographic(listed, part.size, criteria, np.arange(len(start)), stop)
    bounds = list(chosen.bounds)
    if bound is not None:
        bounds[0] = bound
    return [listed.members(int(c)) for c in chosen.columns], chosen.values, bounds


def describe(problem: Problem, post: tuple[int, ...]) -> Post:
    from .problem import distance_km

    needs = [problem.needs[i] for i in sorted(post)]
    months = tuple(sum(need.half_days[m] for need in needs) for m in range(12))
    cost = problem.post_cents_per_year
    km = max((distance_km(a, b) for a in needs for b in needs), default=0.0)
    return Post(
        needs=tuple(need.id for need in needs),
        firms=tuple(dict.fromkeys(need.firm for need in needs)),
        skills=tuple(sorted({need.skill for need in needs})),
        half_days_per_month=months,
        fill=round(sum(months) / (12 * problem.rules.capacity), 4),
        km=round(km, 3),
        price_cents=None if cost is None else ceil_div(cost, sum(months)),
    )
