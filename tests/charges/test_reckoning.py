from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.charges.gateway import share_by_half_days
from grappe.charges.reckoning import Billed, Part, Taken, changes_something, reckon_month, vat_cents
from grappe.engines.values import apportion

OCTOBER = date(2026, 10, 1)


def reckon(cost, taken, billed=None):
    shares = share_by_half_days(cost, {firm: one.quantity for firm, one in taken.items()})
    return reckon_month(month=OCTOBER, cost_cents=cost, taken=taken, billed=billed or {}, shares=shares)


def test_the_month_of_the_docs_page():
    taken = {1: Taken(12, 144000, 144000), 2: Taken(10, 120000, 120000), 3: Taken(8, 88000, 88000)}
    parts = reckon(360000, taken)
    assert [part.share_cents for part in parts.values()] == [144000, 120000, 96000]
    assert [part.charged_cents for part in parts.values()] == [144000, 120000, 88000]
    assert [part.is_capped for part in parts.values()] == [False, False, True]


def test_the_month_shared_again_of_the_docs_page():
    taken = {1: Taken(12, 144000, 144000), 2: Taken(12, 144000, 144000), 3: Taken(8, 88000, 88000)}
    billed = {1: Billed(12, 144000), 2: Billed(10, 120000), 3: Billed(8, 88000)}
    parts = reckon(360000, taken, billed)
    assert [part.charged_cents for part in parts.values()] == [-9000, 15000, 0]
    assert [part.new_quantity for part in parts.values()] == [0, 2, 0]
    assert changes_something(parts)


def test_a_month_that_did_not_change_is_not_taken_up_again():
    taken = {1: Taken(12, 144000, 144000)}
    assert not changes_something(reckon(144000, taken, {1: Billed(12, 144000)}))


def test_nothing_signed_charges_nobody():
    assert reckon(360000, {}) == {}
    (part,) = reckon(360000, {}, {1: Billed(2, 24000)}).values()
    assert part.charged_cents == -24000


def test_a_cent_left_over_goes_to_the_smallest_identifier():
    assert share_by_half_days(100000, {3: 1, 1: 1, 2: 1}) == {1: 33334, 2: 33333, 3: 33333}


def test_more_than_alone_is_seen():
    dear = reckon(50000, {1: Taken(2, 60000, 60000, alone_cents=40000)})[1]
    cheap = reckon(50000, {1: Taken(2, 60000, 60000, alone_cents=50000)})[1]
    assert dear.is_above_alone
    assert not cheap.is_above_alone


taken_by_firm = st.dictionaries(
    st.integers(1, 40),
    st.builds(Taken, quantity=st.integers(0, 40), ceiling_cents=st.integers(0, 10**7)),
    min_size=1,
    max_size=12,
)


@given(cost=st.integers(0, 10**8), taken=taken_by_firm)
def test_shares_sum_to_the_cost_and_nobody_pays_above_its_ceiling(cost, taken):
    parts = reckon(cost, taken)
    signed = any(one.quantity for one in taken.values())
    assert sum(part.share_cents for part in parts.values()) == (cost if signed else 0)
    for firm, part in parts.items():
        assert 0 <= part.charged_cents <= taken[firm].ceiling_cents


@given(cost=st.integers(0, 10**8), first=taken_by_firm, last=taken_by_firm)
def test_what_was_charged_before_is_subtracted_to_the_cent(cost, first, last):
    before = {firm: Billed(part.quantity, part.charged_cents) for firm, part in reckon(cost, first).items()}
    again = reckon(cost, last, before)
    at_once = reckon(cost, last)
    for firm in before.keys() | last.keys():
        total = before.get(firm, Billed()).cents + again[firm].charged_cents
        assert total == (at_once[firm].charged_cents if firm in at_once else 0)


def test_a_part_is_kept_as_it_is():
    part = Part(OCTOBER, 1000, 3, 2, 667, 500, 1, 250, None, -3)
    assert Part.from_json(part.to_json()) == part


@pytest.mark.parametrize(("net", "vat"), [(100, 20), (2, 0), (3, 1), (-3, -1), (12345, 2469), (0, 0)])
def test_vat_rounds_half_up_and_a_credit_note_has_its_opposite(net, vat):
    assert vat_cents(net, 2000) == vat


@given(net=st.integers(-(10**9), 10**9))
def test_vat_is_within_half_a_cent(net):
    assert abs(vat_cents(net, 2000) * 10_000 - net * 2000) <= 5_000
    assert vat_cents(net, 0) == 0


@given(cost=st.integers(0, 10**9), half_days=st.dictionaries(st.integers(1, 500), st.integers(0, 62), max_size=46))
def test_the_engine_shares_by_largest_remainder(cost, half_days):
    weights = {firm: quantity for firm, quantity in half_days.items() if quantity}
    by_hand = {**dict.fromkeys(half_days, 0), **(apportion(cost, weights) if weights else {})}
    assert share_by_half_days(cost, half_days) == by_hand
