from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scopes_disabled
from tests.clusters.books import xlsx

from grappe.clusters.models import Firm, Membership, Upload
from grappe.needs.models import Need, Skill, Survey

FIRMS = "Structure;SIREN;Ville\nZinc;000000075;Paris\nFaux;123456780;Paris\n"
NEEDS = "Structure;Compétence;Jours\nScène;Comm. web;2\nStudio;communication web;3\nÉdition;presse;1\nNulle;presse;1\n"


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def _text(response) -> str:
    return (
        response.content.decode()
        .replace("\u202f", " ")
        .replace("\xa0", " ")
        .replace("&#x27;", "'")
        .replace("&quot;", '"')
    )


def _send(desk, kind, raw, name="a.csv", **fields):
    raw = raw.encode() if isinstance(raw, str) else raw
    return desk.post(f"/c/vigne/importer/{kind}/", {"file": SimpleUploadedFile(name, raw), **fields})


def _confirm(desk, url, **fields):
    return desk.post(url, {"deed_key": "once", **fields})


def test_a_list_of_firms_from_the_file_to_the_members(desk, world):
    sent = _send(desk, "structures", FIRMS)
    assert sent.status_code == 302
    checked = _text(desk.get(sent.url))
    assert "1 structure prête, 1 ligne à corriger" in checked
    assert "la clé de contrôle est fausse" in checked
    assert not Firm.objects.filter(siren="000000075").exists()
    assert _confirm(desk, sent.url).status_code == 302
    assert Membership.objects.filter(firm__siren="000000075").exists()
    done = _text(desk.get(sent.url))
    assert "1 structure enregistrée, 1 ligne à corriger" in done
    assert "123456780" in desk.get(f"{sent.url}lignes-refusees.csv").content.decode("utf-8-sig")


def test_a_second_click_writes_nothing_more(desk, world):
    url = _send(desk, "structures", FIRMS).url
    _confirm(desk, url)
    assert _confirm(desk, url).status_code == 200
    assert Firm.objects.filter(siren="000000075").count() == 1


def test_needs_with_their_spellings_confirmed(desk, world):
    sent = _send(desk, "besoins", NEEDS, survey="nouvelle", title="Besoins 2027")
    page = _text(desk.get(sent.url))
    assert "3 besoins prêts, 1 ligne à corriger" in page
    assert "Est-ce le même métier" in page
    _confirm(desk, sent.url, **{"name-0": "Web", "in-0": ["comm web", "communication web"]})
    assert {need.skill.name for need in Need.objects.select_related("skill")} == {"Web", "presse"}
    assert Survey.objects.get().title == "Besoins 2027"
    again = _send(desk, "besoins", NEEDS, survey=str(Survey.objects.get().pk))
    assert "Rien de nouveau" in _text(desk.get(again.url))


def test_a_spelling_unticked_keeps_its_own_name(desk, world):
    url = _send(desk, "besoins", NEEDS, survey="nouvelle", title="B").url
    _confirm(desk, url, **{"name-0": "communication web", "in-0": ["communication web"]})
    assert set(Skill.objects.values_list("name", flat=True)) == {"communication web", "Comm. web", "presse"}


def test_a_name_that_is_a_formula_is_refused_and_nothing_is_written(desk, world):
    url = _send(desk, "besoins", NEEDS, survey="nouvelle", title="B").url
    assert _confirm(desk, url, **{"name-0": "=1", "in-0": ["comm web"]}).status_code == 409
    assert not Need.objects.exists()


def test_a_new_survey_needs_a_name(desk, world):
    assert _send(desk, "besoins", NEEDS, survey="nouvelle", title=" ").status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "vide"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "pas un tableau"),
        (b"Structure;SIREN\n", "aucune ligne"),
        (b"Nom;Nom\n1;2\n", "Deux colonnes"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "ancien format"),
        (b"PK\x03\x04", "abîmé"),
    ],
)
def test_what_is_no_table_is_refused_in_words(desk, world, raw, words):
    refused = _send(desk, "structures", raw, name="photo.csv")
    assert refused.status_code == 409
    assert words in _text(refused)
    assert not Upload.objects.exists()


def test_a_file_too_large_is_refused_by_its_size(desk, world, settings):
    settings.UPLOAD_BYTES_MAX = 1000
    assert _send(desk, "structures", b"x" * 2_000_000).status_code == 413


def test_columns_that_are_not_recognised_are_chosen_by_hand(desk, world):
    sent = _send(desk, "structures", xlsx(["Qui", "Numéro", "Où"], ["Zinc", 75, "Paris"]), name="a.xlsx")
    assert sent.url.endswith("/colonnes/")
    page = _text(desk.get(sent.url))
    assert "Qui (Zinc)" in page
    check = sent.url.removesuffix("colonnes/")
    assert desk.get(check).url == sent.url
    assert desk.post(sent.url, {"name": "", "siren": "1"}).status_code == 400
    assert desk.post(sent.url, {"name": "0", "siren": "0"}).status_code == 400
    assert desk.post(sent.url, {"name": "0", "siren": "1", "town": "2"}).url == check
    assert "1 structure prête" in _text(desk.get(check))


def test_looking_writes_nothing(desk, world, django_assert_max_num_queries):
    url = _send(desk, "structures", FIRMS).url
    before = Upload.objects.values().get()
    desk.get(url)
    desk.get(f"{url}colonnes/")
    assert Upload.objects.values().get() == before


def test_a_file_of_another_cluster_is_not_found(desk, client, world):
    url = _send(desk, "structures", FIRMS).url
    client.force_login(world.elise)
    with scopes_disabled():
        assert client.get(url.replace("vigne", "treille")).status_code == 404


def test_what_a_cell_says_is_shown_not_run(desk, world):
    url = _send(desk, "structures", 'Structure;SIREN\n"<script>alert(1)</script>";123456780\n').url
    assert b"<script>alert" not in desk.get(url).content
    csv = desk.get(f"{url}lignes-refusees.csv").content.decode("utf-8-sig")
    assert "123456780" in csv


def test_refused_cells_are_exported_as_texts(desk, world):
    url = _send(desk, "besoins", 'Structure;Compétence;Jours\nScène;"=cmd()";2\n', survey="nouvelle", title="B").url
    assert ";'=cmd();" in desk.get(f"{url}lignes-refusees.csv").content.decode("utf-8-sig")
