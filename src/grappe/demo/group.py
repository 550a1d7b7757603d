"""A large employers' group, for measuring: its twelve months written in bulk, so not through the deeds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django_scopes import scope

from grappe.acts.models import Act
from grappe.clusters.models import Cluster, Firm
from grappe.demo import invent, large
from grappe.demo.scenes import cluster, months_back, named
from grappe.engines.values import ceil_div
from grappe.needs.models import Skill
from grappe.people.models import Person
from grappe.plans.enums import DayPart, WishKind
from grappe.plans.models import Calendar, Hours, Release, ReleasedSlot, Slot, Wish
from grappe.plans.public_holidays import public_holidays
from grappe.pools.enums import CostBasis, PartState, PoolState
from grappe.pools.models import Commitment, CostLine, Part, Pool

SLUG = "grand-groupement"
MONTHS = 12
FIRMS_OF_POST = 5
SIZES = ((8, 8, 8, 6, 6), (10, 8, 6, 6, 4), (8, 8, 6, 6, 4), (12, 8, 6, 4, 4))
YEAR_CENTS = 4_600_000
UNSIGNED_DAYS = 9

Half = tuple[date, str]


@dataclass
class _Post:
    """A post with its firms' half-days a month, and what is written for it."""

    pool: Pool
    person: Person
    taken: dict[Firm, int]
    halves: dict[Half, Firm] = field(default_factory=dict)


def build(employees: int, today: date) -> None:
    """A cluster of so many employees, each shared by five firms, with twelve months of calendars, hours and acts, this
    month the last one; the month after is to be drafted."""
    draw = random.Random(employees)
    colette = named("colette", "Colette Roy")
    since = months_back(today, MONTHS - 1)
    group = cluster(
        SLUG, "Grand groupement", tagline=f"{employees} personnes partagées, pour mesurer", coordinator=colette, on=since,
        prefix="GG", siren=invent.siren(991), street="1 place du Marché", postcode="75018", town="Paris",
    )  # fmt: skip
    with scope(cluster=group):
        firms = large.members(group, employees * FIRMS_OF_POST, since, first_number=50_000, seed=9)
        people = Person.objects.bulk_create(
            Person(email=f"salarie.{index}.{email}", name=name, password="!")
            for index, (name, email) in zip(range(employees), invent.people(seed=11), strict=False)
        )
        posts = _posts(group, people, firms, since, draw)
        _calendars(group, posts, since, today, draw)
        _hours(group, posts, today)


def _posts(group: Cluster, people: list[Person], firms: list[Firm], since: date, draw: random.Random) -> list[_Post]:
    skills = Skill.objects.bulk_create(Skill(cluster=group, name=name) for name in large.SKILLS)
    pools = Pool.objects.bulk_create(
        Pool(
            cluster=group, name=f"{draw.choice(large.SKILLS)} {number + 1}", skill=draw.choice(skills), state=PoolState.RUNNING,
            starts_on=since, person=person,
        )
        for number, person in enumerate(people)
    )  # fmt: skip
    CostLine.objects.bulk_create(
        CostLine(
            cluster=group, pool=pool, position=0, label="Coût annuel", basis=CostBasis.CENTS_A_YEAR, cents=YEAR_CENTS
        )
        for pool in pools
    )
    posts, parts = [], []
    for number, (pool, person) in enumerate(zip(pools, people, strict=True)):
        mine = firms[FIRMS_OF_POST * number : FIRMS_OF_POST * (number + 1)]
        taken = dict(zip(mine, SIZES[number % len(SIZES)], strict=True))
        posts.append(_Post(pool, person, taken))
        parts += [
            Part(
                cluster=group, pool=pool, firm=firm, half_days=half_days, state=PartState.ACCEPTED,
                weekdays=[(number + rank) % 5],
            )
            for rank, (firm, half_days) in enumerate(taken.items())
        ]  # fmt: skip
    Part.objects.bulk_create(parts)
    price = {post.pool.pk: ceil_div(YEAR_CENTS, 12 * sum(post.taken.values())) for post in posts}
    Commitment.objects.bulk_create(
        Commitment(
            cluster=group, part=part, half_days=part.half_days, price_cents=price[part.pool_id],
            month_cents=price[part.pool_id] * part.half_days, valid_from=since,
        )
        for part in parts
    )  # fmt: skip
    return posts


def _months(since: date) -> Iterator[tuple[date, date]]:
    """The first days of each month and of the one after."""
    first = since
    for _number in range(MONTHS):
        after = (first + timedelta(days=32)).replace(day=1)
        yield first, after
        first = after


def _calendars(group: Cluster, posts: list[_Post], since: date, today: date, draw: random.Random) -> None:
    """Every month released once, a firm's half-days spread at random over the worked ones."""
    months = list(_months(since))
    off = public_holidays(group.holidays, since, months[-1][1])
    calendars = Calendar.objects.bulk_create(
        Calendar(cluster=group, pool=post.pool, month=first) for post in posts for first, _after in months
    )
    releases = Release.objects.bulk_create(
        Release(cluster=group, calendar=calendar, number=1) for calendar in calendars
    )
    slots, frozen, wishes = [], [], []
    for rank, post in enumerate(posts):
        for number, (first, after) in enumerate(months):
            release = releases[rank * len(months) + number]
            open_ = [
                (day, part)
                for day in (first + timedelta(days=count) for count in range((after - first).days))
                if day.weekday() < 5 and day not in off
                for part in DayPart.values
            ]
            chosen = iter(sorted(draw.sample(open_, min(len(open_), sum(post.taken.values())))))
            for firm, half_days in post.taken.items():
                for (day, part), _one in zip(chosen, range(half_days), strict=False):
                    post.halves[day, part] = firm
                    place = {"cluster": group, "person": post.person, "firm": firm, "day": day, "part": part}
                    slots.append(Slot(calendar=release.calendar, **place))
                    frozen.append(ReleasedSlot(release=release, **place))
        next_month = months[-1][1]
        wishes += [
            Wish(
                cluster=group, pool=post.pool, firm=firm, day=next_month + timedelta(days=draw.randrange(28)),
                part=draw.choice(DayPart.values), kind=draw.choice(WishKind.values),
            )
            for firm in post.taken
        ]  # fmt: skip
    Slot.objects.bulk_create(slots, batch_size=2000)
    ReleasedSlot.objects.bulk_create(frozen, batch_size=2000)
    Wish.objects.bulk_create(wishes)


def _hours(group: Cluster, posts: list[_Post], today: date) -> None:
    """What is past is noted, and signed but for the last days; what is signed is an act."""
    signed_before = today - timedelta(days=UNSIGNED_DAYS)
    noon = timezone.make_aware(datetime.combine(today, time(12)))
    hours = Hours.objects.bulk_create(
        (
            Hours(
                cluster=group, pool=post.pool, person=post.person, firm=firm, day=day, part=part,
                signed_at=noon if day < signed_before else None,
            )
            for post in posts
            for (day, part), firm in post.halves.items()
            if day < today
        ),
        batch_size=2000,
    )  # fmt: skip
    price = {post.pool.pk: ceil_div(YEAR_CENTS, 12 * sum(post.taken.values())) for post in posts}
    Act.objects.bulk_create(
        (
            Act(
                cluster=group, pool=one.pool, firm=one.firm, day=one.day, quantity=1, paid_cents=price[one.pool_id],
                source=f"hours:{one.pk}",
            )
            for one in hours
            if one.signed_at is not None
        ),
        batch_size=2000,
    )  # fmt: skip
