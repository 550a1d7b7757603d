"""Two members answer at the same moment, on a database that both really share: one after the other, each with the right price."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections
from django_scopes import scope
from tests.pools.factory import JANUARY, invited, part_of, speaker
from tests.solves.disk import Disk
from tests.world import World

from grappe.audit.deeds import AlreadyDone, Refused
from grappe.pools import queries
from grappe.pools.actions import StalePrice, accept, decline, start
from grappe.pools.enums import PartState
from grappe.pools.models import Commitment, Pool
from grappe.pools.queries import price_card


def together(world: World, *deeds: Callable[[], object]) -> list[object]:
    """What each deed gives, or raises, when all begin at once in threads with their own connection."""
    gate = threading.Barrier(len(deeds))
    got: list[object] = [None] * len(deeds)

    def run(rank: int, do: Callable[[], object]) -> None:
        try:
            with scope(cluster=world.vigne):
                gate.wait()
                got[rank] = do()
        except Exception as raised:
            got[rank] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return got


def answer(world: World, pool: Pool, firm) -> Callable[[], object]:
    part = part_of(pool, firm)
    who, price = speaker(world, firm), price_card(part).price_cents
    return lambda: accept(by=who, part=part, price_cents=price)


def test_four_acceptances_at_once_all_stand(disk: Disk):
    world = disk.world
    pool = invited(world)
    got = together(world, *[answer(world, pool, firm) for firm in world.firms])
    assert all(isinstance(one, Commitment) for one in got), got
    assert queries.pool_sheet(pool, on=world.today).ready


def test_an_acceptance_and_a_decline_at_once_never_leave_a_firm_committed_below_the_price(disk: Disk):
    world = disk.world
    pool = invited(world)
    studio, who = part_of(pool, world.studio), speaker(world, world.studio)
    yes = answer(world, pool, world.disquaire)
    got, _declined = together(world, yes, lambda: decline(by=who, part=studio))
    part = part_of(pool, world.disquaire)
    if isinstance(got, Commitment):  # first: asked again
        assert part.state == PartState.REPRICED
    else:  # second: told the new price
        assert isinstance(got, StalePrice), got
        assert part.state == PartState.INVITED
    assert price_card(part).price_cents == 24_815


def test_a_double_click_in_two_threads_commits_once(disk: Disk):
    world = disk.world
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    price = price_card(part).price_cents
    clicks = [lambda: accept(by=world.marius, part=part, price_cents=price, key="click")] * 2
    got = together(world, *clicks)
    assert sorted(type(one) for one in got if isinstance(one, AlreadyDone)) == [AlreadyDone], got
    assert Commitment.objects.count() == 1


def test_a_post_started_twice_at_once_starts_once(disk: Disk):
    world = disk.world
    pool = invited(world, {world.disquaire: 30})
    answer(world, pool, world.disquaire)()
    people = [world.ines, world.bruno]
    got = together(
        world, *[lambda who=who: start(by=world.colette, pool=pool, person=who, on=JANUARY) for who in people]
    )
    assert sum(isinstance(one, Pool) for one in got) == 1, got
    assert sum(isinstance(one, Refused) for one in got) == 1, got
