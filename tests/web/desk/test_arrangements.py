"""A proposal arranged by hand at the desk: without a script, seen before it is done, opened as posts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.plans.factory import running_post
from tests.pools.factory import COST, need, proposed, speaker

from grappe.pools import arranging
from grappe.pools.actions import set_cost
from grappe.pools.models import Arrangement, Pool, Proposal


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


@pytest.fixture
def needs(world):
    return [need(world, firm, size) for firm, size in zip(world.firms, (12, 12, 10, 7), strict=True)]


@pytest.fixture
def proposal(world, needs) -> Proposal:
    return proposed(world, [needs[:3], needs[3:]])


def at(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=["vigne", *args])


def start(desk, proposal):
    return desk.post(at("proposal_arrange", proposal.pk), {"visee": "serve", "deed_key": "a"}, follow=True)


def test_from_the_proposal_to_the_hand_and_back(desk, proposal):
    assert desk.get(at("arrangement", proposal.pk)).status_code == 404
    assert "Ajuster à la main" in desk.get(at("proposal", proposal.pk)).content.decode()
    page = start(desk, proposal)
    assert page.redirect_chain[-1][0] == at("arrangement", proposal.pk)
    assert "Rempli à" in page.content.decode()
    assert "Reprendre l’ajustement" in desk.get(at("proposal", proposal.pk)).content.decode()


def test_a_move_is_shown_then_done(desk, proposal, needs):
    start(desk, proposal)
    shown = desk.get(at("arrangement", proposal.pk), {"besoin": needs[1].pk, "vers": "1"}).content.decode()
    assert "Scène (6 jours) vers le poste 2" in shown.replace("\xa0", " ")
    assert "→" in shown
    assert Arrangement.objects.get().version == 1
    moved = {"besoin": needs[1].pk, "vers": "1", "version": "1", "deed_key": "m"}
    done = desk.post(at("arrangement_move", proposal.pk), moved, follow=True)
    assert "Scène est déplacée" in done.content.decode()
    assert len(arranging.arranged(proposal).reply.posts[1].rows) == 2
    assert "déjà fait" in desk.post(at("arrangement_move", proposal.pk), moved, follow=True).content.decode()


def test_a_stale_page_is_told_over_the_posts_as_they_are(desk, proposal, needs):
    start(desk, proposal)
    desk.post(at("arrangement_move", proposal.pk), {"besoin": needs[1].pk, "vers": "1", "version": "1"})
    late = desk.post(at("arrangement_move", proposal.pk), {"besoin": needs[0].pk, "vers": "1", "version": "1"})
    assert late.status_code == 409
    assert "ont changé pendant" in late.content.decode()
    assert "Poste 2" in late.content.decode()
    for more in ({"vers": "9"}, {"vers": ""}, {"version": "x"}):
        said = {"besoin": needs[0].pk, "vers": "1", "version": "2", **more}
        assert desk.post(at("arrangement_move", proposal.pk), said).status_code == 409
    assert desk.post(at("arrangement_move", proposal.pk), {"besoin": "x", "version": "2"}).status_code == 404


def test_a_move_asked_that_cannot_be_is_told(desk, proposal, needs):
    start(desk, proposal)
    page = desk.get(at("arrangement", proposal.pk), {"besoin": needs[0].pk, "vers": "0"})
    assert "n’est plus possible" in page.content.decode()
    assert desk.get(at("arrangement", proposal.pk), {"besoin": "9" * 30, "vers": "<b>"}).status_code == 200


def test_kept_then_formed_again(desk, proposal):
    start(desk, proposal)
    desk.post(at("arrangement_keep", proposal.pk, 0), {"version": "1", "garder": "oui"})
    page = desk.get(at("arrangement", proposal.pk)).content.decode()
    assert "Reformer autour du poste gardé" in page
    assert desk.post(at("arrangement_keep", proposal.pk, 0), {"version": "1", "garder": "oui"}).status_code == 409
    desk.post(at("arrangement_again", proposal.pk), {"version": "2", "deed_key": "g"})
    assert Proposal.objects.count() == 2


def test_an_adjusted_post_is_opened(desk, proposal, needs):
    start(desk, proposal)
    desk.post(at("arrangement_move", proposal.pk), {"besoin": needs[2].pk, "vers": "1", "version": "1"})
    here = at("post_open", proposal.pk, "hand", 1)
    page = desk.get(here)
    assert page.status_code == 200
    said = page.context["form"].initial
    post = {
        "name": "Poste ajusté", "starts_on": str(said["starts_on"]), "gross": "30000", "charges": "42", "management": "5",
        "management_basis": "rate_loaded", "guarantee_basis": "cents", "seen": page.context["post"].fingerprint,
    }  # fmt: skip
    done = desk.post(here, post, follow=True)
    assert "Le poste est ouvert" in done.content.decode()
    assert {str(part.firm) for part in Pool.objects.get().parts.all()} == {"Studio", "Édition"}
    assert "Poste ouvert" in desk.get(at("arrangement", proposal.pk)).content.decode()


def test_the_board_reads_and_moves_nothing(client, world, desk, proposal):
    start(desk, proposal)
    client.force_login(world.bruno)
    page = client.get(at("arrangement", proposal.pk)).content.decode()
    assert "Garder" not in page
    assert 'class="move"' not in page


def test_a_need_that_fits_is_offered_the_place(desk, world):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))
    set_cost(by=world.colette, pool=pool, lines=COST)
    asked = need(world, world.studio, 6)
    speaker(world, world.studio)
    page = desk.get(at("survey", asked.survey_id)).content.decode()
    assert "1 besoin tient dans un poste qui existe" in page
    done = desk.post(at("pool_offer", pool.pk, asked.pk), {"deed_key": "f"}, follow=True)
    assert "reçoit sa part et son prix" in done.content.decode()
    assert pool.parts.get(firm=world.studio).state == "invited"
    assert desk.post(at("pool_offer", pool.pk, asked.pk), {"deed_key": "g"}).status_code == 409
    assert "tient dans un poste" not in desk.get(at("survey", asked.survey_id)).content.decode()
