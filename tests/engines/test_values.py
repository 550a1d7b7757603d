from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.engines.values import Month, Period, apportion, ceil_div, month_of_year_cents

WEIGHTS = st.dictionaries(st.text(max_size=4), st.integers(0, 10**6), min_size=1, max_size=30)


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_shares_sum_to_the_cent_and_stay_within_one_of_the_exact_share(total, weights):
    whole = sum(weights.values())
    if whole == 0:
        return
    shares = apportion(total, weights)
    assert sum(shares.values()) == total
    assert all(abs(shares[key] * whole - total * weight) < whole for key, weight in weights.items())


@given(st.integers(0, 10**9), WEIGHTS)
def test_equal_weights_differ_by_a_cent_at_most_and_more_weight_is_never_less(total, weights):
    if not sum(weights.values()):
        return
    shares = apportion(total, weights)
    ordered = sorted(weights, key=lambda key: weights[key])
    for less, more in pairwise(ordered):
        assert shares[more] >= shares[less] - (weights[more] == weights[less])


def test_the_odd_cent_goes_to_the_largest_remainder_then_to_the_first_name():
    assert apportion(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert apportion(100, {"a": 1, "b": 2}) == {"a": 33, "b": 67}


def test_nothing_to_share_by_is_refused():
    with pytest.raises(ValueError, match="every weight is 0"):
        apportion(1, {"a": 0})
    with pytest.raises(ValueError, match="negative"):
        apportion(1, {"a": -1, "b": 2})
    assert apportion(0, {"a": 0}) == {"a": 0}


@given(st.integers(0, 10**10))
def test_twelve_months_make_the_year(year_cents):
    months = [month_of_year_cents(year_cents, month) for month in range(1, 13)]
    assert sum(months) == year_cents
    assert max(months) - min(months) <= 1


def test_periods_are_half_open():
    january = Month(2027, 1).period
    assert date(2027, 1, 31) in january
    assert date(2027, 2, 1) not in january
    assert not january.overlaps(Month(2027, 2).period)
    assert january.overlaps(Period(date(2027, 1, 31)))
    with pytest.raises(ValueError, match="ends before"):
        Period(date(2027, 1, 2), date(2027, 1, 1))


@pytest.mark.parametrize("text", ["2027", "2027-13", "27-01", "2027-1", "2027/01", "x"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_months_run_over_the_year():
    assert [str(month) for month in Month.parse("2026-11").until(Month(2027, 2))] == [
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    ]
    assert str(Month(2026, 1).plus(-1)) == "2025-12"


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_ceil_div_is_the_smallest_integer_not_below(numerator, denominator):
    result = ceil_div(numerator, denominator)
    assert result * denominator >= numerator > (result - 1) * denominator
