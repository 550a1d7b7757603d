"""A bonus in a year whose accounts are closed: neither written nor agreed to."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from tests.pools.factory import part_of, running

from grappe.acts.models import ClosedYear
from grappe.pools.actions import record_bonus
from grappe.pools.models import Bonus, Pool


def test_what_was_proposed_before_the_closing_is_not_agreed_to_after_it(client, world):
    pool = running(world)
    Pool.objects.filter(pk=pool.pk).update(starts_on=date(world.today.year - 1, 1, 1))
    pool.refresh_from_db()
    part, day = part_of(pool, world.disquaire), date(world.today.year - 1, 12, 1)
    asked = record_bonus(by=world.colette, part=part, cents=100, basis="half_day", valid_from=day, reason="13e mois")
    ClosedYear.objects.create(
        cluster=world.vigne, year=day.year, first_day=date(day.year, 1, 1), end_day=date(day.year + 1, 1, 1)
    )
    client.force_login(world.marius)
    answer = client.post(
        reverse("member:commitment", args=["vigne", part.pk]),
        {"answer": "accepter-prime", "bonus": asked.pk, "deed_key": "k"},
    )
    assert answer.status_code == 409
    assert f"Les comptes de {day.year} sont clos." in answer.content.decode()
    assert Bonus.objects.get().agreed_at is None
