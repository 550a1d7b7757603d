"""What someone would try to enter as another, to stay after leaving, or to send others elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.world import PASSWORD

from grappe.clusters.actions import name_speaker
from grappe.people.actions import open_link
from grappe.people.models import AccessLink, Person
from grappe.people.queries import link_of
from grappe.plans.queries import membership_of

TO_COME = "a-venir@studio.example"


def test_an_address_that_was_not_verified_never_becomes_the_principal(client, world):
    """Else whoever takes the address of someone to come receives the mandate meant for them."""
    client.force_login(world.marius)
    client.post("/compte/email/", {"email": TO_COME, "action_add": ""})
    client.post("/compte/email/", {"email": TO_COME, "action_primary": ""})
    world.marius.refresh_from_db()
    assert world.marius.email == "marius@disquaire.example"
    mandate = name_speaker(by=world.colette, cluster=world.vigne, firm=world.studio, email=TO_COME, on=world.today)
    assert mandate.person != world.marius


def test_a_verified_address_becomes_the_principal(client, world):
    client.force_login(world.marius)
    EmailAddress.objects.create(user=world.marius, email="marius@neuf.example", verified=True)
    client.post("/compte/email/", {"email": "marius@neuf.example", "action_primary": ""})
    world.marius.refresh_from_db()
    assert world.marius.email == "marius@neuf.example"


def test_the_operator_s_admin_has_no_way_in_of_its_own(client, world):
    """Its own form would know neither the second lock nor the limit of attempts."""
    operator = Person.objects.create_superuser("operateur@vigne.example", PASSWORD)
    tried = client.post("/operateur/login/", {"username": operator.email, "password": PASSWORD})
    assert (tried.status_code, tried.url.split("?")[0]) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session
    client.force_login(operator)
    assert client.get("/operateur/").status_code == 200


def test_who_is_no_operator_does_not_enter_the_admin(client, world):
    client.force_login(world.colette)
    assert client.get("/operateur/", follow=True).status_code == 403


def test_signing_out_reaches_the_other_processes(client, world):
    """Each process has its own cache: what another one remembers of a session must not outlive it."""
    client.force_login(world.marius)
    home = reverse("member:hours", args=[world.vigne.slug])
    assert client.get(home).status_code == 200
    stolen = client.cookies["sessionid"].value
    remembered = dict(cache._cache)  # of the process that the person did not sign out from
    client.post("/compte/logout/")
    cache._cache.update(remembered)
    cache._expire_info.update(dict.fromkeys(remembered))
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get(home).status_code == 302


def test_a_deed_done_twice_never_leads_to_another_site(client, world):
    client.force_login(world.colette)
    form = {"email": TO_COME, "deed_key": "une-fois"}
    url = reverse("desk:firm_speaker", args=[world.vigne.slug, world.studio.pk])
    client.post(url, form)
    again = client.post(url, form, headers={"referer": "http://testserver//elsewhere.example/page?a=1"})
    assert again.url == "/elsewhere.example/page?a=1"


def test_the_links_of_a_person_put_out_are_dead(world):
    link = open_link(
        purpose=AccessLink.Purpose.FEED,
        about=membership_of(world.disquaire.pk, on=world.today),
        person=world.marius,
        expires_on=world.today + timedelta(days=9),
    )
    assert link_of(link.token, purpose="feed", on=world.today) == link
    Person.objects.filter(pk=world.marius.pk).update(is_active=False)
    assert link_of(link.token, purpose="feed", on=world.today) is None


LONG = "9" * 5000


@pytest.mark.parametrize(
    ("who", "name", "args", "query"),
    [
        ("colette", "desk:firm", [10**30], ""),
        ("colette", "desk:needs", [], f"?competence={LONG}"),
        ("colette", "desk:needs", [], "?competence=99999999999999999999"),
        ("colette", "desk:outcome_acts", [], f"?structure={LONG}&poste={LONG}"),
        ("marius", "member:home", [], f"?structure={LONG}"),
        ("ines", "staff:week", [], "?semaine=9999-12-31"),
    ],
)
def test_a_number_that_no_row_has_is_not_found(client, world, who, name, args, query):
    client.force_login(getattr(world, who))
    assert client.get(reverse(name, args=[world.vigne.slug, *args]) + query).status_code in {200, 404}


def test_a_firm_s_number_too_long_is_not_found(client, world):
    client.force_login(world.marius)
    assert client.post(reverse("member:feed", args=[world.vigne.slug]), {"firm": LONG}).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_nobody_lives_are_refused(client, world, day):
    client.force_login(world.colette)
    form = {"name": "Loin", "since": day}
    assert client.post(reverse("desk:firm_new", args=[world.vigne.slug]), form).status_code == 400
    absence = {"person": world.ines.pk, "kind": "leave", "first_day": day, "last_day": day}
    assert client.post(reverse("desk:absences", args=[world.vigne.slug]), absence).status_code == 400
    month = {"pool": 1, "month": day}
    assert client.post(reverse("desk:calendar_open", args=[world.vigne.slug]), month).status_code == 302
    client.force_login(world.ines)
    hours = {"day": day, "part": "am", "pool": 1, "firm": 1}
    assert client.post(reverse("staff:record", args=[world.vigne.slug]), hours).status_code == 302


@pytest.mark.parametrize("query", ["?q=%00", "?ville=a%00b", "?q=%E2%80%AEsecoM"])
def test_a_character_that_nobody_types_is_refused_in_the_address(client, world, query):
    client.force_login(world.colette)
    assert client.get(reverse("desk:firms", args=[world.vigne.slug]) + query).status_code == 400


@pytest.mark.parametrize(("key", "code"), [("\0", 400), ("x" * 300, 302)])
def test_a_form_s_key_is_never_a_fault(client, world, key, code):
    client.force_login(world.colette)
    url = reverse("desk:firm_leave", args=[world.vigne.slug, world.edition.pk])
    assert client.post(url, {"deed_key": key}).status_code == code
