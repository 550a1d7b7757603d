"""A signed-in member answers a survey and reads what became of its needs."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.needs.factory import a_survey, answered

from grappe.needs.actions import refuse_need
from grappe.needs.models import Need


@pytest.fixture
def marius(client, world):
    client.force_login(world.marius)
    return client


def at(name: str, *args: int) -> str:
    return reverse(f"member:{name}", args=["vigne", *args])


def test_the_home_says_that_a_survey_waits(marius, world):
    survey = a_survey(world)
    page = marius.get(at("home")).content.decode()
    assert survey.title in page
    assert at("survey", survey.pk, world.disquaire.pk) in page
    answered(world, survey)
    assert at("survey", survey.pk, world.disquaire.pk) not in marius.get(at("home")).content.decode()


def test_a_member_answers_signed_in_without_having_been_asked(marius, world):
    survey = a_survey(world)
    here = (survey.pk, world.disquaire.pk)
    said = {"skill": "presse", "rhythm": "regulier", "half_days": "2", "length": "durable", "where": "distance"}
    done = marius.post(at("survey_need", *here), said, follow=True)
    assert "Vous avez dit un besoin" in done.content.decode()
    need = Need.objects.get()
    refuse_need(by=world.colette, need=need, reason="Personne d’autre.")
    page = marius.get(at("needs")).content.decode()
    assert "Personne d’autre." in page


def test_another_firm_or_another_clusters_survey_is_not_found(marius, world):
    survey = a_survey(world)
    for name in ("survey", "survey_need"):
        assert marius.get(at(name, survey.pk, world.scene.pk)).status_code == 404
        assert marius.get(at(name, 999, world.disquaire.pk)).status_code == 404
