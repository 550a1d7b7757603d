from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.plans.enums import DayPart
from grappe.plans.moves import Place, moves_between
from grappe.plans.public_holidays import public_holidays
from grappe.plans.rules import Away, Engaged, Facts, Held, obstacle
from grappe.plans.words import half_day, span, weekdays

NOVEMBER = date(2026, 11, 1)
DAYS = st.integers(0, 29).map(lambda n: NOVEMBER + timedelta(days=n))
HALVES = st.tuples(DAYS, st.sampled_from(["am", "pm"]))


def facts(held=None, away=(), holidays=None) -> Facts:
    return Facts(
        month=NOVEMBER,
        person="Inès",
        engaged={1: Engaged(1, "Scène", 8, (), NOVEMBER), 2: Engaged(2, "Studio", 8, (), NOVEMBER)},
        held=held or {},
        holidays=holidays or {},
        away=away,
    )


@given(st.sets(HALVES), HALVES)
def test_a_half_day_is_open_exactly_when_nobody_has_it_and_the_day_is_worked(taken, half):
    held = {h: Held(n, 2, "Studio", mine=True, by_hand=False) for n, h in enumerate(sorted(taken))}
    away = (Away(date(2026, 11, 3), date(2026, 11, 7), "leave"),)
    month = facts(held, away, {date(2026, 11, 11): "Armistice"})
    shut = half[0].weekday() > 4 or half[0] == date(2026, 11, 11) or half[0] in away[0]
    assert (obstacle(month, 1, half) is None) == (half not in taken and not shut)


@given(st.sets(HALVES, max_size=20), st.sets(HALVES, max_size=20))
def test_moves_lead_from_one_version_to_the_other(before, after):
    def version(halves):
        return [Place(half, 1 + n % 3, "ABC"[n % 3]) for n, half in enumerate(sorted(halves))]

    first, second = version(before), version(after)
    standing = set(first)
    for move in moves_between(first, second):
        if move.was:
            standing.remove(Place(move.was, move.firm_id, move.firm))
    for move in moves_between(first, second):
        if move.now:
            standing.add(Place(move.now, move.firm_id, move.firm))
    assert standing == set(second)
    assert moves_between(first, first) == []


def test_a_slot_that_leaves_its_place_is_not_in_its_own_way():
    half = (date(2026, 11, 5), "am")
    month = facts({half: Held(7, 1, "Scène", mine=True, by_hand=False)})
    assert obstacle(month, 1, half, moving=7) is None
    assert obstacle(month, 1, half).kind == "taken"


def test_days_in_words():
    assert half_day(date(2026, 12, 1), DayPart.AM) == "mardi 1er décembre au matin"
    assert span(date(2026, 11, 3), date(2026, 11, 7)) == "du 3 au 7 novembre"
    assert span(date(2026, 11, 28), date(2026, 12, 1)) == "du 28 novembre au 1er décembre"
    assert weekdays([3, 0, 1]) == "le lundi, le mardi et le jeudi"
    assert weekdays([]) == ""


@pytest.mark.parametrize(("place", "count"), [("", 11), ("57", 13), ("6AE", 13)])
def test_public_holidays_of_a_year(place, count):
    found = public_holidays(place, date(2026, 1, 1), date(2027, 1, 1))
    assert len(found) == count
    assert found[date(2026, 12, 25)] == "Noël"
    assert (date(2026, 4, 3) in found) == bool(place)


def test_public_holidays_stop_before_the_end():
    assert public_holidays("", date(2026, 11, 1), date(2026, 11, 11)) == {date(2026, 11, 1): "Toussaint"}
