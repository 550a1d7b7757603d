"""Who reads and writes the pages of pools, of a member's commitments, of an invitation."""

from __future__ import annotations

from typing import Any

from tests.pools.factory import invited, need, part_of, post, proposed, running, survey, welcome
from tests.web.table import Row, only
from tests.world import World

from grappe.people.models import AccessLink
from grappe.pools import actions
from grappe.pools.models import Proposal

DESK = only("coordinator", "board")
WRITES = {**only(), "board": 403}


def writes(code: int) -> dict[str, int]:
    return {**WRITES, "coordinator": code}


def a_pool(world: World) -> dict[str, Any]:
    return {"pk": post(world).pk}


def a_part(world: World) -> dict[str, Any]:
    return {"pk": part_of(invited(world), world.disquaire).pk}


def a_proposal(world: World) -> dict[str, Any]:
    """Stopped before it began: its page says so."""
    need(world, world.disquaire)
    asked = {"by": world.colette, "cluster": world.vigne, "survey": survey(world), "rules": {}}
    proposal: Proposal = actions.propose(**asked, post_cents_per_year=4_600_000)
    return {"pk": actions.stop_proposal(by=world.colette, proposal=proposal).pk}


def by_hand(world: World) -> dict[str, Any]:
    found = proposed(world, [[need(world, world.disquaire), need(world, world.scene)]])
    actions.arrange(by=world.colette, proposal=found, aim="serve")
    return {"pk": found.pk}


def a_candidate(world: World) -> dict[str, Any]:
    pool = post(world, {world.disquaire: 6})
    return {"pk": pool.pk, "need": need(world, world.scene).pk}


def an_invitation(world: World) -> dict[str, Any]:
    invited(world)
    return {"token": AccessLink.objects.get(person=world.marius).token}


def a_running_post(world: World) -> dict[str, Any]:
    return {"pk": running(world).pk}


def a_committed_part(world: World) -> dict[str, Any]:
    return {"pk": part_of(running(world), world.disquaire).pk}


def room_for_a_need(world: World) -> dict[str, Any]:
    pool = running(world)
    return {"pk": pool.pk, "need": need(world, welcome(world), 4).pk}


NO_GET = {**dict.fromkeys(DESK, 404), "coordinator": 405, "board": 405, "anonymous": 302}
EVERYBODY = dict.fromkeys(DESK, 200)

ROWS = [
    Row(name="desk:pools", get=DESK),
    Row(name="desk:pools_new", get=DESK, post=writes(400)),
    Row(name="desk:proposal", kwargs=a_proposal, get=DESK),
    Row(name="desk:proposal_progress", kwargs=a_proposal, get=DESK),
    Row(name="desk:proposal_stop", kwargs=a_proposal, get=NO_GET, post=writes(302)),
    Row(
        name="desk:post_open",
        kwargs=lambda world: {**a_proposal(world), "aim": "serve", "rank": 0},
        get=only("coordinator", "board", code=404),
        post=writes(404),
    ),
    Row(name="desk:proposal_arrange", kwargs=a_proposal, get=NO_GET, post=writes(409)),
    Row(name="desk:arrangement", kwargs=by_hand, get=DESK),
    Row(name="desk:arrangement_move", kwargs=by_hand, get=NO_GET, post=writes(404)),
    Row(name="desk:arrangement_again", kwargs=by_hand, get=NO_GET, post=writes(409)),
    Row(name="desk:arrangement_keep", kwargs=lambda w: {**by_hand(w), "rank": 0}, get=NO_GET, post=writes(409)),
    Row(name="desk:pool", kwargs=a_pool, get=DESK),
    Row(name="desk:pool_cost", kwargs=a_pool, get=DESK, post=writes(400)),
    Row(name="desk:pool_invite", kwargs=a_pool, get=NO_GET, post=writes(302)),
    Row(name="desk:pool_add", kwargs=a_candidate, get=NO_GET, post=writes(302)),
    Row(name="desk:pool_start", kwargs=a_pool, get=DESK, post=writes(400)),
    Row(name="desk:part_remind", kwargs=a_part, get=NO_GET, post=writes(409)),
    Row(name="desk:part_withdraw", kwargs=a_part, get=NO_GET, post=writes(302)),
    Row(name="desk:part_decline", kwargs=a_part, get=NO_GET, post=writes(302)),
    Row(name="desk:part_leave", kwargs=a_committed_part, get=DESK, post=writes(400)),
    Row(name="desk:part_stay", kwargs=a_committed_part, get=NO_GET, post=writes(302)),
    Row(name="desk:part_change", kwargs=a_committed_part, get=DESK, post=writes(400)),
    Row(name="desk:pool_offer", kwargs=room_for_a_need, get=NO_GET, post=writes(302)),
    Row(name="desk:pool_end", kwargs=a_running_post, get=DESK, post=writes(400)),
    Row(name="desk:part_bonus", kwargs=a_committed_part, get=DESK, post=writes(400)),
    Row(name="desk:bonus_withdraw", kwargs=a_committed_part, get=NO_GET, post=writes(302)),
    Row(name="member:bonus", kwargs=a_committed_part, get=only("member"), post=only("member", code=400)),
    Row(name="member:leave", kwargs=a_committed_part, get=only("member"), post=only("member", code=400)),
    Row(name="member:commitments", get=only("member")),
    Row(name="member:commitment", kwargs=a_part, get=only("member"), post=only("member", code=400)),
    Row(
        name="public:invitation",
        kwargs=an_invitation,
        get=EVERYBODY,
        post=dict.fromkeys(DESK, 400),
        in_cluster=False,
    ),
]
