"""Accounts, sheets and the acts behind them: the desk's, a member's, a funder's."""

from __future__ import annotations

from tests.charges.factory import months_ago, post, sign
from tests.web.table import Row, only
from tests.world import World

from grappe.charges.actions import draw_up, issue, record_payment
from grappe.charges.models import Invoice

DESK = only("coordinator", "board")
WRITES = {**only("coordinator", code=302), "board": 403}
MEMBER = only("member")
NOBODY_GETS = {**only("coordinator", "board", code=405)}


def draft(world: World):
    pool = post(world)
    month = months_ago(world.today, 1)
    sign(pool, world.disquaire, month, 4)
    return draw_up(by=None, pool=pool, month=month)


def invoice(world: World) -> Invoice:
    issue(by=None, statement=draft(world), on=world.today)
    return Invoice.objects.get()


def payment(world: World):
    found = invoice(world)
    return record_payment(by=None, invoice=found, day=world.today, cents=100)


def other_invoice(world: World) -> Invoice:
    """An invoice of a firm that the member does not speak for."""
    pool = post(world)
    month = months_ago(world.today, 1)
    sign(pool, world.scene, month, 4)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=world.today)
    return Invoice.objects.get()


def pool_month(world: World):
    return {"pool_id": post(world).pk, "month": f"{months_ago(world.today, 1):%Y-%m}"}


ROWS = [
    Row("desk:solidarity", get=only("coordinator", "board"), post={**only("coordinator", code=400), "board": 403}),
    Row("desk:charges", get=DESK),
    Row("desk:draw_up", kwargs=pool_month, get=NOBODY_GETS, post=WRITES),
    Row("desk:statement", kwargs=lambda w: {"pk": draft(w).pk}, get=DESK, post=WRITES),
    Row("desk:invoices", get=DESK),
    Row(
        "desk:invoice",
        kwargs=lambda w: {"pk": invoice(w).pk},
        get=DESK,
        post={**only("coordinator", code=400), "board": 403},
    ),
    Row("desk:invoice_pdf", kwargs=lambda w: {"pk": invoice(w).pk}, get=DESK),
    Row("desk:invoice_cancel", kwargs=lambda w: {"pk": invoice(w).pk}, get=DESK, post=WRITES),
    Row("desk:invoice_remind", kwargs=lambda w: {"pk": invoice(w).pk}, get=NOBODY_GETS, post=WRITES),
    Row("desk:payment_reverse", kwargs=lambda w: {"pk": payment(w).pk}, get=NOBODY_GETS, post=WRITES),
    Row("desk:trial_balance", get=DESK),
    Row("desk:outcomes", get=DESK),
    Row("desk:outcome_acts", get=DESK),
    Row("desk:outcomes_csv", get=DESK),
    Row("desk:firm_outcomes", kwargs=lambda w: {"firm_id": w.scene.pk}, get=DESK),
    Row("member:sheet", get=MEMBER),
    Row("member:acts", get=MEMBER),
    Row("member:invoices", get=MEMBER),
    Row("member:invoice", kwargs=lambda w: {"pk": invoice(w).pk}, get=MEMBER),
    Row("member:invoice", kwargs=lambda w: {"pk": other_invoice(w).pk}, get=only()),
    Row("member:invoice_pdf", kwargs=lambda w: {"pk": invoice(w).pk}, get=MEMBER),
    Row("member:invoice_pdf", kwargs=lambda w: {"pk": other_invoice(w).pk}, get=only()),
    Row("funder:sheet", get=only("coordinator", "board", "funder")),
]
