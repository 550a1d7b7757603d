"""The desk's pages of papers: made, asked for, signed for the cluster; templates written in plain words."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.pools.factory import running

from grappe.papers.models import Paper, Signatory, Template
from grappe.pools.models import Pool


@pytest.fixture
def pool(world) -> Pool:
    found = running(world)
    Pool.objects.filter(pk=found.pk).update(qualification="chargée de communication")
    return found


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def at(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=["vigne", *args])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_papers_are_made_then_asked_for_then_signed_here(desk, world, pool):
    assert "Préparer 10 documents" in text(desk.get(at("contracts", pool.pk)))
    desk.post(at("contracts_make", pool.pk), {"deed_key": "a"})
    assert "Demander les signatures" in text(desk.get(at("contracts", pool.pk)))
    desk.post(at("contracts_ask", pool.pk), {"deed_key": "b"})
    paper = Paper.objects.get(kind="work_contract")
    url = at("paper", paper.pk)
    assert "Signer pour Association Vigne" in text(desk.get(url))
    desk.post(url, {"name": "Colette Roy", "read": "on", "sha256": paper.sha256, "deed_key": "c"})
    assert "1 signatures sur 2" in text(desk.get(url)) or "1 sur 2" in text(desk.get(at("contracts", pool.pk)))
    assert desk.get(at("paper_pdf", paper.pk)).content.startswith(b"%PDF")
    asked = Signatory.objects.get(paper=paper, party="person")
    assert desk.post(at("signatory_remind", asked.pk), {"deed_key": "d"}).status_code == 409  # today already


def test_the_firm_and_the_employee_find_theirs(client, world, pool):
    client.force_login(world.colette)
    client.post(at("contracts_make", pool.pk), {"deed_key": "a"})
    convention = Paper.objects.get(kind="convention", title__contains="Disquaire")
    other = Paper.objects.get(kind="convention", title__contains="Scène")
    client.force_login(world.marius)
    part = reverse("member:commitment", args=["vigne", convention.about_id])
    assert "Convention : Disquaire" in text(client.get(part))
    url = reverse("member:paper", args=["vigne", convention.pk])
    done = client.post(
        url, {"name": "Marius Blanc", "read": "on", "sha256": convention.sha256, "deed_key": "b"}, follow=True
    )
    assert "C’est signé" in text(done)
    assert client.get(reverse("member:paper", args=["vigne", other.pk])).status_code == 404
    client.force_login(world.ines)
    assert "Contrat de travail" in text(client.get(reverse("staff:papers", args=["vigne"])))
    contract = Paper.objects.get(kind="work_contract")
    assert client.get(reverse("staff:paper", args=["vigne", contract.pk])).status_code == 200
    assert client.get(reverse("staff:paper", args=["vigne", convention.pk])).status_code == 404


def test_a_template_is_written_and_its_faults_are_told_by_line(desk, world):
    url = at("template", "convention")
    assert "employeur" in text(desk.get(url))
    refused = desk.post(url, {"body": "# A\n{{ strcture }}", "seen": "0", "deed_key": "a"})
    assert refused.status_code == 400
    assert "Ligne 2" in text(refused)
    assert "strcture" in text(refused)  # nothing that was typed is lost
    assert not Template.objects.exists()
    shown = desk.post(url, {"body": "# A\n{{ structure }}", "seen": "0", "voir": "1", "deed_key": "b"})
    assert "Kiosque Spectacles" in text(shown)
    assert not Template.objects.exists()
    desk.post(url, {"body": "# A\n{{ structure }}", "seen": "0", "deed_key": "c"})
    assert Template.objects.get().version == 1
    stale = desk.post(url, {"body": "# B\n{{ structure }}", "seen": "0", "deed_key": "d"})
    assert stale.status_code == 409
    assert "Quelqu’un d’autre" in text(stale)
    assert desk.get(at("template", "inconnu")).status_code == 404
