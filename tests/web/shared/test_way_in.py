from __future__ import annotations

import re

import pytest
from django.core import mail
from tests.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.shared.pages")]


def text(response) -> str:
    return response.content.decode()


def test_one_enters_with_an_address_and_a_password(client, world):
    page = text(client.get("/compte/login/"))
    assert "Adresse e-mail" in page
    assert "Avec une clé d’accès" in page
    refused = client.post("/compte/login/", {"login": world.marius.email, "password": "faux"})
    assert refused.status_code == 200
    assert 'role="alert"' in text(refused)
    entered = client.post("/compte/login/", {"login": world.marius.email.upper(), "password": PASSWORD})
    assert entered.status_code == 302
    assert "_auth_user_id" in client.session


def test_nobody_signs_up_alone(client):
    assert "On entre par invitation" in text(client.get("/compte/signup/"))


def test_a_forgotten_password_is_chosen_again_by_a_link_that_serves_once(client, world):
    client.post("/compte/password/reset/", {"email": world.marius.email})
    (letter,) = mail.outbox
    assert "Choisir un nouveau mot de passe" in letter.subject
    assert "il sert une fois" in letter.body
    link = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    form = client.get(link, follow=True)
    assert "Choisir un mot de passe" in text(form)
    chosen = "une autre phrase assez longue"
    client.post(form.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    world.marius.refresh_from_db()
    assert world.marius.check_password(chosen)
    client.logout()
    assert "Ce lien ne sert plus" in text(client.get(link, follow=True))


def test_an_address_unknown_gets_the_same_answer_and_no_letter(client, world):
    known = client.post("/compte/password/reset/", {"email": world.marius.email})
    unknown = client.post("/compte/password/reset/", {"email": "personne@ailleurs.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.to for letter in mail.outbox] == [[world.marius.email]]


@pytest.mark.parametrize("url", ["/compte/2fa/", "/compte/email/", "/compte/password/change/", "/compte/2fa/webauthn/"])
def test_one_s_own_way_in_is_looked_after_on_our_pages(client, world, url):
    client.force_login(world.marius)
    page = text(client.get(url))
    assert "grappe/grappe.css" in page
    assert 'style="' not in page


def test_whoever_was_invited_may_add_a_second_lock(client, world):
    client.post("/compte/login/", {"login": world.marius.email, "password": PASSWORD})
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    page = text(client.get("/compte/2fa/totp/activate/"))
    assert "data:image/svg+xml" in page
    assert "Écrivez le code à six chiffres" in page
