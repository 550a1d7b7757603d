"""Every rule on every game, against the definitions computed the long way, and the published oracles."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.sharing import checker
from tests.engines.sharing.problems import CENTS, airports, claims, components, problems, tables, trees

from grappe.engines.sharing import Params, Result, parse, solve
from grappe.engines.stop import Deadline

EXACT = 1e-6


def answer(problem: dict[str, Any], **options: Any) -> Result:
    return solve(parse(problem), stop=Deadline(), **options)


def shares(rule: str, game: dict[str, Any], **more: Any) -> dict[str, int]:
    return dict(answer({"rule": rule, "game": game, **more}).shares)


AIRPORT = {"type": "airport", "needs": {"a": 12, "b": 18, "c": 24, "d": 36}}


def test_airport_of_littlechild_and_owen() -> None:
    assert shares("shapley", AIRPORT) == {"a": 3, "b": 5, "c": 8, "d": 20}
    assert shares("nucleolus", AIRPORT) == {"a": 6, "b": 6, "c": 6, "d": 18}


@pytest.mark.parametrize(
    ("estate", "awards"),
    [
        (10_000, {"a": 3334, "b": 3333, "c": 3333}),
        (20_000, {"a": 5000, "b": 7500, "c": 7500}),
        (30_000, {"a": 5000, "b": 10_000, "c": 15_000}),
    ],
)
@pytest.mark.parametrize("rule", ["talmud", "nucleolus"])
def test_claims_of_the_talmud(rule: str, estate: int, awards: dict[str, int]) -> None:
    game = {"type": "claims", "estate": estate, "claims": {"a": 10_000, "b": 20_000, "c": 30_000}}
    assert shares(rule, game) == awards


def test_nucleolus_of_the_published_table() -> None:
    order = ["1", "2", "3", "4", "12", "13", "14", "23", "24", "34", "123", "124", "134", "234", "1234"]
    gains = [0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21]
    cents = {" ".join(group): amount for group, amount in zip(order, gains, strict=True)}
    problem = {"rule": "nucleolus", "sense": "gain", "game": {"type": "table", "players": list("1234"), "cents": cents}}
    result = answer(problem)
    assert result.exact == {"1": 3.5, "2": 4.5, "3": 5.5, "4": 7.5}
    assert result.shares == {"1": 4, "2": 5, "3": 5, "4": 7}
    assert checker.is_nucleolus(problem, {p: Fraction(share) for p, share in result.exact.items()})


def test_plain_rules_by_hand() -> None:
    game = {
        "type": "components",
        "components": [
            {"id": "room", "cents": 100_000, "users": {"a": 1, "b": 1}},
            {"id": "kit", "cents": 50_000, "users": {"b": 3, "c": 2}},
        ],
    }
    assert shares("shapley", game) == {"a": 50_000, "b": 80_000, "c": 20_000}
    assert shares("equal", game) == {"a": 50_000, "b": 50_000, "c": 50_000}
    alone = {"a": 100_000, "b": 150_000, "c": 50_000}
    assert shares("proportional", game, alone=alone) == {"a": 50_000, "b": 75_000, "c": 25_000}
    # weights 1, 4 and 2 of 7
    assert shares("proportional", game) == {"a": 21_429, "b": 85_714, "c": 42_857}
    # nobody adds anything as the last: 150,000 in proportion to 100,000, 150,000 and 50,000
    assert shares("separable", game) == {"a": 50_000, "b": 75_000, "c": 25_000}


def test_separable_pays_first_what_each_adds() -> None:
    cents = {"a": 60, "b": 50, "c": 40, "a b": 90, "a c": 80, "b c": 75, "a b c": 115}
    # as the last: 115 - 75, 115 - 80, 115 - 90 = 40, 35, 25, so 15 to share by 60 - 40, 50 - 35, 40 - 25
    assert shares("separable", {"type": "table", "players": ["a", "b", "c"], "cents": cents}) == {
        "a": 46,
        "b": 40,
        "c": 29,
    }


def test_equal_on_claims_gives_nobody_more_than_asked() -> None:
    game = {"type": "claims", "estate": 100, "claims": {"a": 10, "b": 80, "c": 90}}
    assert shares("equal", game) == {"a": 10, "b": 45, "c": 45}


def test_odd_cents_go_to_the_largest_remainders_then_by_id() -> None:
    game = {"type": "components", "components": [{"id": "x", "cents": 11, "users": {"c": 1, "b": 1, "a": 1}}]}
    assert shares("shapley", game) == {"a": 4, "b": 4, "c": 3}


def test_idle_player_pays_nothing() -> None:
    game = {"type": "components", "components": [{"id": "x", "cents": 10, "users": {"a": 1, "b": 0}}]}
    for rule in ("shapley", "nucleolus", "proportional", "separable"):
        assert shares(rule, game) == {"a": 10, "b": 0}


def test_core_names_who_would_do_better_alone() -> None:
    result = answer({"rule": "equal", "game": AIRPORT})
    assert result.to_json()["core"] == {"in": False, "blocking": ["a", "b", "c"], "by_cents": 3, "empty": False}


def test_empty_core_is_said() -> None:
    cents = {"a": 0, "b": 0, "c": 0, "a b": 10, "a c": 10, "b c": 10, "a b c": 12}
    game = {"type": "table", "players": ["a", "b", "c"], "cents": cents}
    for rule in ("shapley", "nucleolus"):
        assert answer({"rule": rule, "sense": "gain", "game": game}).to_json()["core"]["empty"] is True


def test_prices_alone_are_compared() -> None:
    game = {"type": "components", "components": [{"id": "x", "cents": 1000, "users": {"a": 1, "b": 1}}]}
    result = answer({"game": game, "alone": {"a": 900, "b": 400}})
    assert result.dearer_than_alone == {"b": 100}


def test_nothing_to_share_by_is_infeasible_with_a_reason() -> None:
    game = {"type": "components", "components": [{"id": "x", "cents": 1000, "users": {"a": 1}}]}
    result = answer({"rule": "proportional", "game": game, "alone": {"a": 0}})
    assert (result.status, result.is_feasible(), result.cost()) == ("infeasible", False, None)
    assert result.reasons["en"] == ("every weight is 0: there is nothing to share by",)


def test_nucleolus_is_said_not_to_be_monotone() -> None:
    assert "not monotone" in answer({"rule": "nucleolus", "game": AIRPORT}).warnings["en"][0]


def test_no_time_at_all() -> None:
    cents = {"a": 1, "b": 1, "a b": 3}
    problem = parse(
        {"rule": "shapley", "sense": "gain", "game": {"type": "table", "players": ["a", "b"], "cents": cents}}
    )
    stopped = Deadline()
    stopped.cancel()
    result = solve(problem, stop=stopped)
    assert (result.status, result.shares) == ("unknown", {})


# --- Properties


@settings(deadline=None, max_examples=150)
@given(problems())
def test_any_answer_sums_to_the_cent_and_its_core_is_true(problem: dict[str, Any]) -> None:
    result = answer(problem)
    json.dumps(result.to_json(), allow_nan=False)
    if not result.is_feasible():
        assert problem["rule"] in ("proportional", "separable")
        assert result.status == "infeasible" and result.reasons["fr"]
        return
    total = checker.total(problem)
    assert sum(result.shares.values()) == total == result.cost() == result.bound()
    assert set(result.shares) == set(result.exact) == set(checker.players_of(problem["game"]))
    assert abs(sum(result.exact.values()) - total) < EXACT * max(1, abs(total))
    assert all(abs(result.shares[player] - result.exact[player]) < 1 + EXACT for player in result.shares)
    worst = checker.worst_excess(problem, dict(result.exact))
    if result.core.is_in:
        assert worst <= 0.011
    else:  # the group that is named is the worst one, of those listed when a table leaves some out
        named = checker.excess(problem, dict(result.exact), frozenset(result.core.blocking))
        assert result.core.by_cents - 1 - EXACT <= named <= result.core.by_cents + EXACT
        in_full = len(problem["game"].get("cents", ())) in (0, 2 ** len(result.shares) - 1)
        assert worst > named - EXACT and (not in_full or worst < named + EXACT)
    for lines in result.why.values():
        assert lines["fr"] and len(lines["fr"]) == len(lines["en"])


@settings(deadline=None, max_examples=60)
@given(st.one_of(components(), airports(), trees(), claims(), tables(most=4)))
def test_shapley_is_the_mean_over_orders(game: dict[str, Any]) -> None:
    problem = {"rule": "shapley", "game": game}
    expected = checker.shapley(problem)
    exact = answer(problem).exact
    assert all(abs(exact[player] - float(expected[player])) < EXACT for player in expected)


@settings(deadline=None, max_examples=60)
@given(tables(), tables(), st.sampled_from(["cost", "gain"]))
def test_shapley_of_a_sum_is_the_sum(one: dict[str, Any], other: dict[str, Any], sense: str) -> None:
    players = min(one["players"], other["players"], key=len)
    first, second = _among(one, players), _among(other, players)
    both = {group: first[group] + second[group] for group in first}
    exact = [
        answer({"sense": sense, "game": {"type": "table", "players": players, "cents": cents}}).exact
        for cents in (first, second, both)
    ]
    assert all(abs(exact[0][player] + exact[1][player] - exact[2][player]) < EXACT for player in players)


def _among(table: dict[str, Any], players: list[str]) -> dict[str, int]:
    ordered = {" ".join(sorted(group.split())): cents for group, cents in table["cents"].items()}
    return {group: cents for group, cents in ordered.items() if set(group.split()) <= set(players)}


@settings(deadline=None, max_examples=60)
@given(tables(most=4), st.sampled_from(["shapley", "nucleolus"]))
def test_one_who_adds_only_its_own_gets_its_own(table: dict[str, Any], rule: str) -> None:
    """A dummy's share is what it makes alone; the others' shares do not see it."""
    players = [*table["players"], "zo"]
    cents = _among(table, players)
    cents |= {f"{group} zo": amount + 7 for group, amount in cents.items()}
    cents["zo"] = 7
    problem = {"rule": rule, "sense": "gain", "game": {"type": "table", "players": players, "cents": cents}}
    with_zo = answer(problem)
    without = answer({"rule": rule, "sense": "gain", "game": table})
    if rule == "nucleolus" and not _has_imputations(table):
        return  # the prenucleolus keeps the property too, but the two games differ in which of the two they get
    assert abs(with_zo.exact["zo"] - 7) < EXACT
    assert all(abs(with_zo.exact[player] - without.exact[player]) < EXACT for player in table["players"])


def _has_imputations(table: dict[str, Any]) -> bool:
    ordered = _among(table, table["players"])
    return sum(ordered[player] for player in table["players"]) <= ordered[" ".join(sorted(table["players"]))]


@settings(deadline=None, max_examples=60)
@given(tables(most=4), st.sampled_from(["shapley", "nucleolus", "separable"]))
def test_equals_get_the_same(table: dict[str, Any], rule: str) -> None:
    """Make the first two players alike by giving each group the amount of its mirror."""
    players = table["players"]
    if len(players) < 2:
        return
    swap = {players[0]: players[1], players[1]: players[0]}
    ordered = _among(table, players)
    mirror = {group: " ".join(sorted(swap.get(name, name) for name in group.split())) for group in ordered}
    cents = {group: ordered[min(group, mirror[group])] for group in ordered}
    result = answer({"rule": rule, "game": {"type": "table", "players": players, "cents": cents}})
    if result.is_feasible():
        assert abs(result.exact[players[0]] - result.exact[players[1]]) < EXACT


@settings(deadline=None, max_examples=60)
@given(tables(most=4), st.integers(1, 9), st.integers(-50, 50), st.sampled_from(["shapley", "nucleolus"]))
def test_covariance(table: dict[str, Any], scale: int, shift: int, rule: str) -> None:
    """Count in another unit and give the first player a fixed amount more: the shares follow."""
    players, ordered = table["players"], _among(table, table["players"])
    changed = {
        group: scale * amount + (shift if players[0] in group.split() else 0) for group, amount in ordered.items()
    }
    before = answer({"rule": rule, "game": table}).exact
    after = answer({"rule": rule, "game": {**table, "cents": changed}}).exact
    for player in players:
        expected = scale * before[player] + (shift if player == players[0] else 0)
        assert abs(after[player] - expected) < EXACT * 100


@settings(deadline=None, max_examples=60)
@given(st.one_of(components(), airports(), trees(), claims(), tables(most=4)), st.sampled_from(["cost", "gain"]))
def test_nucleolus_meets_kohlbergs_criterion(game: dict[str, Any], sense: str) -> None:
    problem = {"rule": "nucleolus", "game": game}
    if game["type"] == "table":
        problem["sense"] = sense
    result = answer(problem)
    exact = {player: Fraction(share).limit_denominator(10**4) for player, share in result.exact.items()}
    assert all(abs(float(exact[player]) - share) < EXACT for player, share in result.exact.items())
    assert checker.is_nucleolus(problem, exact)


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(["cost", "gain"]))
def test_nucleolus_is_in_the_core_unless_it_is_empty(table: dict[str, Any], sense: str) -> None:
    core = answer({"rule": "nucleolus", "sense": sense, "game": table}).core
    assert core.is_in or core.empty
    other = answer({"rule": "shapley", "sense": sense, "game": table}).core
    assert other.is_in or other.empty is (not core.is_in)


@settings(deadline=None, max_examples=60)
@given(claims(), CENTS, st.sampled_from(["talmud", "proportional", "equal", "shapley"]))
def test_more_for_all_is_less_for_none(game: dict[str, Any], more: int, rule: str) -> None:
    """Resource monotonicity: a larger estate lowers nobody's award."""
    larger = {**game, "estate": min(game["estate"] + more, sum(game["claims"].values()))}
    before, after = answer({"rule": rule, "game": game}).exact, answer({"rule": rule, "game": larger}).exact
    assert all(after[player] >= before[player] - EXACT for player in before)


@settings(deadline=None, max_examples=40)
@given(components(), CENTS)
def test_dearer_component_is_cheaper_for_nobody(game: dict[str, Any], more: int) -> None:
    dearer = json.loads(json.dumps(game))
    dearer["components"][0]["cents"] += more
    before, after = answer({"game": game}).exact, answer({"game": dearer}).exact
    assert all(after[player] >= before[player] - EXACT for player in before)


@settings(deadline=None, max_examples=60)
@given(tables(most=4), CENTS, st.data())
def test_who_adds_more_everywhere_pays_no_less(table: dict[str, Any], more: int, data: st.DataObject) -> None:
    """Strong monotonicity (Young 1985): raise every group that the first player is in, some of them by more."""
    players, ordered = table["players"], _among(table, table["players"])
    raised = {
        group: cents + (data.draw(st.integers(0, more)) if players[0] in group.split() else 0)
        for group, cents in ordered.items()
    }
    before = answer({"game": table}).exact
    after = answer({"game": {**table, "cents": raised}}).exact
    assert after[players[0]] >= before[players[0]] - EXACT


@settings(deadline=None, max_examples=30)
@given(problems())
def test_same_problem_same_answer(problem: dict[str, Any]) -> None:
    one, other = answer(problem, seed=3).to_json(), answer(problem, seed=3, params=Params(workers=1)).to_json()
    assert {**one, "seconds": 0} == {**other, "seconds": 0}
