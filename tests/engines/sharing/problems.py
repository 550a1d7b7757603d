"""Small problems of every kind, drawn by hypothesis, in their JSON form."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.engines.sharing.checker import groups

NAMES = ["ada", "bo", "cy", "di", "ed"]
ONE = st.just(1)
CENTS = st.integers(0, 40) | st.integers(0, 300_000)
RULES = {
    "components": ["shapley", "nucleolus", "proportional", "equal", "separable"],
    "airport": ["shapley", "nucleolus", "proportional", "equal", "separable"],
    "tree": ["shapley", "nucleolus", "proportional", "equal", "separable"],
    "claims": ["shapley", "nucleolus", "proportional", "equal", "talmud"],
    "table": ["shapley", "nucleolus", "proportional", "equal", "separable"],
}


@st.composite
def players(draw: st.DrawFn) -> list[str]:
    return NAMES[: draw(st.integers(1, len(NAMES)))]


@st.composite
def components(draw: st.DrawFn, *, weights: st.SearchStrategy[float | int] = ONE) -> dict[str, Any]:
    names = draw(players())
    users = st.dictionaries(st.sampled_from(names), weights, min_size=1)
    count = draw(st.integers(1, 5))
    listed = [{"id": f"c{i}", "cents": draw(CENTS), "users": draw(users)} for i in range(count)]
    return {"type": "components", "components": listed}


@st.composite
def airports(draw: st.DrawFn) -> dict[str, Any]:
    return {"type": "airport", "needs": {name: draw(CENTS) for name in draw(players())}}


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """With nodes where nobody is, edges of no cost, players at the root, and edges that nobody uses."""
    nodes = ["root"]
    edges = []
    for index in range(draw(st.integers(1, 7))):
        start = draw(st.sampled_from(nodes))
        nodes.append(f"n{index}")
        edges.append({"from": start, "to": nodes[-1], "cents": draw(CENTS)})
    at = {name: draw(st.sampled_from(nodes)) for name in draw(players())}
    return {"type": "tree", "edges": draw(st.permutations(edges)), "at": at}


@st.composite
def claims(draw: st.DrawFn) -> dict[str, Any]:
    asked = {name: draw(CENTS) for name in draw(players())}
    return {"type": "claims", "estate": draw(st.integers(0, sum(asked.values()))), "claims": asked}


@st.composite
def tables(draw: st.DrawFn, *, full: bool = True, most: int = 5) -> dict[str, Any]:
    names = NAMES[: draw(st.integers(1, most))]
    cents = {}
    for group in groups(names):
        needed = full or len(group) in (1, len(names))
        if needed or draw(st.booleans()):
            cents[" ".join(draw(st.permutations(sorted(group))))] = draw(
                st.integers(-20, 40) | st.integers(-999, 99_999)
            )
    return {"type": "table", "players": names, "cents": cents}


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    """Any game with any rule that serves it."""
    weights = st.integers(0, 9) | st.sampled_from([0.5, 1.25, 0.000001])
    fair = components(weights=weights).filter(lambda g: all(any(c["users"].values()) for c in g["components"]))
    game = draw(st.one_of(fair, airports(), trees(), claims(), tables(), tables(full=False)))
    problem = {"game": game, "rule": draw(st.sampled_from(RULES[game["type"]]))}
    if game["type"] == "table":
        problem["sense"] = draw(st.sampled_from(["cost", "gain"]))
    return problem
