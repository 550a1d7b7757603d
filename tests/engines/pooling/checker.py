"""What an answer must satisfy, written apart from the model: from the problem's and the result's JSON alone."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

DEFAULTS = {"capacity": 36, "min_fill": 0.8, "min_firms": 2, "max_firms": 6, "max_km": 30.0, "mixed_skills": []}


def months(need: dict[str, Any], year: int = 2027) -> list[int]:
    load = need["half_days"]
    load = list(load) if isinstance(load, list) else [load] * 12
    for month in range(12):
        name = f"{year}-{month + 1:02d}"
        if (need.get("from") or "0000") > name or (need.get("to") or "9999") < name:
            load[month] = 0
    return load


def kilometres(a: dict[str, Any], b: dict[str, Any]) -> float:
    """By the spherical law of cosines, which is not the engine's formula."""
    if a.get("lat") is None or b.get("lat") is None:
        return 0.0
    p, q = math.radians(a["lat"]), math.radians(b["lat"])
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(math.radians(a["lon"] - b["lon"]))
    return 6371.0088 * math.acos(max(-1.0, min(1.0, cosine)))


def viable(data: dict[str, Any], ids: list[str]) -> list[str]:
    """The rules that a post of these needs breaks."""
    rules = DEFAULTS | data.get("rules", {})
    needs = [need for need in data["needs"] if need["id"] in set(ids)]
    loads = [sum(column) for column in zip(*(months(need) for need in needs), strict=True)]
    year, broken = sum(loads), []
    if max(loads) > rules["capacity"]:
        broken.append("capacity")
    if year < Fraction(str(rules["min_fill"])) * 12 * rules["capacity"]:
        broken.append("min_fill")
    firms = {need["firm"] for need in needs}
    if not rules["min_firms"] <= len(firms) <= (rules["max_firms"] or math.inf):
        broken.append("firms")
    if any(kilometres(a, b) > rules["max_km"] + 1e-3 for a, b in itertools.combinations(needs, 2)):
        broken.append("max_km")
    skills = {need["skill"] for need in needs}
    if len(skills) > 1 and not any(skills <= set(group) for group in rules["mixed_skills"]):
        broken.append("skills")
    if "cost" in data:
        price = -(-data["cost"]["post_cents_per_year"] // year)
        if any(price > need["max_price_cents"] for need in needs if need.get("max_price_cents") is not None):
            broken.append("price")
    return broken


def check(data: dict[str, Any], result: dict[str, Any]) -> None:
    """Raises AssertionError at the first thing that is wrong with a result."""
    by_id = {need["id"]: need for need in data["needs"]}
    served = [id_ for post in result["posts"] for id_ in post["needs"]]
    assert len(served) == len(set(served)), "a need is served twice"
    for post in result["posts"]:
        needs = [by_id[id_] for id_ in post["needs"]]
        assert not viable(data, post["needs"]), (post, viable(data, post["needs"]))
        assert post["half_days_per_month"] == [sum(c) for c in zip(*(months(n) for n in needs), strict=True)]
        span = max((kilometres(a, b) for a, b in itertools.combinations(needs, 2)), default=0.0)
        assert abs(post["km"] - span) < 0.01
    total = sum(sum(months(by_id[id_])) for id_ in served)
    assert result["served_half_days"] == total <= result["bound_half_days"]
    assert {unmet["need"] for unmet in result["unmet"]} == set(by_id) - set(served)
    assert {u["reason"] for u in result["unmet"]} <= {"too_large", "no_partner", "price", "fill", "contended"}
    assert result["cost"] >= result["bound"]
    for round_ in result["rounds"]:
        assert round_["proved"] == (round_["value"] == round_["bound"])


def best(data: dict[str, Any]) -> tuple[int, int, int]:
    """By brute force: most half-days, then fewest posts, then least metres."""
    ids = [need["id"] for need in data["needs"]]
    by_id = {need["id"]: need for need in data["needs"]}
    posts = [
        frozenset(some)
        for size in range(1, len(ids) + 1)
        for some in itertools.combinations(ids, size)
        if not viable(data, list(some))
    ]
    worth = {}
    for post in posts:
        needs = [by_id[id_] for id_ in post]
        span = max((kilometres(a, b) for a, b in itertools.combinations(needs, 2)), default=0.0)
        worth[post] = (sum(sum(months(n)) for n in needs), -1, -round(1000 * span))

    def search(left: frozenset[str]) -> tuple[int, int, int]:
        if not left:
            return (0, 0, 0)
        first = min(left)
        options = [search(left - {first})]
        for post in posts:
            if first in post and post <= left:
                rest = search(left - post)
                options.append(tuple(a + b for a, b in zip(worth[post], rest, strict=True)))  # type: ignore[arg-type]
        return max(options)

    served, fewest, near = search(frozenset(ids))
    return served, -fewest, -near
