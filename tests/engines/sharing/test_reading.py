"""A malformed problem is refused with every fault, each at its path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.sharing.problems import problems

from grappe.engines.faults import Malformed
from grappe.engines.sharing import parse


def faults(data: object) -> dict[str, str]:
    with pytest.raises(Malformed) as refused:
        parse(data)
    return {fault.path: fault.what for fault in refused.value.faults}


def game(**fields: Any) -> dict[str, Any]:
    return {"game": fields}


def test_every_fault_at_once() -> None:
    problem = {
        "rule": "shaply",
        "sense": "costs",
        "alone": {"a": -1},
        "extra": 1,
        "game": {
            "type": "components",
            "components": [
                {"id": "x", "cents": 1.5, "users": {"a": True}},
                {"id": "x", "cents": 10, "users": {}},
                {"id": "", "users": {"b": 0}, "note": ""},
            ],
        },
    }
    assert set(faults(problem)) == {
        "rule",
        "sense",
        "alone.a",
        "extra",
        "game.components[0].cents",
        "game.components[0].users.a",
        "game.components[1].id",
        "game.components[1].users",
        "game.components[2].id",
        "game.components[2].users",
        "game.components[2].cents",
        "game.components[2].note",
    }


@pytest.mark.parametrize("data", [None, [], "x", 1, {}, {"game": None}, {"game": {}}, {"game": {"type": ["table"]}}])
def test_not_a_problem(data: object) -> None:
    assert faults(data)


@pytest.mark.parametrize("cents", [float("nan"), float("inf"), 1.0, True, "1", None, 10**13, -1])
def test_an_amount_is_a_whole_number_of_cents(cents: object) -> None:
    assert list(faults(game(type="airport", needs={"a": cents}))) == ["game.needs.a"]


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -0.5, True, "1", 10**10, 1e-7])
def test_a_weight_is_a_number_with_few_decimals(weight: object) -> None:
    components = [{"id": "x", "cents": 1, "users": {"a": weight, "b": 1}}]
    assert list(faults(game(type="components", components=components))) == ["game.components[0].users.a"]


def test_a_rule_is_refused_with_those_that_serve() -> None:
    airport = {"type": "airport", "needs": {"a": 1}}
    assert "shapley, nucleolus, proportional, equal, separable" in faults({"rule": "talmud", "game": airport})["rule"]
    claims = {"type": "claims", "estate": 1, "claims": {"a": 1}}
    assert "shapley, nucleolus, proportional, equal, talmud" in faults({"rule": "separable", "game": claims})["rule"]


def test_a_nucleolus_of_too_many_is_refused_with_the_rules_that_serve() -> None:
    ring = [{"id": f"c{i}", "cents": 9, "users": {f"p{i}": 1, f"p{(i + 1) % 30}": 1}} for i in range(30)]
    fault = faults({"rule": "nucleolus", "game": {"type": "components", "components": ring}})["rule"]
    assert "30 players" in fault and "shapley, proportional, equal, separable" in fault
    players = [f"p{i}" for i in range(23)]
    cents = dict.fromkeys(players, 1) | {" ".join(players): 9}
    assert (
        "22 players"
        in faults({"rule": "nucleolus", "game": {"type": "table", "players": players, "cents": cents}})["rule"]
    )


def test_a_cost_game_is_not_a_gain() -> None:
    assert "sense" in faults({"sense": "gain", "game": {"type": "airport", "needs": {"a": 1}}})


def test_alone_covers_the_players_and_only_them() -> None:
    found = faults({"alone": {"a": 1, "z": 1}, "game": {"type": "airport", "needs": {"a": 1, "b": 1}}})
    assert found == {"alone.z": "is not a player of the game", "alone": '"b" is missing'}


def test_claims_must_be_more_than_the_estate() -> None:
    assert "game.estate" in faults(game(type="claims", estate=11, claims={"a": 10}))


def edge(start: str, end: str, cents: int = 1) -> dict[str, Any]:
    return {"from": start, "to": end, "cents": cents}


@pytest.mark.parametrize(
    ("edges", "at", "path"),
    [
        ([edge("r", "a"), edge("b", "a")], {"p": "a"}, "game.edges[1].to"),
        ([edge("a", "b"), edge("b", "a")], {"p": "a"}, "game.edges"),
        ([edge("r", "a"), edge("s", "b")], {"p": "a"}, "game.edges"),
        ([edge("r", "a"), edge("b", "c"), edge("c", "b")], {"p": "a"}, "game.edges[1]"),
        ([edge("r", "a")], {"p": "b"}, "game.at.p"),
        ([edge("r", "r")], {"p": "r"}, "game.edges"),
        ([], {"p": "r"}, "game.edges"),
        ([edge("r", "a")], {}, "game.at"),
    ],
)
def test_a_tree_is_a_tree(edges: list[dict[str, Any]], at: dict[str, str], path: str) -> None:
    assert path in faults(game(type="tree", edges=edges, at=at))


@pytest.mark.parametrize(
    ("players", "cents", "path"),
    [
        (["a", "a"], {"a": 1}, "game.players[1]"),
        (["a b"], {"a b": 1}, "game.players[0]"),
        (["a", "b"], {"a": 1, "b": 1}, "game.cents"),
        (["a", "b"], {"a": 1, "a b": 1}, "game.cents"),
        (["a"], {"a": 1, "z": 1}, "game.cents.z"),
        (["a"], {"a": 1, "a a": 1}, "game.cents.a a"),
        (["a", "b"], {"a": 1, "b": 1, "a b": 1, "b a": 1}, "game.cents.b a"),
        (["a"], {"a": 1, "": 0}, "game.cents."),
        (["a"], {"a": 1.5}, "game.cents.a"),
        (["a"], [], "game.cents"),
    ],
)
def test_a_table_names_each_group_once(players: list[str], cents: object, path: str) -> None:
    assert path in faults(game(type="table", players=players, cents=cents))


def test_a_price_alone_completes_a_table() -> None:
    table = {"type": "table", "players": ["a", "b"], "cents": {"a": 1, "a b": 2}}
    assert parse({"alone": {"a": 5, "b": 7}, "game": table}).game.amounts == {1: 1, 2: 7, 3: 2}
    assert parse({"sense": "gain", "game": table}).game.amounts == {1: 1, 2: 0, 3: 2}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(problems(), st.data())
def test_whatever_takes_the_place_of_a_part_is_read_or_refused(problem: dict[str, Any], data: st.DataObject) -> None:
    """Never another exception than Malformed, and never without a fault."""
    place: Any = problem
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON)
    try:
        parse(problem)
    except Malformed as malformed:
        assert malformed.faults and all(fault.path and fault.what for fault in malformed.faults)
