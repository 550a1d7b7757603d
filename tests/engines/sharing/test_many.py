"""Airports in arrays give to the cent what the general way gives."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.sharing.problems import CENTS

from grappe.engines.sharing import many, parse, paths, solve
from grappe.engines.sharing.amounts import whole_cents
from grappe.engines.sharing.problem import Airport, Problem
from grappe.engines.stop import Deadline

NEEDS = st.dictionaries(st.text("abcd", min_size=1), CENTS, min_size=1, max_size=30)


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(st.text("abcd", min_size=1), CENTS, min_size=1, max_size=30),
    st.sampled_from(["shapley", "nucleolus"]),
)
def test_the_same_shares(needs: dict[str, int], rule: str) -> None:
    game = Airport(needs)
    one_by_one = paths.of_airport(game)
    fine = paths.shapley(one_by_one, Deadline()) if rule == "shapley" else paths.nucleolus(one_by_one, Deadline())[0]
    shares, exact = many.shares(Problem(game, rule))
    assert shares == whole_cents(fine, game.total)
    assert all(abs(exact[player] - fine[player] / paths.FINE) < 1e-4 for player in needs)


def test_above_ten_thousand_players_nothing_is_explained_and_it_is_said() -> None:
    draws = random.Random(0)
    needs = {f"p{i}": draws.randint(0, 10**6) for i in range(20_000)}
    for rule in ("shapley", "nucleolus", "separable"):
        problem = parse({"rule": rule, "game": {"type": "airport", "needs": needs}})
        result = solve(problem, stop=Deadline())
        assert sum(result.shares.values()) == problem.total
        assert not result.why and "too many shares to explain" in result.warnings["en"][-1]
