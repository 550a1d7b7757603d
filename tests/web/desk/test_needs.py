from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.needs.factory import PDF

from grappe.clusters.columns import open_sheet, recognise
from grappe.clusters.models import Firm
from grappe.needs.actions import open_survey, state_need, withdraw_need
from grappe.needs.imports import COLUMNS, check_needs
from grappe.needs.models import Need
from grappe.web.desk import needs as pages


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


@pytest.fixture
def survey(world):
    return open_survey(by=world.colette, cluster=world.vigne, title="Besoins 2027", on=world.today)


def _need(world, survey, firm: Firm, skill="presse", **more) -> Need:
    given = {"half_days": 4} | more
    return state_need(
        by=world.colette, cluster=world.vigne, survey=survey, firm=firm, skill=skill, on=world.today, **given
    )


def _text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_without_a_survey_the_page_says_what_to_do_first(desk, world):
    page = _text(desk.get("/c/vigne/besoins/"))
    assert "Aucun besoin pour l’instant" in page
    assert "/c/vigne/importer/" in page


def test_needs_are_shown_by_skill_with_prices_by_the_day(desk, world, survey):
    _need(world, survey, world.scene, max_price_cents=12450, price_cents=19700, grade="A", alone_half_days=2)
    _need(world, survey, world.studio)
    page = _text(desk.get("/c/vigne/besoins/"))
    assert "2 besoins, 2 structures" in page
    assert "249,00 €" in page
    assert "394,00 €" in page
    assert f"?enquete={survey.pk}" in page


def test_as_many_queries_for_one_need_as_for_thirty(desk, world, survey):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(f"/c/vigne/besoins/enquetes/{survey.pk}/").status_code == 200
        return len(asked)

    _need(world, survey, world.scene)
    desk.get("/c/vigne/besoins/")
    first = queries()
    for rank in range(30):
        _need(world, survey, world.firms[rank % 4], f"métier {rank % 7}", price_cents=20000, grade="C")
    assert queries() == first


def test_a_survey_with_hundreds_of_needs_shows_those_of_the_chosen_skill(desk, world, survey, monkeypatch):
    monkeypatch.setattr(pages, "NEEDS_SHOWN", 2)
    first = _need(world, survey, world.scene)
    _need(world, survey, world.studio, "régie")
    _need(world, survey, world.edition, "régie")
    page = _text(desk.get("/c/vigne/besoins/"))
    assert "Choisissez un métier" in page
    assert "/retirer/" not in page
    assert "Scène" in _text(desk.get(f"/c/vigne/besoins/enquetes/{survey.pk}/?competence={first.skill_id}"))


def test_a_need_is_added_by_hand_with_prices_by_the_day(desk, world, survey):
    url = f"/c/vigne/besoins/enquetes/{survey.pk}/ajouter/"
    given = {
        "firm": world.scene.pk,
        "skill": "Presse",
        "half_days": "3,5",
        "first_month": "2027-01",
        "last_month": "2027-12",
        "weekdays": ["0", "3"],
        "max_price": "249,99",
        "price": "394",
        "alone": "1",
        "grade": "A",
        "document": "devis 114",
    }
    assert desk.post(url, given).status_code == 302
    need = Need.objects.select_related("reference_price").get()
    assert (need.half_days, need.max_price_cents, need.weekdays) == (7, 12499, [0, 3])
    assert (need.reference_price.price_cents, need.reference_price.half_days) == (19700, 2)


def test_a_seasonal_need_by_hand_with_its_proof(desk, world, survey):
    given = {"firm": world.scene.pk, "skill": "régie", "rhythm": "saison", "m7": "6", "m8": "6", "one_off": "on"}
    given |= {
        "first_month": "2027-07",
        "last_month": "2027-08",
        "price": "300",
        "grade": "A",
        "document_date": "2026-10-01",
    }
    given["proof"] = SimpleUploadedFile("devis.pdf", PDF)
    assert desk.post(f"/c/vigne/besoins/enquetes/{survey.pk}/ajouter/", given).status_code == 302
    need = Need.objects.select_related("reference_price__proof").get()
    assert (need.half_days, need.season[6:8], need.one_off) == (2, [12, 12], True)
    assert (need.reference_price.proof.name, bytes(need.reference_price.proof.raw)) == ("devis.pdf", PDF)


@pytest.mark.parametrize(
    "faulty",
    [
        {"half_days": ""},
        {"rhythm": "saison"},
        {"one_off": "on"},
        {"price": "300", "proof": SimpleUploadedFile("a.pdf", b"MZ")},
        {"proof": SimpleUploadedFile("a.pdf", PDF)},
        {"half_days": "0,25"},
        {"half_days": "40"},
        {"skill": "…"},
        {"firm": "999999"},
        {"first_month": "2027-12", "last_month": "2027-01"},
        {"document": "devis", "price": ""},
    ],
)
def test_a_faulty_need_is_told_and_not_kept(desk, world, survey, faulty):
    given = {"firm": world.scene.pk, "skill": "presse", "half_days": "2", "grade": "C"} | faulty
    assert desk.post(f"/c/vigne/besoins/enquetes/{survey.pk}/ajouter/", given).status_code == 400
    assert not Need.objects.exists()


def test_a_need_withdrawn_stays_visible_and_no_longer_counts(desk, world, survey):
    need = _need(world, survey, world.scene)
    _need(world, survey, world.studio)
    assert desk.post(f"/c/vigne/besoins/{need.pk}/retirer/", {"deed_key": "once"}).status_code == 302
    page = _text(desk.get("/c/vigne/besoins/"))
    assert "1 besoin, 1 structure" in page
    assert "retiré" in page


def test_a_survey_is_opened_and_closed(desk, world):
    opened = desk.post("/c/vigne/besoins/enquetes/nouvelle/", {"title": "Besoins 2028", "question": "Qui ?"})
    assert "Aucun besoin dans cette enquête" in _text(desk.get(opened.url))
    desk.post(f"{opened.url}clore/", {})
    assert "close le" in _text(desk.get(opened.url))


def test_an_export_is_read_again_as_the_same_needs(desk, world, survey):
    need = _need(world, survey, world.scene, max_price_cents=12450, price_cents=19700, grade="B", alone_half_days=2)
    _need(world, survey, world.studio, "@home")
    withdraw_need(by=world.colette, need=_need(world, survey, world.edition))
    for form in ("csv", "xlsx"):
        raw = desk.get(f"/c/vigne/besoins/enquetes/{survey.pk}/besoins.{form}").content
        sheet = open_sheet(raw)
        check = check_needs(sheet, recognise(sheet.headings, COLUMNS), survey=None, on=world.today)
        assert check.refused == []
        line = next(line for line in check.ready if line.firm == world.scene)
        assert (line.half_days, line.max_price_cents, line.price_cents, line.grade) == (4, 12450, 19700, "B")
        assert (line.latitude, line.skill) == (need.latitude, "presse")
        assert "'@home" in {line.skill for line in check.ready}


def test_among_very_many_firms_one_is_written_by_name_or_siren(world, monkeypatch):
    from grappe.clusters.queries import firms
    from grappe.web.desk import needs as page

    monkeypatch.setattr(page, "FIRMS_LISTED_MAX", 2)
    said = {"skill": "presse", "half_days": "2", "grade": "C"}
    for text in ("disquaire", world.disquaire.siren, "000 000 026"):
        form = page.NeedForm({**said, "firm": text}, firms=firms(on=world.today))
        assert form.is_valid(), form.errors
        assert form.cleaned_data["firm"] == world.disquaire
    for text in ("Ailleurs", world.ailleurs.siren, "x"):
        assert "firm" in page.NeedForm({**said, "firm": text}, firms=firms(on=world.today)).errors
    shown = page.NeedForm(firms=firms(on=world.today), initial={"firm": str(world.studio.pk)})
    assert 'value="Studio"' in str(shown["firm"])
