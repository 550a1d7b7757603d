"""Firms and who speaks for them, as the desk sees them."""

from __future__ import annotations

from tests.web.table import Row, only

from grappe.clusters.models import Mandate

DESK = only("coordinator", "board")
DEED = {**only("coordinator", code=302), "board": 403}
FAULTY = {**only("coordinator", code=400), "board": 403}
POST_ONLY = only("coordinator", "board", code=405)

ROWS = [
    Row("desk:firms", get=DESK),
    Row("desk:firm_new", get=DESK, post=FAULTY),
    Row("desk:firms_csv", get=DESK),
    Row("desk:firms_xlsx", get=DESK),
    Row("desk:registers", get=DESK),
    Row("desk:register_members_xlsx", get=DESK),
    Row("desk:register_members_pdf", get=DESK),
    Row("desk:register_notice", get=DESK),
    Row("desk:register_staff", get=DESK),
    Row("desk:firm", get=DESK, kwargs=lambda world: {"pk": world.scene.pk}),
    Row("desk:firm_edit", get=DESK, post=FAULTY, kwargs=lambda world: {"pk": world.scene.pk}),
    Row("desk:firm_speaker", get=POST_ONLY, post=FAULTY, kwargs=lambda world: {"pk": world.scene.pk}),
    Row("desk:firm_leave", get=DESK, post=DEED, kwargs=lambda world: {"pk": world.edition.pk}),
    Row(
        "desk:mandate_end",
        get=DESK,
        post=DEED,
        kwargs=lambda world: {"pk": Mandate.objects.get(person=world.paul, firm=world.disquaire).pk},
    ),
]
