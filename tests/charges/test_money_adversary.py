"""Whatever is signed, corrected, issued, cancelled, paid and given back, in any order, `grappe check` finds no breach."""

from __future__ import annotations

import random

import pytest
from tests.charges.factory import months_ago, post, sign

from grappe.acts.actions import record, reverse
from grappe.acts.models import Act
from grappe.audit.deeds import Refused
from grappe.charges.actions import cancel_invoice, draw_up, issue, record_payment, reverse_payment
from grappe.charges.models import Invoice, Payment
from grappe.cli.check import invariants


def breaches() -> list[str]:
    return [f"{title}: {breach}" for title, verify in invariants().items() for breach in verify()]


@pytest.fixture
def pool(world):
    """A cost that no number of half-days divides, three prices, one of them above its share."""
    return post(world, month_cents=359_999, prices={world.disquaire: 12_000, world.scene: 9_001, world.studio: 20_000})


class Month:
    """Someone who does anything that the deeds allow, in no order."""

    def __init__(self, world, pool, seed: int) -> None:
        self.world, self.pool, self.chance = world, pool, random.Random(seed)
        self.months = [months_ago(world.today, rank) for rank in (3, 2, 1)]

    def sign(self) -> None:
        firm = self.chance.choice(self.world.firms[:3])
        sign(self.pool, firm, self.chance.choice(self.months), self.chance.randint(1, 7))

    def correct(self) -> None:
        acts = list(Act.objects.filter(quantity=1, reversed_by=None))
        if acts:
            reverse(by=None, act=self.chance.choice(acts), label="erreur")

    def bill(self) -> None:
        statement = draw_up(by=None, pool=self.pool, month=self.chance.choice(self.months))
        issue(by=None, statement=statement, on=self.world.today)

    def cancel(self) -> None:
        invoices = list(Invoice.objects.filter(cancels=None))
        if invoices:
            cancel_invoice(by=None, invoice=self.chance.choice(invoices), on=self.world.today)

    def pay(self) -> None:
        owing = [one for one in Invoice.objects.with_due() if one.due_cents]
        if owing:
            invoice = self.chance.choice(owing)
            cents = self.chance.choice([1, abs(invoice.due_cents), abs(invoice.due_cents) + 1, 5_000])
            record_payment(by=None, invoice=invoice, day=self.world.today, cents=cents)

    def give_back(self) -> None:
        payments = list(Payment.objects.all())
        if payments:
            reverse_payment(by=None, payment=self.chance.choice(payments), day=self.world.today)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_deeds_breaks_nothing(world, pool, seed):
    someone = Month(world, pool, seed)
    someone.sign()
    deeds = [someone.sign, someone.correct, someone.bill, someone.cancel, someone.pay, someone.give_back]
    for _step in range(30):
        try:
            someone.chance.choice(deeds)()
        except Refused:
            continue
        assert breaches() == []


def billed(world, pool) -> Invoice:
    month = months_ago(world.today, 2)
    sign(pool, world.disquaire, month, 4)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=world.today)
    return Invoice.objects.get()


def test_half_days_of_a_month_not_issued_yet_are_no_breach(world, pool):
    sign(pool, world.disquaire, months_ago(world.today, 1), 3)
    billed(world, pool)
    assert breaches() == []


def test_check_sees_a_price_that_nobody_accepted(world, pool):
    record(
        by=None, cluster=world.vigne, pool=pool, firm=world.disquaire, day=world.today, quantity=1, paid_cents=12_001,
        source="hours:1",
    )  # fmt: skip
    assert any("had not accepted" in breach for breach in breaches())


def test_check_sees_a_firm_s_account_that_its_invoices_do_not_say(world, pool):
    invoice = billed(world, pool)
    Payment.objects.create(cluster=world.vigne, invoice=invoice, day=world.today, cents=100)
    assert any("in the books" in breach for breach in breaches())


def test_check_sees_money_beyond_what_was_due(world, pool):
    invoice = billed(world, pool)
    Payment.objects.create(cluster=world.vigne, invoice=invoice, day=world.today, cents=invoice.total_cents + 1)
    assert any("due of" in breach for breach in breaches())
