from __future__ import annotations

import random

import pytest
from django.db import IntegrityError, transaction
from tests.charges.factory import months_ago, paid, post, sign

from grappe.acts.actions import reverse
from grappe.acts.models import Act
from grappe.audit.deeds import AlreadyDone
from grappe.charges.actions import (
    UnableToCancel,
    UnableToDrawUp,
    UnableToIssue,
    UnableToRecordPayment,
    UnableToRemind,
    cancel_invoice,
    draw_up,
    issue,
    record_payment,
    remind,
    reverse_payment,
)
from grappe.charges.models import Invoice, InvoiceLine, InvoiceSeries, Statement, StatementLine
from grappe.clusters.models import Cluster
from grappe.ledger.queries import balance, trial_balance
from grappe.people.models import Mail
from grappe.pools.enums import PoolState


@pytest.fixture
def october(world):
    return months_ago(world.today, 2)


@pytest.fixture
def november(world):
    return months_ago(world.today, 1)


@pytest.fixture
def pool(world):
    """The post of the docs page: 3,600.00 a month; accepted at 120, 120 and 110."""
    return post(world, prices={world.disquaire: 12000, world.scene: 12000, world.studio: 11000})


@pytest.fixture
def signed(world, pool, october):
    for firm, count in ((world.disquaire, 12), (world.scene, 10), (world.studio, 8)):
        sign(pool, firm, october, count)


def drawn(world, pool, month):
    return draw_up(by=world.colette, pool=pool, month=month)


def issued(world, pool, month):
    return issue(by=world.colette, statement=drawn(world, pool, month), on=world.today)


def charged(statement):
    return {line.firm.name: line.charged_cents for line in statement.lines.select_related("firm")}


def invoices():
    return list(Invoice.objects.with_due().order_by("number"))


# ---------------------------------------------------------------- drawing up


def test_the_draft_of_the_docs_page(world, pool, signed, october):
    statement = drawn(world, pool, october)
    assert charged(statement) == {"Disquaire": 144000, "Scène": 120000, "Studio": 88000}
    assert (statement.cost_cents, statement.charged_cents, statement.kept_cents) == (360000, 352000, 8000)
    assert sum(line.share_cents for line in statement.lines.all()) == 360000
    assert not Invoice.objects.exists()


def test_drawing_up_again_refreshes_the_draft(world, pool, signed, october):
    first = drawn(world, pool, october)
    sign(pool, world.scene, october, 2)
    again = drawn(world, pool, october)
    assert again.pk == first.pk
    assert charged(again) == {"Disquaire": 135000, "Scène": 135000, "Studio": 88000}


def test_a_month_without_any_signature_leaves_its_cost_with_the_cluster(world, pool, october):
    statement = issued(world, pool, october)
    assert statement.kept_cents == 360000
    assert not Invoice.objects.exists()


def test_what_cannot_be_drawn_up_is_refused(world, pool, signed, october):
    with pytest.raises(UnableToDrawUp, match="pas en route"):
        drawn(world, pool, months_ago(world.today, 5))
    with pytest.raises(UnableToDrawUp, match="pas commencé"):
        drawn(world, pool, (world.today.replace(day=28)).replace(year=world.today.year + 1))
    issued(world, pool, october)
    with pytest.raises(UnableToDrawUp, match="déjà émis"):
        drawn(world, pool, october)
    pool.state = PoolState.INVITING
    pool.save()
    with pytest.raises(UnableToDrawUp, match="pas en route"):
        drawn(world, pool, months_ago(world.today, 1))


# ---------------------------------------------------------------- issuing


def test_invoices_are_numbered_in_order_with_vat_and_both_parties(world, pool, signed, october):
    issued(world, pool, october)
    found = [(one.reference, one.firm.name, one.net_cents, one.vat_cents, one.total_cents) for one in invoices()]
    year = world.today.year
    assert found == [
        (f"VI-{year}-0001", "Disquaire", 144000, 28800, 172800),
        (f"VI-{year}-0002", "Scène", 120000, 24000, 144000),
        (f"VI-{year}-0003", "Studio", 88000, 17600, 105600),
    ]
    first = Invoice.objects.get(number=1)
    assert first.seller["name"] == "Association Vigne"
    assert first.buyer["siren"] == "000000026"
    assert (first.due_on - first.issued_on).days == 30
    assert (first.period_from, first.period_to) == (october, months_ago(world.today, 1))
    assert [(line.quantity, line.net_cents) for line in first.lines.all()] == [(12, 144000)]


def test_an_exempt_cluster_invoices_without_vat_and_says_why(world, pool, signed, october):
    Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime="exempt_261b")
    issued(world, pool, october)
    assert {(one.vat_cents, one.vat_note) for one in invoices()} == {(0, "Exonération de TVA, article 261 B du CGI")}
    assert balance("44571") == 0


def test_what_acts_say_was_paid_is_what_was_invoiced(world, pool, signed, october):
    sign(pool, world.scene, october, 2)
    issued(world, pool, october)
    for one in invoices():
        assert paid(pool, one.firm) == one.net_cents
    adjusting = Act.objects.get(firm=world.disquaire, quantity=0)
    assert adjusting.paid_cents == 135000 - 144000


def test_the_ledger_balances_and_each_firm_owes_its_invoice(world, pool, signed, october):
    issued(world, pool, october)
    assert trial_balance().is_balanced
    assert balance("411", firm=world.scene) == 144000
    assert balance("706") == -352000
    assert balance("44571") == -70400


def test_issuing_twice_is_issuing_once(world, pool, signed, october):
    statement = issued(world, pool, october)
    assert issue(by=world.colette, statement=statement, on=world.today).pk == statement.pk
    assert Invoice.objects.count() == 3
    assert InvoiceSeries.objects.get().last_number == 3


def test_the_same_form_sent_twice_happens_once(world, pool, signed, october):
    statement = drawn(world, pool, october)
    issue(by=world.colette, statement=statement, on=world.today, key="abc")
    with pytest.raises(AlreadyDone):
        issue(by=world.colette, statement=statement, on=world.today, key="abc")


def test_a_draft_that_is_no_longer_true_is_not_issued(world, pool, signed, october):
    statement = drawn(world, pool, october)
    sign(pool, world.scene, october)
    with pytest.raises(UnableToIssue, match="a changé"):
        issue(by=world.colette, statement=statement, on=world.today)
    assert not Invoice.objects.exists()
    assert not InvoiceSeries.objects.exists()


def test_numbers_follow_dates(world, pool, signed, october, november):
    issued(world, pool, october)
    sign(pool, world.scene, november)
    statement = drawn(world, pool, november)
    with pytest.raises(UnableToIssue, match="numéros suivent les dates"):
        issue(by=world.colette, statement=statement, on=november)


def test_what_is_issued_is_frozen_by_the_database(world, pool, signed, october):
    statement = issued(world, pool, october)
    invoice = Invoice.objects.first()
    forbidden = [
        lambda: Statement.objects.update(cost_cents=1),
        lambda: StatementLine.objects.update(charged_cents=1),
        lambda: Invoice.objects.update(net_cents=1),
        lambda: InvoiceLine.objects.update(net_cents=1),
        lambda: Invoice.objects.all()._raw_delete(using="default"),
        lambda: InvoiceLine.objects.create(
            cluster=world.vigne, invoice=invoice, position=9, label="x", quantity=1, unit="x", net_cents=1
        ),
        lambda: StatementLine.objects.create(
            cluster=world.vigne,
            statement=statement,
            firm=world.edition,
            quantity=0,
            share_cents=0,
            ceiling_cents=0,
            charged_cents=0,
        ),
        lambda: Invoice.objects.create(
            **{
                field: getattr(invoice, field)
                for field in (
                    "cluster",
                    "firm",
                    "year",
                    "issued_on",
                    "due_on",
                    "period_from",
                    "period_to",
                    "seller",
                    "buyer",
                    "net_cents",
                    "vat_rate_bp",
                    "vat_cents",
                    "total_cents",
                )
            },
            number=9,
            reference="VI-9",
        ),
    ]
    for deed in forbidden:
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


def test_the_firms_people_are_written_to(world, pool, signed, october):
    issued(world, pool, october)
    mails = Mail.objects.filter(to=world.marius.email)
    assert [mail.subject.split(" :")[0].split("\u00a0")[0] for mail in mails] == [f"Facture VI-{world.today.year}-0001"]


# ---------------------------------------------------------------- signed after the statement


def test_a_month_signed_late_is_shared_again_by_the_next_statement(world, pool, signed, october, november):
    issued(world, pool, october)
    sign(pool, world.scene, october, 2)
    statement = issued(world, pool, november)
    assert charged(statement) == {"Disquaire": -9000, "Scène": 15000, "Studio": 0}
    assert sum(line.share_cents for line in statement.lines.all()) == 8000
    assert statement.reopened_cents == 8000
    assert statement.month_cost_cents == 360000
    assert statement.kept_cents == 360000 + 2000
    found = {
        one.firm.name: (one.net_cents, one.is_credit_note) for one in invoices() if one.statement_id == statement.pk
    }
    assert found == {"Disquaire": (-9000, True), "Scène": (15000, False)}
    assert paid(pool, world.disquaire, [october]) == 135000
    assert paid(pool, world.scene, [october]) == 135000
    assert trial_balance().is_balanced


def test_a_corrected_half_day_is_given_back_by_the_next_statement(world, pool, october, november):
    (act,) = sign(pool, world.scene, october)
    issued(world, pool, october)
    reverse(by=world.colette, act=act, label="n’a pas eu lieu")
    statement = issued(world, pool, november)
    assert charged(statement) == {"Scène": -12000}
    assert paid(pool, world.scene) == 0


def test_nothing_changed_means_nothing_more(world, pool, signed, october, november):
    issued(world, pool, october)
    assert issued(world, pool, november).lines.count() == 0
    assert Invoice.objects.count() == 3


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_signing_the_end_is_the_same(world, seed):
    """Acts signed, corrected and cancelled at random between statements: charges end as if all had been known."""
    chance = random.Random(seed)
    pool = post(world, since=4, prices={firm: chance.choice([9000, 12000, 15000]) for firm in world.firms})
    months = [months_ago(world.today, count) for count in (4, 3, 2, 1)]
    standing = []
    for rank, month in enumerate(months):
        for _time in range(chance.randint(3, 10)):
            if rank < 3:
                standing += sign(pool, chance.choice(world.firms), chance.choice(months[: rank + 1]))
        if standing and chance.random() < 0.5:
            reverse(by=None, act=standing.pop(chance.randrange(len(standing))), label="")
        issued(world, pool, month)
        if rank < 3 and chance.random() < 0.6:
            whole = list(Invoice.objects.filter(cancels=None, cancelled_by=None))
            if whole:
                cancel_invoice(by=None, invoice=chance.choice(whole), on=world.today)
    final = {(firm.pk, month): 0 for firm in world.firms for month in months}
    for act in Act.objects.all():
        final[act.firm_id, act.day.replace(day=1)] += act.paid_cents
    twin = post(world, since=4, name="Jumeau", prices={firm: terms_of(pool, firm) for firm in world.firms})
    for act in standing:
        sign(twin, act.firm, act.day.replace(day=1))
    for month in months:
        issued(world, twin, month)
    for (firm_pk, month), cents in final.items():
        firm = next(one for one in world.firms if one.pk == firm_pk)
        assert cents == paid(twin, firm, [month]), (firm, month)
    for firm in world.firms:
        net = sum(one.net_cents for one in Invoice.objects.filter(firm=firm, statement__pool=pool))
        assert net == paid(pool, firm)
    assert trial_balance().is_balanced
    numbers = list(Invoice.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def terms_of(pool, firm):
    from tests.charges.factory import price_of

    return price_of(pool, firm).price_cents


# ---------------------------------------------------------------- credit notes


def test_a_credit_note_has_its_own_number_and_undoes_the_books(world, pool, signed, october):
    issued(world, pool, october)
    invoice = Invoice.objects.get(firm=world.scene)
    note = cancel_invoice(by=world.colette, invoice=invoice, on=world.today)
    assert (note.number, note.total_cents) == (4, -144000)
    assert cancel_invoice(by=world.colette, invoice=invoice, on=world.today).pk == note.pk
    assert balance("411", firm=world.scene) == 0
    assert [one.due_cents for one in invoices() if one.firm_id == world.scene.pk] == [0, 0]
    assert paid(pool, world.scene) == 10 * 12000
    with pytest.raises(UnableToCancel):
        cancel_invoice(by=world.colette, invoice=note, on=world.today)


def test_a_cancelled_invoice_is_charged_again_by_the_next_statement(world, pool, signed, october, november):
    issued(world, pool, october)
    cancel_invoice(by=world.colette, invoice=Invoice.objects.get(firm=world.scene), on=world.today)
    statement = issued(world, pool, november)
    assert charged(statement) == {"Scène": 120000, "Studio": 0}
    assert paid(pool, world.scene) == 120000


def test_what_was_paid_on_a_cancelled_invoice_is_owed_to_the_firm(world, pool, signed, october):
    issued(world, pool, october)
    invoice = Invoice.objects.get(firm=world.scene)
    record_payment(by=world.colette, invoice=invoice, day=world.today, cents=100000)
    note = cancel_invoice(by=world.colette, invoice=invoice, on=world.today)
    assert Invoice.objects.with_due().get(pk=note.pk).due_cents == -100000
    record_payment(by=world.colette, invoice=note, day=world.today, cents=100000)
    assert Invoice.objects.with_due().get(pk=note.pk).due_cents == 0
    assert balance("512") == 0
    assert balance("411", firm=world.scene) == 0


# ---------------------------------------------------------------- payments


@pytest.fixture
def invoice(world, pool, signed, october):
    issued(world, pool, october)
    return Invoice.objects.get(firm=world.disquaire)


def due(invoice):
    return Invoice.objects.with_due().get(pk=invoice.pk).due_cents


def test_an_invoice_is_paid_in_two_times(world, invoice):
    record_payment(by=world.colette, invoice=invoice, day=world.today, cents=100000)
    assert due(invoice) == 72800
    record_payment(by=world.colette, invoice=invoice, day=world.today, cents=72800, method="cheque")
    assert due(invoice) == 0
    assert balance("512") == 172800
    assert balance("411", firm=world.disquaire) == 0
    with pytest.raises(UnableToRecordPayment, match="soldée"):
        record_payment(by=world.colette, invoice=invoice, day=world.today, cents=1)


@pytest.mark.parametrize("cents", [172801, 0, -5])
def test_more_than_what_is_due_is_refused_with_what_is_due(world, invoice, cents):
    with pytest.raises(UnableToRecordPayment, match=r"1.728,00"):
        record_payment(by=world.colette, invoice=invoice, day=world.today, cents=cents)
    assert due(invoice) == 172800


def test_a_payment_is_neither_of_tomorrow_nor_before_its_invoice(world, invoice):
    for day in (world.today.replace(year=world.today.year + 1), world.today.replace(year=world.today.year - 1)):
        with pytest.raises(UnableToRecordPayment, match="date"):
            record_payment(by=world.colette, invoice=invoice, day=day, cents=100)


def test_a_payment_taken_back_is_due_again(world, invoice):
    payment = record_payment(by=world.colette, invoice=invoice, day=world.today, cents=172800)
    back = reverse_payment(by=world.colette, payment=payment, day=world.today)
    assert reverse_payment(by=world.colette, payment=payment, day=world.today).pk == back.pk
    assert due(invoice) == 172800
    assert balance("512") == 0
    with pytest.raises(UnableToRecordPayment):
        reverse_payment(by=world.colette, payment=back, day=world.today)


def test_a_reminder_is_written_while_something_is_due(world, invoice):
    before = Mail.objects.count()
    remind(by=world.colette, invoice=invoice, on=world.today)
    assert "1 728,00" in Mail.objects.first().body.replace("\u202f", " ").replace("\xa0", " ")
    assert Mail.objects.count() == before + 2
    record_payment(by=world.colette, invoice=invoice, day=world.today, cents=172800)
    with pytest.raises(UnableToRemind, match="n’attend plus"):
        remind(by=world.colette, invoice=invoice, on=world.today)


def test_nobody_to_remind_is_said(world, invoice):
    with pytest.raises(UnableToRemind, match="Personne"):
        remind(by=world.colette, invoice=Invoice.objects.get(firm=world.scene), on=world.today)
