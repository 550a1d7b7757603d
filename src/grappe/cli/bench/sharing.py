"""The sharing engine on the published oracles and at size. Instances are made here, from a fixed seed.

`ours` and `best_known` are shares where they are few (euros or cents as published), else one figure named in the
instance. Each row is measured in a process of its own, so that `peak_mb` is its own; `seconds` is the solve alone,
but for the row "through JSON".
"""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from grappe.engines.sharing import Result, parse, solve
from grappe.engines.stop import Deadline

AIRPORT = 1_000_000
TABLE = 20
NUCLEOLUS = (12, 14)
SAMPLED = 40

Row = dict[str, Any]
MEGABYTE = 1024
"""Kilobytes, in which Linux counts the largest resident size."""


def rows(instances: Path | None, seconds: float | None) -> Iterator[Row]:
    """One row per instance; `instances` is not used, `seconds` limits each solve."""
    limit = float("inf") if seconds is None else seconds
    jobs: list[tuple[Callable[..., Row], tuple[Any, ...]]] = [(_oracle, (name,)) for name in ORACLES]
    jobs += [(_airport, (AIRPORT, rule)) for rule in ("shapley", "nucleolus")]
    jobs += [(_through_json, (AIRPORT,)), (_components, (AIRPORT // 5,)), (_tree, (AIRPORT // 5,)), (_table, (TABLE,))]
    jobs += [(_nucleolus, (count,)) for count in NUCLEOLUS]
    jobs += [(_claims, (SAMPLED,))]
    for job, arguments in jobs:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as apart:
            yield apart.submit(_measured, job, arguments, limit).result()


def _measured(job: Callable[..., Row], arguments: tuple[Any, ...], limit: float) -> Row:
    empty: Row = dict.fromkeys(("best_known", "ours", "bound", "gap", "baseline", "baseline_seconds"))
    row = {**empty, **job(*arguments, limit)}
    peak = row.pop("peak_kb", None) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**row, "peak_mb": round(peak / MEGABYTE)}


def _solved(problem: dict[str, Any], limit: float) -> tuple[Result, Row]:
    """The result, with the row's seconds and its peak before any baseline runs."""
    parsed = parse(problem)
    started = time.perf_counter()
    result = solve(parsed, stop=Deadline(limit))
    took = time.perf_counter() - started
    return result, {"seconds": took, "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def _timed(baseline: Callable[[], Any]) -> Row:
    started = time.perf_counter()
    value = baseline()
    return {"baseline": value, "baseline_seconds": time.perf_counter() - started}


def _apart(ours: float | None, baseline: float) -> float | None:
    """How far apart two figures that should be one are, as a fraction."""
    return None if ours is None else abs(ours - baseline) / max(1.0, abs(baseline))


# --- The oracles


def _gains() -> dict[str, Any]:
    order = ["1", "2", "3", "4", "12", "13", "14", "23", "24", "34", "123", "124", "134", "234", "1234"]
    cents = dict(zip(map(" ".join, order), (0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21), strict=True))
    return {"rule": "nucleolus", "sense": "gain", "game": {"type": "table", "players": list("1234"), "cents": cents}}


def _of_airport(rule: str) -> dict[str, Any]:
    return {"rule": rule, "game": {"type": "airport", "needs": {"a": 12, "b": 18, "c": 24, "d": 36}}}


def _of_claims(estate: int) -> dict[str, Any]:
    return {"rule": "talmud", "game": {"type": "claims", "estate": estate, "claims": {"a": 100, "b": 200, "c": 300}}}


ORACLES: dict[str, tuple[dict[str, Any], str]] = {
    "airport 12 18 24 36, shapley": (_of_airport("shapley"), "3 5 8 20"),
    "airport 12 18 24 36, nucleolus": (_of_airport("nucleolus"), "6 6 6 18"),
    "claims 100 200 300 on 100, talmud": (_of_claims(100), "33.33 33.33 33.33"),
    "claims 100 200 300 on 200, talmud": (_of_claims(200), "50 75 75"),
    "claims 100 200 300 on 300, talmud": (_of_claims(300), "50 100 150"),
    "table of gains of four, nucleolus": (_gains(), "3.5 4.5 5.5 7.5"),
}


def _oracle(name: str, limit: float) -> Row:
    problem, known = ORACLES[name]
    result, row = _solved(problem, limit)
    ours = " ".join(f"{share:.2f}".rstrip("0").rstrip(".") for share in result.exact.values())
    return {"instance": name, "best_known": known, "ours": ours, **row}


# --- At size


def _needs(players: int) -> dict[str, int]:
    draws = random.Random(1)
    return {f"f{index}": draws.randint(1, 10**9) for index in range(players)}


def _airport(players: int, rule: str, limit: float) -> Row:
    """The largest share, in cents; the baseline is a loop over the sorted players, or block after block by numpy."""
    needs = _needs(players)
    result, row = _solved({"rule": rule, "game": {"type": "airport", "needs": needs}}, limit)
    name = f"airport of {players:,}, {rule}: largest share"
    plain = _plain_airport if rule == "shapley" else _airport_by_blocks
    baseline = _timed(lambda: plain(needs))
    ours = max(result.exact.values(), default=None)
    gap = _apart(ours, baseline["baseline"])
    return {"instance": name, "ours": ours, "bound": result.bound(), "gap": gap, **row, **baseline}


def _plain_airport(needs: dict[str, int]) -> float:
    share, before = 0.0, 0
    for rank, need in enumerate(sorted(needs.values())):
        share += (need - before) / (len(needs) - rank)
        before = need
    return share


def _airport_by_blocks(needs: dict[str, int]) -> float:
    import numpy as np

    costs = np.sort(np.fromiter(needs.values(), dtype=float))
    last, settled, paid = len(costs) - 1, 0, 0.0
    while settled < last:
        slopes = (costs[settled:last] - paid) / np.arange(2, last - settled + 2)
        best = int(slopes.argmin())
        paid += float(slopes[best]) * (best + 1)
        settled += best + 1
    return float(costs[last]) - paid


def _through_json(players: int, limit: float) -> Row:
    text = json.dumps({"game": {"type": "airport", "needs": _needs(players)}})
    started = time.perf_counter()
    problem = parse(json.loads(text))
    result = json.dumps(solve(problem, stop=Deadline(limit)).to_json())
    took = time.perf_counter() - started
    total = sum(json.loads(result)["shares"].values())
    name = f"airport of {players:,}, shapley, through JSON: total"
    return {"instance": name, "best_known": problem.total, "ours": total, "seconds": took}


def _components(players: int, limit: float) -> Row:
    """Twenty components, each used by half of the players on average."""
    draws = random.Random(2)
    names = [f"f{index}" for index in range(players)]
    listed = []
    for number in range(20):
        users = dict.fromkeys((name for name in names if draws.random() < 0.5), 1)
        listed.append({"id": f"c{number}", "cents": 10**9, "users": users or {names[0]: 1}})
    result, row = _solved({"game": {"type": "components", "components": listed}}, limit)
    name = f"20 components of {players:,}, shapley: total"
    return {"instance": name, "best_known": 20 * 10**9, "ours": sum(result.shares.values()), **row}


def _tree(players: int, limit: float) -> Row:
    """A tree grown at random, a player at each node."""
    draws = random.Random(3)
    edges: list[dict[str, Any]] = [
        {"from": f"n{draws.randrange(index + 1)}", "to": f"n{index + 1}", "cents": draws.randint(1, 10**6)}
        for index in range(players)
    ]
    at = {f"f{index}": f"n{index + 1}" for index in range(players)}
    result, row = _solved({"rule": "nucleolus", "game": {"type": "tree", "edges": edges, "at": at}}, limit)
    total = sum(edge["cents"] for edge in edges)
    name = f"tree of {players:,}, nucleolus: total"
    return {"instance": name, "best_known": total, "ours": sum(result.shares.values()), **row}


def _quotes(players: int, seed: int) -> dict[str, Any]:
    """A price for every group: the components its players use, more or less a hundredth."""
    draws = random.Random(seed)
    names = [f"p{index}" for index in range(players)]
    everybody = (1 << players) - 1
    used = [(draws.randint(1, everybody) & draws.randint(1, everybody), draws.randint(100, 9000)) for _ in names]
    texts, cents = [""] * (everybody + 1), dict[str, int]()
    for group in range(1, everybody + 1):
        low = group & -group
        texts[group] = f"{texts[group ^ low]} {names[low.bit_length() - 1]}".lstrip()
        exact = sum(amount for users, amount in used if users & group)
        cents[texts[group]] = exact + draws.randint(0, exact // 100) if group < everybody else exact
    return {"type": "table", "players": names, "cents": cents}


def _table(players: int, limit: float) -> Row:
    """The first player's share; the baseline goes through the definition group by group."""
    game = _quotes(players, 4)
    result, row = _solved({"game": game}, limit)
    baseline = _timed(lambda: _shapley_by_definition(game))
    ours = result.exact.get("p0")
    gap = _apart(ours, baseline["baseline"])
    return {"instance": f"table of {players}, shapley: first share", "ours": ours, "gap": gap, **row, **baseline}


def _shapley_by_definition(game: dict[str, Any]) -> float:
    """The first player's value alone: one of `players` such loops."""
    from math import factorial

    count = len(game["players"])
    amounts = {frozenset(key.split()): cents for key, cents in game["cents"].items()}
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    first = frozenset({game["players"][0]})
    value: float = weights[0] * amounts[first]
    for group, cents in amounts.items():
        if not first & group:
            value += weights[len(group)] * (amounts[group | first] - cents)
    return value


def _nucleolus(players: int, limit: float) -> Row:
    """The worst-off group's gain in cents; the baseline solves the first program only, with every group in it."""
    game = _quotes(players, 5)
    result, row = _solved({"rule": "nucleolus", "game": game}, limit)
    baseline = _timed(lambda: _least_core(game))
    paid = {frozenset(key.split()): cents for key, cents in game["cents"].items() if len(key.split()) < players}
    gains = (cents - sum(result.exact[player] for player in group) for group, cents in paid.items())
    ours = min(gains) if result.exact else None
    gap = _apart(ours, baseline["baseline"])
    return {"instance": f"table of {players}, nucleolus: worst gain", "ours": ours, "gap": gap, **row, **baseline}


def _least_core(game: dict[str, Any]) -> float:
    import numpy as np
    from scipy.optimize import linprog

    players = game["players"]
    groups = [(key.split(), cents) for key, cents in game["cents"].items()]
    (_, total), proper = groups[-1], groups[:-1]
    place = {player: index for index, player in enumerate(players)}
    rows = np.zeros((len(proper), len(players) + 1))
    rows[:, -1] = 1
    for number, (group, _) in enumerate(proper):
        rows[number, [place[player] for player in group]] = 1
    prices = [cents for _, cents in proper]
    whole = [[1.0] * len(players) + [0.0]]
    bounds = [(None, None)] * (len(players) + 1)
    goal = [0.0] * len(players) + [-1.0]
    return -float(linprog(goal, A_ub=rows, b_ub=prices, A_eq=whole, b_eq=[total], bounds=bounds).fun or 0.0)


def _claims(players: int, limit: float) -> Row:
    """The widest half of an interval, in cents; the baseline draws as many orders, without their reverse."""
    import numpy as np

    from grappe.engines.sharing import sampling
    from grappe.engines.sharing.problem import Claims

    draws = random.Random(6)
    claims = {f"c{index}": draws.randint(1000, 200_000) for index in range(players)}
    estate = sum(claims.values()) // 4
    result, row = _solved({"game": {"type": "claims", "estate": estate, "claims": claims}}, limit)
    ours = max(((high - low) / 2 for low, high in (result.interval or {}).values()), default=None)

    def without_reverse() -> float:
        source = sampling.of_claims(Claims(estate, claims))
        orders = np.random.default_rng(0).permuted(np.tile(np.arange(players), (4096, 1)), axis=1)
        amounts = source.marginals(orders)
        return float(1.96 * amounts.std(axis=0).max() / 64)

    return {
        "instance": f"claims of {players}, shapley drawn: widest half",
        "ours": ours,
        "bound": 0.001 * estate,
        **row,
        **_timed(without_reverse),
    }
