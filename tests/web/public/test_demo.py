from __future__ import annotations

import pytest

from grappe.demo.cast import GUISES
from grappe.people.models import Person


@pytest.fixture
def in_demo_mode(settings, db):
    settings.DEMO = True
    for guise in GUISES:
        Person.objects.create_user(guise.email, None, name=guise.key)


def test_a_visitor_enters_as_each_of_the_cast(client, in_demo_mode):
    page = client.get("/demo/").content.decode()
    for guise in GUISES:
        assert f'value="{guise.key}"' in page
        assert client.post("/demo/", {"guise": guise.key}).status_code == 302
        assert Person.objects.get(pk=client.session["_auth_user_id"]).email == guise.email


@pytest.mark.parametrize("guise", ["", "operator", "colette@demo.example"])
def test_nobody_else_is_let_in(client, in_demo_mode, guise):
    assert client.post("/demo/", {"guise": guise}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_without_demo_mode_there_is_no_door(client, in_demo_mode, settings):
    settings.DEMO = False
    assert client.post("/demo/", {"guise": "coordinator"}).status_code == 404
