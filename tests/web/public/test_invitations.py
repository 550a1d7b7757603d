"""An invitation's link: everything without an account, nothing once it is dead or its person no longer speaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from tests.pools.factory import invited, part_of

from grappe.clusters.actions import end_mandate
from grappe.clusters.models import Mandate
from grappe.people.models import AccessLink, Mail
from grappe.pools.actions import withdraw
from grappe.pools.letters import address_of
from grappe.pools.models import Commitment, Part


@pytest.fixture
def link(world) -> AccessLink:
    invited(world)
    return AccessLink.objects.get(person=world.marius)


def at(link: AccessLink) -> str:
    return reverse("public:invitation", args=[link.token])


YES = {"answer": "accepter", "price_cents": "15953"}


def test_the_letter_gives_the_address_of_the_page(link):
    assert address_of(link) == settings.BASE_URL + at(link)
    assert address_of(link) in Mail.objects.get(to=link.person.email).body


def test_a_member_answers_without_an_account(client, world, link):
    page = client.get(at(link))
    assert page.status_code == 200
    assert "partagé à quatre" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    done = client.post(at(link), YES, follow=True)
    assert "Vous êtes engagés" in done.content.decode()
    assert Commitment.objects.get().accepted_by == world.marius


def dead(client, link: AccessLink, code: int) -> None:
    for response in (client.get(at(link)), client.post(at(link), YES)):
        assert response.status_code == code
        assert "coordination" in response.content.decode()
    assert not Commitment.objects.exists()


def test_a_dead_link_says_so_and_changes_nothing(client, world, link):
    AccessLink.objects.filter(pk=link.pk).update(expires_on=world.today)
    dead(client, link, 404)
    AccessLink.objects.filter(pk=link.pk).update(expires_on=world.today + timedelta(days=1), revoked_at=timezone.now())
    dead(client, link, 404)
    for token in ("x", f"{link.pk:x}-{'0' * 32}", "ffffffffffffffffffff-1"):
        assert client.get(reverse("public:invitation", args=[token])).status_code == 404


def test_a_mandate_that_ended_yesterday_opens_nothing(client, world, link):
    end_mandate(by=world.colette, mandate=Mandate.objects.get(person=world.marius), on=world.today)
    dead(client, link, 403)


def test_a_part_taken_back_closes_its_link(client, world, link):
    withdraw(by=world.colette, part=part_of(part_pool(link), world.disquaire))
    dead(client, link, 404)


def part_pool(link: AccessLink):
    return Part.objects.get(pk=link.about_id).pool


def test_the_secret_of_another_purpose_opens_nothing(client, world, link):
    feed = AccessLink.objects.create(
        purpose=AccessLink.Purpose.FEED, about="pools.part", about_id=link.about_id, person=world.marius
    )
    assert client.get(at(feed)).status_code == 404
