from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grappe.ledger.actions import UnableToPost, post, reverse
from grappe.ledger.models import Account, Entry, Line
from grappe.ledger.queries import balance, firm_balances, trial_balance


def sale(world, source="invoice:1", net=10000, vat=2000, firm=None):
    firm = firm or world.disquaire
    return post(
        by=world.colette,
        cluster=world.vigne,
        day=world.today,
        label="Facture",
        source=source,
        lines=[("411", net + vat, 0, firm), ("706", 0, net, None), ("44571", 0, vat, None)],
    )


def test_an_entry_opens_the_accounts_it_needs(world):
    sale(world)
    assert list(Account.objects.values_list("code", "name")) == [
        ("411", "Clients"),
        ("44571", "TVA collectée"),
        ("706", "Prestations de services"),
    ]
    assert balance("411") == 12000
    assert balance("706") == -10000


def test_the_same_source_is_posted_once(world):
    assert sale(world).pk == sale(world).pk
    assert Entry.objects.count() == 1
    assert Line.objects.count() == 3


def test_the_same_source_with_other_amounts_is_refused(world):
    sale(world)
    with pytest.raises(UnableToPost, match="déjà passée"):
        sale(world, net=9999)


@pytest.mark.parametrize(
    "lines",
    [
        [("512", 100, 0, None), ("706", 0, 99, None)],
        [("512", 100, 100, None), ("706", 50, 50, None)],
        [("512", 0, 0, None), ("706", 0, 0, None)],
        [("512", -100, 0, None), ("706", 0, -100, None)],
        [],
    ],
)
def test_lines_that_do_not_balance_are_refused_in_words(world, lines):
    with pytest.raises(UnableToPost, match="équilibrée"):
        post(by=world.colette, cluster=world.vigne, day=world.today, label="x", source="x", lines=lines)
    assert not Entry.objects.exists()
    assert not Line.objects.exists()


def test_an_unknown_account_is_refused(world):
    with pytest.raises(UnableToPost, match="999"):
        post(
            by=world.colette,
            cluster=world.vigne,
            day=world.today,
            label="x",
            source="x",
            lines=[("999", 1, 0, None), ("512", 0, 1, None)],
        )


def test_a_reversal_brings_every_account_back_to_nothing_and_happens_once(world):
    entry = sale(world)
    back = reverse(by=world.colette, entry=entry, day=world.today, label="Avoir")
    assert back.reverses_id == entry.pk
    assert reverse(by=world.colette, entry=entry, day=world.today, label="Avoir").pk == back.pk
    assert [row.balance_cents for row in trial_balance().rows] == [0, 0, 0]
    with pytest.raises(UnableToPost):
        reverse(by=world.colette, entry=back, day=world.today, label="Avoir de l’avoir")


def test_clients_are_read_firm_by_firm(world):
    sale(world)
    sale(world, source="invoice:2", firm=world.scene, net=5000, vat=1000)
    assert [(row.name, row.balance_cents) for row in firm_balances("411")] == [("Disquaire", 12000), ("Scène", 6000)]
    assert balance("411", firm=world.scene) == 6000


def test_another_cluster_has_its_own_books(world):
    from django_scopes import scope

    sale(world)
    with scope(cluster=world.treille):
        assert trial_balance().rows == ()


amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(amounts, min_size=1, max_size=4))
def test_whatever_is_posted_the_books_balance(world, batches):
    for rank, debits in enumerate(batches):
        post(
            by=None,
            cluster=world.vigne,
            day=world.today,
            label="x",
            source=f"{rank}:{Entry.objects.count()}",
            lines=[*(("411", cents, 0, world.studio) for cents in debits), ("706", 0, sum(debits), None)],
        )
    assert trial_balance().is_balanced
