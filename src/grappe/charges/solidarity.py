"""What each member answers for, what is guaranteed, who is late. Figures worked by hand: docs/algorithms/solidarity.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from grappe.acts.models import Act
from grappe.charges.enums import Pot
from grappe.charges.gateway import share_by_half_days, share_equally
from grappe.charges.models import Invoice
from grappe.clusters.enums import Solidarity
from grappe.clusters.models import Cluster, Firm
from grappe.engines.values import ceil_div
from grappe.ledger.chart import DEPOSITS, DEPOSITS_CALLED, FUND_CALLED, GUARANTEE_FUND
from grappe.ledger.queries import balances_by_firm, credits_by_source
from grappe.pools.models import Commitment
from grappe.pools.queries import COMMITTED, month_cost_cents, running_posts

HELD = {Pot.DEPOSIT.value: DEPOSITS, Pot.FUND.value: GUARANTEE_FUND}
CALLED = {Pot.DEPOSIT.value: DEPOSITS_CALLED, Pot.FUND.value: FUND_CALLED}
USE_DAYS = 365


@dataclass(frozen=True, slots=True)
class PotBalances:
    """By firm id, in cents: `paid`, what is really there; `called`, what was asked for and not yet received; `billed`, what is in
    invoices not yet paid."""

    paid: dict[int, int]
    called: dict[int, int]
    billed: dict[int, int] = field(default_factory=dict)

    @property
    def paid_cents(self) -> int:
        return sum(self.paid.values())

    @property
    def called_cents(self) -> int:
        return sum(self.called.values())

    @property
    def billed_cents(self) -> int:
        return sum(self.billed.values())


def pot_balances(pot: str) -> PotBalances:
    called = {pk: cents for pk, cents in balances_by_firm(CALLED[pot]).items() if cents}
    held = {pk: -cents for pk, cents in balances_by_firm(HELD[pot]).items()}
    billed = _billed() if pot == Pot.FUND else {}
    firms = held.keys() | called.keys() | billed.keys()
    paid = {pk: held.get(pk, 0) - called.get(pk, 0) - billed.get(pk, 0) for pk in firms}
    return PotBalances({pk: cents for pk, cents in paid.items() if cents}, called, billed)


def _billed() -> dict[int, int]:
    """firm id -> the fund's part of what its invoices still leave due: in the books, and not in the bank. Two queries."""
    owed = {f"invoice:{one.pk}": one for one in Invoice.objects.owed()}
    found: dict[int, int] = {}
    for source, cents in credits_by_source(GUARANTEE_FUND, owed).items():
        one = owed[source]
        if cents > 0:
            found[one.firm_id] = found.get(one.firm_id, 0) + ceil_div(cents * one.due_cents, one.total_cents)
    return found


def share(cents: int, rule: str, use: dict[int, int]) -> dict[int, int]:
    """What falls on each of these firms (id: half-days): by use and equally it adds up to `cents`; whole, each answers for all of it."""
    if rule == Solidarity.WHOLE:
        return dict.fromkeys(use, cents)
    if rule == Solidarity.USE and any(use.values()):
        return share_by_half_days(cents, use)
    return share_equally(cents, use)


def use_of_firms(*, on: date) -> dict[int, int]:
    """The firms that share a post, or have in twelve months, and the half-days that each had countersigned in them."""
    taken = Act.objects.filter(day__gt=on - timedelta(days=USE_DAYS), day__lte=on).order_by()
    rows = taken.values_list("firm_id").annotate(half_days=Sum("quantity"))
    use = {firm_id: max(0, half_days) for firm_id, half_days in rows}
    posts = Commitment.objects.filter(part__pool__in=running_posts(), part__state__in=COMMITTED, valid_from__lte=on)
    for firm_id in posts.values_list("part__firm_id", flat=True):
        use.setdefault(firm_id, 0)
    return dict(sorted(use.items()))


def engaged_cents(*, on: date) -> int:
    """Pay and charges that the cluster would still owe if everything stopped: each running post, for the months of its notice."""
    total = 0
    for post in running_posts():
        month = on.replace(day=1)
        for _step in range(max(1, post.notice_months)):
            total += month_cost_cents(post, month)
            month = (month + timedelta(days=32)).replace(day=1)
    return total


@dataclass(frozen=True, slots=True)
class LateFirm:
    """A firm past its due day, and what it would cost the others if it never paid: its own guarantee first, then by the rule."""

    firm: Firm
    cents: int
    days: int
    own_cents: int
    shares: dict[int, int]

    @property
    def rest_cents(self) -> int:
        return self.cents - self.own_cents


@dataclass(frozen=True, slots=True)
class Standing:
    """What a firm answers for, and what it has put aside for it."""

    firm: Firm
    half_days: int
    exposure_cents: int
    deposit_cents: int
    fund_cents: int
    called_cents: int
    late_cents: int
    others_late_cents: int


@dataclass(frozen=True, slots=True)
class Position:
    """The cluster's position on a day. `rows`: the firms that answer, by name; `late`: the longest first."""

    rule: str
    engaged_cents: int
    rows: tuple[Standing, ...]
    late: tuple[LateFirm, ...]
    pots: dict[str, PotBalances] = field(default_factory=dict)

    @property
    def late_cents(self) -> int:
        return sum(one.cents for one in self.late)

    def of_firm(self, firm_id: int) -> Standing | None:
        return next((row for row in self.rows if row.firm.pk == firm_id), None)

    def late_but(self, firm_id: int) -> tuple[LateFirm, ...]:
        return tuple(one for one in self.late if one.firm.pk != firm_id)


def position(cluster: Cluster, *, on: date) -> Position:
    """Read from acts, commitments, invoices and the ledger; as many queries for thirty firms as for three."""
    use, engaged = use_of_firms(on=on), engaged_cents(on=on)
    pots = {pot: pot_balances(pot) for pot in Pot.values}
    exposure = share(engaged, cluster.solidarity, use)
    late = _late(cluster.solidarity, use, pots, on)
    named = use.keys() | {pk for pot in pots.values() for pk in (*pot.paid, *pot.called)}
    firms = Firm.objects.in_bulk(named)
    owed = {one.firm.pk: one.cents for one in late}
    rows = [
        Standing(
            firm=firms[pk],
            half_days=use.get(pk, 0),
            exposure_cents=exposure.get(pk, 0),
            deposit_cents=pots[Pot.DEPOSIT].paid.get(pk, 0),
            fund_cents=pots[Pot.FUND].paid.get(pk, 0),
            called_cents=sum(pot.called.get(pk, 0) for pot in pots.values()),
            late_cents=owed.get(pk, 0),
            others_late_cents=sum(one.shares.get(pk, 0) for one in late),
        )
        for pk in named
    ]
    rows.sort(key=lambda row: (row.firm.name.casefold(), row.firm.pk))
    return Position(cluster.solidarity, engaged, tuple(rows), tuple(late), pots)


def _late(rule: str, use: dict[int, int], pots: dict[str, PotBalances], on: date) -> list[LateFirm]:
    by_firm: dict[int, list[Invoice]] = {}
    for invoice in Invoice.objects.late(on).select_related("firm"):
        by_firm.setdefault(invoice.firm_id, []).append(invoice)
    found = [_one_late(rows, rule, use, pots.values(), on) for rows in by_firm.values()]
    return sorted(found, key=lambda one: (-one.days, one.firm.pk))


def _one_late(rows: list[Invoice], rule: str, use: dict[int, int], pots: Iterable[PotBalances], on: date) -> LateFirm:
    firm, cents = rows[0].firm, sum(row.due_cents for row in rows)
    own = min(cents, sum(max(0, pot.paid.get(firm.pk, 0)) for pot in pots))
    others = {pk: half_days for pk, half_days in use.items() if pk != firm.pk}
    days = max(row.days_late(on) for row in rows)
    return LateFirm(firm, cents, days, own, share(cents - own, rule, others))


@dataclass(frozen=True, slots=True)
class UnpaidCost:
    """What an invoice would cost the other firms if it were never paid: `rest_cents` shared by the rule, the most of one of them."""

    rest_cents: int
    most_cents: int
    firm_count: int


def unpaid_costs(cluster: Cluster, invoices: Sequence[Invoice], *, on: date) -> dict[UUID, UnpaidCost]:
    """invoice id -> what it would cost, its firm's own guarantee taken first by the invoices that come first. No query
    without invoices, six otherwise."""
    if not invoices:
        return {}
    use = use_of_firms(on=on)
    pots = [pot_balances(pot) for pot in Pot.values]
    own = {row.firm_id: sum(max(0, pot.paid.get(row.firm_id, 0)) for pot in pots) for row in invoices}
    costs = {}
    for row in invoices:
        taken = min(row.due_cents, own[row.firm_id])
        own[row.firm_id] -= taken
        others = {pk: half_days for pk, half_days in use.items() if pk != row.firm_id}
        shares = share(row.due_cents - taken, cluster.solidarity, others)
        costs[row.pk] = UnpaidCost(row.due_cents - taken, max(shares.values(), default=0), len(others))
    return costs
