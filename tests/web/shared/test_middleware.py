from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.shared.pages")]


def test_the_browser_s_language_then_the_cookie_then_french(client):
    assert client.get("/parle/").content == b"fr"
    assert client.get("/parle/", headers={"accept-language": "de, it"}).content == b"fr"
    assert client.get("/parle/", headers={"accept-language": "en-GB, fr;q=0.5"}).content == b"en"
    client.cookies["django_language"] = "fr"
    assert client.get("/parle/", headers={"accept-language": "en-GB"}).content == b"fr"
    client.cookies["django_language"] = "tlh"
    assert client.get("/parle/").content == b"fr"


def test_the_language_of_a_person_signed_in_wins(client, world):
    world.marius.language = "en"
    world.marius.save()
    client.force_login(world.marius)
    assert client.get("/parle/", headers={"accept-language": "fr"}).content == b"en"


def test_finding_the_language_looks_the_person_up_once(client, world, django_assert_num_queries):
    client.force_login(world.marius)
    with django_assert_num_queries(2):  # the session, then the person
        client.get("/parle/")


def test_choosing_a_language_is_kept_for_the_visitor_and_for_the_person(client, world):
    response = client.post("/langue/", {"language": "en", "next": "/parle/"})
    assert response.url == "/parle/"
    assert client.get("/parle/").content == b"en"
    client.force_login(world.marius)
    client.post("/langue/", {"language": "en", "next": "//ailleurs.example/"})
    world.marius.refresh_from_db()
    assert world.marius.language == "en"


def test_choosing_never_leads_out_of_the_site_nor_to_a_language_unknown(client):
    assert client.post("/langue/", {"language": "en", "next": "https://ailleurs.example/"}).url == "/"
    other = Client()
    other.post("/langue/", {"language": "xx", "next": "/"})
    assert other.get("/parle/").content == b"fr"
    assert other.get("/langue/").status_code == 405


def test_every_page_forbids_what_is_not_ours(client):
    policy = client.get("/parle/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "unsafe" not in client.get("/rien/")["Content-Security-Policy"]


def test_a_refusal_is_a_page_that_says_what_happened_and_what_to_do(client):
    response = client.post("/refuse/", headers={"referer": "http://testserver/formulaire/?a=1"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "La place est &lt;prise&gt;." in page
    assert "Prenez-en une autre." in page
    assert 'href="/formulaire/?a=1"' in page


def test_a_refusal_never_leads_back_to_another_site(client):
    page = client.get("/refuse/", headers={"referer": "https://ailleurs.example/x"}).content.decode()
    assert "ailleurs.example" not in page


def test_a_refusal_inside_a_page_is_a_fragment(client):
    response = client.post("/refuse/", headers={"hx-request": "true"})
    assert response.status_code == 409
    assert b"<html" not in response.content
    assert "Prenez-en une autre." in response.content.decode()


def test_a_refusal_at_the_desk_keeps_the_desk_around_it(client, world):
    client.force_login(world.colette)
    response = client.get("/c/vigne/refus/")
    assert response.status_code == 409
    assert 'class="rail"' in response.content.decode()


def test_a_deed_already_done_leads_where_it_led(client):
    response = client.post("/encore/?url=/parle/")
    assert (response.status_code, response.url) == (302, "/parle/")
    assert client.post("/encore/", headers={"referer": "http://testserver/ici/"}).url == "/ici/"
    inside = client.post("/encore/?url=/parle/", headers={"hx-request": "true"})
    assert inside["HX-Redirect"] == "/parle/"


def test_a_deed_already_done_is_told(client):
    page = client.post("/encore/?url=/styleguide/", follow=True).content.decode()
    assert "C’était déjà fait." in client.get("/compte/login/").content.decode() or "C’était déjà fait." in page


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/interdit/", 403, "Vous pouvez lire ici, pas modifier"),
        ("/rien/", 404, "Il n’y a rien à cette adresse pour vous"),
        ("/casse/", 500, "Quelque chose s’est cassé chez nous"),
    ],
)
def test_errors_speak(url, status, words):
    response = Client(raise_request_exception=False).get(url)
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_form_without_its_secret_is_explained():
    response = Client(enforce_csrf_checks=True).post("/langue/", {"language": "en"})
    assert response.status_code == 403
    assert "Cette page est restée ouverte trop longtemps" in response.content.decode()


def test_the_page_of_a_breakdown_asks_the_database_nothing(world, django_assert_num_queries):
    from django.test import RequestFactory

    from grappe.web.shared.errors import broken

    with django_assert_num_queries(0):
        assert broken(RequestFactory().get("/")).status_code == 500
