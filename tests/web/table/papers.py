"""Who reads and signs a paper by its link: whoever holds it, whoever is at the screen."""

from __future__ import annotations

from typing import Any

from tests.papers.factory import paper
from tests.pools.factory import running
from tests.web.table import Row, only
from tests.world import World

from grappe.papers.actions import ask_signatures
from grappe.papers.models import Paper, Signatory
from grappe.people.models import AccessLink
from grappe.pools.actions import ask_contracts, make_contracts
from grappe.pools.models import Pool


def a_link(world: World) -> dict[str, Any]:
    ask_signatures(by=world.colette, paper=paper(world), people={"firm": [world.marius]})
    return {"token": AccessLink.objects.get(person=world.marius, purpose="signature").token}


def a_post(world: World) -> dict[str, Any]:
    found = running(world)
    Pool.objects.filter(pk=found.pk).update(qualification="chargée de communication")
    return {"pk": found.pk}


def a_made_post(world: World) -> dict[str, Any]:
    pool = Pool.objects.get(pk=a_post(world)["pk"])
    make_contracts(by=world.colette, pool=pool)
    return {"pk": pool.pk}


def a_contract(world: World) -> dict[str, Any]:
    a_made_post(world)
    return {"pk": Paper.objects.get(kind="work_contract").pk}


def a_convention(world: World) -> dict[str, Any]:
    a_made_post(world)
    return {"pk": Paper.objects.get(kind="convention", title__contains="Disquaire").pk}


def an_asked_signatory(world: World) -> dict[str, Any]:
    ask_contracts(by=world.colette, pool=Pool.objects.get(pk=a_made_post(world)["pk"]))
    return {"pk": Signatory.objects.order_by("pk")[0].pk}


DESK = only("coordinator", "board")
WRITES = {**only(), "board": 403}
NO_GET = {**dict.fromkeys(DESK, 404), "coordinator": 405, "board": 405, "anonymous": 302}
EVERYBODY = dict.fromkeys(only("coordinator"), 200)

ROWS = [
    Row(name="desk:contracts", kwargs=a_post, get=DESK),
    Row(name="desk:contracts_make", kwargs=a_post, get=NO_GET, post={**WRITES, "coordinator": 302}),
    Row(name="desk:contracts_ask", kwargs=a_made_post, get=NO_GET, post={**WRITES, "coordinator": 302}),
    Row(name="desk:paper", kwargs=a_contract, get=DESK, post={**WRITES, "coordinator": 400}),
    Row(name="desk:paper_pdf", kwargs=a_contract, get=DESK),
    Row(name="desk:signatory_remind", kwargs=an_asked_signatory, get=NO_GET, post={**WRITES, "coordinator": 409}),
    Row(name="desk:templates", get=DESK),
    Row(
        names_a_row=False,
        name="desk:template",
        kwargs=lambda world: {"kind": "convention"},
        get=DESK,
        post={**WRITES, "coordinator": 400},
    ),
    Row(name="member:paper", kwargs=a_convention, get=only("member"), post=only("member", code=400)),
    Row(name="member:paper_pdf", kwargs=a_convention, get=only("member")),
    Row(name="staff:papers", get=only("employee")),
    Row(name="staff:paper", kwargs=a_contract, get=only("employee"), post=only("employee", code=400)),
    Row(name="staff:paper_pdf", kwargs=a_contract, get=only("employee")),
    Row(name="public:signature", kwargs=a_link, get=EVERYBODY, post=dict.fromkeys(EVERYBODY, 400), in_cluster=False),
    Row(name="public:signature_pdf", kwargs=a_link, get=EVERYBODY, in_cluster=False),
]
