"""Mission letters on the desk's page, and in the employee's documents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.plans.factory import running_post
from tests.web.staff.test_week import text

from grappe.plans.actions import ask_mission_signatures
from grappe.plans.models import MissionLetter

PAGE = "/c/vigne/heures/lettres/"


@pytest.fixture
def desk(client, world):
    running_post(world, [(world.disquaire, 8)], starts_on=world.today - timedelta(days=60))
    client.force_login(world.colette)
    return client


def values(world, **more):
    return {
        "person": world.ines.pk, "project": "Scènes en réseau", "share": "12,5", "first_day": "2027-01-01", "last_day": "2027-12-31",
    } | more  # fmt: skip


def test_a_letter_from_the_form_to_the_employees_documents(desk, world):
    assert "Aucune lettre pour l’instant" in text(desk.get(PAGE))
    page = text(desk.post(PAGE, values(world), follow=True))
    assert "est prête : relisez-la" in page and "Demander les signatures" in page
    letter = MissionLetter.objects.get()
    assert letter.share_bp == 1_250
    assert "12,5" in page
    page = text(desk.post(reverse("desk:mission_sign", args=["vigne", letter.pk]), follow=True))
    assert "signatures reçues : 0 sur 2" in page
    desk.force_login(world.ines)
    assert "Lettre de mission : Inès Besson, Scènes en réseau" in text(
        desk.get(reverse("staff:papers", args=["vigne"]))
    )


@pytest.mark.parametrize("share", ["300", "0", "-5", "100,01"])
def test_a_share_of_three_hundred_per_cent_is_refused_in_words_and_nothing_is_lost(desk, world, share):
    refused = desk.post(PAGE, values(world, share=share))
    page = text(refused)
    assert refused.status_code == 400
    assert "n’existe pas" in page and "Écrivez une part entre 1" in page
    assert "Scènes en réseau" in page
    assert not MissionLetter.objects.exists()


def test_the_same_form_sent_twice_is_one_letter(desk, world):
    for _time in range(2):
        desk.post(PAGE, values(world, deed_key="once"))
    assert MissionLetter.objects.count() == 1


def test_as_many_queries_for_one_letter_as_for_thirty(desk, world):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(PAGE).status_code == 200
        return len(found)

    desk.post(PAGE, values(world, share="1"))
    ask_mission_signatures(by=world.colette, letter=MissionLetter.objects.get())
    one = count()
    for number in range(30):
        desk.post(PAGE, values(world, share="1", project=f"Projet {number}"))
    assert MissionLetter.objects.count() == 31
    assert count() == one


def test_withdrawn_from_the_page(desk, world):
    desk.post(PAGE, values(world))
    page = text(desk.post(reverse("desk:mission_end", args=["vigne", MissionLetter.objects.get().pk]), follow=True))
    assert "retirée" in page and "s’arrête" in page
