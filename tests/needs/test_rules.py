from __future__ import annotations

from datetime import date

import pytest

from grappe.clusters.queries import seat_of
from grappe.needs.rules import grade_on, half_day_cents, may_state_need


@pytest.mark.parametrize(
    ("grade", "on", "stands"),
    [
        ("A", date(2027, 3, 14), "A"),
        ("A", date(2027, 3, 15), "B"),
        ("B", date(2030, 1, 1), "C"),
        ("C", date(2027, 3, 15), "D"),
        ("D", date(2040, 1, 1), "D"),
    ],
)
def test_a_proof_of_24_months_falls_by_one_grade(grade, on, stands):
    assert grade_on(grade, proved_on=date(2025, 3, 15), on=on) == stands


def test_the_odd_cent_of_a_day_goes_down():
    assert half_day_cents(24999) == 12499


def test_who_may_state_a_need(world):
    coordinator = seat_of(world.colette, slug="vigne", on=world.today)
    member = seat_of(world.marius, slug="vigne", on=world.today)
    assert may_state_need(coordinator, world.scene.pk)
    assert may_state_need(member, world.disquaire.pk)
    assert not may_state_need(member, world.scene.pk)
