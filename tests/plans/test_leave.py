"""The figures of docs/algorithms/leave.md, and what holds whatever the absences."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.plans.leave import Contract, Rates, Spell, balance, counted, earned, reference_year
from grappe.plans.public_holidays import public_holidays

RATES = Rates(F(5, 2), 30, F(2), 24, F(5, 2), 15)


def rates(_day: date) -> Rates:
    return RATES


def off(start: date, end: date) -> dict[date, str]:
    return public_holidays("", start, end)


def none(_start: date, _end: date) -> set[date]:
    return set()


HOLIDAYS = off(date(2026, 1, 1), date(2028, 1, 1))
LONG = Contract(date(2020, 6, 1))


class TestDaysCounted:
    @pytest.mark.parametrize(
        ("first", "last", "working", "worked"),
        [
            (date(2026, 11, 2), date(2026, 11, 6), 6, 5),  # a week
            (date(2026, 11, 2), date(2026, 11, 8), 6, 5),  # the same, said with its Sunday
            (date(2026, 11, 6), date(2026, 11, 6), 2, 1),  # a Friday and its Saturday
            (date(2026, 11, 9), date(2026, 11, 13), 5, 4),  # the week of the Armistice
            (date(2026, 11, 2), date(2026, 11, 5), 4, 4),  # Monday to Thursday
            (date(2026, 11, 7), date(2026, 11, 8), 0, 0),  # a weekend
            (
                date(2026, 12, 24),
                date(2026, 12, 24),
                2,
                1,
            ),  # Christmas is a Friday: back on Monday, the Saturday counts
        ],
    )
    def test_by_hand(self, first, last, working, worked):
        found = counted(first, last, HOLIDAYS)
        assert (found.working, found.worked) == (working, worked)

    @given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 10))
    def test_a_longer_absence_never_counts_fewer(self, begin, length, more):
        first = date(2026, 1, 1) + timedelta(days=begin)
        last = first + timedelta(days=length)
        short, long = counted(first, last, HOLIDAYS), counted(first, last + timedelta(days=more), HOLIDAYS)
        assert short.working <= long.working
        assert short.worked <= long.worked
        assert short.worked <= short.working


class TestEarned:
    def test_a_year_by_hand(self):
        spells = [
            Spell("sickness", date(2026, 9, 1), date(2026, 9, 30)),
            Spell("accident", date(2026, 11, 1), date(2026, 11, 15)),
            Spell("other", date(2027, 1, 1), date(2027, 1, 31)),
        ]
        found = earned(date(2026, 6, 1), Contract(date(2026, 6, 1)), spells, rates, before=date(2027, 6, 1))
        assert found == 27

    @pytest.mark.parametrize(
        ("kind", "days"), [("leave", 30), ("training", 30), ("sickness", 24), ("accident", 30), ("other", 0)]
    )
    def test_a_whole_year_of_one_thing(self, kind, days):
        spells = [Spell(kind, date(2026, 6, 1), date(2027, 5, 31))]
        assert earned(date(2026, 6, 1), LONG, spells, rates, before=date(2027, 6, 1)) == days

    def test_nothing_outside_the_contract(self):
        contract = Contract(date(2026, 9, 1), date(2026, 11, 1))
        assert earned(date(2026, 6, 1), contract, [], rates, before=date(2027, 6, 1)) == 5
        assert earned(date(2026, 6, 1), Contract(date(2028, 1, 1)), [], rates, before=date(2027, 6, 1)) == 0

    def test_a_rule_that_changes_is_read_at_each_month(self):
        """Illness earned nothing before the law of April 2024."""
        before = Rates(F(5, 2), 30, F(0), 24, F(5, 2), 15)
        spells = [Spell("sickness", date(2024, 3, 1), date(2024, 4, 30))]
        found = earned(
            date(2023, 6, 1), LONG, spells, lambda day: before if day < date(2024, 4, 24) else RATES, before=date(2024, 6, 1)
        )  # fmt: skip
        assert found == 25  # ten months at work; April is read on the 1st

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["sickness", "accident", "other", "leave"]), st.integers(0, 364), st.integers(0, 90)
            ),
            max_size=6,
        ),
        st.integers(0, 365),
    )
    def test_never_more_than_the_most_and_days_add_up(self, raw, cut):
        begins = date(2026, 6, 1)
        spells = [Spell(k, begins + timedelta(days=b), begins + timedelta(days=b + n)) for k, b, n in raw]
        whole = earned(begins, LONG, spells, rates, before=date(2027, 6, 1))
        part = earned(begins, LONG, spells, rates, before=begins + timedelta(days=cut))
        assert 0 <= part <= whole <= 30


class TestLeft:
    def test_the_oldest_right_first(self):
        spells = [
            Spell("leave", date(2025, 8, 4), date(2025, 8, 30)),
            Spell("leave", date(2026, 5, 18), date(2026, 5, 23)),
            Spell("leave", date(2026, 11, 2), date(2026, 11, 6)),
        ]
        found = balance(Contract(date(2024, 6, 1)), spells, rates, none, on=date(2026, 11, 1))
        assert [(r.begins_on.year, r.earned, r.taken, r.left) for r in found.rights] == [
            (2025, 30, 6, 24),
            (2026, F("12.5"), 0, F("12.5")),
        ]
        assert found.to_take == 24
        assert found.to_take_worked == 20
        assert found.soonest is not None
        assert found.soonest.lapses_on == date(2027, 6, 1)

    def test_what_was_not_taken_is_lost_with_its_year(self):
        found = balance(Contract(date(2024, 6, 1)), [], rates, none, on=date(2026, 6, 1))
        assert [(r.begins_on.year, r.left) for r in found.rights] == [(2025, 30), (2026, 0)]

    def test_illness_carries_over_what_it_kept_from_taking(self):
        """Ten days taken of thirty; ill on 21 working days of the taking year."""
        ill = Spell("sickness", date(2026, 5, 4), date(2026, 6, 30))
        taken = Spell("leave", date(2025, 8, 18), date(2025, 8, 28))
        contract = Contract(date(2024, 6, 1))

        def left(on: date, *spells: Spell):
            found = balance(contract, spells, rates, off, on=on)
            right = next((r for r in found.rights if r.begins_on.year == 2024), None)
            return (right.left, right.lapses_on) if right else None

        assert left(date(2026, 5, 31), ill, taken) == (20, None)
        assert left(date(2026, 7, 1), ill, taken) == (20, None)
        assert left(date(2026, 7, 1), ill) == (21, None)  # 9 lost
        told = Spell("sickness", date(2026, 5, 4), date(2026, 6, 30), informed_on=date(2026, 7, 10))
        assert left(date(2027, 10, 9), told, taken) == (20, date(2027, 10, 10))
        assert left(date(2027, 10, 10), told, taken) is None

    def test_taken_ahead_of_any_right(self):
        """In the second month: five days off, two and a half earned."""
        spells = [Spell("leave", date(2026, 7, 6), date(2026, 7, 10))]
        found = balance(Contract(date(2026, 6, 1)), spells, rates, none, on=date(2026, 7, 1))
        assert found.left == F("2.5") - 6

    def test_leave_granted_for_later_does_not_lapse_today(self):
        later = Spell("leave", date(2027, 7, 5), date(2027, 7, 10))
        found = balance(Contract(date(2025, 6, 1)), [later], rates, none, on=date(2026, 11, 1))
        assert [(r.begins_on.year, r.left, r.lost) for r in found.rights] == [(2025, 30, 0), (2026, F("6.5"), 0)]

    @given(
        st.lists(st.tuples(st.sampled_from(["leave", "sickness", "accident"]), st.integers(0, 1200), st.integers(0, 40)), max_size=8),
        st.integers(0, 1500),
        st.integers(0, 700),
    )  # fmt: skip
    def test_taken_left_and_lost_are_what_was_earned(self, raw, on, informed):
        begins, spells, free = date(2024, 3, 15), [], 0
        for kind, gap, length in sorted(raw, key=lambda line: line[1]):
            first = begins + timedelta(days=max(gap, free))
            spells.append(Spell(kind, first, first + timedelta(days=length), first + timedelta(days=length + informed)))
            free = max(gap, free) + length + 1
        found = balance(Contract(begins), spells, rates, off, on=begins + timedelta(days=on))
        for right in found.rights:
            assert right.taken + right.left + right.lost == right.earned
            assert right.lost >= 0
            assert right.left >= 0 or not right.is_over or right is found.rights[-1]
            assert right.earned <= 30
            if right.is_over:
                assert right.earned == int(right.earned)


def test_the_reference_year_begins_in_june():
    assert reference_year(date(2026, 5, 31)) == date(2025, 6, 1)
    assert reference_year(date(2026, 6, 1)) == date(2026, 6, 1)
