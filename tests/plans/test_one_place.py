"""Two at once: whatever page asks, the database keeps one place per half-day, on both databases, over all clusters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django_scopes import scope, scopes_disabled
from tests.plans.factory import running_post
from tests.solves.disk import Disk, disk  # noqa: F401
from tests.world import World

from grappe.acts.models import Act
from grappe.plans.actions import UnableToPlan, open_calendar, place, record_hours, release, sign_hours
from grappe.plans.models import Calendar, Hours, Release, Slot
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool

DAY = date(2026, 11, 3)
NOVEMBER = date(2026, 11, 1)
# On a server, what threads see must be committed; on SQLite, `disk` moves the test's database to a file of its own.
on_server = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def committed(test):
    return pytest.mark.django_db(transaction=True)(test) if on_server else test


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Run deeds in threads of their own, each on a real connection of its own, let go at the same moment.

    Gives what each deed gave or raised.
    """
    gate, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int) -> None:
        try:
            connections["default"].ensure_connection()
            gate.wait(timeout=20)
            found[number] = deeds[number]()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def inside(cluster, deed: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with scope(cluster=cluster):
            return deed()

    return run


def rows(model) -> int:
    with scopes_disabled():
        return model.objects.count()


@pytest.fixture
def small(disk: Disk) -> World:  # noqa: F811
    return disk.world


@pytest.fixture
def calendar(small) -> Calendar:
    with scope(cluster=small.vigne):
        pool = running_post(small, [(small.disquaire, 6), (small.scene, 8)], starts_on=date(2026, 9, 1))
        return open_calendar(by=small.colette, pool=pool, month=NOVEMBER)


@pytest.mark.parametrize("part", ["am", "pm"])
def test_the_database_itself_keeps_one_place(world, part):
    pool = running_post(world, [(world.disquaire, 6)], starts_on=date(2026, 9, 1))
    month = open_calendar(by=world.colette, pool=pool, month=NOVEMBER)
    place(by=world.colette, calendar=month, firm=world.disquaire, day=DAY, part="am")

    def again():
        with transaction.atomic():
            Slot.objects.create(
                cluster=world.vigne, calendar=month, person=world.ines, firm=world.scene, day=DAY, part=part
            )

    if part == "pm":
        again()
    else:
        with pytest.raises(IntegrityError):
            again()


@committed
def test_of_many_hands_on_one_half_day_one_has_it(small, calendar):
    firms = [small.disquaire, small.scene] * 3

    def put(firm):
        return inside(
            small.vigne, lambda: place(by=small.colette, calendar=calendar, firm=firm, day=DAY, part="am").firm_id
        )

    found = at_once(*(put(firm) for firm in firms))
    got = {outcome for outcome in found if isinstance(outcome, int)}
    refused = [outcome for outcome in found if isinstance(outcome, Exception)]
    assert len(got) == 1
    assert all(isinstance(error, UnableToPlan) and "Inès est déjà chez" in error.message for error in refused), found
    assert len(refused) == 3
    assert rows(Slot) == 1


@committed
def test_two_clusters_that_share_a_person_do_not_both_have_her(small, calendar):
    """The calendars are held apart (each cluster locks its own): only the database's constraint stands between them."""
    with scope(cluster=small.treille):
        pool = Pool.objects.create(
            cluster=small.treille, name="Ailleurs", state=PoolState.RUNNING, starts_on=NOVEMBER, person=small.ines
        )
        theirs = Calendar.objects.create(cluster=small.treille, pool=pool, month=NOVEMBER)

    def bare(cluster, month, firm):
        return inside(
            cluster,
            lambda: (
                Slot.objects.create(
                    cluster=cluster, calendar=month, person=small.ines, firm=firm, day=DAY, part="am"
                ).firm_id
            ),
        )

    mine = inside(
        small.vigne, lambda: place(by=small.colette, calendar=calendar, firm=small.scene, day=DAY, part="am").firm_id
    )
    found = at_once(mine, bare(small.treille, theirs, small.ailleurs))
    assert sum(isinstance(outcome, int) for outcome in found) == 1, found
    assert rows(Slot) == 1
    if isinstance(found[0], Exception):
        assert isinstance(found[0], UnableToPlan) and "autre grappe" in found[0].message


@committed
def test_a_release_asked_by_two_at_once_is_one(small, calendar):
    with scope(cluster=small.vigne):
        place(by=small.colette, calendar=calendar, firm=small.scene, day=DAY, part="am")
    deed = inside(small.vigne, lambda: release(by=small.colette, calendar=calendar).number)
    found = at_once(deed, deed)
    assert sorted(str(outcome) for outcome in found) == ["1", "Rien n’a changé depuis la version 1."]
    assert rows(Release) == 1


@committed
def test_hours_signed_by_two_at_once_are_one_act(small, calendar):
    with scope(cluster=small.vigne):
        hours = record_hours(by=small.ines, pool=calendar.pool, firm=small.disquaire, day=DAY, part="am")
        hours = Hours.objects.select_related("firm", "person", "pool").get(pk=hours.pk)

    def sign(person):
        return inside(small.vigne, lambda: sign_hours(by=person, hours=hours, on=small.today).signed_by_id)

    found = at_once(sign(small.marius), sign(small.paul))
    assert found[0] == found[1]
    assert rows(Act) == 1
