"""The room left on posts that run, and the open needs that would fit in it: looked at before a new post is formed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q

from grappe.clusters.cells import fold
from grappe.clusters.enums import Solidarity
from grappe.clusters.queries import alphabetical
from grappe.engines.values import ceil_div
from grappe.needs.enums import NeedState
from grappe.needs.models import Need, Skill
from grappe.pools import kinds, posing, pricing
from grappe.pools.enums import PartState, PoolState
from grappe.pools.kinds.post import Line
from grappe.pools.models import Commitment, Part, Pool
from grappe.pools.queries import ever_committed, in_force, live

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A running post and its room: `half_days` a month, neither taken nor offered. `sizes`: part id -> half-days a month taken."""

    pool: Pool
    half_days: int
    sizes: dict[int, int]
    firm_ids: frozenset[int]
    skill_ids: frozenset[int]
    places: tuple[Place, ...]
    year_cents: int
    max_km: float

    @property
    def load(self) -> int:
        return sum(self.sizes.values())

    @property
    def day_cents(self) -> int | None:
        """The price of a day today."""
        price = pricing.half_day_cents(self.year_cents, self.load)
        return None if price is None or not self.year_cents else 2 * price

    def price_with(self, half_days: int) -> int | None:
        """The price of a half-day with so many more half-days a month; None while the cost is not known."""
        return pricing.half_day_cents(self.year_cents, self.load + half_days) if self.year_cents else None

    def is_near(self, need: Need) -> bool:
        where = posing.place(need)
        return where is None or all(posing.distance_km(where, other) <= self.max_km for other in self.places)

    def holds(self, need: Need, *, room: int, more: int, year: int) -> bool:
        """Whether the need fits in `room` half-days a month, in its busiest month too, at a price that the firm accepts.

        `more`: the half-days a month already given to other needs, which lower the price.
        """
        if need.skill_id not in self.skill_ids or need.firm_id in self.firm_ids:
            return False
        if not 0 < max(posing.loads(need, year)) <= room or not self.is_near(need):
            return False
        price = self.price_with(more + posing.monthly(need, year))
        return price is None or need.max_price_cents is None or price <= need.max_price_cents


def vacancies(*, on: date) -> list[Vacancy]:
    """The posts that run on that day and have room, the most room first; as many queries for thirty posts as for one."""
    parts = Part.objects.filter(live(on=on)).select_related("firm", "need", "need__firm")
    posts = list(
        Pool.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), state=PoolState.RUNNING)
        .select_related("skill", "proposal", "person")
        .prefetch_related("cost_lines", Prefetch("parts", queryset=parts, to_attr="living"))
    )
    rows: dict[int, list[Commitment]] = {pool.pk: [] for pool in posts}
    for row in Commitment.objects.filter(ever_committed(), part__pool__in=rows).select_related("part"):
        rows[row.part.pool_id].append(row)
    found = []
    for pool in posts:
        taken = {
            one.part_id: one.half_days for one in in_force(rows[pool.pk], starts_on=pool.starts_on, on=on).values()
        }
        offered = sum(part.half_days for part in pool.living if part.state == PartState.INVITED)
        room = pool.capacity - sum(taken.values()) - offered
        if room <= 0 or not taken:
            continue
        rules = {**posing.RULES, **(pool.proposal.rules if pool.proposal is not None else {})}
        skills = {part.need.skill_id for part in pool.living if part.need is not None} | {pool.skill_id or 0}
        found.append(
            Vacancy(
                pool=pool,
                half_days=room,
                sizes=taken,
                firm_ids=frozenset(part.firm_id for part in pool.living),
                skill_ids=frozenset(skills - {0}),
                places=tuple(where for part in pool.living if (where := place_of(part)) is not None),
                year_cents=kinds.of(pool.kind).year_cents([Line.of(line) for line in pool.cost_lines.all()]),
                max_km=float(rules["max_km"]),
            )
        )
    return sorted(found, key=lambda one: (-one.half_days, one.pool.pk))


def offer_day(need: Need, *, on: date) -> date:
    """From which day a part may be offered to the need: the first of next month, or of its own first month if later."""
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return max(following, need.first_month.replace(day=1)) if need.first_month is not None else following


def place_of(part: Part) -> Place | None:
    if part.need is not None:
        return posing.place(part.need)
    firm = part.firm
    return (firm.latitude, firm.longitude) if firm.latitude is not None and firm.longitude is not None else None


@dataclass(frozen=True, slots=True)
class Fit:
    """An open need with the post that can take it: `half_days` a month, the price of a half-day with it and those before."""

    need: Need
    vacancy: Vacancy
    half_days: int
    price_cents: int | None
    starts_on: date

    @property
    def day_cents(self) -> int | None:
        return None if self.price_cents is None else 2 * self.price_cents


def fits(needs: Iterable[Need], *, on: date) -> list[Fit]:
    """The needs that fit, all at once, in the room that running posts have: the smallest first, so that most firms are served."""
    asked = sorted(needs, key=lambda need: (need.half_days, need.pk))
    open_posts = vacancies(on=date(on.year + on.month // 12, on.month % 12 + 1, 1)) if asked else []
    taken = {one.pool.pk: 0 for one in open_posts}
    firms = {one.pool.pk: set(one.firm_ids) for one in open_posts}
    found = []
    for need in asked if open_posts else []:
        starts_on = offer_day(need, on=on)
        for vacancy in open_posts:
            given = taken[vacancy.pool.pk]
            if need.firm_id in firms[vacancy.pool.pk] or not vacancy.holds(
                need, room=vacancy.half_days - given, more=given, year=starts_on.year
            ):
                continue
            size = posing.monthly(need, starts_on.year)
            taken[vacancy.pool.pk] += max(posing.loads(need, starts_on.year))
            firms[vacancy.pool.pk].add(need.firm_id)
            found.append(Fit(need, vacancy, size, vacancy.price_with(given + size), starts_on))
            break
    return sorted(found, key=lambda fit: (fit.vacancy.pool.pk, fold(fit.need.firm.name), fit.need.pk))


# ---------------------------------------------------------------- what a firm that has not joined may be told

DISCREET_FIRMS = 3  # below, the sums of a post would give away one firm's own
USUAL_PART = 6  # half-days a month, three days


@dataclass(frozen=True, slots=True)
class Estimate:
    """What so many half-days a month would cost a firm, before any commitment. Cents before tax; a month is a full month.

    `running`: on a post that runs and has room, else a usual one filled at least as the rules ask. `others`: how many firms
    it is shared with, about. `full_month_cents`: the same share once the post is full. `exposure_cents`: the most that a month
    may cost more if one other firm of middling size did not pay, by the statutes' rule: no real part is told by it.
    """

    running: bool
    half_days: int
    others: int
    price_cents: int
    month_cents: int
    full_month_cents: int
    exposure_cents: int

    @property
    def day_cents(self) -> int:
        return 2 * self.price_cents


def estimate(*, skill_id: int | None, half_days: int, on: date, solidarity: str = Solidarity.USE) -> Estimate:
    """For one more firm: the running post of that skill with the lowest price, else a usual post. `half_days` within a post.
    `solidarity`: how the statutes share a debt."""
    capacity = int(posing.RULES["capacity"])
    if not 1 <= half_days <= capacity:
        raise ValueError("no post holds so many half-days")
    shared = [one for one in vacancies(on=on) if len(one.sizes) >= DISCREET_FIRMS and one.year_cents]
    fitting = [one for one in shared if skill_id in one.skill_ids and half_days <= one.half_days]
    if fitting:
        best = min(fitting, key=lambda one: (one.price_with(half_days) or 0, one.pool.pk))
        return _estimate(
            best.year_cents, half_days, best.load, len(best.sizes),
            capacity=best.pool.capacity, running=True, solidarity=solidarity,
        )  # fmt: skip
    cost = _usual_cost(on)
    least = ceil_div(round(100 * float(posing.RULES["min_fill"])) * capacity, 100)
    others_load = least - half_days if half_days < least else capacity - half_days
    others = max(1, round(others_load / USUAL_PART)) if others_load else 0
    return _estimate(cost, half_days, others_load, others, capacity=capacity, running=False, solidarity=solidarity)


def _estimate(
    cost: int,
    mine: int,
    others_load: int,
    others: int,
    *,
    capacity: int,
    running: bool,
    solidarity: str = Solidarity.USE,
) -> Estimate:
    load = others_load + mine
    price = pricing.half_day_cents(cost, load) or 0
    return Estimate(
        running=running,
        half_days=mine,
        others=others,
        price_cents=price,
        month_cents=ceil_div(cost * mine, 12 * load),
        full_month_cents=ceil_div(cost * mine, 12 * max(load, capacity)),
        exposure_cents=_exposure(cost, mine, others_load, others, solidarity) if others else 0,
    )


def _exposure(cost: int, mine: int, others_load: int, others: int, solidarity: str) -> int:
    """What falls on the firm when one of `others` equal parts is unpaid for a month: cost/12 x part/load, with part = others_load/others;
    times mine/(load - part) by use, one in `others` equally (this firm and all the others but that one), all of it when whole."""
    load = others_load + mine
    if solidarity == Solidarity.WHOLE:
        return ceil_div(cost * others_load, 12 * load * others)
    if solidarity == Solidarity.EQUAL:
        return ceil_div(cost * others_load, 12 * load * others * others)
    return ceil_div(cost * mine * others_load, 12 * load * (load * others - others_load))


def _usual_cost(on: date) -> int:
    """The mean yearly cost of the posts that run, to a hundred euros, when it gives nobody away; else a usual one."""
    counted = Part.objects.filter(live(on=on))
    running = Pool.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), state=PoolState.RUNNING)
    costs = []
    for pool in running.prefetch_related("cost_lines", Prefetch("parts", queryset=counted, to_attr="living")):
        cost = kinds.of(pool.kind).year_cents([Line.of(line) for line in pool.cost_lines.all()])
        if cost and len(pool.living) >= DISCREET_FIRMS:
            costs.append(cost)
    if not costs:
        return posing.POST_CENTS_PER_YEAR
    return ceil_div(sum(costs), len(costs) * 10_000) * 10_000


def skills_told(*, on: date) -> list[Skill]:
    """The skills whose name gives nobody away: those of a running post, or asked for, shared by several firms."""
    asked = Count("needs__firm", filter=Q(needs__state=NeedState.OPEN), distinct=True)
    running = {pk for one in vacancies(on=on) if len(one.sizes) >= DISCREET_FIRMS for pk in one.skill_ids}
    return list(
        Skill.objects.annotate(asked=asked)
        .filter(Q(asked__gte=DISCREET_FIRMS) | Q(pk__in=running))
        .order_by("-asked", alphabetical("name"), "pk")
    )
