"""A survey by its secret link: everything on a phone without an account; nothing for who no longer speaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.needs.factory import PDF, a_survey, answered

from grappe.clusters.actions import end_mandate, give_mandate
from grappe.clusters.models import Mandate
from grappe.needs.actions import ask_firms, close_survey, refuse_need, state_need
from grappe.needs.letters import address_of
from grappe.needs.models import Addressee, Need, Proof, ReferencePrice
from grappe.people.models import AccessLink, Mail

SAID = {
    "known": "autre", "skill": "communication web", "detail": "réseaux sociaux", "rhythm": "regulier", "half_days": "2,5",
    "length": "durable", "where": "chez-nous", "weekdays": ["1", "3"], "max_price": "300", "proof_kind": "statement",
}  # fmt: skip


@pytest.fixture
def link(world) -> AccessLink:
    ask_firms(by=world.colette, survey=a_survey(world), firms=[world.disquaire], on=world.today)
    return AccessLink.objects.get(person=world.marius)


def at(link: AccessLink, name: str = "survey", *more: int) -> str:
    return reverse(f"public:{name}", args=[link.token, *more])


def send(client, link: AccessLink, **said):
    return client.post(at(link, "survey_need"), {**SAID, **said}, follow=True)


def test_the_letter_gives_the_address_of_the_page(link):
    assert address_of(link) == settings.BASE_URL + at(link)
    assert address_of(link) in Mail.objects.get(to=link.person.email).body


def test_the_first_page_is_the_question_itself(client, link):
    page = client.get(at(link))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Si la grappe pouvait embaucher une personne" in text
    assert "Envoyer ce besoin" in text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_member_answers_and_sees_what_it_said(client, world, link):
    done = send(client, link)
    assert done.status_code == 200
    text = done.content.decode()
    assert "Vous avez dit un besoin" in text
    assert "réseaux sociaux" in text
    need = Need.objects.get()
    assert (need.half_days, need.weekdays, need.max_price_cents) == (5, [1, 3], 15_000)
    assert (need.firm, need.town, need.email) == (world.disquaire, "Paris", world.marius.email)
    assert Addressee.objects.get(person=world.marius).answered_at is not None


def test_several_needs_and_a_second_send(client, world, link):
    send(client, link)
    send(client, link)
    assert Need.objects.count() == 1
    send(client, link, skill="presse")
    assert Need.objects.count() == 2
    key = {"deed_key": "once", "skill": "paie"}
    send(client, link, **key)
    assert "déjà fait" in send(client, link, **key).content.decode()
    assert Need.objects.count() == 3


def test_seasons_remote_and_one_off(client, world, link):
    months = {f"m{month}": "" for month in range(1, 13)} | {"m6": "4", "m7": "10,5"}
    send(client, link, rhythm="saison", half_days="", where="distance", **months)
    need = Need.objects.get()
    assert need.season == [0, 0, 0, 0, 0, 8, 21, 0, 0, 0, 0, 0]
    assert (need.remote, need.latitude) == (True, None)
    send(client, link, skill="presse", length="ponctuel", first_month="2027-03", last_month="2027-04")
    assert Need.objects.get(skill__name="presse").one_off


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"skill": ""}, "Il manque le métier"),
        ({"half_days": ""}, "Il manque le nombre de jours"),
        ({"half_days": "2,3"}, "demi-journée près"),
        ({"rhythm": "saison"}, "d’un mois au moins"),
        ({"length": "ponctuel"}, "de quel mois à quel mois"),
        ({"where": "ailleurs"}, "Il manque la ville"),
        ({"alone": "3"}, "Il manque le prix"),
        ({"price": "300", "proof_kind": "invoice"}, "La date compte"),
        ({"where": "nulle-part"}, "Sélectionnez un choix valide"),
        ({"max_price": "beaucoup"}, "pas un montant"),
    ],
)
def test_a_faulty_answer_is_told_field_by_field_and_loses_nothing(client, link, said, words):
    page = client.post(at(link, "survey_need"), {**SAID, **said})
    assert page.status_code == 400
    text = page.content.decode()
    assert words in text
    assert "réseaux sociaux" in text
    assert not Need.objects.exists()


def test_a_null_character_and_a_huge_text_are_no_answer(client, link):
    assert client.post(at(link, "survey_need"), {**SAID, "detail": "a\0b"}).status_code == 400
    assert client.post(at(link, "survey_need"), {**SAID, "detail": "a" * 5000}).status_code == 400
    assert not Need.objects.exists()


def test_a_spelling_near_a_skill_is_asked_about(client, world, link):
    answered(world)
    near = {**SAID, "skill": "comm web", "half_days": "1"}
    page = client.post(at(link, "survey_need"), near)
    assert page.status_code == 400
    assert "oui, « communication web »" in page.content.decode()
    skill = Need.objects.get().skill
    client.post(at(link, "survey_need"), {**near, "same": str(skill.pk)})
    assert Need.objects.filter(skill=skill).count() == 2
    client.post(at(link, "survey_need"), {**near, "same": "autre"})
    assert Need.objects.filter(skill__name="comm web").count() == 1


def test_a_proof_makes_grade_a_only_with_its_file_and_its_date(client, world, link):
    price = {
        "price": "380",
        "alone": "1",
        "proof_kind": "invoice",
        "document": "Atelier 12",
        "document_date": str(world.today),
    }
    send(client, link, **price)
    assert ReferencePrice.objects.get().grade == "C"
    need = Need.objects.get()
    file = SimpleUploadedFile("facture.pdf", PDF)
    client.post(at(link, "survey_correct", need.pk), {**SAID, **price, "proof": file})
    kept = ReferencePrice.objects.get(need=need)
    assert (kept.grade, kept.document, kept.price_cents) == ("A", "facture Atelier 12", 19_000)
    assert bytes(kept.proof.raw) == PDF
    page = client.get(at(link, "survey_correct", need.pk)).content.decode()
    assert kept.proof.digest[:12] in page
    client.post(at(link, "survey_correct", need.pk), {**SAID, **price, "half_days": "3"})
    assert ReferencePrice.objects.get(need=need).proof == kept.proof  # left empty, it stays
    assert Need.objects.get().half_days == 6


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("a.pdf", b"<html>"), "ni un PDF ni une image"),
        (SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 8_000_000), "8 Mo"),
        (SimpleUploadedFile("a.pdf", b""), "vide"),
    ],
)
def test_a_file_that_is_no_proof_is_refused_in_its_field(client, world, link, file, words):
    price = {"price": "380", "proof_kind": "invoice", "document_date": str(world.today), "proof": file}
    page = client.post(at(link, "survey_need"), {**SAID, **price})
    assert page.status_code == 400
    assert words in page.content.decode()
    assert not Proof.objects.exists()


def test_corrected_and_taken_back_by_the_same_link_until_the_close(client, world, link):
    send(client, link)
    need = Need.objects.get()
    page = client.get(at(link, "survey_correct", need.pk)).content.decode()
    assert 'value="2,5"' in page
    client.post(at(link, "survey_correct", need.pk), {**SAID, "half_days": "4"})
    assert Need.objects.get().half_days == 8
    close_survey(by=world.colette, survey=need.survey, on=world.today)
    assert client.get(at(link, "survey_correct", need.pk)).status_code == 302
    late = client.post(at(link, "survey_correct", need.pk), {**SAID, "half_days": "1"})
    assert late.status_code == 409
    assert "close" in late.content.decode()
    assert client.post(at(link, "survey_take_back", need.pk)).status_code == 409
    assert Need.objects.get().half_days == 8
    assert "close depuis" in client.get(at(link)).content.decode()


def test_taken_back_then_nobody_this_time(client, link):
    send(client, link)
    client.post(at(link, "survey_take_back", Need.objects.get().pk))
    done = client.post(at(link, "survey_nothing"), follow=True)
    assert "Personne cette fois" in done.content.decode()


def test_the_firm_reads_why_its_need_is_refused(client, world, link):
    send(client, link)
    refuse_need(by=world.colette, need=Need.objects.get(), reason="Trop loin des autres.")
    text = client.get(at(link)).content.decode()
    assert "Trop loin des autres." in text
    assert "Corriger" not in text


def test_anothers_need_is_not_found(client, world, link):
    theirs = state_need(
        by=world.colette, cluster=world.vigne, survey=a_survey(world), firm=world.scene, skill="presse", half_days=4,
        on=world.today,
    )  # fmt: skip
    for pk in (theirs.pk, 999, 2**63):
        for method in (client.get, client.post):
            assert method(at(link, "survey_correct", pk)).status_code == 404
    assert "presse" not in client.get(at(link)).content.decode().split("<datalist")[0]


def dead(client, link: AccessLink, code: int) -> None:
    for response in (client.get(at(link)), client.post(at(link, "survey_need"), SAID)):
        assert response.status_code == code
        assert "coordination" in response.content.decode()
    assert not Need.objects.exists()


def test_a_dead_link_or_another_secret_opens_nothing(client, world, link):
    AccessLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    dead(client, link, 404)
    AccessLink.objects.filter(pk=link.pk).update(revoked_at=None, purpose="feed")
    dead(client, link, 404)
    AccessLink.objects.filter(pk=link.pk).update(purpose="survey", about="pools.part")
    dead(client, link, 404)


def test_a_mandate_that_ended_yesterday_opens_nothing(client, world, link):
    end_mandate(by=world.colette, mandate=Mandate.objects.get(person=world.marius), on=world.today)
    dead(client, link, 403)
    give_mandate(
        by=world.colette, cluster=world.vigne, person=world.marius, role="member", firm=world.scene,
        on=world.today - timedelta(days=1),
    )  # fmt: skip
    dead(client, link, 403)  # speaking for another firm does not open this one's
