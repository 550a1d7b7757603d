"""The search for what can be served: branches, probes and questions against all subsets, and needs of part of the year."""

from __future__ import annotations

import random
from typing import Any

import pytest

from grappe.engines.pooling import Params, parse, solve
from grappe.engines.pooling.component import components
from grappe.engines.pooling.search import list_posts
from grappe.engines.stop import Deadline

from .checker import check


def part_time(many: int, seed: int, **rules: Any) -> dict[str, Any]:
    """Needs of which two of five last seven months, over a square of 28 km."""
    chance = random.Random(seed)
    needs = []
    for k in range(many):
        need = {"id": f"n{k}", "firm": f"f{k}", "skill": "web", "half_days": chance.randint(2, 9)}
        need |= {"lat": 48.5 + chance.random() * 0.25, "lon": 2.0 + chance.random() * 0.38}
        if chance.random() < 0.4:
            first = chance.randint(1, 6)
            need |= {"from": f"2027-{first:02d}", "to": f"2027-{first + 6:02d}"}
        needs.append(need)
    return {"rules": {"capacity": 24, "min_fill": 0.65, "max_km": 25.0} | rules, "needs": needs}


@pytest.mark.parametrize("seed", [4, 7])
def test_a_list_too_long_for_a_choice_at_once_gives_what_all_subsets_give(seed: int) -> None:
    data = part_time(13, seed)
    parts = components(parse(data))
    listed = list_posts(max(parts, key=lambda part: part.size), 10**6, Deadline(30))
    assert listed is not None and len(listed) > 600
    figures = []
    for params in (Params(explain=False, few=0), Params(explain=False, few=13)):
        result = solve(parse(data), params=params, stop=Deadline(60))
        check(data, result.to_json())
        assert result.status == "optimal"
        figures.append([one.value for one in result.rounds])
    assert figures[0] == figures[1]


def test_needs_of_a_part_of_the_year_are_served_to_the_bound() -> None:
    # Greedy posts serve 1,227 of the 1,820 half-days that can be served here.
    data = part_time(36, 3, capacity=36, min_fill=0.8)
    result = solve(parse(data), params=Params(explain=False), stop=Deadline(30))
    check(data, result.to_json())
    assert result.rounds[0].proved
