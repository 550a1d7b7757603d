"""The desk's pages of a running post: what a going does is read, then accepted; a part changed; room offered; the end."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from tests.pools.factory import first_of_month, need, part_of, running, welcome

from grappe.pools.actions import ask_to_leave
from grappe.pools.enums import PartState
from grappe.pools.models import Part, Pool


@pytest.fixture
def pool(world) -> Pool:
    return running(world)


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def at(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=["vigne", *args])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def month(day: date) -> str:
    return f"{day:%Y-%m}"


def test_a_request_is_told_at_home_and_leads_to_what_it_changes(desk, world, pool):
    soon = first_of_month(world.today, 3)
    part = ask_to_leave(by=world.marius, part=part_of(pool, world.disquaire), on=soon, words="Fin de saison")
    assert "Disquaire veut quitter" in text(desk.get(at("today")))
    assert "Fin de saison" in text(desk.get(at("pool", pool.pk)))
    page = text(desk.get(at("part_leave", part.pk)))
    assert "Ce que paieraient les autres" in page
    assert page.count("doit accepter") == 3
    assert "le poste ne tient plus tel quel" in page
    done = desk.post(at("part_leave", part.pk), {"on": month(soon), "deed_key": "k"}, follow=True)
    assert "Le départ de Disquaire est noté" in text(done)
    part.refresh_from_db()
    assert part.leaves_on == soon
    assert desk.get(at("part_leave", part.pk)).status_code == 404  # done: the page is no more
    desk.post(at("part_stay", part.pk), {"deed_key": "k2"})
    part.refresh_from_db()
    assert part.leaves_on is None


def test_another_month_is_looked_at_without_changing_anything(desk, world, pool):
    part, later = part_of(pool, world.studio), first_of_month(world.today, 6)
    page = desk.post(at("part_leave", part.pk), {"on": month(later), "voir": "1", "deed_key": "k"})
    assert str(later.year) in text(page)
    part.refresh_from_db()
    assert part.leaves_on is None


def test_a_going_in_the_past_is_refused_in_words(desk, world, pool):
    part = part_of(pool, world.studio)
    refused = desk.post(at("part_leave", part.pk), {"on": month(first_of_month(world.today, -1)), "deed_key": "k"})
    assert refused.status_code == 409
    assert "Ce jour est passé" in text(refused)


def test_a_part_is_changed_once_the_firm_has_said_yes(desk, world, pool):
    part, soon = part_of(pool, world.disquaire), first_of_month(world.today, 2)
    sent = {"half_days": "1,5", "on": month(soon), "deed_key": "k"}
    assert "1,5 jour" in text(desk.post(at("part_change", part.pk), sent, follow=True))
    part.refresh_from_db()
    assert (part.half_days, part.asked_half_days, part.state) == (6, 3, PartState.REPRICED)
    assert desk.post(at("part_change", part.pk), {**sent, "half_days": "300", "deed_key": "l"}).status_code == 409
    assert desk.post(at("part_change", part.pk), {**sent, "half_days": "0,3", "deed_key": "m"}).status_code == 400


def test_room_is_offered_to_a_need_that_fits(desk, world, pool):
    asked = need(world, welcome(world), 8)
    page = text(desk.get(at("survey", asked.survey_id)))
    assert "1 besoin tient dans un poste qui existe" in page
    url = at("pool_offer", pool.pk, asked.pk)
    assert url in page
    assert "reçoit sa part et son prix" in text(desk.post(url, follow=True))
    assert Part.objects.get(firm=asked.firm).state == PartState.INVITED
    assert desk.post(url).status_code == 409


def test_the_post_ends_for_all(desk, world, pool):
    soon = first_of_month(world.today, 3)
    assert "Les 4 structures du poste" in text(desk.get(at("pool_end", pool.pk)))
    desk.post(at("pool_end", pool.pk), {"on": month(soon), "deed_key": "k"})
    pool.refresh_from_db()
    assert pool.ends_on == soon
    assert "Ce poste finit" in text(desk.get(at("pool", pool.pk)))
    assert desk.get(at("pool_end", pool.pk)).status_code == 404


def test_a_post_that_has_ended_says_who_shared_it(desk, world, pool):
    Pool.objects.filter(pk=pool.pk).update(ends_on=world.today)
    Part.objects.filter(pool=pool).update(leaves_on=world.today)
    page = text(desk.get(at("pool", pool.pk)))
    assert "Qui l’a partagé" in page and "Disquaire" in page
    assert "pour 0 structure" not in page and "rempli à" not in page


def test_the_page_asks_as_much_whatever_the_firms(desk, world, pool, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        desk.get(at("pool", pool.pk))
