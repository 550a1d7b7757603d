from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django_scopes import scopes_disabled

from grappe.clusters.cells import fold
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster
from grappe.clusters.queries import emails_of, people_of_firms
from grappe.engines.values import month_of_year_cents
from grappe.law.queries import rules_of
from grappe.needs.enums import NeedState
from grappe.needs.models import Need, ReferencePrice
from grappe.needs.queries import open_needs
from grappe.needs.rules import grade_on
from grappe.people.models import AccessLink, Person
from grappe.pools import bonuses, kinds, posing, pricing, reading
from grappe.pools.enums import Aim, CostPart, PartState, PoolState
from grappe.pools.kinds import post
from grappe.pools.kinds.post import Billable, Line
from grappe.pools.models import Answer, Arrangement, Bonus, Commitment, CostLine, Part, Pool, Proposal
from grappe.solves.models import Solve

LIVE = (PartState.DRAFT, PartState.INVITED, PartState.ACCEPTED, PartState.REPRICED)
COMMITTED = (PartState.ACCEPTED, PartState.REPRICED)
WAITING = (PartState.INVITED, PartState.REPRICED)
RUN = (PoolState.RUNNING, PoolState.ENDED)
ALIVE = (PoolState.DRAFT, PoolState.INVITING, PoolState.RUNNING)
CLOSING_DAYS = 31  # after the end: the last month's hours are still noted, signed and billed


# Costs and prices


def cost_lines(pool: Pool) -> list[Line]:
    return [Line.of(line) for line in pool.cost_lines.all()]


def year_cost_cents(pool: Pool) -> int:
    """What the pool costs in a year, by its cost lines."""
    cents: int = kinds.of(pool.kind).year_cents(cost_lines(pool))
    return cents


def month_cost_cents(pool: Pool, month: date) -> int:
    """The part of the yearly cost that falls on that month; twelve months make the year to the cent."""
    return month_of_year_cents(year_cost_cents(pool), month.month)


def month_fund_cents(pool: Pool, month: date) -> int:
    """What of that month's cost feeds the guarantee fund."""
    lines = cost_lines(pool)
    amounts = kinds.of(pool.kind).amounts(lines)
    year = sum(cents for line, cents in zip(lines, amounts, strict=True) if line.part == CostPart.GUARANTEE)
    return month_of_year_cents(year, month.month)


def live(*, on: date) -> Q:
    """Parts that count on that day: offered or committed, and not yet left."""
    return Q(state__in=LIVE) & (Q(leaves_on=None) | Q(leaves_on__gt=on))


def month_costs(found: Sequence[Pool], month: date) -> dict[int, int]:
    """pool id -> the same for each of these pools. One query."""
    lines: dict[int, list[Line]] = {pool.pk: [] for pool in found}
    kind = {pool.pk: pool.kind for pool in found}
    for line in CostLine.objects.filter(pool_id__in=lines):
        lines[line.pool_id].append(Line.of(line))
    return {pk: month_of_year_cents(kinds.of(kind[pk]).year_cents(own), month.month) for pk, own in lines.items()}


def live_parts(pool: Pool) -> list[Part]:
    """The parts that are counted on today: all but those declined or left."""
    today = timezone.localdate()
    return list(pool.parts.filter(live(on=today)).select_related("firm", "need", "need__skill"))


def sizes_on(pool: Pool, *, on: date) -> dict[int, int]:
    """part id -> half-days a month that the price counts on.

    Of a pool that runs, what is committed on that day; before it runs, what is offered.
    """
    if pool.state in RUN:
        return {one.part_id: one.half_days for one in commitments_of(pool, on=on).values()}
    return {part.pk: part.half_days for part in live_parts(pool)}


def price_cents(pool: Pool, *, on: date | None = None) -> int | None:
    """The price of a half-day on that day (today unless told); None for a pool that nobody shares."""
    sizes = sizes_on(pool, on=on or timezone.localdate())
    return pricing.half_day_cents(year_cost_cents(pool), sum(sizes.values()))


# Commitments


def last_commitments(pool: Pool) -> dict[int, Commitment]:
    """part id -> the latest commitment."""
    rows = Commitment.objects.filter(part__pool=pool).select_related("part", "accepted_by").order_by("pk")
    return {row.part_id: row for row in rows}


def commitments_of(pool: Pool, *, on: date) -> dict[int, Commitment]:
    """firm id -> the commitment in force on that day, for the firms committed to the pool.

    A founding commitment is in force from the day the pool starts, even when it starts earlier than was planned; that of a firm
    which joins later, from its own day.
    """
    rows = Commitment.objects.filter(ever_committed(), part__pool=pool).select_related("part")
    return in_force(rows, starts_on=pool.starts_on, on=on)


def ever_committed() -> Q:
    """Commitments of firms that are in, or were until they left."""
    return Q(part__state__in=COMMITTED) | Q(part__leaves_on__isnull=False)


def in_force(rows: Iterable[Commitment], *, starts_on: date, on: date) -> dict[int, Commitment]:
    """The same, of a pool's commitments (with their parts) already read."""
    found: dict[int, Commitment] = {}
    made = sorted(rows, key=lambda row: row.pk)
    for row in sorted(made, key=lambda row: row.valid_from):
        if row.part.leaves_on is not None and row.part.leaves_on <= on:
            continue
        founding = row.valid_from == made[0].valid_from
        first = founding and row.part.firm_id not in found and on >= starts_on
        if first or row.valid_from <= on:
            found[row.part.firm_id] = row
    return found


# Prices alone


def alone_prices(pairs: Iterable[tuple[int, int]], *, on: date) -> dict[tuple[int, int], ReferencePrice]:
    """(firm, skill) -> the latest price alone known on that day, its grade lowered with age. Not to be saved."""
    wanted = set(pairs)
    rows = ReferencePrice.objects.said_on(on).filter(
        firm_id__in={firm for firm, _skill in wanted}, skill_id__in={skill for _firm, skill in wanted}
    )
    found: dict[tuple[int, int], ReferencePrice] = {}
    for row in rows.order_by("asked_on", "pk"):
        if (row.firm_id, row.skill_id) in wanted:
            row.grade = grade_on(row.grade, proved_on=row.document_date or row.asked_on, on=on)
            found[row.firm_id, row.skill_id] = row
    return found


def skill_id(part: Part, pool: Pool) -> int:
    """The skill that the part asks for; 0 when it is not known."""
    return (part.need.skill_id if part.need is not None else pool.skill_id) or 0


# The price before the commitment


@dataclass(frozen=True, slots=True)
class PriceCard:
    """What a firm sees before it commits. Amounts in cents, before tax; `price_cents` of a half-day; a month is a full month.

    `month_cents`: its share of the first month; `cap_cents`: the most that may be charged for a full month; `one_more_cents`,
    `one_less_cents`: its share if one more firm of the median part joined (None: no room) or the largest other one left;
    `day_more_cents`: its share if it took one more day; `exposure_cents`: see `pricing.exposure_cents`. `ceiling_cents`: exempt of
    VAT, the price is an estimate, regularised at the year's real cost: the most per half-day without a new acceptance.
    `bonus`: the differential bonus that falls on this firm alone, beside its share; `bonus_asked`: one that it has not agreed to.
    """

    part: Part
    pool: Pool
    half_days: int
    price_cents: int
    month_cents: int
    cap_cents: int
    year_cents: int
    year_half_days: int
    alone: ReferencePrice | None
    one_more_cents: int | None
    one_less_cents: int | None
    day_more_cents: int | None
    exposure_cents: int
    others: tuple[Part, ...]
    accepted: Commitment | None
    since: date
    ceiling_cents: int | None = None
    lines: tuple[tuple[Line, int], ...] = ()
    bonus: Bonus | None = None
    bonus_asked: Bonus | None = None

    @property
    def bonus_cents(self) -> int:
        """What its bonus comes to in a full month, charges included."""
        return bonuses.month_cents(self.bonus, self.half_days)

    @property
    def pay_cents(self) -> int:
        """What it pays for a full month: its share, and what falls on it alone."""
        return self.month_cents + self.bonus_cents

    @property
    def day_cents(self) -> int:
        return 2 * self.price_cents

    @property
    def alone_month_cents(self) -> int | None:
        """The same half-days at the price alone."""
        return self.alone.price_cents * self.half_days if self.alone is not None else None

    @property
    def dearer(self) -> bool:
        return self.alone_month_cents is not None and self.pay_cents > self.alone_month_cents

    @property
    def firm_count(self) -> int:
        return len(self.others) + 1

    @property
    def ceiling_day_cents(self) -> int | None:
        return None if self.ceiling_cents is None else 2 * self.ceiling_cents


def price_card(part: Part) -> PriceCard:
    """The price of a part as it stands now. Raises ValueError for a part that is declined or left."""
    if part.state not in LIVE or part.left_by(timezone.localdate()):
        raise ValueError("the part is no longer offered")
    return price_cards([part])[part.pk]


def price_cards(parts: Iterable[Part]) -> dict[int, PriceCard]:
    """part id -> its price card, for the parts that are still offered; as many queries for thirty as for one."""
    today = timezone.localdate()
    asked = [part for part in parts if part.state in LIVE and not part.left_by(today)]
    pool_ids = {part.pool_id for part in asked}
    listed: dict[int, list[Part]] = {pk: [] for pk in pool_ids}
    for one in Part.objects.filter(pool_id__in=pool_ids, state__in=LIVE).select_related("firm", "need"):
        listed[one.pool_id].append(one)
    taken: dict[int, list[Commitment]] = {pk: [] for pk in pool_ids}
    running = [part.pool_id for part in asked if part.pool.state in RUN]
    for row in Commitment.objects.filter(ever_committed(), part__pool__in=running).select_related("part"):
        taken[row.part.pool_id].append(row)
    lines: dict[int, list[Line]] = {pk: [] for pk in pool_ids}
    for line in CostLine.objects.filter(pool_id__in=pool_ids):
        lines[line.pool_id].append(Line.of(line))
    alone = alone_prices(((part.firm_id, skill_id(part, part.pool)) for part in asked), on=timezone.localdate())
    commitments = Commitment.objects.filter(part__in=[part.pk for part in asked]).select_related("accepted_by")
    accepted = {row.part_id: row for row in commitments.order_by("pk")}
    stand, asked_of = bonuses.agreed(part.pk for part in asked), bonuses.awaited(part.pk for part in asked)
    exempt = set(
        Pool.objects.filter(pk__in=pool_ids, cluster__vat_regime=VatRegime.EXEMPT).values_list("pk", flat=True)
    )
    return {
        part.pk: _card(
            part,
            *_at_stake(part, listed[part.pool_id], taken[part.pool_id], today=today),
            kinds.of(part.pool.kind).year_cents(lines[part.pool_id]),
            alone.get((part.firm_id, skill_id(part, part.pool))),
            accepted.get(part.pk),
            part.pool_id in exempt,
            lines[part.pool_id],
            (stand.get(part.pk, []), asked_of.get(part.pk)),
        )
        for part in asked
    }


def _at_stake(
    part: Part, listed: list[Part], taken: list[Commitment], *, today: date
) -> tuple[tuple[Part, ...], dict[int, int], date]:
    """The other parts, everybody's half-days (its own as they would be) and from which day, for the price of `part`."""
    pool = part.pool
    if pool.state in RUN:
        since = part.asked_from or max(today, pool.starts_on)
        sizes = {one.part_id: one.half_days for one in in_force(taken, starts_on=pool.starts_on, on=since).values()}
    else:
        since, sizes = pool.starts_on, {one.pk: one.half_days for one in listed}
    sizes[part.pk] = part.asked_half_days or part.half_days
    return tuple(one for one in listed if one.pk in sizes and one.pk != part.pk), sizes, since


def _card(
    part: Part,
    others: tuple[Part, ...],
    sizes: dict[int, int],
    since: date,
    year: int,
    alone: ReferencePrice | None,
    accepted: Commitment | None,
    exempt: bool,
    lines: list[Line],
    own: tuple[list[Bonus], Bonus | None],
) -> PriceCard:
    pool, mine, month = part.pool, sizes[part.pk], since.month
    load = sum(sizes.values())
    shares = pricing.month_shares(year, sizes, month=month)
    price = pricing.half_day_cents(year, load)
    assert price is not None
    theirs = {pk: size for pk, size in sizes.items() if pk != part.pk}
    largest = max(theirs, key=lambda pk: (theirs[pk], pk), default=None)
    joined = {**sizes, 0: pricing.median(list(sizes.values()))}
    bigger = {**sizes, part.pk: mine + 2}
    fewer = {pk: size for pk, size in sizes.items() if pk != largest}

    bonus = bonuses.coming(own[0], on=since)

    def share(parts: Mapping[int, int]) -> int:
        return pricing.share_of(year, parts, part.pk, month=month) + bonuses.month_cents(bonus, parts[part.pk])

    return PriceCard(
        part=part,
        pool=pool,
        half_days=mine,
        price_cents=price,
        month_cents=shares[part.pk],
        cap_cents=price * mine + bonuses.month_cents(bonus, mine),
        year_cents=year,
        year_half_days=12 * load,
        alone=alone,
        one_more_cents=share(joined) if sum(joined.values()) <= pool.capacity else None,
        one_less_cents=share(fewer) if theirs else None,
        day_more_cents=share(bigger) if sum(bigger.values()) <= pool.capacity else None,
        exposure_cents=pricing.exposure_cents(shares, sizes, part.pk),
        others=others,
        accepted=accepted,
        since=since,
        bonus=bonus,
        bonus_asked=own[1],
        lines=tuple(zip(lines, kinds.of(pool.kind).amounts(lines), strict=True)),
        ceiling_cents=pricing.regularised_at_most(price, pool.regularisation_bp) if exempt else None,
    )


# Pools


def pools() -> QuerySet[Pool]:
    """The cluster's pools with how many firms are counted on, committed, awaited."""
    return (
        Pool.objects.select_related("skill", "person")
        .annotate(
            firm_count=Count("parts", filter=Q(parts__state__in=LIVE)),
            accepted_count=Count("parts", filter=Q(parts__state=PartState.ACCEPTED)),
            waiting_count=Count("parts", filter=Q(parts__state__in=WAITING)),
            declined_count=Count("parts", filter=Q(parts__state=PartState.DECLINED)),
        )
        .order_by("-starts_on", "-pk")
    )


def asking_to_leave() -> list[Part]:
    """The parts whose firm has asked to leave a running post and waits to be told."""
    asked = Part.objects.filter(leave_asked_for__isnull=False, leaves_on=None, pool__state=PoolState.RUNNING)
    return list(asked.select_related("firm", "pool").order_by("leave_asked_for", "pk"))


def past(*, on: date) -> tuple[QuerySet[Part], QuerySet[Pool]]:
    """Parts left and posts ended so long ago, on that day, that nothing more of them is noted, signed or billed."""
    before = on - timedelta(days=CLOSING_DAYS)
    return (
        Part.objects.filter(leaves_on__lte=before, state__in=LIVE),
        Pool.objects.filter(ends_on__lte=before, state=PoolState.RUNNING),
    )


def has_past(*, on: date) -> bool:
    return any(rows.exists() for rows in past(on=on))


def leaves_asked() -> QuerySet[Part]:
    """Parts whose firm has asked to leave and has no answer, the soonest first."""
    waiting = Part.objects.filter(leave_asked_for__isnull=False, leaves_on=None)
    return waiting.select_related("firm", "pool").order_by("leave_asked_for", "pk")


def pool_counts() -> dict[str, int]:
    """How many pools are in each state."""
    rows = Pool.objects.order_by().values_list("state").annotate(Count("pk"))
    return {state.value: 0 for state in PoolState} | dict(rows)


def pool_numbered(pk: int) -> Pool | None:
    return Pool.objects.select_related("skill", "person", "proposal", "cluster").filter(pk=pk).first()


def part_numbered(pk: int) -> Part | None:
    return Part.objects.select_related("pool", "firm").filter(pk=pk).first()


def need_numbered(pk: int) -> Need | None:
    return Need.objects.select_related("firm", "skill").filter(pk=pk).first()


def open_need_count() -> int:
    return Need.objects.filter(state=NeedState.OPEN).count()


def running_posts() -> list[Pool]:
    return list(Pool.objects.filter(state=PoolState.RUNNING).select_related("person", "skill").order_by("pk"))


def posts_ever_of(person: Person) -> list[Pool]:
    """The posts in which that employee works, or worked, in the cluster."""
    return list(Pool.objects.filter(person=person).order_by("-pk"))


def posts_of_person(person: Person) -> list[Pool]:
    """The running posts of that employee in the cluster."""
    return [pool for pool in running_posts() if pool.person_id == person.pk]


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as the coordinator sees it. `people`: who speaks for the firm; amounts in cents a month."""

    part: Part
    share_cents: int | None
    alone: ReferencePrice | None
    accepted: Commitment | None
    people: tuple[Person, ...]
    firm_email: str = ""

    @property
    def alone_cents(self) -> int | None:
        return self.alone.price_cents * self.part.half_days if self.alone is not None else None

    @property
    def waiting(self) -> bool:
        return self.part.state in WAITING

    @property
    def address(self) -> str:
        """Where the invitation of a firm without a mandated person would go."""
        if self.people:
            return ""
        given = self.part.need.email if self.part.need is not None else ""
        return given or self.firm_email

    @property
    def dearer(self) -> bool:
        return self.share_cents is not None and self.alone_cents is not None and self.share_cents > self.alone_cents


@dataclass(frozen=True, slots=True)
class PoolSheet:
    """A pool with its parts and its price; `out` are the parts declined or withdrawn."""

    pool: Pool
    rows: tuple[PartRow, ...]
    out: tuple[Part, ...]
    lines: tuple[tuple[Line, int], ...]
    year_cents: int
    price_cents: int | None

    @property
    def half_days(self) -> int:
        return sum(row.part.half_days for row in self.rows)

    @property
    def year_half_days(self) -> int:
        return 12 * self.half_days

    @property
    def fill(self) -> float:
        return self.half_days / self.pool.capacity

    @property
    def day_cents(self) -> int | None:
        return None if self.price_cents is None else 2 * self.price_cents

    @property
    def month_cents(self) -> int:
        return sum(row.share_cents or 0 for row in self.rows)

    @property
    def estimated(self) -> bool:
        """The cost is still the proposal's figure."""
        return len(self.lines) == 1 and self.pool.proposal_id is not None

    def in_state(self, *states: str) -> list[PartRow]:
        return [row for row in self.rows if row.part.state in states]

    @property
    def to_invite(self) -> list[PartRow]:
        return self.in_state(PartState.DRAFT)

    @property
    def unspoken(self) -> list[PartRow]:
        """Those to invite for whom nobody speaks yet."""
        return [row for row in self.to_invite if not row.people]

    @property
    def awaited(self) -> list[PartRow]:
        return self.in_state(*WAITING)

    @property
    def ready(self) -> bool:
        """Every part is answered and stands at today's price."""
        return bool(self.rows) and all(row.part.state == PartState.ACCEPTED for row in self.rows)


def pool_sheet(pool: Pool, *, on: date) -> PoolSheet:
    parts = sorted(pool.parts.select_related("firm", "need", "need__skill"), key=lambda part: fold(part.firm.name))
    listed = [part for part in parts if part.state in LIVE and not part.left_by(on)]
    lines = cost_lines(pool)
    cents = kinds.of(pool.kind).amounts(lines)
    year = sum(cents)
    sizes = {part.pk: part.half_days for part in listed}
    shares = pricing.month_shares(year, sizes, month=pool.starts_on.month) if year else {}
    alone = alone_prices(((part.firm_id, skill_id(part, pool)) for part in listed), on=on)
    accepted, people = last_commitments(pool), speakers((part.firm_id for part in listed), on=on)
    emails = emails_of((part.firm_id for part in listed), on=on)
    rows = tuple(
        PartRow(
            part,
            shares.get(part.pk),
            alone.get((part.firm_id, skill_id(part, pool))),
            accepted.get(part.pk),
            tuple(people.get(part.firm_id, ())),
            emails.get(part.firm_id, ""),
        )
        for part in listed
    )
    price = pricing.half_day_cents(year, sum(sizes.values())) if year else None
    out = tuple(part for part in parts if part.state not in LIVE or part.left_by(on))
    return PoolSheet(pool, rows, out, tuple(zip(lines, cents, strict=True)), year, price)


def speakers(firm_ids: Iterable[int], *, on: date) -> dict[int, list[Person]]:
    """firm id -> who speaks for it on that day."""
    return people_of_firms(firm_ids, on=on)


# What remains viable


@dataclass(frozen=True, slots=True)
class Candidate:
    """An unmet need that could take a free place, and the price of a half-day with it."""

    need: Need
    half_days: int
    price_cents: int | None

    @property
    def day_cents(self) -> int | None:
        return None if self.price_cents is None else 2 * self.price_cents


@dataclass(frozen=True, slots=True)
class Remaining:
    """A pool after a firm declined: is it still viable, for whom is it too dear, who could join."""

    fill: float
    min_fill: float
    firms: int
    min_firms: int
    price_cents: int | None
    too_dear: tuple[Part, ...]
    to_accept_again: int
    candidates: tuple[Candidate, ...]

    @property
    def filled(self) -> bool:
        return self.fill >= self.min_fill

    @property
    def enough_firms(self) -> bool:
        return self.firms >= self.min_firms

    @property
    def viable(self) -> bool:
        return self.filled and self.enough_firms and not self.too_dear


def remaining(sheet: PoolSheet) -> Remaining:
    """What the pool is worth with the firms that are left, and the open needs of the same skill that could join it."""
    pool = sheet.pool
    rules = {**posing.RULES, **(pool.proposal.rules if pool.proposal is not None else {})}
    price = sheet.price_cents
    too_dear = tuple(
        row.part
        for row in sheet.rows
        if price is not None
        and row.part.need is not None
        and row.part.need.max_price_cents is not None
        and row.part.need.max_price_cents < price
    )
    return Remaining(
        fill=sheet.fill,
        min_fill=float(rules["min_fill"]),
        firms=len(sheet.rows),
        min_firms=int(rules["min_firms"]),
        price_cents=price,
        too_dear=too_dear,
        to_accept_again=len(sheet.in_state(PartState.REPRICED)),
        candidates=tuple(_candidates(sheet, float(rules["max_km"]))),
    )


def _candidates(sheet: PoolSheet, max_km: float) -> list[Candidate]:
    pool = sheet.pool
    room = pool.capacity - sheet.half_days
    if room <= 0 or pool.skill_id is None:
        return []
    skills = {skill_id(row.part, pool) for row in sheet.rows} | {pool.skill_id}
    taken = {row.part.firm_id for row in sheet.rows} | {part.firm_id for part in sheet.out}
    places = [where for row in sheet.rows if row.part.need and (where := posing.place(row.part.need))]
    year = pool.starts_on.year
    found = []
    needs = Need.objects.filter(skill_id__in=skills, state=NeedState.OPEN, half_days__lte=room).exclude(
        firm_id__in=taken
    )
    for need in needs.select_related("firm", "skill").order_by("-half_days", "pk"):
        half_days, where = posing.monthly(need, year), posing.place(need)
        near = where is None or all(posing.distance_km(where, other) <= max_km for other in places)
        price = pricing.half_day_cents(sheet.year_cents, sheet.half_days + half_days) if sheet.year_cents else None
        if half_days and near and (price is None or need.max_price_cents is None or price <= need.max_price_cents):
            found.append(Candidate(need, half_days, price))
    return found


# Proposals


def proposals() -> QuerySet[Proposal]:
    """The cluster's proposals, latest first; `asked`: their answers with how far each is, `pool_count`: posts opened."""
    solves = Solve.objects.defer("problem", "result")
    answers = Answer.objects.prefetch_related(Prefetch("solve", queryset=solves))
    found = Proposal.objects.select_related("survey", "made_by").annotate(pool_count=Count("pools"))
    return found.prefetch_related(Prefetch("answers", queryset=answers, to_attr="asked")).order_by("-pk")


def answers_of(proposal: Proposal) -> list[Answer]:
    """The answers, in the order of the aims."""
    order = {aim: rank for rank, aim in enumerate(Aim.values)}
    return sorted(proposal.answers.select_related("solve"), key=lambda answer: order[answer.aim])


def needs_of_proposal(proposal: Proposal) -> list[Need]:
    """The needs that it would be about today: the open ones, and those that it has already pooled."""
    mine = Need.objects.filter(parts__pool__proposal=proposal, state=NeedState.POOLED).select_related("firm", "skill")
    return list({need.pk: need for need in [*open_needs(proposal.survey), *mine]}.values())


def needs_changed(proposal: Proposal, answers: Iterable[Answer]) -> bool:
    """Whether the needs are no longer those that were put to the engine."""
    year = int(proposal.rules.get("year", proposal.made_at.year))
    now = posing.needs_json(needs_of_proposal(proposal), year)
    return any(answer.solve.problem["needs"] != now for answer in answers)


def replies(proposal: Proposal, answers: Iterable[Answer]) -> dict[str, reading.Reply]:
    """aim -> what the engine answered, for the aims that have an answer."""
    answered = [answer for answer in answers if answer.solve.result is not None]
    ids = {one["id"] for answer in answered for one in answer.solve.problem["needs"]}
    needs = {str(need.pk): need for need in Need.objects.filter(pk__in=ids).select_related("firm", "skill")}
    alone = alone_prices(((need.firm_id, need.skill_id) for need in needs.values()), on=timezone.localdate())
    opened = {pool.proposal_post: pool for pool in proposal.pools.all()}
    year = int(proposal.rules.get("year", proposal.made_at.year))
    return {
        answer.aim: reading.read(
            answer.solve.result or {},
            answer.solve.problem,
            needs,
            year=year,
            post_cents_per_year=proposal.post_cents_per_year,
            alone=alone,
            pools=opened,
        )
        for answer in answered
    }


def arrangement_of(proposal: Proposal) -> Arrangement | None:
    """The proposal's posts arranged by hand, if the coordination did."""
    return Arrangement.objects.filter(proposal=proposal).first()


# A member's own


def parts_of_firms(firm_ids: Iterable[int]) -> QuerySet[Part]:
    """What was offered to those firms, what waits for an answer first."""
    parts = Part.objects.filter(firm_id__in=set(firm_ids)).exclude(state=PartState.DRAFT)
    return parts.select_related("pool", "pool__skill", "pool__person", "firm", "need", "need__skill").order_by("-pk")


def part_behind(link: AccessLink) -> Part | None:
    """The part that an invitation's link is about, whatever its cluster, with what its page shows."""
    if link.about != "pools.part":
        return None
    with scopes_disabled():
        return (
            Part.objects.select_related("cluster", "pool", "pool__skill", "firm", "need", "need__skill")
            .filter(pk=link.about_id)
            .first()
        )


# What of a year can be billed


def billable(pool: Pool, *, training: int | None = None) -> Billable:
    """The half-days of the post's first year that its calendar leaves for the members, at the site of the cluster."""
    return billable_year(pool.cluster, pool.starts_on, training=pool.training_days if training is None else training)


def billable_year(cluster: Cluster, start: date, *, training: int) -> Billable:
    """The same of a post that would start on that day."""
    rules = rules_of(["leave.working_days_per_month", "leave.max_working_days", "work.week_minutes"], start)
    calendar = holidays.country_holidays("FR", subdiv=cluster.holidays or None, years=[start.year, start.year + 1])
    return post.billable(
        start,
        holidays=frozenset(calendar),
        leave_tenths_a_month=rules["leave.working_days_per_month"].value,
        leave_most=rules["leave.max_working_days"].value,
        training=training,
        week_minutes=rules["work.week_minutes"].value,
    )
