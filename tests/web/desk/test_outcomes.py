from __future__ import annotations

import csv
import io
import re

import pytest
from tests.charges.factory import months_ago, post, sign

from grappe.clusters.models import Firm


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


@pytest.fixture
def acts(world):
    pool = post(world, since=1)
    for firm, count in ((world.disquaire, 6), (world.scene, 3)):
        sign(pool, firm, months_ago(world.today, 1), count)
    return pool


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def year_of(world):
    return months_ago(world.today, 1).year


def test_the_clusters_year(desk, world, acts):
    page = text(desk.get("/c/vigne/retombees/", {"annee": year_of(world)}))
    # Disquaire: 6 at 120, p0 197, q0 4: 385.00; Scène: 3, q0 cut to 3: 231.00
    assert "616 € d’économies documentées" in page
    assert "Scène" in page


def test_an_empty_year_says_where_it_comes_from(desk):
    assert "elles naissent quand une structure contresigne" in text(desk.get("/c/vigne/retombees/"))


def test_a_figure_opens_onto_acts_with_the_same_total(desk, world, acts):
    sheet = text(desk.get(f"/c/vigne/retombees/structures/{world.disquaire.pk}/", {"annee": year_of(world)}))
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/c/vigne/retombees/actes/[^"]*)"', sheet)}
    assert len(links) >= 4
    proved = next(link for link in links if link.endswith("preuve=AB"))
    assert "385,00 €" in sheet
    opened = text(desk.get(proved))
    assert "385,00 €" in opened
    assert opened.count('<th scope="row">') == 7  # six acts and their total
    for link in links:
        assert desk.get(link).status_code == 200


def test_the_csv_holds_each_cell_and_no_formula(desk, world, acts):
    Firm.objects.filter(pk=world.scene.pk).update(name="=HYPERLINK(1)")
    answer = desk.get("/c/vigne/retombees/export.csv", {"annee": year_of(world)})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert rows[1][0] == "Disquaire"
    assert rows[1][4:6] == ["720,00", "1182,00"]
    assert rows[2][0] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    "query", ["annee=abc", "annee=1900", "mois=2026-99", "poste=9999999", "poste=x", "preuve=Z", "structure=x"]
)
def test_an_address_written_by_hand_never_breaks(desk, acts, query):
    assert desk.get(f"/c/vigne/retombees/actes/?{query}").status_code == 200


def test_a_firm_that_never_was_a_member_is_not_found(desk, world):
    assert desk.get(f"/c/vigne/retombees/structures/{world.ailleurs.pk}/").status_code == 404
    assert desk.get(f"/c/vigne/retombees/actes/?structure={world.ailleurs.pk}").status_code == 404
