from __future__ import annotations

import re

import pytest
from django_scopes import scope
from tests.charges.factory import months_ago, post, sign

from grappe.acts.actions import record
from grappe.charges.actions import draw_up, issue
from grappe.charges.models import Invoice


@pytest.fixture
def member(client, world):
    client.force_login(world.marius)
    return client


@pytest.fixture
def pool(world):
    return post(world, since=1)


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def year_of(world):
    return months_ago(world.today, 1).year


def test_paid_alone_saved_with_the_range(member, world, pool):
    sign(pool, world.disquaire, months_ago(world.today, 1), 6)
    page = text(member.get("/c/vigne/ma-structure/releve/", {"annee": year_of(world)}))
    for figure in ("720,00 €", "1 182,00 €", "385,00 €", "entre 308,00 € et 462,00 €"):
        assert figure in page, figure
    assert "ne peut pas être mesuré pour une seule structure" in page


def test_another_firms_acts_are_nowhere(member, world, pool):
    sign(pool, world.scene, months_ago(world.today, 1), 6)
    page = text(member.get("/c/vigne/ma-structure/releve/", {"annee": year_of(world)}))
    assert "Rien encore cette année" in page
    assert member.get(f"/c/vigne/ma-structure/releve/?structure={world.scene.pk}").status_code == 404
    assert member.get(f"/c/vigne/ma-structure/releve/actes/?structure={world.scene.pk}").status_code == 404


def test_every_figure_opens(member, world, pool):
    month = months_ago(world.today, 1)
    sign(pool, world.disquaire, month, 6)
    record(
        by=None, cluster=world.vigne, pool=pool, firm=world.disquaire, day=month, quantity=1, paid_cents=5000,
        source="x", financed_cents=2500, financed_by="Ville",
    )  # fmt: skip
    page = text(member.get("/c/vigne/ma-structure/releve/", {"annee": year_of(world)}))
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="(/c/vigne/ma-structure/releve/actes/[^"]*)"', page)
    }
    assert len(links) >= 6
    for link in links:
        opened = member.get(link)
        assert opened.status_code == 200
        assert "Aucun acte ici" not in text(opened), link
    unpriced = next(link for link in links if "sans-prix" in link)
    assert "50,00 €" in text(member.get(unpriced))


def test_a_loss_is_shown_as_one(member, world):
    pool = post(world, since=1, alone=(9000, 4, "A"))
    sign(pool, world.disquaire, months_ago(world.today, 1), 6)
    page = text(member.get("/c/vigne/ma-structure/releve/", {"annee": year_of(world)}))
    assert "Surcoût" in page
    assert "−150,00 €" in page


def test_an_invoice_says_where_it_comes_from_and_is_mine_only(member, world, pool):
    month = months_ago(world.today, 1)
    sign(pool, world.disquaire, month, 6)
    sign(pool, world.scene, month, 2)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=world.today)
    mine, other = Invoice.objects.get(firm=world.disquaire), Invoice.objects.get(firm=world.scene)
    page = text(member.get(f"/c/vigne/ma-structure/factures/{mine.pk}/"))
    assert "864,00 € à régler" in page
    assert "6 demi-journées contresignées sur 8" in page
    listed = text(member.get("/c/vigne/ma-structure/factures/"))
    assert mine.reference in listed
    assert other.reference not in listed
    assert member.get(f"/c/vigne/ma-structure/factures/{other.pk}/").status_code == 404
    assert member.get(f"/c/vigne/ma-structure/factures/{other.pk}/pdf/").status_code == 404
    assert member.get(f"/c/vigne/ma-structure/factures/{mine.pk}/pdf/").content.startswith(b"%PDF")


def test_the_other_cluster_of_the_same_firm_stays_there(client, world, pool):
    sign(pool, world.disquaire, months_ago(world.today, 1), 6)
    client.force_login(world.paul)
    with scope(cluster=world.treille):
        page = text(client.get("/c/treille/ma-structure/releve/", {"annee": year_of(world)}))
    assert "Rien encore cette année" in page
