"""A signature's link: read, sign, keep the signed file, without an account; nothing once it is dead or the mandate is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.papers.factory import paper, text_of

from grappe.clusters.actions import end_mandate
from grappe.clusters.models import Mandate
from grappe.papers.actions import ask_signatures
from grappe.papers.models import Signature
from grappe.people.models import AccessLink


@pytest.fixture
def made(world):
    made = paper(world)
    ask_signatures(by=world.colette, paper=made, people={"firm": [world.marius]})
    return made


@pytest.fixture
def link(world, made) -> AccessLink:
    return AccessLink.objects.get(person=world.marius, purpose="signature")


def at(link: AccessLink) -> str:
    return reverse("public:signature", args=[link.token])


def form(made, **more) -> dict[str, str]:
    return {"name": "Marius Blanc", "read": "on", "sha256": made.sha256, "deed_key": "k1", **more}


def test_it_is_read_then_signed_and_the_signed_file_is_there(client, made, link):
    page = client.get(at(link)).content.decode()
    assert "Disquaire reçoit" in page.replace("\xa0", " ")
    assert made.sha256 in page
    done = client.post(at(link), form(made), follow=True)
    assert "C’est signé" in done.content.decode()
    assert Signature.objects.get().link == link.pk
    file = client.get(reverse("public:signature_pdf", args=[link.token]))
    assert "Signé par Marius Blanc" in text_of(file.content)


@pytest.mark.parametrize("lack", [{"name": ""}, {"read": ""}])
def test_a_half_done_form_signs_nothing(client, made, link, lack):
    assert client.post(at(link), form(made, **lack)).status_code == 400
    assert not Signature.objects.exists()


def test_two_clicks_sign_once(client, made, link):
    client.post(at(link), form(made))
    assert client.post(at(link), form(made)).status_code in {302, 409}
    assert Signature.objects.count() == 1


def test_a_stale_page_is_told_that_the_text_has_changed(client, world, made, link):
    paper(world, jours="9 jours")
    refused = client.post(at(link), form(made))
    assert refused.status_code == 409
    assert "remplacé" in refused.content.decode()
    assert not Signature.objects.exists()


def test_a_dead_link_and_an_ended_mandate_open_nothing(client, world, made, link):
    end_mandate(by=world.colette, mandate=Mandate.objects.get(person=world.marius), on=world.today)
    assert client.get(at(link)).status_code == 403
    assert client.post(at(link), form(made)).status_code == 403
    assert client.get(reverse("public:signature_pdf", args=[link.token])).status_code == 404
    AccessLink.objects.filter(pk=link.pk).update(expires_on=world.today - timedelta(days=1))
    assert client.get(at(link)).status_code == 404
    assert not Signature.objects.exists()
