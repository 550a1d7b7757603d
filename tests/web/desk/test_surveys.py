"""Who is asked, who has answered, reminders; refusals; proofs: at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.needs.factory import PDF, a_survey, answered

from grappe.clusters.actions import give_mandate, welcome_firm
from grappe.clusters.models import Firm
from grappe.needs.actions import close_survey
from grappe.needs.enums import NeedState
from grappe.needs.models import Addressee, Need, Proof
from grappe.people.actions import person_named
from grappe.people.models import Mail


@pytest.fixture
def colette(client, world):
    client.force_login(world.colette)
    return client


def at(name: str, pk: int) -> str:
    return reverse(f"desk:{name}", args=["vigne", pk])


def test_everyone_is_asked_by_one_button(colette, world):
    survey = a_survey(world)
    page = colette.get(at("survey_answers", survey.pk)).content.decode()
    assert "Envoyer le lien à 1 structure" in page
    assert "Personne ne parle pour 3 structures." in page
    done = colette.post(at("survey_ask", survey.pk), {"everyone": "yes", "deed_key": "k"}, follow=True)
    assert "parti vers 1 structure" in done.content.decode()
    again = colette.post(at("survey_ask", survey.pk), {"everyone": "yes", "deed_key": "k2"})
    assert again.status_code == 409
    assert Mail.objects.count() == 2


def test_only_the_ticked_and_those_given_an_address(colette, world):
    survey = a_survey(world)
    colette.post(at("survey_ask", survey.pk), {f"address-{world.scene.pk}": "lea@scene.example"})
    assert set(Addressee.objects.values_list("firm__name", flat=True)) == {"Scène"}
    colette.post(at("survey_ask", survey.pk), {"firm": [str(world.disquaire.pk), "x", str(world.ailleurs.pk)]})
    assert set(Addressee.objects.values_list("firm__name", flat=True)) == {"Scène", "Disquaire"}


def test_a_bad_address_or_no_firm_is_told_and_nothing_leaves(colette, world):
    survey = a_survey(world)
    bad = colette.post(at("survey_ask", survey.pk), {f"address-{world.scene.pk}": "lea chez scene"})
    assert bad.status_code == 409
    assert "n’est pas une adresse" in bad.content.decode()
    assert colette.post(at("survey_ask", survey.pk), {}).status_code == 409
    assert not Addressee.objects.exists()


def test_reminded_once_a_day(colette, world):
    survey = a_survey(world)
    colette.post(at("survey_ask", survey.pk), {"everyone": "yes"})
    assert "Relancer 1 structure" in colette.get(at("survey_answers", survey.pk)).content.decode()
    refused = colette.post(at("survey_remind", survey.pk))
    assert refused.status_code == 409
    assert "aujourd’hui" in refused.content.decode()


def test_each_state_has_its_list(colette, world):
    survey = a_survey(world)
    answered(world, survey)
    for state, names in {
        "repondu": ["Disquaire"],
        "sans-adresse": ["Scène", "Studio", "Édition"],
        "attendues": [],
    }.items():
        rows = colette.get(at("survey_answers", survey.pk), {"etat": state}).context["rows"]
        assert sorted(str(row.firm) for row in rows) == sorted(names)


def test_a_closed_survey_offers_nothing_to_send(colette, world):
    survey = close_survey(by=world.colette, survey=a_survey(world), on=world.today)
    page = colette.get(at("survey_answers", survey.pk)).content.decode()
    assert "Envoyer le lien" not in page
    assert colette.post(at("survey_ask", survey.pk), {"everyone": "yes"}).status_code == 409


def test_thirty_firms_cost_as_many_queries_as_one(colette, world, django_assert_num_queries):
    survey = a_survey(world)

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            colette.get(at("survey_answers", survey.pk))
        return len(caught)

    few = count()
    for rank in range(30):
        firm = Firm.objects.create(name=f"Label {rank:02}")
        welcome_firm(by=None, cluster=world.vigne, firm=firm, on=world.today)
        give_mandate(
            by=None,
            cluster=world.vigne,
            person=person_named(email=f"v{rank}@x.example"),
            role="member",
            firm=firm,
            on=world.today,
        )
    assert count() == few


def test_refused_with_a_reason_then_reopened(colette, world):
    need = answered(world)
    assert colette.post(at("need_refuse", need.pk), {"reason": " "}).status_code == 400
    colette.post(at("need_refuse", need.pk), {"reason": "Trop loin."})
    page = colette.get(at("survey", need.survey_id)).content.decode()
    assert "« Trop loin. »" in page
    colette.post(at("need_reopen", need.pk))
    assert Need.objects.get().state == NeedState.OPEN


def test_a_proof_is_downloaded_as_it_came_never_shown(colette, world):
    answered(world, price_cents=100, grade="A", document="facture", document_date=world.today, file=("<b>.pdf", PDF))
    proof = Proof.objects.get()
    response = colette.get(at("need_proof", proof.pk))
    assert response.content == PDF
    assert response["Content-Disposition"] == f'attachment; filename="preuve-{proof.pk}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
