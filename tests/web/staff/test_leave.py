"""The employee's days off on a phone, and the coordinator's answer, through the browser's requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.plans.factory import quiet_monday, running_post
from tests.web.staff.test_week import text

from grappe.clusters.actions import give_mandate
from grappe.plans.actions import ask_leave
from grappe.plans.models import Absence, LeaveRequest


@pytest.fixture
def monday(world):
    running_post(world, [(world.disquaire, 6)], starts_on=world.today - timedelta(days=400))
    return quiet_monday(world.today)


def ask(client, first, last, **more):
    said = {"first_day": first.isoformat(), "last_day": last.isoformat(), "kind": "leave", "words": "", **more}
    return client.post(reverse("staff:leave", args=["vigne"]), said, follow=True)


def test_from_the_phone_to_the_answer(client, world, monday):
    client.force_login(world.ines)
    friday = monday + timedelta(days=4)
    page = text(ask(client, monday, friday, words="Un mariage"))
    assert "Demande envoyée" in page and "en attente" not in page.split("Mes demandes")[0]
    request = LeaveRequest.objects.get()
    client.force_login(world.colette)
    desk = text(client.get(reverse("desk:absences", args=["vigne"])))
    assert "1 demande attend votre réponse" in desk and "« Un mariage »" in desk and "Inès Besson" in desk
    assert "demande de jours à répondre" in text(client.get(reverse("desk:today", args=["vigne"])))
    page = text(client.post(reverse("desk:leave_grant", args=["vigne", request.pk]), follow=True))
    assert "Accordé : Inès B." in page
    assert Absence.objects.get().first_day == monday
    client.force_login(world.ines)
    page = text(client.get(reverse("staff:leave", args=["vigne"])))
    assert "accordée" in page


def test_a_wrong_request_keeps_what_was_written(client, world, monday):
    client.force_login(world.ines)
    response = ask(client, monday, monday - timedelta(days=2), words="Un mariage")
    assert response.status_code == 400
    page = text(response)
    assert "L’absence finit avant de commencer." in page and 'value="Un mariage"' in page
    assert not LeaveRequest.objects.exists()


def test_a_refusal_without_a_reason_changes_nothing(client, world, monday):
    made = ask_leave(by=world.ines, cluster=world.vigne, first_day=monday, last_day=monday)
    client.force_login(world.colette)
    page = text(client.post(reverse("desk:leave_refuse", args=["vigne", made.pk]), {"words": ""}, follow=True))
    assert "Un refus dit pourquoi." in page
    made.refresh_from_db()
    assert made.state == "waiting"
    client.post(reverse("desk:leave_refuse", args=["vigne", made.pk]), {"words": "Festival"}, follow=True)
    client.force_login(world.ines)
    assert "Festival" in text(client.get(reverse("staff:leave", args=["vigne"])))


def test_someone_elses_request_is_not_found(client, world, monday):
    made = ask_leave(by=world.ines, cluster=world.vigne, first_day=monday, last_day=monday)
    give_mandate(by=None, cluster=world.vigne, person=world.bruno, role="employee", on=world.today)
    client.force_login(world.bruno)
    assert client.post(reverse("staff:leave_withdraw", args=["vigne", made.pk])).status_code == 404


def test_as_many_queries_for_thirty_requests_as_for_one(client, world, monday):
    def asked(number: int) -> None:
        day = monday + timedelta(days=7 * number)
        LeaveRequest.objects.create(cluster=world.vigne, person=world.ines, first_day=day, last_day=day)

    asked(0)
    for who, name in ((world.ines, "staff:leave"), (world.colette, "desk:absences")):
        client.force_login(who)
        url = reverse(name, args=["vigne"])
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get(url)
        for number in range(1, 30):
            asked(number)
        with CaptureQueriesContext(connection) as thirty:
            client.get(url)
        assert len(thirty) == len(one)
        assert all(query["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")) for query in thirty)
        LeaveRequest.objects.exclude(first_day=monday).delete()
