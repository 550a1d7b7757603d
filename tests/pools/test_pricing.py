"""The price of a post against the figures worked by hand in docs/algorithms/price-of-a-post.md, and its properties."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.pools.factory import COST

from grappe.engines.values import month_of_year_cents
from grappe.pools import pricing
from grappe.pools.kinds import post
from grappe.pools.kinds.post import Line

BY_HAND = {1: 6, 2: 6, 3: 10, 4: 6, 5: 6}
YEAR = 5_360_000


def test_the_cost_worked_by_hand():
    lines = [Line.of(line) for line in COST]
    assert post.amounts(lines) == [3_360_000, 1_411_200, 228_800, 250_000, 110_000]
    assert post.year_cents(lines) == YEAR


def test_the_price_worked_by_hand():
    assert pricing.half_day_cents(YEAR, 34) == 13_138
    assert pricing.month_shares(YEAR, BY_HAND, month=1) == {1: 78_824, 2: 78_824, 3: 131_372, 4: 78_823, 5: 78_823}
    fewer = {part: size for part, size in BY_HAND.items() if part != 3}
    assert pricing.share_of(YEAR, fewer, 1, month=1) == 111_667
    assert pricing.exposure_cents(pricing.month_shares(YEAR, BY_HAND, month=1), BY_HAND, 1) == 32_843


def test_a_firm_alone_is_exposed_to_nobody():
    assert pricing.exposure_cents({1: 100}, {1: 3}, 1) == 0


def test_the_usual_make_up_costs_about_the_estimate():
    for estimate in (4_600_000, 5_360_000, 1_000_000):
        assert 0 <= estimate - post.year_cents(post.usual(estimate)) < 200


parts = st.dictionaries(st.integers(1, 50), st.integers(1, 36), min_size=1, max_size=12)
costs = st.integers(0, 20_000_000)


@given(costs, parts, st.integers(1, 12))
def test_shares_add_up_to_the_month_and_none_is_above_its_ceiling(year, sizes, month):
    shares = pricing.month_shares(year, sizes, month=month)
    price = pricing.half_day_cents(year, sum(sizes.values()))
    assert sum(shares.values()) == month_of_year_cents(year, month)
    assert all(shares[part] <= sizes[part] * price for part in sizes)


@given(costs, parts)
def test_twelve_months_make_the_year_and_the_price_covers_it(year, sizes):
    months = [sum(pricing.month_shares(year, sizes, month=month).values()) for month in range(1, 13)]
    assert sum(months) == year
    price = pricing.half_day_cents(year, sum(sizes.values()))
    assert 0 <= price * 12 * sum(sizes.values()) - year < 12 * sum(sizes.values())


@given(costs, parts)
def test_exposure_is_never_more_than_the_largest_other_share(year, sizes):
    shares = pricing.month_shares(year, sizes, month=1)
    for mine in sizes:
        others = [shares[part] for part in sizes if part != mine]
        assert 0 <= pricing.exposure_cents(shares, sizes, mine) <= max(others, default=0)
