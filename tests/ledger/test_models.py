"""What the database itself refuses, whoever asks (the same tests run on SQLite and on PostgreSQL)."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from grappe.ledger.actions import post
from grappe.ledger.models import Account, Entry, Line


@pytest.fixture
def accounts(world):
    return [
        Account.objects.create(cluster=world.vigne, code=code, name=name)
        for code, name in (("512", "Banque"), ("706", "Prestations"))
    ]


def lines_of(world, accounts, debit, credit, entry_id):
    Line.objects.create(cluster=world.vigne, entry_id=entry_id, account=accounts[0], debit_cents=debit)
    Line.objects.create(cluster=world.vigne, entry_id=entry_id, account=accounts[1], credit_cents=credit)


def entry_of(world, entry_id):
    return Entry.objects.create(id=entry_id, cluster=world.vigne, day=world.today, label="x", source=str(entry_id))


def posted(world):
    return post(
        by=None,
        cluster=world.vigne,
        day=world.today,
        label="x",
        source="x",
        lines=[("512", 100, 0, None), ("706", 0, 100, None)],
    )


def test_an_unbalanced_entry_is_refused(world, accounts):
    entry_id = uuid.uuid4()
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        lines_of(world, accounts, 100, 99, entry_id)
        entry_of(world, entry_id)


def test_an_entry_without_lines_is_refused(world):
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        entry_of(world, uuid.uuid4())


def test_lines_without_their_entry_do_not_survive_the_transaction(world, accounts):
    with pytest.raises(IntegrityError), transaction.atomic():
        lines_of(world, accounts, 100, 100, uuid.uuid4())
        connection.check_constraints()


def test_a_line_of_another_cluster_does_not_balance_an_entry(world, accounts):
    entry_id = uuid.uuid4()
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        Line.objects.create(cluster=world.vigne, entry_id=entry_id, account=accounts[0], debit_cents=100)
        Line.objects.create(cluster=world.treille, entry_id=entry_id, account=accounts[1], credit_cents=100)
        entry_of(world, entry_id)


def test_a_late_line_is_refused(world):
    entry = posted(world)
    account = Account.objects.get(code="512")
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Line.objects.create(cluster=world.vigne, entry=entry, account=account, debit_cents=1)


@pytest.mark.parametrize("model", [Entry, Line])
def test_nothing_posted_is_updated_or_deleted(world, model):
    posted(world)
    changed = {"label": "autre"} if model is Entry else {"debit_cents": 7}
    with pytest.raises(IntegrityError, match="append only"), transaction.atomic():
        model.objects.update(**changed)
    with pytest.raises(IntegrityError, match="append only"), transaction.atomic():
        model.objects.all()._raw_delete(using="default")


def test_a_line_is_on_one_side(world, accounts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(
            cluster=world.vigne, entry_id=uuid.uuid4(), account=accounts[0], debit_cents=1, credit_cents=1
        )
