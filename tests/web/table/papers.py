"""Who reads and signs a paper by its link: whoever holds it, whoever is at the screen."""

from __future__ import annotations

from typing import Any

from tests.papers.factory import paper
from tests.web.table import Row, only
from tests.world import World

from grappe.papers.actions import ask_signatures
from grappe.people.models import AccessLink


def a_link(world: World) -> dict[str, Any]:
    ask_signatures(by=world.colette, paper=paper(world), people={"firm": [world.marius]})
    return {"token": AccessLink.objects.get(person=world.marius, purpose="signature").token}


EVERYBODY = dict.fromkeys(only("coordinator"), 200)

ROWS = [
    Row(name="public:signature", kwargs=a_link, get=EVERYBODY, post=dict.fromkeys(EVERYBODY, 400), in_cluster=False),
    Row(name="public:signature_pdf", kwargs=a_link, get=EVERYBODY, in_cluster=False),
]
