"""A page kept open while someone else changes what it shows."""

from __future__ import annotations

import re

from django.urls import reverse
from tests.charges.factory import months_ago, post, sign

from grappe.charges.actions import draw_up


def test_a_statement_drawn_up_again_is_not_issued_from_the_page_of_the_former_one(client, world):
    pool, month = post(world), months_ago(world.today, 1)
    sign(pool, world.disquaire, month, 4)
    statement = draw_up(by=None, pool=pool, month=month)
    client.force_login(world.colette)
    url = reverse("desk:statement", args=[world.vigne.slug, statement.pk])
    read = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())[1]
    sign(pool, world.scene, month, 6)
    draw_up(by=None, pool=pool, month=month)  # by another coordinator, in the meantime
    assert client.post(url, {"seen": read}).status_code == 409
    statement.refresh_from_db()
    assert not statement.is_issued
    fresh = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())[1]
    assert client.post(url, {"seen": fresh}).status_code == 302
    statement.refresh_from_db()
    assert statement.is_issued
