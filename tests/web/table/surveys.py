"""A survey by its link, by a signed-in member, at the desk; a need refused, reopened, its proof."""

from __future__ import annotations

from typing import Any

from tests.needs.factory import PDF, a_survey, answered
from tests.web.table import ROLES, Row, only
from tests.world import World

from grappe.clusters.actions import describe_cluster
from grappe.needs.actions import ask_firms, refuse_need
from grappe.people.models import AccessLink

DESK = only("coordinator", "board")
NO_GET = only("coordinator", "board", code=405)
EVERYBODY = dict.fromkeys(ROLES, 200)


def writes(code: int) -> dict[str, int]:
    return {**only("coordinator", code=code), "board": 403}


def by_link(world: World) -> dict[str, Any]:
    ask_firms(by=world.colette, survey=a_survey(world), firms=[world.disquaire], on=world.today)
    return {"token": AccessLink.objects.get(person=world.marius).token}


def linked_need(world: World) -> dict[str, Any]:
    return {**by_link(world), "pk": answered(world).pk}


def here(world: World) -> dict[str, Any]:
    return {"survey": a_survey(world).pk, "firm": world.disquaire.pk}


def own_need(world: World) -> dict[str, Any]:
    return {**here(world), "pk": answered(world).pk}


def a_proof(world: World) -> dict[str, Any]:
    need = answered(world, price_cents=100, grade="A", document="facture", file=("f.pdf", PDF))
    return {"pk": need.reference_price.proof_id}


def refused(world: World) -> dict[str, Any]:
    return {"pk": refuse_need(by=world.colette, need=answered(world), reason="non").pk}


def opened(world: World) -> dict[str, Any]:
    describe_cluster(by=world.colette, cluster=world.vigne, facts={"simulator_open": True})
    return {"slug": world.vigne.slug}


ROWS = [
    Row("public:simulator", kwargs=opened, get=EVERYBODY, post=dict.fromkeys(ROLES, 405)),
    Row("member:simulator", get=only("member")),
    Row("public:survey", kwargs=by_link, get=EVERYBODY, in_cluster=False),
    Row("public:survey_need", kwargs=by_link, get=EVERYBODY, post=dict.fromkeys(ROLES, 400), in_cluster=False),
    Row(
        "public:survey_nothing",
        kwargs=by_link,
        get=dict.fromkeys(ROLES, 405),
        post=dict.fromkeys(ROLES, 302),
        in_cluster=False,
    ),
    Row("public:survey_correct", kwargs=linked_need, get=EVERYBODY, post=dict.fromkeys(ROLES, 400), in_cluster=False),
    Row(
        "public:survey_take_back",
        kwargs=linked_need,
        get=dict.fromkeys(ROLES, 405),
        post=dict.fromkeys(ROLES, 302),
        in_cluster=False,
    ),
    Row("member:needs", get=only("member")),
    Row("member:survey", kwargs=here, get=only("member")),
    Row("member:survey_need", kwargs=here, get=only("member"), post=only("member", code=400)),
    Row("member:survey_nothing", kwargs=here, get=only("member", code=405), post=only("member", code=302)),
    Row("member:survey_correct", kwargs=own_need, get=only("member"), post=only("member", code=400)),
    Row("member:survey_take_back", kwargs=own_need, get=only("member", code=405), post=only("member", code=302)),
    Row("desk:survey_answers", kwargs=lambda w: {"pk": a_survey(w).pk}, get=DESK),
    Row("desk:survey_ask", kwargs=lambda w: {"pk": a_survey(w).pk}, get=NO_GET, post=writes(409)),
    Row("desk:survey_remind", kwargs=lambda w: {"pk": a_survey(w).pk}, get=NO_GET, post=writes(409)),
    Row("desk:need_refuse", kwargs=lambda w: {"pk": answered(w).pk}, get=DESK, post=writes(400)),
    Row("desk:need_reopen", kwargs=refused, get=NO_GET, post=writes(302)),
    Row("desk:need_proof", kwargs=a_proof, get=DESK),
]
