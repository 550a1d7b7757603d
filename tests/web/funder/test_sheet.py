from __future__ import annotations

import pytest
from tests.charges.factory import months_ago, post, sign

from grappe.clusters.models import Firm


@pytest.fixture
def funder(client, world):
    client.force_login(world.fanny)
    return client


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def filled(world, count):
    firms = [Firm.objects.create(name=f"Maison {rank}") for rank in range(count)]
    pool = post(world, since=1, prices=dict.fromkeys(firms, 12000))
    for firm in firms:
        sign(pool, firm, months_ago(world.today, 1), 6)
    return months_ago(world.today, 1).year


def test_totals_with_the_method_beside_and_no_firm_named(funder, world):
    page = text(funder.get("/c/vigne/bilan/", {"annee": filled(world, 6)}))
    assert "2 310 € d’économies documentées" in page  # 6 x 385.00
    assert "Méthode" in page
    assert "Maison" not in page
    assert "aucune statistique honnête" in page


def test_too_few_firms_show_nothing(funder, world):
    page = text(funder.get("/c/vigne/bilan/", {"annee": filled(world, 4)}))
    assert "Trop peu de structures" in page
    assert "720,00" not in page


def test_a_funder_opens_neither_the_desk_nor_a_firm(funder, world):
    for url in ("retombees/", "retombees/actes/", "retombees/export.csv", "comptes/", "ma-structure/releve/"):
        assert funder.get(f"/c/vigne/{url}").status_code == 404, url
