"""The price of a post to those who share it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.engines.pooling.price import median_part, price


def test_a_post_of_three_by_hand() -> None:
    # 46,000 EUR a year; 10 + 12 + 8 = 30 half-days a month, 360 a year: 127.78 EUR a half-day.
    # A month costs 3,833.33 EUR. With a fourth firm of the median part (10): 480 a year, 95.84 EUR.
    # Seen by a, the largest other part is b's 12: 18 a month remain, 216 a year, 212.97 EUR.
    told = price(4_600_000, {"a": 10, "b": 12, "c": 8}, capacity=40, mine="a")
    assert told.half_day_cents == 12_778
    assert told.month_cents == {"a": 127_778, "b": 153_333, "c": 102_222}
    assert (told.one_more_cents, told.one_less_cents) == (9_584, 21_297)


def test_a_full_post_takes_no_one_more_and_a_lone_part_has_no_other() -> None:
    assert price(4_600_000, {"a": 10, "b": 12}, capacity=30).one_more_cents is None
    assert price(4_600_000, {"a": 10}, mine="a").one_less_cents is None
    assert median_part({"a": 1, "b": 9, "c": 4, "d": 5}) == 4


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.text(min_size=1), st.integers(1, 60), min_size=1, max_size=8),
    st.integers(1, 12),
)
def test_the_shares_make_the_month_and_the_months_the_year(year_cents: int, parts: dict[str, int], month: int) -> None:
    months = [price(year_cents, parts, month=m) for m in range(1, 13)]
    assert sum(sum(told.month_cents.values()) for told in months) == year_cents
    told = months[month - 1]
    assert told.half_day_cents * 12 * sum(parts.values()) >= year_cents
    assert told.one_more_cents is not None and told.one_more_cents <= told.half_day_cents
    assert told.one_less_cents is None or told.one_less_cents >= told.half_day_cents


@pytest.mark.parametrize(("cents", "parts"), [(100, {}), (100, {"a": 0}), (-1, {"a": 2})])
def test_nonsense_is_refused(cents: int, parts: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        price(cents, parts)


def test_neither_price_nor_the_engine_loads_anything_heavy() -> None:
    code = "import sys, grappe.engines.pooling, grappe.engines.pooling.price; print({'numpy', 'scipy', 'ortools'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, check=True
    )
    assert done.stdout.strip() == "set()"
