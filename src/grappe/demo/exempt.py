"""A small employers' group exempt of VAT, and its last year: eleven firms, two posts, one firm gone in June, a week of absence.

Figures that close on whole euros, so that they can be followed by hand: docs/algorithms/closing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django_scopes import scope

from grappe.charges.actions import draw_up, issue, record_payment
from grappe.charges.actions.closings import choose_regime, close_year, open_closing, write_costs
from grappe.charges.models import Invoice
from grappe.clusters.actions import declare_taxable_share
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster, Firm
from grappe.demo import invent
from grappe.demo.clock import at
from grappe.demo.scenes import cluster, firm, named, next_month, welcome
from grappe.needs.models import Skill
from grappe.people.actions import person_named
from grappe.people.models import Person
from grappe.plans.actions import record_absence, record_hours, sign_hours
from grappe.pools import actions as pools
from grappe.pools.enums import CostBasis, CostPart, PartState
from grappe.pools.kinds.post import Line
from grappe.pools.models import Part, Pool
from grappe.pools.queries import price_card

SLUG = "le-pressoir"
TOWNS = [("44000", "Nantes", 47.218, -1.553), ("44400", "Rezé", 47.183, -1.549)]
LEAVES, AWAY = 6, 9  # the month that the firm is gone from, and the month of the absence


@dataclass(frozen=True)
class Plan:
    """A post in which each firm takes one half-day a month. `saved`, `more`: what its real charges and benefits leave of the plan."""

    name: str
    employee: tuple[str, str]
    firms: int
    euros: tuple[int, int, int, int]  # gross, benefits, management, guarantee fund, by year
    saved: int = 0
    more: int = 0


PLANS = (
    Plan("Accueil et billetterie", ("nora", "Nora Keller"), 6, (6_000, 240, 420, 120), saved=450),
    Plan("Administration", ("samuel", "Samuel Poulain"), 5, (5_000, 200, 350, 100), more=120),
)


def build(today: date) -> Cluster:
    """For the demo: the first post alone, its year closed."""
    year = today.year - 1
    grappe = run_year(year, plans=PLANS[:1])
    close(grappe, year)
    with scope(cluster=grappe):
        pools.close_past(by=None, cluster=grappe, on=today)
    return grappe


def run_year(
    year: int, *, plans: tuple[Plan, ...] = PLANS, regime: str = VatRegime.EXEMPT, paid: bool = True
) -> Cluster:
    """The group, and its year up to the last invoice; not closed."""
    nadia = named("nadia", "Nadia Ferrand")
    opened = date(year - 2, 1, 5)
    grappe = cluster(
        SLUG, "Le Pressoir", tagline="Un groupement d’employeurs au coût exact", coordinator=nadia, on=opened, prefix="LP",
        siren=invent.siren(980), street="3 quai des Vignes", postcode="44000", town="Nantes",
    )  # fmt: skip
    members = _members(grappe, nadia, opened, sum(plan.firms for plan in plans))
    with scope(cluster=grappe):
        with at(opened):
            choose_regime(by=nadia, cluster=grappe, regime=regime, on=opened)
            for member in members:
                declare_taxable_share(by=nadia, cluster=grappe, firm=member, share_bp=500, valid_from=opened)
        posts, rest = [], members
        for plan in plans:
            posts.append(_post(plan, grappe, nadia, rest[: plan.firms], year))
            rest = rest[plan.firms :]
        _bonus(posts[-1], date(year, 1, 1))
        month = date(year, 1, 1)
        while month.year == year:
            if month.month == LEAVES - 3:
                _leaves(posts[0], nadia, month.replace(day=20), date(year, LEAVES, 1))
            for post in posts:
                _work(post, grappe, nadia, month, away=post == posts[0] and month.month == AWAY)
            if month.month == 12:
                for post in posts:
                    with at(month):
                        pools.end_post(by=nadia, pool=post, on=date(year + 1, 1, 1))
            month = next_month(month)
            _bill(posts, nadia, month, paid=paid)
    return grappe


def close(grappe: Cluster, year: int) -> None:
    nadia, on = named("nadia", ""), date(year + 1, 1, 20)
    with scope(cluster=grappe), at(on):
        closing = open_closing(by=nadia, cluster=grappe, year=year)
        real: dict[int, int | None] = {}
        for cost in closing.costs.select_related("pool"):
            plan = next(plan for plan in PLANS if plan.name == cost.pool.name)
            less = plan.saved if cost.position == 1 else -plan.more if cost.position == 2 else 0
            real[cost.pk] = cost.planned_cents - 100 * less
        write_costs(by=nadia, closing=closing, costs=real)
        close_year(by=nadia, closing=closing, on=on)
        for invoice in Invoice.objects.filter(issued_on=on):
            record_payment(by=nadia, invoice=invoice, day=on, cents=abs(invoice.total_cents))


def _members(grappe: Cluster, nadia: Person, opened: date, count: int) -> list[Firm]:
    found, people = [], invent.people(seed=44)
    for invented in invent.firms(count, seed=44, first_number=44_000, towns=TOWNS):
        member = firm(
            invented.name, invented.siren, invented.postcode, invented.town, invented.latitude, invented.longitude
        )
        name, email = next(people)
        person = person_named(email=f"pressoir.{email}", name=name)
        welcome(grappe, member, person, by=nadia, on=opened, headcount=invented.headcount)
        found.append(member)
    return found


def _speaker(member: Firm) -> Person:
    person: Person = member.mandates.get().person
    return person


def _post(plan: Plan, grappe: Cluster, nadia: Person, members: list[Firm], year: int) -> Pool:
    """Asked for in October, accepted by all, started on 1 January."""
    gross, benefits, management, guarantee = (100 * euros for euros in plan.euros)
    lines = [
        Line("Salaire brut", CostBasis.CENTS_A_YEAR, gross, part=CostPart.GROSS),
        Line("Cotisations patronales", CostBasis.RATE_OF_GROSS, rate_bp=3_100, part=CostPart.CHARGES),
        Line("Titres-restaurant", CostBasis.CENTS_A_YEAR, benefits, part=CostPart.BENEFITS),
        Line("Gestion", CostBasis.CENTS_A_YEAR, management, part=CostPart.MANAGEMENT),
        Line("Fonds de garantie", CostBasis.CENTS_A_YEAR, guarantee, part=CostPart.GUARANTEE),
    ]
    first = date(year, 1, 1)
    with at(date(year - 1, 10, 5)):
        skill, _new = Skill.objects.get_or_create(cluster=grappe, name=plan.name)
        pool = pools.open_post_by_hand(
            by=nadia, cluster=grappe, name=plan.name, skill=skill, starts_on=first, capacity=8,
            parts=[(member, 1, [rank % 5]) for rank, member in enumerate(members)],
        )  # fmt: skip
        pools.set_cost(by=nadia, pool=pool, lines=lines)
        pools.invite(by=nadia, pool=pool)
    with at(date(year - 1, 10, 15)):
        _accept(pool)
    with at(date(year - 1, 12, 15)):
        return pools.start(by=nadia, pool=pool, person=named(*plan.employee), on=first)


def _accept(pool: Pool) -> None:
    """Whoever is asked accepts the price that it sees."""
    asked = pool.parts.filter(state__in=[PartState.INVITED, PartState.REPRICED])
    for part in asked.select_related("firm", "pool"):
        pools.accept(by=_speaker(part.firm), part=part, price_cents=price_card(part).price_cents)


def _bonus(pool: Pool, first: date) -> None:
    """One firm pays its own people 2.00 more a half-day."""
    part = pool.parts.select_related("firm").order_by("pk")[0]
    with at(first):
        pools.record_bonus(
            by=_speaker(part.firm), part=part, cents=200, basis="half_day", valid_from=first,
            reason="prime d’ancienneté", document="grille des salaires de la structure",
        )  # fmt: skip


def _leaves(pool: Pool, nadia: Person, on: date, first_without: date) -> None:
    """The last firm gives its notice; the others accept the price that this makes."""
    part: Part = pool.parts.select_related("firm").order_by("-pk")[0]
    with at(on):
        pools.ask_to_leave(by=_speaker(part.firm), part=part, on=first_without, words="Nous cessons la billetterie.")
        pools.accept_leave(by=nadia, part=part, on=first_without)
    with at(on + timedelta(days=3)):
        _accept(pool)


def _work(pool: Pool, grappe: Cluster, nadia: Person, month: date, *, away: bool) -> None:
    """A half-day for each firm, on a weekday of its own; when away, the first two firms have none."""
    person = pool.person
    assert person is not None
    days = [day for day in (month + timedelta(days=rank) for rank in range(6, 28)) if day.weekday() < 5]
    if away:
        with at(month):
            record_absence(
                by=nadia, cluster=grappe, person=person, kind="sickness", first_day=days[0], last_day=days[1]
            )
    parts = pool.parts.select_related("firm").order_by("pk")
    for rank, part in enumerate(parts):
        day = days[rank]
        if part.left_by(day) or (away and rank < 2):
            continue
        with at(day, 18):
            hours = record_hours(by=person, pool=pool, firm=part.firm, day=day, part="am")
            sign_hours(by=_speaker(part.firm), hours=hours, on=day)


def _bill(posts: list[Pool], nadia: Person, on: date, *, paid: bool) -> None:
    """The month that has just ended, billed, and paid the same day."""
    month = (on - timedelta(days=1)).replace(day=1)
    with at(on, 10):
        for post in posts:
            issue(by=nadia, statement=draw_up(by=nadia, pool=post, month=month), on=on)
        for invoice in Invoice.objects.filter(issued_on=on) if paid else ():
            record_payment(by=nadia, invoice=invoice, day=on, cents=abs(invoice.total_cents))
