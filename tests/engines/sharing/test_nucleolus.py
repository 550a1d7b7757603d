"""The nucleolus by linear programs: exact, stopped, and where nobody can be left as well off as alone."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

from grappe.engines.sharing.nucleolus import nucleolus
from grappe.engines.stop import Deadline


def test_exact_fractions() -> None:
    worth = [0, 0, 0, 10, 0, 0, 0, 25]  # three players, 10 for the first two together
    assert nucleolus(worth, 3, Deadline()).shares == [Fraction(35, 4), Fraction(35, 4), Fraction(15, 2)]


def test_one_player_and_nothing_to_gain() -> None:
    assert nucleolus([0, 7], 1, Deadline()).shares == [7]
    assert nucleolus([0, 2, 3, 5], 2, Deadline()).shares == [2, 3]


def test_prenucleolus_where_being_together_loses() -> None:
    found = nucleolus([0, 5, 5, 8], 2, Deadline())
    assert (found.bounded, found.shares) == (False, [4, 4])


def test_many_stages_end_and_add_up() -> None:
    """Weighted majority games have many groups of the same amount, so many ties."""
    for seed in range(6):
        draws = random.Random(seed)
        weights = [draws.randint(1, 6) for _ in range(8)]
        quota = sum(weights) // 2 + 1
        worth = [1000 * (sum(w for i, w in enumerate(weights) if group >> i & 1) >= quota) for group in range(256)]
        found = nucleolus(worth, 8, Deadline())
        assert found.finished and sum(found.shares) == 1000
        by_weight = sorted(zip(weights, found.shares, strict=True))
        assert all(one[1] <= other[1] for one, other in pairwise(by_weight))
        surpluses = [stage.surplus for stage in found.stages]
        assert surpluses == sorted(surpluses)


def test_a_stop_between_stages_keeps_the_shares_so_far() -> None:
    """Cancelled after the first stage: shares that add up, said to be unfinished."""
    needs = [3, 7, 12, 25, 31, 55]
    worth = [-max((need for i, need in enumerate(needs) if group >> i & 1), default=0) for group in range(64)]
    stop = Deadline()
    stop.report = lambda best, bound, note: stop.cancel()
    found = nucleolus(worth, 6, stop)
    assert not found.finished and len(found.stages) == 1
    assert abs(float(sum(found.shares)) + 55) < 1e-4
    stop.cancel()
    assert nucleolus(worth, 6, stop) is None
