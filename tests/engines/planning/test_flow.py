"""The figures of docs/algorithms/year.md; against OR-Tools' flow on the same network, and what holds whatever the months."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.engines.planning.flow import Shifted, lay_out

ROOM = [40, 40, 6, 11, 40]


def test_by_hand() -> None:
    asked = {1: [8] * 5, 2: [4] * 5}
    found = lay_out(ROOM, asked, {1: ROOM, 2: ROOM})
    assert found.counts == {1: (8, 12, 4, 7, 9), 2: (4, 6, 2, 4, 4)}
    assert found.shifted == (Shifted(1, 2, 1, 4), Shifted(1, 3, 4, 1), Shifted(2, 2, 1, 2))
    assert (found.lost, found.distance) == (0, 7)


def test_what_no_month_can_hold_is_said() -> None:
    found = lay_out([5, 5], {1: [8, 4]}, {1: [5, 5]})
    assert found.counts == {1: (5, 5)}
    assert found.shifted == (Shifted(1, 0, 1, 1), Shifted(1, 0, None, 2))


def test_a_firm_makes_way_for_another_that_has_only_one_place_to_go() -> None:
    """Firm by firm and to the nearest month, firm 1 would take February's last place, and firm 2 lose its half-day of January."""
    asked = {1: [1, 1, 1], 2: [1, 1, 0]}
    found = lay_out([0, 3, 2], asked, {firm: [0, 3, 2] for firm in (1, 2)})
    assert found.counts == {1: (0, 1, 2), 2: (0, 2, 0)}
    assert (found.lost, found.distance) == (0, 3)


@st.composite
def years(draw: st.DrawFn) -> tuple[list[int], dict[int, list[int]], dict[int, list[int]]]:
    months, firms = draw(st.integers(2, 6)), draw(st.integers(1, 4))
    counts = st.lists(st.integers(0, 12), min_size=months, max_size=months)
    room = draw(counts)
    asked = {firm: draw(counts) for firm in range(1, firms + 1)}
    possible = {firm: [min(a, b) for a, b in zip(draw(counts), room, strict=True)] for firm in asked}
    return room, asked, possible


def oracle(room: list[int], asked: dict[int, list[int]], possible: dict[int, list[int]]) -> tuple[int, int]:
    """Half-days lost and half-days x months moved, at the least, by OR-Tools."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    flow, months, total = SimpleMinCostFlow(), len(room), sum(map(sum, asked.values()))
    sink, heavy, node = 0, 1_000_000, months + 1
    for month in range(months):
        flow.add_arc_with_capacity_and_unit_cost(1 + month, sink, room[month], 0)
    for firm, line in asked.items():
        for month in range(months):
            flow.add_arc_with_capacity_and_unit_cost(
                node + month, 1 + month, possible[firm][month] if line[month] else 0, 0
            )
            flow.set_node_supply(node + months + month, line[month])
            flow.add_arc_with_capacity_and_unit_cost(node + months + month, sink, line[month], heavy)
            for to in range(months):
                cost = abs(to - month)
                flow.add_arc_with_capacity_and_unit_cost(node + months + month, node + to, line[month], cost)
        node += 2 * months
    flow.set_node_supply(sink, -total)
    assert flow.solve() == flow.OPTIMAL
    return divmod(flow.optimal_cost(), heavy)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(years())
def test_nothing_is_made_or_lost_and_nobody_does_better(year) -> None:
    room, asked, possible = year
    found = lay_out(room, asked, possible)
    for month, most in enumerate(room):
        assert sum(line[month] for line in found.counts.values()) <= most
    for firm, line in found.counts.items():
        assert all(0 <= number <= most for number, most in zip(line, possible[firm], strict=True))
        lost = sum(one.count for one in found.shifted if one.firm == firm and one.to is None)
        assert sum(line) + lost == sum(asked[firm])
    assert (found.lost, found.distance) == oracle(room, asked, possible)


@given(years())
def test_with_room_enough_nothing_moves(year) -> None:
    _room, asked, _possible = year
    wide = [200] * len(next(iter(asked.values())))
    found = lay_out(wide, asked, dict.fromkeys(asked, wide))
    assert {firm: list(line) for firm, line in found.counts.items()} == {f: list(line) for f, line in asked.items()}
    assert found.shifted == ()


def test_a_short_month_is_given_up_in_proportion() -> None:
    """12 half-days of March for 30 asked: each firm keeps two in five; nobody's number decides."""
    asked = {1: [15, 15], 2: [10, 10], 3: [5, 5]}
    found = lay_out([60, 12], asked, {firm: [60, 60] for firm in asked})
    assert found.counts == {1: (24, 6), 2: (16, 4), 3: (8, 2)}
