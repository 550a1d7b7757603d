from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grappe.engines.sharing.amounts import FINE, euros_en, euros_fr, whole_cents
from grappe.engines.values import apportion

PLAYER = st.text(min_size=1, max_size=3)


@given(st.dictionaries(PLAYER, st.integers(0, 1000), min_size=1), st.integers(0, 10**9))
def test_rounding_is_the_houses(weights: dict[str, int], total: int) -> None:
    """Exact proportional amounts, brought to the cent, are what `apportion` gives."""
    whole = sum(weights.values())
    if whole:
        fine = {player: total * FINE * weight // whole for player, weight in weights.items()}
        assert whole_cents(fine, total) == apportion(total, weights)


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(-(10**18), 10**18), min_size=1), st.integers(-99, 99)
)
def test_whatever_the_amounts_the_cents_add_up(fine: dict[str, int], total: int) -> None:
    assert sum(whole_cents(fine, total).values()) == total


def test_euros() -> None:
    assert euros_fr(123_456_789 * FINE) == "1\u202f234\u202f567,89\u00a0€"
    assert euros_en(123_456_789 * FINE) == "€1,234,567.89"
    assert euros_fr(-5 * FINE) == "−0,05\u00a0€"
    assert euros_en(-FINE // 3) == "€0.00"
    assert euros_fr(100 * FINE // 3, 4) == "0,3333\u00a0€"
