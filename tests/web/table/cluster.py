from __future__ import annotations

from tests.web.table import Row, only
from tests.world import World

from grappe.clusters.actions import keep_legal_document, name_officer
from grappe.clusters.models import LegalDocument, Officer

READ = only("coordinator", "board")
WRITE = {**only("coordinator", code=400), "board": 403}
NOBODY_GETS = only("coordinator", "board", code=405)


def an_officer(world: World) -> Officer:
    card = {"name": "Bruno Noir", "office": "président", "street": "", "postcode": "", "town": ""}
    return name_officer(
        by=world.colette, cluster=world.vigne, card={**card, "valid_from": world.today, "valid_to": None}
    )


def a_document(world: World) -> LegalDocument:
    return keep_legal_document(
        by=world.colette, cluster=world.vigne, kind="statutes", name="s.pdf", raw=b"%PDF-1.7", dated=world.today
    )


ROWS = [
    Row(name="desk:law", get=READ),
    Row(name="desk:cluster", get=READ, post={**WRITE, "member": 404}),
    Row(name="desk:legal", get=READ, post={**WRITE, "coordinator": 302}),  # nothing is compulsory in it
    Row(name="desk:officer_new", get={**READ, "board": 404}, post={**WRITE, "board": 404}),
    Row(
        name="desk:officer",
        kwargs=lambda world: {"pk": an_officer(world).pk},
        get={**READ, "board": 404},
        post={**WRITE, "board": 404},
    ),
    Row(name="desk:legal_document_keep", get=NOBODY_GETS, post=WRITE),
    Row(name="desk:legal_document", kwargs=lambda world: {"pk": a_document(world).pk}, get=READ),
    Row(name="desk:register_notice_sent", get=NOBODY_GETS, post=WRITE),
]
