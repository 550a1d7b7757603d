"""The figures of docs/algorithms/year.md, and what holds whatever the months."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grappe.plans.spread import Shifted, spread

ROOM = [40, 40, 6, 11, 40]


def test_by_hand():
    asked = {1: [8] * 5, 2: [4] * 5}
    possible = {1: ROOM, 2: ROOM}
    found = spread(ROOM, asked, possible)
    assert found.counts == {1: (8, 12, 4, 7, 9), 2: (4, 6, 2, 4, 4)}
    assert found.shifted == (Shifted(1, 2, 1, 4), Shifted(1, 3, 4, 1), Shifted(2, 2, 1, 2))


def test_what_no_month_can_hold_is_said():
    found = spread([5, 5], {1: [8, 4]}, {1: [5, 5]})
    assert found.counts == {1: (5, 5)}
    assert found.shifted == (Shifted(1, 0, 1, 1), Shifted(1, 0, None, 2))


MONTHS = st.integers(2, 12)


@st.composite
def years(draw):
    months, firms = draw(MONTHS), draw(st.integers(1, 5))
    counts = st.lists(st.integers(0, 30), min_size=months, max_size=months)
    room = draw(counts)
    asked = {firm: draw(counts) for firm in range(1, firms + 1)}
    possible = {firm: [min(a, b) for a, b in zip(draw(counts), room, strict=True)] for firm in asked}
    return room, asked, possible


@given(years())
def test_nothing_is_made_or_lost(year):
    room, asked, possible = year
    found = spread(room, asked, possible)
    for month, most in enumerate(room):
        assert sum(line[month] for line in found.counts.values()) <= most
    for firm, line in found.counts.items():
        assert all(0 <= count <= most for count, most in zip(line, possible[firm], strict=True))
        lost = sum(one.count for one in found.shifted if one.firm_id == firm and one.to is None)
        assert sum(line) + lost == sum(asked[firm])


@given(years())
def test_with_room_enough_nothing_moves(year):
    _room, asked, _possible = year
    wide = [200] * len(next(iter(asked.values())))
    found = spread(wide, asked, dict.fromkeys(asked, wide))
    assert {firm: list(line) for firm, line in found.counts.items()} == {
        firm: list(line) for firm, line in asked.items()
    }
    assert found.shifted == ()
