"""A running post with commitments and signed half-days, in the scope of Vigne."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from tests.world import World

from grappe.acts.actions import record
from grappe.acts.models import Act
from grappe.clusters.models import Firm
from grappe.needs.models import Skill
from grappe.pools.enums import CostBasis, PartState, PoolState
from grappe.pools.models import Commitment, CostLine, Part, Pool


def months_ago(today: date, count: int) -> date:
    """The first day of the month `count` months before this one."""
    month = today.replace(day=1)
    for _rank in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def post(
    world: World,
    *,
    month_cents: int = 360000,
    since: int = 3,
    prices: dict[Firm, int] | None = None,
    name: str = "Communication web",
    alone: tuple[int | None, int, str] = (19700, 4, "A"),
) -> Pool:
    """A post that began `since` months ago, costs `month_cents` a month, and that each firm accepted at its price."""
    skill, _made = Skill.objects.get_or_create(cluster=world.vigne, name="communication web")
    starts = months_ago(world.today, since)
    pool = Pool.objects.create(
        cluster=world.vigne, name=name, skill=skill, state=PoolState.RUNNING, starts_on=starts, person=world.ines
    )
    CostLine.objects.create(
        cluster=world.vigne,
        pool=pool,
        position=1,
        label="Salaire brut",
        basis=CostBasis.CENTS_A_YEAR,
        cents=month_cents * 12,
    )
    for firm, cents in (prices or dict.fromkeys(world.firms[:3], 12000)).items():
        part = Part.objects.create(cluster=world.vigne, pool=pool, firm=firm, half_days=10, state=PartState.ACCEPTED)
        Commitment.objects.create(
            cluster=world.vigne,
            part=part,
            half_days=10,
            price_cents=cents,
            month_cents=cents * 10,
            alone_price_cents=alone[0],
            alone_half_days=alone[1],
            grade=alone[2] if alone[0] is not None else "",
            accepted_by=world.marius,
            valid_from=starts,
        )
    return pool


def price_of(pool: Pool, firm: Firm) -> Commitment:
    return Commitment.objects.get(part__pool=pool, part__firm=firm)


def sign(pool: Pool, firm: Firm, month: date, count: int = 1) -> list[Act]:
    """So many half-days of the month signed by the firm, each at its accepted price."""
    terms = price_of(pool, firm)
    before = Act.objects.filter(pool=pool, firm=firm, quantity=1).count()
    return [
        record(
            by=None,
            cluster=pool.cluster,
            pool=pool,
            firm=firm,
            day=month + timedelta(days=rank % 28),
            quantity=1,
            paid_cents=terms.price_cents,
            alone_unit_cents=terms.alone_price_cents,
            alone_month_quantity=terms.alone_half_days,
            grade=terms.grade,
            label="demi-journée",
            source=f"test:{pool.pk}:{firm.pk}:{before + rank}",
        )
        for rank in range(count)
    ]


def paid(pool: Pool, firm: Firm, months: Iterable[date] | None = None) -> int:
    acts = Act.objects.filter(pool=pool, firm=firm)
    wanted = None if months is None else set(months)
    return sum(act.paid_cents for act in acts if wanted is None or act.day.replace(day=1) in wanted)
