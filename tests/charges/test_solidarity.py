"""What each answers for, and the guarantees: docs/algorithms/solidarity.md, whose figures are here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charges.factory import months_ago, post, sign

from grappe.charges.actions import draw_up, issue, record_payment, reverse_payment
from grappe.charges.actions.guarantees import (
    UnableToGuarantee,
    call_guarantee,
    receive_guarantee,
    return_guarantee,
    use_guarantee,
)
from grappe.charges.models import Invoice
from grappe.charges.solidarity import position, pot_balances, share
from grappe.ledger.queries import trial_balance

USE = {1: 12, 2: 10, 3: 8}


def test_by_hand():
    assert share(720_000, "use", USE) == {1: 288_000, 2: 240_000, 3: 192_000}
    assert share(720_000, "equal", USE) == {1: 240_000, 2: 240_000, 3: 240_000}
    assert share(720_000, "whole", USE) == {1: 720_000, 2: 720_000, 3: 720_000}
    assert share(100, "equal", USE) == {1: 34, 2: 33, 3: 33}


@given(st.integers(0, 10**9), st.dictionaries(st.integers(1, 60), st.integers(0, 400), min_size=1, max_size=20))
def test_by_use_and_equally_the_shares_are_the_debt_to_the_cent(cents, use):
    for rule in ("use", "equal"):
        assert sum(share(cents, rule, use).values()) == cents
        assert all(part >= 0 for part in share(cents, rule, use).values())


@pytest.fixture
def late(world):
    """Disquaire owes an invoice of last month's statement, past its day; Scène and Studio share the post."""
    pool = post(world)
    month = months_ago(world.today, 2)
    for firm, count in zip(world.firms[:3], (12, 10, 8), strict=True):
        sign(pool, firm, month, count)
    statement = draw_up(by=world.colette, pool=pool, month=month)
    issued_on = months_ago(world.today, 1) - timedelta(days=15)
    issue(by=world.colette, statement=statement, on=issued_on)
    for invoice in Invoice.objects.exclude(firm=world.disquaire):
        record_payment(by=world.colette, invoice=invoice, day=issued_on, cents=invoice.total_cents)
    found = Invoice.objects.with_due().select_related("firm", "cluster").get(firm=world.disquaire)
    Invoice.objects.filter(pk=found.pk)
    return found


def call(world, pot, **cents):
    firms = {getattr(world, name): amount for name, amount in cents.items()}
    return call_guarantee(
        by=world.colette, cluster=world.vigne, pot=pot, cents=firms, day=world.today, label="Assemblée"
    )


def receive(world, pot, firm, cents):
    return receive_guarantee(by=world.colette, cluster=world.vigne, pot=pot, firm=firm, cents=cents, day=world.today)


def test_who_is_late_and_what_it_would_cost_each(world, late):
    world.vigne.solidarity = "use"
    found = position(world.vigne, on=late.due_on + timedelta(days=1))
    (one,) = found.late
    assert (one.firm, one.cents, one.own_cents) == (world.disquaire, late.total_cents, 0)
    assert world.disquaire.pk not in one.shares
    assert sum(one.shares.values()) == late.total_cents
    assert one.shares[world.scene.pk] > one.shares[world.studio.pk] > 0
    assert sum(row.exposure_cents for row in found.rows) == found.engaged_cents > 0
    assert found.of_firm(world.scene.pk).others_late_cents == one.shares[world.scene.pk]
    assert position(world.vigne, on=late.due_on).late == ()


def test_called_received_used_taken_back_returned(world, late):
    call(world, "fund", disquaire=30_000, scene=40_000, studio=20_000)
    assert (pot_balances("fund").paid_cents, pot_balances("fund").called_cents) == (0, 90_000)
    for firm, cents in ((world.disquaire, 30_000), (world.scene, 40_000), (world.studio, 20_000)):
        receive(world, "fund", firm, cents)
    day = late.due_on + timedelta(days=1)
    payment = use_guarantee(by=world.colette, invoice=late, pot="fund", cents=60_001, day=day)
    # its own 300.00 first; 300.01 by 400 and 200: 200.006… and 100.003…, the odd cent to the larger remainder
    assert pot_balances("fund").paid == {world.scene.pk: 19_999, world.studio.pk: 10_000}
    assert Invoice.objects.with_due().get(pk=late.pk).due_cents == late.total_cents - 60_001
    assert trial_balance().is_balanced
    reverse_payment(by=world.colette, payment=payment, day=world.today)
    assert pot_balances("fund").paid == {world.disquaire.pk: 30_000, world.scene.pk: 40_000, world.studio.pk: 20_000}
    return_guarantee(by=world.colette, cluster=world.vigne, pot="fund", firm=world.scene, cents=40_000, day=world.today)
    assert world.scene.pk not in pot_balances("fund").paid
    assert trial_balance().is_balanced


def test_what_cannot_be_is_refused_in_words(world, late):
    day = late.due_on + timedelta(days=1)
    with pytest.raises(UnableToGuarantee, match="au moins une structure"):
        call(world, "deposit", disquaire=0)
    call(world, "deposit", disquaire=50_000, scene=50_000)
    with pytest.raises(UnableToGuarantee, match="doit encore 500"):
        receive(world, "deposit", world.disquaire, 50_001)
    with pytest.raises(UnableToGuarantee, match="Il y a 0,00"):  # called is not there yet
        use_guarantee(by=world.colette, invoice=late, pot="deposit", cents=1, day=day)
    receive(world, "deposit", world.disquaire, 50_000)
    receive(world, "deposit", world.scene, 50_000)
    with pytest.raises(UnableToGuarantee, match="Il y a 500"):  # a deposit answers for its own firm only
        use_guarantee(by=world.colette, invoice=late, pot="deposit", cents=50_001, day=day)
    with pytest.raises(UnableToGuarantee, match="n’est pas en retard"):
        use_guarantee(by=world.colette, invoice=late, pot="deposit", cents=1, day=late.due_on)
    with pytest.raises(UnableToGuarantee, match="de factures"):
        return_guarantee(
            by=world.colette, cluster=world.vigne, pot="deposit", firm=world.disquaire, cents=100, day=world.today
        )
    assert pot_balances("deposit").paid_cents == 100_000


def test_as_many_queries_whatever_the_firms(world, late, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        position(world.vigne, on=world.today)
    call(world, "fund", disquaire=1, scene=1, studio=1, edition=1)
    with django_assert_num_queries(len(before)):
        position(world.vigne, on=world.today)
