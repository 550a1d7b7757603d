"""What a firm's going does to the others of a pool that runs, seen before it is accepted. By hand: docs/algorithms/leaving-a-post.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from grappe.clusters.cells import fold
from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.pools import posing, pricing, queries
from grappe.pools.models import Commitment, Part, Pool
from grappe.pools.queries import Candidate
from grappe.pools.vacancies import Vacancy, place_of


def earliest_day(pool: Pool, *, on: date) -> date:
    """The first day without a firm that gives notice on that day: the first of a month, once the notice has run."""
    year, month = divmod(on.year * 12 + on.month - 1 + pool.notice_months, 12)
    day = date(year, month + 1, 1)
    if on.day == 1:
        return day
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Effect:
    """Another firm: its share of a full month before and after, and the price of a half-day that it accepted. Cents before tax."""

    part: Part
    before_cents: int
    after_cents: int
    accepted_cents: int
    after_price_cents: int

    @property
    def more_cents(self) -> int:
        return self.after_cents - self.before_cents

    @property
    def asked_again(self) -> bool:
        return self.after_price_cents > self.accepted_cents


@dataclass(frozen=True, slots=True)
class Leaving:
    """A firm gone from a pool from a day on: what each of the others pays, whether the pool holds, who could take its place."""

    part: Part
    on: date
    effects: tuple[Effect, ...]
    price_before_cents: int | None
    price_after_cents: int | None
    half_days: int
    fill: float
    min_fill: float
    min_firms: int
    too_dear: tuple[Part, ...]
    candidates: tuple[Candidate, ...]

    @property
    def day_before_cents(self) -> int | None:
        return None if self.price_before_cents is None else 2 * self.price_before_cents

    @property
    def day_after_cents(self) -> int | None:
        return None if self.price_after_cents is None else 2 * self.price_after_cents

    @property
    def is_last(self) -> bool:
        """Whether nobody would be left."""
        return not self.effects

    @property
    def filled(self) -> bool:
        return self.fill >= self.min_fill

    @property
    def enough_firms(self) -> bool:
        return len(self.effects) >= self.min_firms

    @property
    def viable(self) -> bool:
        return self.filled and self.enough_firms and not self.too_dear

    @property
    def asked_again(self) -> int:
        return sum(effect.asked_again for effect in self.effects)


def leaving(part: Part, *, on: date) -> Leaving:
    """What the pool would be from `on` without the part's firm. Of a pool that runs."""
    pool = part.pool
    year = queries.year_cost_cents(pool)
    before = queries.commitments_of(pool, on=on)
    after = {firm: one for firm, one in before.items() if one.part_id != part.pk}
    parts = {one.pk: one for one in queries.live_parts(pool)}
    then, now = _sizes(after), _sizes(before)
    price = pricing.half_day_cents(year, sum(then.values())) if year else None
    shares = pricing.month_shares(year, now, month=on.month), pricing.month_shares(year, then, month=on.month)
    effects = tuple(
        Effect(parts[one.part_id], shares[0][one.part_id], shares[1][one.part_id], one.price_cents, price or 0)
        for one in sorted(after.values(), key=lambda one: (fold(parts[one.part_id].firm.name), one.part_id))
    )
    rules = {**posing.RULES, **(pool.proposal.rules if pool.proposal is not None else {})}
    return Leaving(
        part=part,
        on=on,
        effects=effects,
        price_before_cents=pricing.half_day_cents(year, sum(now.values())) if year else None,
        price_after_cents=price,
        half_days=sum(then.values()),
        fill=sum(then.values()) / pool.capacity,
        min_fill=float(rules["min_fill"]),
        min_firms=int(rules["min_firms"]),
        too_dear=tuple(effect.part for effect in effects if _is_too_dear(effect.part, price)),
        candidates=tuple(_candidates(part, then, parts, year=year, max_km=float(rules["max_km"]), on=on)),
    )


def _sizes(standing: dict[int, Commitment]) -> dict[int, int]:
    return {one.part_id: one.half_days for one in standing.values()}


def _is_too_dear(part: Part, price: int | None) -> bool:
    most = part.need.max_price_cents if part.need is not None else None
    return price is not None and most is not None and most < price


def _candidates(
    part: Part, then: dict[int, int], parts: dict[int, Part], *, year: int, max_km: float, on: date
) -> list[Candidate]:
    pool = part.pool
    left = [parts[pk] for pk in then if pk in parts]
    skills = frozenset(one for one in {queries.skill_id(one, pool) for one in left} | {pool.skill_id or 0} if one)
    vacancy = Vacancy(
        pool=pool,
        half_days=pool.capacity - sum(then.values()),
        sizes=then,
        firm_ids=frozenset(pool.parts.values_list("firm_id", flat=True)),
        skill_ids=skills,
        places=tuple(where for one in left if (where := place_of(one)) is not None),
        year_cents=year,
        max_km=max_km,
    )
    found = []
    for need in Need.objects.filter(skill__in=skills, state=NeedState.OPEN).select_related("firm", "skill"):
        asked_in = max(on.year, need.first_month.year) if need.first_month is not None else on.year
        if vacancy.holds(need, room=vacancy.half_days, more=0, year=asked_in):
            size = posing.monthly(need, asked_in)
            found.append(Candidate(need, size, vacancy.price_with(size)))
    return sorted(found, key=lambda one: (-one.half_days, one.need.pk))


def today_leaving(part: Part) -> Leaving:
    """On the day that the firm asked for, or that its notice allows today."""
    today = timezone.localdate()
    return leaving(part, on=part.leaves_on or part.leave_asked_for or earliest_day(part.pool, on=today))
