from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django_scopes import scope
from tests.plans.factory import running_post

from grappe.acts.actions import UnableToReverse, record, reverse
from grappe.acts.models import Act
from grappe.acts.queries import act_of, acts_between
from grappe.audit.models import Line

DAY = date(2026, 11, 9)


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=date(2026, 9, 1))


def taken(world, pool, **changes):
    facts = {
        "by": world.marius, "cluster": world.vigne, "pool": pool, "firm": world.disquaire, "day": DAY, "quantity": 1,
        "paid_cents": 13_750, "alone_unit_cents": 24_000, "alone_month_quantity": 2, "grade": "A", "label": "lundi matin",
        "source": "hours:1",
    }  # fmt: skip
    return record(**{**facts, **changes})


def test_the_same_source_told_twice_is_one_act(world, pool):
    first = taken(world, pool)
    again = taken(world, pool, paid_cents=99)
    assert again == first
    assert Act.objects.get().paid_cents == 13_750


def test_the_same_source_in_another_cluster_is_another_act(world, pool):
    taken(world, pool)
    with scope(cluster=world.treille):
        taken(world, pool, cluster=world.treille)
        assert Act.objects.count() == 1


def test_without_a_price_alone_there_is_no_grade(world, pool):
    assert taken(world, pool, alone_unit_cents=None).grade == ""


def test_an_act_and_its_reversal_cancel_in_every_sum(world, pool):
    act = taken(world, pool, financed_cents=500, financed_by="Ville")
    opposite = reverse(by=world.colette, act=act, label="N’a pas eu lieu")
    assert reverse(by=world.colette, act=act, label="N’a pas eu lieu") == opposite
    kept = list(acts_between(DAY, DAY + timedelta(days=1)))
    assert [sum(getattr(a, name) for a in kept) for name in ("quantity", "paid_cents", "financed_cents")] == [0, 0, 0]
    assert (opposite.alone_unit_cents, opposite.alone_month_quantity, opposite.grade) == (24_000, 2, "A")
    assert act.reversed_by == opposite


def test_a_reversal_is_not_reversed(world, pool):
    opposite = reverse(by=world.colette, act=taken(world, pool), label="")
    with pytest.raises(UnableToReverse, match="annule déjà"):
        reverse(by=world.colette, act=opposite, label="")


@pytest.mark.parametrize(
    "change", [lambda act: act.delete(), lambda act: Act.objects.filter(pk=act.pk).update(paid_cents=0)]
)
def test_the_database_keeps_acts_as_they_are(world, pool, change):
    act = taken(world, pool)
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        change(act)
    assert Act.objects.get().paid_cents == 13_750


def test_acts_are_read_by_period_firm_and_pool(world, pool):
    other = running_post(world, [(world.scene, 4)], starts_on=date(2026, 9, 1), name="Autre poste", person=None)
    mine = taken(world, pool)
    taken(world, pool, source="hours:2", firm=world.scene)
    taken(world, other, source="hours:3")
    taken(world, pool, source="hours:4", day=date(2026, 12, 1))
    november = acts_between(date(2026, 11, 1), date(2026, 12, 1))
    assert november.count() == 3
    assert list(november.of_firm(world.disquaire.pk).of_pool(pool.pk)) == [mine]
    assert act_of("hours:1") == mine
    assert act_of("hours:99") is None


def test_the_deed_is_in_the_log(world, pool):
    taken(world, pool)
    line = Line.objects.first()
    assert (line.deed, line.actor, line.facts["source"]) == ("acts.record", "Marius Blanc", "hours:1")
