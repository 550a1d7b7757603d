"""Sampled answers: the interval holds the exact value, the seed decides, the stop is heard."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np

from grappe.engines.sharing import Params, parse, sampling, solve
from grappe.engines.sharing.claims import sure
from grappe.engines.sharing.problem import Claims, Table
from grappe.engines.sharing.table import shapley
from grappe.engines.stop import Deadline


def pairs(count: int) -> dict[str, Any]:
    """Players two by two: 10 alone, 16 for a pair; everybody at the sum of the pairs, so each pays 8."""
    players = [f"p{i:02d}" for i in range(count)]
    cents = dict.fromkeys(players, 1000)
    cents |= {f"{players[i]} {players[i + 1]}": 1600 for i in range(0, count, 2)}
    cents[" ".join(players)] = 800 * count
    return {"game": {"type": "table", "players": players, "cents": cents}}


def test_quotes_by_pairs_among_thirty() -> None:
    result = solve(parse(pairs(30)), params=Params(precision=0.01), stop=Deadline(20))
    assert result.status == "feasible" and result.confidence == 0.95
    assert sum(result.shares.values()) == 24_000
    assert all(low <= 800 <= high for low, high in result.interval.values())
    assert result.core.is_in is not None and "drawn by lot" in result.why["p00"]["en"][0]


def test_interval_holds_the_exact_value_for_claims() -> None:
    draws = random.Random(5)
    game = Claims(40_000, {f"c{i}": draws.randint(100, 12_000) for i in range(14)})
    exact = shapley(sure(game), game.players, Deadline())
    for seed in range(5):
        sample = sampling.shapley(sampling.of_claims(game), confidence=0.9, width=100, seed=seed, stop=Deadline())
        assert sample.precise and max(sample.half_width) <= 100
        for player, mean, half in zip(game.players, sample.mean, sample.half_width, strict=True):
            assert abs(mean - float(exact[player])) <= half


def test_full_table_by_drawing_agrees_with_the_exact_value() -> None:
    draws = random.Random(2)
    game = Table(tuple("abcdefgh"), {group: draws.randint(0, 10_000) for group in range(1, 256)})
    exact = shapley([0, *(game.amounts[group] for group in range(1, 256))], game.players, Deadline())
    source = sampling.of_table(game, "gain", Deadline())
    sample = sampling.shapley(source, confidence=0.95, width=200, seed=1, stop=Deadline())
    for player, mean, half in zip(game.players, sample.mean, sample.half_width, strict=True):
        assert abs(mean - float(exact[player])) <= half <= 200


def test_ranges_hold_every_marginal_amount() -> None:
    game = parse(pairs(12)).game
    source = sampling.of_table(game, "cost", Deadline())
    orders = np.random.default_rng(0).permuted(np.tile(np.arange(12), (500, 1)), axis=1)
    amounts = source.marginals(orders)
    assert (amounts >= np.array(source.low)).all() and (amounts <= np.array(source.high)).all()
    assert np.array_equal(amounts.sum(axis=1), np.full(500, 9600.0))


def claims_of_forty() -> dict[str, Any]:
    draws = random.Random(0)
    return {
        "game": {
            "type": "claims",
            "estate": 10**6,
            "claims": {f"c{i}": draws.randint(1000, 200_000) for i in range(40)},
        }
    }


def test_the_seed_decides() -> None:
    def drawn(seed: int) -> dict[str, float]:
        return dict(solve(parse(claims_of_forty()), stop=Deadline(), seed=seed).exact)

    assert drawn(1) == drawn(1) != drawn(2)


def test_a_stop_is_heard_and_the_interval_is_honest() -> None:
    started = time.monotonic()
    result = solve(parse(claims_of_forty()), params=Params(precision=1e-9), stop=Deadline(0.5))
    assert time.monotonic() - started < 10
    assert result.status == "feasible" and "time ran out" in result.warnings["en"][-1]
    long = solve(parse(claims_of_forty()), stop=Deadline(), seed=9)
    for player, (low, high) in result.interval.items():
        assert low < high and max(low, long.interval[player][0]) <= min(high, long.interval[player][1])
