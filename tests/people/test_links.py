from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from grappe.people.actions import open_link
from grappe.people.models import AccessLink
from grappe.people.queries import link_of


def opened(world, **more):
    return open_link(purpose=AccessLink.Purpose.FEED, about=world.disquaire, person=world.marius, **more)


def test_a_token_opens_its_link_for_its_purpose_only(world):
    link = opened(world)
    assert link_of(link.token, purpose="feed", on=world.today) == link
    assert link_of(link.token, purpose="invitation", on=world.today) is None


def test_asked_twice_it_is_the_same_link(world):
    assert opened(world).token == opened(world).token


def test_forged_and_broken_tokens_open_nothing(world):
    link = opened(world)
    for token in [
        "",
        "-",
        "zz-00",
        f"{link.pk:x}-{'0' * 32}",
        link.token[:-1],
        link.token + "0",
        f"{2**70:x}-{'0' * 32}",
    ]:
        assert link_of(token, purpose="feed", on=world.today) is None


def test_an_expired_or_revoked_link_is_dead(world):
    link = opened(world, expires_on=world.today)
    assert link_of(link.token, purpose="feed", on=world.today - timedelta(days=1)) == link
    assert link_of(link.token, purpose="feed", on=world.today) is None
    AccessLink.objects.filter(pk=link.pk).update(expires_on=None, revoked_at=timezone.now())
    assert link_of(link.token, purpose="feed", on=world.today) is None
    assert opened(world).token != link.token


def test_the_token_is_not_in_the_database(world):
    link = opened(world)
    secret = link.token.split("-")[1]
    assert secret not in str(AccessLink.objects.values().get(pk=link.pk))
