"""A member's parts: the price before the commitment, the answer, and nobody else's parts."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope
from tests.pools.factory import first_of_month, invited, part_of, post, running, speaker

from grappe.needs.actions import state_reference_price
from grappe.people.models import Mail
from grappe.pools.actions import decline
from grappe.pools.enums import PartState
from grappe.pools.models import Commitment


def at(part, slug: str = "vigne") -> str:
    return reverse("member:commitment", args=[slug, part.pk])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_the_price_is_seen_before_the_commitment(client, world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    state_reference_price(
        by=None, cluster=world.vigne, firm=world.disquaire, skill=pool.skill, price_cents=20_000, half_days=4, grade="A",
        document="Facture 12", document_date=world.today, on=world.today,
    )  # fmt: skip
    client.force_login(world.marius)
    page = text(client.get(at(part)))
    assert "Communication web, partagé à quatre" in page
    assert "957,14 €" in page  # 6/28 of January’s 4 466,66; the odd cent goes to the largest remainder
    assert "1 200 €" in page  # alone: 6 x 200
    assert "Facture 12" in page
    assert "jamais plus de 957,18 €" in page
    assert "au plus" in page
    assert "mardi et mercredi" in page
    assert not Commitment.objects.exists()


def test_a_member_commits_with_one_button(client, world):
    part = part_of(invited(world), world.disquaire)
    client.force_login(world.marius)
    values = {"answer": "accepter", "price_cents": "15953", "deed_key": "yes"}
    done = client.post(at(part), values, follow=True)
    assert "Vous êtes engagés pour 3 jours par mois" in text(done)
    assert Commitment.objects.get().accepted_by == world.marius
    again = client.post(at(part), values, follow=True, headers={"referer": f"http://testserver{at(part)}"})
    assert "déjà fait" in text(again)
    assert Commitment.objects.count() == 1


def test_a_stale_price_is_shown_again_with_todays(client, world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    decline(by=speaker(world, world.studio), part=part_of(pool, world.studio))
    client.force_login(world.marius)
    page = client.post(at(part), {"answer": "accepter", "price_cents": "15953"})
    assert page.status_code == 409
    assert "Le prix a changé pendant que vous lisiez" in text(page)
    assert 'value="24815"' in text(page)
    assert not Commitment.objects.exists()


def test_a_member_declines_or_asks_for_something_else(client, world):
    pool = invited(world)
    client.force_login(world.marius)
    part = part_of(pool, world.disquaire)
    asked = client.post(at(part), {"answer": "demander", "words": "Deux jours ?"}, follow=True)
    assert "parti à la coordination" in text(asked)
    assert "Deux jours ?" in Mail.objects.get(to=world.colette.email).body
    assert client.post(at(part), {"answer": "demander", "words": ""}).status_code == 409
    assert client.post(at(part), {"answer": "peut-être"}).status_code == 400
    gone = client.post(at(part), {"answer": "decliner", "words": ""}, follow=True)
    assert "Vous avez décliné cette part" in text(gone)
    assert part_of(pool, world.disquaire).state == PartState.DECLINED


def test_another_firms_part_is_not_found(client, world):
    pool = invited(world)
    client.force_login(world.marius)
    other = part_of(pool, world.scene)
    assert client.get(at(other)).status_code == 404
    assert client.post(at(other), {"answer": "accepter", "price_cents": "15953"}).status_code == 404
    client.force_login(world.paul)
    assert client.get(at(part_of(pool, world.disquaire), "treille")).status_code == 404
    with scope(cluster=world.vigne):
        assert not Commitment.objects.exists()


def test_a_part_not_yet_invited_is_not_shown(client, world):
    part = part_of(post(world), world.disquaire)
    client.force_login(world.marius)
    assert client.get(at(part)).status_code == 404


def test_the_list_shows_what_waits_at_the_same_cost_for_one_and_for_many(client, world):
    client.force_login(world.marius)
    url = reverse("member:commitments", args=["vigne"])
    assert "Vous ne partagez rien" in text(client.get(url))

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            page = client.get(url)
        assert "attend" in text(page)
        return len(caught)

    invited(world, {world.disquaire: 6})
    asked()
    one = asked()
    for _rank in range(29):
        invited(world, {world.disquaire: 6})
    assert asked() == one


def test_a_member_gives_notice_and_takes_it_back(client, world):
    pool = running(world)
    part, soon = part_of(pool, world.disquaire), first_of_month(world.today, 4)
    client.force_login(world.marius)
    page = reverse("member:commitment", args=["vigne", part.pk])
    leave = reverse("member:leave", args=["vigne", part.pk])
    assert leave in client.get(page).content.decode()
    too_soon = client.post(leave, {"on": f"{first_of_month(world.today, 1):%Y-%m}", "deed_key": "a"})
    assert too_soon.status_code == 409
    done = client.post(leave, {"on": f"{soon:%Y-%m}", "words": "Fin de saison", "deed_key": "b"}, follow=True)
    assert "Vous avez demandé à partir" in done.content.decode()
    client.post(leave, {"rester": "1"})
    part.refresh_from_db()
    assert part.leave_asked_for is None
