"""Two coordinators at once, each on a connection of its own: no number is skipped, none is given twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django_scopes import scope
from tests.charges.factory import months_ago, paid, post, sign
from tests.charges.test_closings import billed_year, breaches, exempt, last_year, ready, use
from tests.solves.disk import Disk, disk  # noqa: F401

from grappe.acts.actions import YearIsClosed
from grappe.acts.models import Act
from grappe.charges.actions import (
    UnableToIssue,
    UnableToRecordPayment,
    cancel_invoice,
    draw_up,
    issue,
    record_payment,
)
from grappe.charges.actions.closings import close_year
from grappe.charges.models import Closing, ClosingLine, Invoice, Statement
from grappe.ledger.queries import balance, trial_balance

on_server = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def committed(test):
    return pytest.mark.django_db(transaction=True)(test) if on_server else test


def at_once(disk: Disk, *deeds: Callable[[], Any]) -> list[Any]:  # noqa: F811
    """Let the deeds go at the same moment, each in the cluster's scope; what each gave, or raised."""
    gate, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int) -> None:
        try:
            with scope(cluster=disk.world.vigne):
                connections["default"].ensure_connection()
                gate.wait(timeout=20)
                found[number] = deeds[number]()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def drafts(world, count):
    """So many posts, each with last month drawn up for two firms."""
    month = months_ago(world.today, 1)
    found = []
    for rank in range(count):
        pool = post(world, since=1, name=f"Poste {rank}")
        sign(pool, world.disquaire, month, 3)
        sign(pool, world.scene, month, 2)
        found.append(draw_up(by=None, pool=pool, month=month))
    return found


def assert_no_gap(count):
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, count + 1))
    assert trial_balance().is_balanced


def test_one_after_the_other_numbers_follow(world):
    for one in drafts(world, 2):
        issue(by=world.colette, statement=one, on=world.today)
    assert_no_gap(4)


@committed
def test_four_statements_issued_at_once_leave_no_gap_and_no_double(disk):  # noqa: F811
    world = disk.world
    found = at_once(
        disk, *(lambda one=one: issue(by=world.colette, statement=one, on=world.today) for one in drafts(world, 4))
    )
    assert all(isinstance(one, Statement) for one in found), found
    assert_no_gap(8)


@committed
def test_the_same_statement_issued_at_once_is_issued_once(disk):  # noqa: F811
    world = disk.world
    (draft,) = drafts(world, 1)
    found = at_once(disk, *[lambda: issue(by=world.colette, statement=draft, on=world.today)] * 3)
    assert all(isinstance(one, Statement) for one in found), found
    assert_no_gap(2)
    assert balance("411") == sum(Invoice.objects.values_list("total_cents", flat=True))


@committed
def test_a_signature_during_the_issue_is_billed_once_now_or_next_month(disk):  # noqa: F811
    world = disk.world
    (draft,) = drafts(world, 1)
    pool, month = draft.pool, draft.month
    found = at_once(
        disk,
        lambda: issue(by=world.colette, statement=draft, on=world.today),
        lambda: sign(pool, world.studio, month, 1),
    )
    if isinstance(found[0], UnableToIssue):  # it saw the signature first: drawn up again
        issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=world.today)
    this = world.today.replace(day=1)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=this), on=world.today)
    for firm in world.firms:
        assert sum(one.net_cents for one in Invoice.objects.filter(firm=firm)) == paid(pool, firm)
    assert Invoice.objects.get(firm=world.studio).net_cents == 12000
    assert Act.objects.filter(firm=world.studio, quantity=1).count() == 1


@committed
def test_a_credit_note_asked_twice_at_once_is_one(disk):  # noqa: F811
    world = disk.world
    (draft,) = drafts(world, 1)
    issue(by=None, statement=draft, on=world.today)
    invoice = Invoice.objects.get(firm=world.scene)
    found = at_once(disk, *[lambda: cancel_invoice(by=world.colette, invoice=invoice, on=world.today)] * 3)
    assert {one.pk for one in found} == {Invoice.objects.get(cancels=invoice).pk}
    assert_no_gap(3)


@committed
def test_two_payments_at_once_never_exceed_what_is_due(disk):  # noqa: F811
    world = disk.world
    (draft,) = drafts(world, 1)
    issue(by=None, statement=draft, on=world.today)
    invoice = Invoice.objects.get(firm=world.disquaire)

    def pay():
        return record_payment(by=None, invoice=invoice, day=world.today, cents=invoice.total_cents)

    found = at_once(disk, pay, pay)
    assert sum(isinstance(one, UnableToRecordPayment) for one in found) == 1, found
    assert Invoice.objects.with_due().get(pk=invoice.pk).due_cents == 0


@committed
def test_a_year_closed_twice_at_once_with_a_signature_between_closes_once(disk):  # noqa: F811
    world = disk.world
    exempt(world)
    pool = billed_year(world)
    closing = ready(world, 615_000)
    found = at_once(
        disk,
        lambda: close_year(by=world.colette, closing=closing, on=world.today),
        lambda: close_year(by=world.colette, closing=closing, on=world.today),
        lambda: use(pool, world.studio, date(last_year(world), 12, 27), 1),
    )
    assert [isinstance(one, Closing) for one in found[:2]] == [True, True], found
    assert found[2] is None or isinstance(found[2], YearIsClosed), found[2]
    lines = ClosingLine.objects.filter(closing=closing)
    counted = 1 if found[2] is None else 0
    assert sum(line.quantity for line in lines) == 55 + counted
    assert sum(line.share_cents for line in lines) == 615_000
    assert sum(Invoice.objects.values_list("net_cents", flat=True)) == 615_000
    assert trial_balance().is_balanced
    assert breaches() == []
