"""The group's board: each running post month by month, what is paid for against what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from grappe.acts.queries import acts_between
from grappe.clusters.models import Firm
from grappe.plans.models import Consent, Slot
from grappe.plans.rules import month_after
from grappe.pools.models import Commitment, Pool
from grappe.pools.posing import RULES
from grappe.pools.queries import ever_committed, in_force, running_posts

MIN_FILL = float(RULES["min_fill"])


@dataclass(frozen=True, slots=True)
class PostMonth:
    """What firms pay for in a month of a post; `risk`: "" (held), "thin" (below the least fill), "empty", "over" (ended)."""

    month: date
    sold: int
    capacity: int
    firm_ids: frozenset[int]
    is_over: bool

    @property
    def unsold(self) -> int:
        return 0 if self.is_over else max(0, self.capacity - self.sold)

    @property
    def risk(self) -> str:
        if self.is_over:
            return "over"
        if not self.sold:
            return "empty"
        return "thin" if self.sold < MIN_FILL * self.capacity else ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A firm that pays for half-days until the end of the month before `month`, and not from there on."""

    firm: Firm
    month: date
    half_days: int


@dataclass(frozen=True, slots=True)
class PostBoard:
    """A running post: its months from this one on; `placed` in this month's calendar; `signed` since the year began."""

    pool: Pool
    months: tuple[PostMonth, ...]
    placed: int
    signed: int
    leaving: tuple[Leaving, ...]

    @property
    def now(self) -> PostMonth:
        return self.months[0]

    @property
    def first_risk(self) -> PostMonth | None:
        """The first month that is not held, this one or a later."""
        return next((month for month in self.months if month.risk), None)


def post_boards(on: date, *, months: int) -> list[PostBoard]:
    """The running posts, the most fragile first. Four queries, whatever the posts."""
    posts = running_posts()
    firsts = [on.replace(day=1)]
    while len(firsts) < months:
        firsts.append(month_after(firsts[-1]))
    taken: dict[int, list[Commitment]] = {pool.pk: [] for pool in posts}
    firms: dict[int, Firm] = {}
    rows = Commitment.objects.filter(ever_committed(), part__pool__in=posts).select_related("part__firm")
    for row in rows:
        taken[row.part.pool_id].append(row)
        firms[row.part.firm_id] = row.part.firm
    slots = Slot.objects.filter(calendar__pool__in=posts, calendar__month=firsts[0]).order_by()
    placed = dict(slots.values_list("calendar__pool_id").annotate(Count("pk")))
    acts = acts_between(on.replace(month=1, day=1), month_after(on)).order_by().values_list("pool_id")
    signed = dict(acts.annotate(total=Sum("quantity")))
    boards = []
    for pool in posts:
        coming, leaving = _months(pool, taken[pool.pk], firsts, firms)
        boards.append(PostBoard(pool, coming, placed.get(pool.pk, 0), signed.get(pool.pk, 0), leaving))
    return sorted(boards, key=_fragile)


def _fragile(board: PostBoard) -> tuple[date, float, int]:
    """In order: the month from which it is not held, how little of this one is paid for."""
    risk = board.first_risk
    return risk.month if risk else date.max, board.now.sold / max(1, board.now.capacity), board.pool.pk


def _months(
    pool: Pool, taken: Sequence[Commitment], firsts: Sequence[date], firms: Mapping[int, Firm]
) -> tuple[tuple[PostMonth, ...], tuple[Leaving, ...]]:
    """The post's months, and who leaves in them: in force in one and no longer in the next."""
    found: list[PostMonth] = []
    leaving: list[Leaving] = []
    before: dict[int, Commitment] = {}
    for first in firsts:
        is_over = pool.ends_on is not None and pool.ends_on <= first
        now = {} if is_over else in_force(taken, starts_on=pool.starts_on, on=max(first, pool.starts_on))
        sold = sum(one.half_days for one in now.values())
        found.append(PostMonth(first, sold, pool.capacity, frozenset(now), is_over))
        if not is_over:
            leaving += [Leaving(firms[pk], first, before[pk].half_days) for pk in before.keys() - now.keys()]
        before = now
    return tuple(found), tuple(leaving)


def consents_waiting() -> QuerySet[Consent]:
    """Changes at short notice that an employee has not yet answered, the soonest first."""
    found: QuerySet[Consent] = Consent.objects.filter(agreed=None).select_related("person", "calendar__pool")
    return found.order_by("soonest", "pk")
