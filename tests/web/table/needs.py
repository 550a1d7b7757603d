"""Surveys and needs, as the desk sees them."""

from __future__ import annotations

from tests.web.table import Row, only
from tests.world import World

from grappe.needs.actions import open_survey, state_need
from grappe.needs.models import Need, Survey

DESK = only("coordinator", "board")
DEED = {**only("coordinator", code=302), "board": 403}
FAULTY = {**only("coordinator", code=400), "board": 403}


def survey(world: World) -> Survey:
    return open_survey(by=None, cluster=world.vigne, title="Besoins", on=world.today)


def need(world: World) -> Need:
    return state_need(
        by=None,
        cluster=world.vigne,
        survey=survey(world),
        firm=world.scene,
        skill="presse",
        half_days=4,
        on=world.today,
    )


ROWS = [
    Row("desk:needs", get=DESK),
    Row("desk:survey", get=DESK, kwargs=lambda world: {"pk": need(world).survey_id}),
    Row("desk:survey_new", get=DESK, post=FAULTY),
    Row("desk:survey_close", get=DESK, post=DEED, kwargs=lambda world: {"pk": survey(world).pk}),
    Row("desk:needs_csv", get=DESK, kwargs=lambda world: {"pk": need(world).survey_id}),
    Row("desk:needs_xlsx", get=DESK, kwargs=lambda world: {"pk": need(world).survey_id}),
    Row("desk:need_new", get=DESK, post=FAULTY, kwargs=lambda world: {"pk": survey(world).pk}),
    Row("desk:need_withdraw", get=DESK, post=DEED, kwargs=lambda world: {"pk": need(world).pk}),
]
