"""The legal body at the desk: from what lacks to a notice that lacks nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.table.cluster import a_document, an_officer

from grappe.clusters.models import Cluster, LegalDocument, Officer

HERE = "/c/vigne/reglages/groupement/"
REGISTERS = "/c/vigne/structures/registres/"


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def test_form_officers_and_statutes_are_written_and_leave_the_list_of_what_lacks(desk, world):
    before = desk.get(REGISTERS).content.decode()
    assert "la forme juridique" in before and "les dirigeants" in before and "les statuts" in before
    desk.post(HERE, {"legal_form": "association", "publication": "JO", "agreement": "IDCC 2121"})
    officer = {
        "name": "Rose Blanc",
        "office": "présidente",
        "street": "3 rue",
        "town": "Paris",
        "valid_from": world.today,
    }
    assert desk.post(f"{HERE}dirigeants/nouveau/", officer).status_code == 302
    pdf = SimpleUploadedFile("statuts.pdf", b"%PDF-1.7", content_type="application/pdf")
    sent = {"kind": "statutes", "dated": world.today, "file": pdf}
    assert desk.post(f"{HERE}documents/", sent).status_code == 302
    after = desk.get(REGISTERS).content.decode()
    assert "la forme juridique" not in after and "les dirigeants" not in after and "les statuts, à joindre" not in after
    page = desk.get(HERE).content.decode()
    assert "Rose Blanc" in page and "statuts.pdf" in page
    assert Cluster.objects.get(slug="vigne").legal_form == "association"
    got = desk.get(f"{HERE}documents/{LegalDocument.objects.get().pk}/")
    assert got.content == b"%PDF-1.7" and "attachment" in got["Content-Disposition"]


def test_an_officer_leaves_on_a_day_after_coming(desk, world):
    officer = an_officer(world)
    said = {"name": officer.name, "office": officer.office, "valid_from": world.today, "valid_to": "2001-01-01"}
    answer = desk.post(f"{HERE}dirigeants/{officer.pk}/", said)
    assert answer.status_code == 400 and "avant son début" in answer.content.decode()
    assert desk.post(f"{HERE}dirigeants/{officer.pk}/", {**said, "valid_to": world.today}).status_code == 302
    assert Officer.objects.get().valid_to == world.today


def test_what_is_no_pdf_is_refused_in_words(desk, world):
    text = SimpleUploadedFile("statuts.pdf", b"<script>", content_type="application/pdf")
    answer = desk.post(f"{HERE}documents/", {"kind": "statutes", "dated": world.today, "file": text})
    assert answer.status_code == 400 and "n’est pas un PDF" in answer.content.decode()
    assert not LegalDocument.objects.exists()


def test_a_notice_sent_is_noted_and_home_tells_what_changed_since(desk, world):
    assert desk.post(f"{REGISTERS}inspection-du-travail/envoyee/", {"sent_on": world.today}).status_code == 302
    assert "rien n’a changé depuis" in desk.get(REGISTERS).content.decode()
    assert "inspection du travail" not in desk.get("/c/vigne/aujourdhui/").content.decode()
    a_document(world)
    assert "Changé depuis la note" in desk.get(REGISTERS).content.decode()
    home = desk.get("/c/vigne/aujourdhui/").content.decode()
    assert "À écrire à l’inspection du travail" in home and "les statuts" in home
