"""Files loaded at the desk."""

from __future__ import annotations

from tests.web.table import Row, only
from tests.world import World

from grappe.clusters.actions import keep_upload
from grappe.clusters.models import Upload

DESK = only("coordinator", "board")
DEED = {**only("coordinator", code=302), "board": 403}
FAULTY = {**only("coordinator", code=400), "board": 403}


def upload(world: World) -> Upload:
    raw = b"Structure;SIREN\nZinc;000000075\nFaux;123456780\n"
    return keep_upload(
        by=None, cluster=world.vigne, kind="firms", name="a.csv", raw=raw, places={"name": 0, "siren": 1}
    )


ROWS = [
    Row("desk:imports", get=DESK),
    Row("desk:import_firms", get=DESK, post=FAULTY),
    Row("desk:import_needs", get=DESK, post=FAULTY),
    Row("desk:import_columns", get=DESK, post=FAULTY, kwargs=lambda world: {"pk": upload(world).pk}),
    Row("desk:import_check", get=DESK, post=DEED, kwargs=lambda world: {"pk": upload(world).pk}),
    Row("desk:import_refused", get=DESK, kwargs=lambda world: {"pk": upload(world).pk}),
]
