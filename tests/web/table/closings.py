"""Closing a year; the way of billing; what members declare of their takings subject to VAT."""

from __future__ import annotations

from typing import Any

from tests.charges.factory import post
from tests.web.table import Row, only
from tests.world import World

from grappe.charges.actions.closings import open_closing

READ = only("coordinator", "board")
POSTED = {**only("coordinator", code=302), "board": 403}
FAULTY = {**only("coordinator", code=400), "board": 403}
NOBODY_GETS = {**only("coordinator", "board", code=405)}


def a_year(world: World) -> dict[str, Any]:
    post(world)
    return {"year": open_closing(by=None, cluster=world.vigne, year=world.today.year).year}


def a_year_to_open(world: World) -> dict[str, Any]:
    post(world)
    return {"year": world.today.year}


ROWS = [
    Row("desk:closings", get=READ),
    Row("desk:closing", kwargs=a_year, get=READ, post=POSTED),
    Row("desk:closing_open", kwargs=a_year_to_open, get=NOBODY_GETS, post=POSTED),
    Row("desk:closing_close", kwargs=a_year, get=NOBODY_GETS, post=FAULTY),
    Row("desk:regime", get=READ, post=FAULTY),
    Row("desk:taxable_share", kwargs=lambda w: {"firm_id": w.scene.pk}, get=READ, post=FAULTY),
    Row("member:closings", get=only("member"), post=only("member", code=400)),
    Row("member:taxable", get=only("member"), post=only("member", code=400)),
]
