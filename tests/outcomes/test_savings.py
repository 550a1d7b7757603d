from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.outcomes.savings import Basis, Range, cells, saved

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("alone_unit", "alone_quantity", "proved", "expected"),
    [
        (19700, 4, True, Range(26200, 32750, 39300)),
        (19700, 0, True, Range(0, 19650, 39300)),
        (19700, 10, True, Range(39300, 39300, 39300)),
        (19700, 4, False, Range(0, 32750, 39300)),
        (12000, 4, True, Range(-6900, -5750, -4600)),
        (12000, 4, False, Range(-6900, -5750, -4600)),
    ],
)
def test_the_figures_of_the_docs_page(alone_unit, alone_quantity, proved, expected):
    gap = 6 * alone_unit - 78900
    assert saved(quantity=6, gap_cents=gap, alone_quantity=alone_quantity, proved=proved) == expected


def test_paid_without_taking_is_a_loss_of_what_was_paid():
    assert saved(quantity=0, gap_cents=-500, alone_quantity=3, proved=True) == Range(-500, -500, -500)


@given(
    quantity=st.integers(-3, 60),
    gap=st.integers(-(10**7), 10**7),
    alone_quantity=st.integers(0, 80),
    proved=st.booleans(),
)
def test_low_central_high_keep_their_order_and_the_sign_of_the_gap(quantity, gap, alone_quantity, proved):
    found = saved(quantity=quantity, gap_cents=gap, alone_quantity=alone_quantity, proved=proved)
    assert found.low <= found.central <= found.high
    assert gap <= found.low if gap < 0 else found.high <= gap
    assert (found.central >= 0) == (gap >= 0) or abs(gap) < 2 * max(quantity, 1)


@given(quantity=st.integers(1, 60), gap=st.integers(0, 10**7), fewer=st.integers(0, 60), more=st.integers(0, 60))
def test_what_would_have_been_bought_alone_only_raises_the_saving(quantity, gap, fewer, more):
    little = saved(quantity=quantity, gap_cents=gap, alone_quantity=min(fewer, more), proved=True)
    much = saved(quantity=quantity, gap_cents=gap, alone_quantity=max(fewer, more), proved=True)
    assert little.low <= much.low
    assert little.central <= much.central
    assert little.high == much.high == gap


def cell_of(*bases, **fields):
    return cells(firm_id=1, pool_id=2, month=NOVEMBER, bases=bases, **fields)


def test_two_price_bases_in_a_month_take_the_prudent_side():
    (cell,) = cell_of(Basis(2, 20000, 15000, 4, "A"), Basis(4, 44000, 18000, 3, "C"))
    assert (cell.quantity, cell.paid_cents, cell.alone_cents) == (6, 64000, 102000)
    assert (cell.alone_quantity, cell.grade, cell.is_proved) == (3, "C", False)


def test_an_act_and_its_reversal_leave_the_other_basis_alone():
    (cell,) = cell_of(Basis(0, 0, 15000, 1, "D"), Basis(4, 44000, 18000, 3, "A"))
    assert (cell.quantity, cell.alone_cents, cell.alone_quantity, cell.grade) == (4, 72000, 3, "A")


def test_acts_without_a_price_alone_stand_apart_and_claim_nothing():
    priced, unpriced = cell_of(Basis(3, 30000, 20000, 3, "A"), Basis(1, 10000))
    assert priced.saved == Range(30000, 30000, 30000)
    assert unpriced.alone_cents is None
    assert unpriced.saved == Range()
    assert unpriced.paid_cents == 10000


def test_an_adjustment_is_split_by_quantity_to_the_cent():
    priced, unpriced = cell_of(Basis(2, 20000, 20000, 2, "A"), Basis(1, 10000), adjusting_cents=-100)
    assert priced.paid_cents == 20000 - 67
    assert unpriced.paid_cents == 10000 - 33


def test_a_transfer_is_never_in_the_saving():
    (cell,) = cell_of(Basis(2, 20000, 20000, 2, "A"), financed_cents=5000)
    assert cell.saved.high == 20000
    assert cell.financed_cents == 5000


bases = st.lists(
    st.builds(
        Basis,
        quantity=st.integers(0, 20),
        paid_cents=st.integers(0, 10**6),
        unit_cents=st.none() | st.integers(0, 50000),
        month_quantity=st.none() | st.integers(0, 20),
        grade=st.sampled_from("ABCD"),
    ),
    max_size=5,
)


@given(bases=bases, adjusting=st.integers(-(10**5), 10**5), financed=st.integers(0, 10**5))
def test_nothing_paid_taken_or_financed_is_lost_between_cells(bases, adjusting, financed):
    found = cells(firm_id=1, pool_id=2, month=NOVEMBER, bases=bases, adjusting_cents=adjusting, financed_cents=financed)
    assert sum(cell.paid_cents for cell in found) == sum(basis.paid_cents for basis in bases) + adjusting
    assert sum(cell.quantity for cell in found) == sum(basis.quantity for basis in bases)
    assert sum(cell.financed_cents for cell in found) == financed
