from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from tests.charges.factory import months_ago, post, sign

from grappe.acts.models import Act
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


def test_a_long_list_of_months_behind_a_figure_is_cut_in_pages(desk, world):
    pool, year = post(world, since=1), world.today.year
    firms = (world.disquaire, world.scene, world.studio)
    Act.objects.bulk_create(
        Act(
            cluster=world.vigne, firm=firm, pool=pool, day=date(year, month, 3), quantity=1, paid_cents=12_000,
            source=f"test:{firm.pk}:{month}", label="A",
        )
        for firm in firms
        for month in range(1, 13)
    )  # fmt: skip
    first, last = (desk.get(f"/c/vigne/retombees/actes/?annee={year}&page={number}") for number in (1, 2))
    assert [len(page.context["acts"].groups) for page in (first, last)] == [30, 6]
    assert "4 320,00 €" in text(first) and "4 320,00 €" in text(last)  # the figure is that of all of them
    assert f'rel="next" href="?annee={year}&amp;page=2"' in text(first) and "31 à 36 sur 36" in text(last)
