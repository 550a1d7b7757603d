"""A running post with its commitments, for the tests of calendars and hours."""

from __future__ import annotations

from datetime import date, timedelta

from tests.world import World

from grappe.clusters.models import Firm
from grappe.needs.models import Skill
from grappe.people.models import Person
from grappe.plans.public_holidays import public_holidays
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Commitment, Part, Pool

_OF_WORLD = object()


def quiet_monday(today: date) -> date:
    """A Monday some weeks ahead, with no public holiday in the three weeks from it."""
    day = today + timedelta(days=28 - today.weekday())
    while public_holidays("", day, day + timedelta(days=21)):
        day += timedelta(days=7)
    return day


def running_post(
    world: World,
    parts: list[tuple[Firm, int]],
    *,
    starts_on: date,
    name: str = "Communication web",
    person: Person | object | None = _OF_WORLD,
    weekdays: dict[int, list[int]] | None = None,
    price_cents: int = 13_750,
) -> Pool:
    """`parts`: firm and half-days a month; `weekdays`: wished weekdays by firm id. In the scope of the world's Vigne."""
    skill, _new = Skill.objects.get_or_create(cluster=world.vigne, name="communication web")
    pool = Pool.objects.create(
        cluster=world.vigne, name=name, skill=skill, state=PoolState.RUNNING, starts_on=starts_on,
        person=world.ines if person is _OF_WORLD else person,
    )  # fmt: skip
    for firm, half_days in parts:
        join(world, pool, firm, half_days, starts_on, weekdays=(weekdays or {}).get(firm.pk), price_cents=price_cents)
    return pool


def join(
    world: World,
    pool: Pool,
    firm: Firm,
    half_days: int,
    on: date,
    *,
    weekdays: list[int] | None = None,
    price_cents: int = 13_750,
) -> Commitment:
    part = Part.objects.create(
        cluster=world.vigne,
        pool=pool,
        firm=firm,
        half_days=half_days,
        weekdays=weekdays or [],
        state=PartState.ACCEPTED,
    )
    return Commitment.objects.create(
        cluster=world.vigne, part=part, half_days=half_days, price_cents=price_cents, month_cents=price_cents * half_days,
        alone_price_cents=24_000, alone_half_days=2, grade="B", accepted_by=world.colette, valid_from=on,
    )  # fmt: skip
