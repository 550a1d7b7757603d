"""The pages of a year's closing, as a coordinator and a member read them."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.charges.test_closings import billed_year, exempt, last_year

from grappe.charges.actions.closings import open_closing, write_costs
from grappe.charges.models import Closing, ClosingCost, Invoice
from grappe.clusters.actions import declare_taxable_share
from grappe.clusters.models import TaxableShare


@pytest.fixture
def desk(client, world):
    exempt(world)
    billed_year(world)
    client.force_login(world.colette)
    return client


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")


def at(name: str, world, **kwargs) -> str:
    return reverse(f"desk:{name}", kwargs={"slug": "vigne", "year": last_year(world), **kwargs})


def test_from_the_home_to_the_closed_year(desk, world):
    assert f"L’année {last_year(world)} est à clore" in text(desk.get("/c/vigne/aujourdhui/"))
    assert desk.post(at("closing_open", world)).status_code == 302
    page = text(desk.get(at("closing", world)))
    assert "prévu : 6 000,00 €" in page
    assert "à confirmer" in page
    cost = ClosingCost.objects.get()
    wrong = desk.post(at("closing", world), {f"cost-{cost.pk}": "beaucoup"})
    assert wrong.status_code == 400
    assert desk.post(at("closing", world), {f"cost-{cost.pk}": "6 150"}).status_code == 302
    page = text(desk.get(at("closing", world)))
    assert "+60,00 €" in page
    assert "Clore l’année et émettre" in page
    closed = desk.post(at("closing_close", world), {"on": f"{world.today:%Y-%m-%d}"})
    assert closed.status_code == 302
    page = text(desk.get(at("closing", world)))
    assert f"{last_year(world)} est close, résultat : 0,00 €" in page
    assert Invoice.objects.filter(closing_lines__isnull=False).first().reference in page
    assert f"régularisation de {last_year(world)}" in text(desk.get(reverse("desk:invoices", kwargs={"slug": "vigne"})))


def test_a_refusal_is_told_on_the_page_and_nothing_is_issued(desk, world):
    closing = open_closing(by=None, cluster=world.vigne, year=last_year(world))
    write_costs(by=None, closing=closing, costs={ClosingCost.objects.get().pk: 750_000})
    answer = desk.post(at("closing_close", world), {"on": f"{world.today:%Y-%m-%d}"})
    assert answer.status_code == 409
    assert "dépasse ce que" in text(answer)
    assert not Closing.objects.get().is_closed


def test_the_member_agrees_then_reads_its_year(desk, world, client):
    closing = open_closing(by=None, cluster=world.vigne, year=last_year(world))
    write_costs(by=None, closing=closing, costs={ClosingCost.objects.get().pk: 750_000})
    client.force_login(world.marius)
    assert "demande votre accord" in text(client.get("/c/vigne/ma-structure/"))
    url = reverse("member:closings", kwargs={"slug": "vigne"})
    page = text(client.get(url))
    assert "3 000,00 €" in page
    line = ClosingCost.objects.get()
    part = f"{closing.year}-{line.pool_id}-{world.disquaire.pk}"
    assert client.post(url, {"part": part, "cents": "1"}).status_code == 409
    assert (
        client.post(url, {"part": f"{closing.year}-{line.pool_id}-{world.scene.pk}", "cents": "1"}).status_code == 404
    )
    assert client.post(url, {"part": part, "cents": "300000"}).status_code == 302
    assert "Rien n’attend votre accord" in text(client.get(url))
    write_costs(by=None, closing=closing, costs={line.pk: 615_000})
    client.force_login(world.colette)
    client.post(at("closing_close", world), {"on": f"{world.today:%Y-%m-%d}"})
    client.force_login(world.marius)
    sheet = text(client.get(f"/c/vigne/ma-structure/releve/?annee={closing.year}"))
    assert "est close" in sheet
    assert "60,00 € à régler" in sheet


def test_members_past_the_limit_and_those_who_said_nothing_are_told(desk, world):
    home = text(desk.get("/c/vigne/aujourdhui/"))
    assert "4 membres n’ont pas déclaré" in home
    url = reverse("desk:taxable_share", kwargs={"slug": "vigne", "firm_id": world.scene.pk})
    assert desk.post(url, {"share": "300", "valid_from": f"{world.today:%Y-%m-%d}"}).status_code == 400
    assert desk.post(url, {"share": "20,01", "valid_from": f"{world.today:%Y-%m-%d}"}).status_code == 302
    assert TaxableShare.objects.get().share_bp == 2_001
    home = text(desk.get("/c/vigne/aujourdhui/"))
    assert "1 membre dépasse 20 %" in home
    assert "3 membres n’ont pas déclaré" in home
    page = text(desk.get(reverse("desk:regime", kwargs={"slug": "vigne"})))
    assert "20,01 %" in page
    assert "Au-dessus de la limite" in page


def test_at_the_limit_nobody_is_warned(desk, world):
    for firm in world.firms:
        declare_taxable_share(by=None, cluster=world.vigne, firm=firm, share_bp=2_000, valid_from=world.today)
    home = text(desk.get("/c/vigne/aujourdhui/"))
    assert "recettes soumise" not in home


def test_a_member_declares_its_share(desk, world, client):
    client.force_login(world.marius)
    assert "Déclarez la part de vos recettes" in text(client.get("/c/vigne/ma-structure/"))
    url = reverse("member:taxable", kwargs={"slug": "vigne"})
    assert client.post(url, {"share": "35"}).status_code == 302
    page = text(client.get(url))
    assert "35 % de vos recettes" in page
    assert "plus que les 20 % admis" in page
    assert "dépasse la limite" in text(client.get("/c/vigne/ma-structure/"))


def test_the_regime_page_says_why_not(desk, world):
    url = reverse("desk:regime", kwargs={"slug": "vigne"})
    assert desk.post(url, {"regime": "x"}).status_code == 400
    answer = desk.post(url, {"regime": "taxable_20"})
    assert answer.status_code == 409
    assert "n’est pas close" in text(answer)
