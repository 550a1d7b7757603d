from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.world import firm

from grappe.clusters.actions import end_membership, welcome_firm
from grappe.clusters.columns import open_sheet, recognise
from grappe.clusters.imports import COLUMNS, check_firms
from grappe.clusters.models import Firm, Mandate, Membership
from grappe.people.models import Mail


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def _text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")


def test_the_members_are_listed_in_the_order_of_the_directory(desk, world):
    page = _text(desk.get("/c/vigne/structures/"))
    assert "4 structures membres" in page
    names = ["Disquaire", "Édition", "Scène", "Studio"]
    assert sorted(names, key=page.index) == names
    assert "Ailleurs" not in page


def test_a_filter_by_name_or_siren_and_an_empty_answer(desk, world):
    assert "Studio" not in _text(desk.get("/c/vigne/structures/?q=scè")).split("<tbody>")[1]
    assert "Scène" in _text(desk.get("/c/vigne/structures/?q=000 000 034"))
    assert "Aucune structure ne répond" in _text(desk.get("/c/vigne/structures/?q=zzz"))


def test_as_many_queries_for_few_firms_as_for_thirty(desk, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("/c/vigne/structures/").status_code == 200
        return len(asked)

    desk.get("/c/vigne/structures/")
    first = queries()
    for rank in range(25):
        member = firm(f"Structure {rank}", None, 48.8, 2.3)
        welcome_firm(by=None, cluster=world.vigne, firm=member, on=world.today)
    assert queries() == first


def test_a_firm_of_another_cluster_is_not_found(desk, world):
    assert desk.get(f"/c/vigne/structures/{world.ailleurs.pk}/").status_code == 404


def test_a_firm_that_left_is_still_read(desk, world):
    end_membership(by=world.colette, firm=world.scene, on=world.today)
    assert "A quitté la grappe" in _text(desk.get(f"/c/vigne/structures/{world.scene.pk}/"))
    assert desk.get(f"/c/vigne/structures/{world.scene.pk}/modifier/").status_code == 404


def test_someone_is_named_to_speak_for_the_firm_then_no_longer(desk, world):
    url = f"/c/vigne/structures/{world.scene.pk}/"
    assert desk.post(f"{url}mandats/", {"email": "nora@scene.example", "name": "Nora"}).status_code == 302
    assert "Nora" in _text(desk.get(url))
    assert "/c/vigne/" in Mail.objects.get(to="nora@scene.example").body
    mandate = Mandate.objects.get(person__email="nora@scene.example")
    assert desk.post(f"/c/vigne/mandats/{mandate.pk}/fin/", {}).status_code == 302
    assert not Mandate.objects.on(world.today).filter(pk=mandate.pk).exists()


def test_a_mandate_of_the_cluster_itself_is_not_ended_here(desk, world):
    board = Mandate.objects.get(person=world.bruno)
    assert desk.get(f"/c/vigne/mandats/{board.pk}/fin/").status_code == 404


def _form(**changes):
    return {"name": "Zinc", "siren": "000 000 075", "since": "2027-01-04", "place": "48,88; 2,35"} | changes


def test_a_firm_is_added_by_hand(desk, world):
    added = desk.post("/c/vigne/structures/nouvelle/", _form(headcount="3"))
    assert added.status_code == 302
    new = Firm.objects.get(siren="000000075")
    assert (new.name, new.latitude, new.longitude) == ("Zinc", 48.88, 2.35)
    assert Membership.objects.get(firm=new).headcount == 3


@pytest.mark.parametrize(
    "faulty", [{"siren": "123456780"}, {"place": "48,88"}, {"place": "98;2"}, {"name": ""}, {"since": "hier"}]
)
def test_a_faulty_firm_is_told_and_not_kept(desk, world, faulty):
    assert desk.post("/c/vigne/structures/nouvelle/", _form(**faulty)).status_code == 400
    assert not Firm.objects.filter(name="Zinc").exists()


def test_a_card_is_corrected(desk, world):
    url = f"/c/vigne/structures/{world.scene.pk}/modifier/"
    assert "48,87; 2,36" in _text(desk.get(url))
    desk.post(url, _form(name="Scène nouvelle", siren="000000034", town="Lyon"))
    world.scene.refresh_from_db()
    assert (world.scene.name, world.scene.town) == ("Scène nouvelle", "Lyon")


def test_a_card_that_another_cluster_relies_on_is_not_replaced(desk, world):
    url = f"/c/vigne/structures/{world.disquaire.pk}/modifier/"
    refused = desk.post(url, _form(name="Volé", siren="000000026"))
    assert refused.status_code == 409
    assert "autre grappe" in _text(refused)


def test_an_export_is_read_again_without_a_change(desk, world):
    Firm.objects.filter(pk=world.scene.pk).update(town="=1+1")
    for form in ("csv", "xlsx"):
        raw = desk.get(f"/c/vigne/structures/structures.{form}").content
        assert b"'=1+1" in raw or form == "xlsx"
        sheet = open_sheet(raw)
        check = check_firms(sheet, recognise(sheet.headings, COLUMNS), cluster=world.vigne)
        assert (check.refused, len(check.skipped)) == ([], 3)
