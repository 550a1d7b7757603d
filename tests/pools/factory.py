"""Posts and needs for the tests of pools, made by the ordinary deeds."""

from __future__ import annotations

from datetime import date

from tests.world import World, firm, person

from grappe.clusters.actions import give_mandate, welcome_firm
from grappe.clusters.models import Firm
from grappe.needs.actions import open_survey, state_need
from grappe.needs.models import Need, Skill, Survey
from grappe.people.models import Person
from grappe.pools.actions import accept, invite, open_post_by_hand, propose, set_cost, start
from grappe.pools.models import Part, Pool, Proposal
from grappe.pools.queries import price_card
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

JANUARY = date(2027, 1, 1)
COST = [
    {"label": "Salaire brut", "basis": "cents", "cents": 3_360_000},
    {"label": "Cotisations patronales", "basis": "rate_gross", "rate_bp": 4_200},
    {"label": "Avantages", "basis": "cents", "cents": 228_800},
    {"label": "Frais de gestion", "basis": "rate_loaded", "rate_bp": 500},
    {"label": "Fonds de garantie", "basis": "cents", "cents": 110_000},
]


def speaker(world: World, firm: Firm) -> Person:
    """Someone mandated for the firm: Marius for Disquaire, a new person for the others."""
    if firm == world.disquaire:
        return world.marius
    address = f"voix{firm.pk}@vigne.example"
    found = Person.objects.filter(email=address).first() or person(address, f"Voix {firm.name}")
    give_mandate(by=world.colette, cluster=world.vigne, person=found, role="member", on=world.today, firm=firm)
    return found


def survey(world: World) -> Survey:
    return open_survey(by=world.colette, cluster=world.vigne, title="Enquête", on=world.today)


def need(world: World, firm: Firm, half_days: int = 6, skill: str = "communication web", **more) -> Need:
    return state_need(
        by=world.colette,
        cluster=world.vigne,
        survey=survey(world),
        firm=firm,
        skill=skill,
        half_days=half_days,
        on=world.today,
        **more,
    )


def proposed(world: World, posts: list[list[Need]], *, cost: int = 4_600_000, **rules) -> Proposal:
    """A proposal whose three aims all answer those posts, without asking the engine."""
    proposal = propose(
        by=world.colette,
        cluster=world.vigne,
        survey=survey(world),
        rules={"year": 2027, **rules},
        post_cents_per_year=cost,
    )
    told = [
        {"needs": [str(one.pk) for one in each], "half_days_per_month": [sum(one.half_days for one in each)] * 12, "fill": 1.0, "km": 0.0}
        for each in posts
    ]  # fmt: skip
    result = {"posts": told, "unmet": [], "served_half_days": 0, "bound_half_days": 0, "status": "optimal"}
    Solve.objects.update(state=SolveState.DONE, result=result)
    return proposal


def post(world: World, sizes: dict[Firm, int] | None = None, *, cost: bool = True) -> Pool:
    """A post by hand: Disquaire 3 days, Scène 3, Studio 5, Édition 3, unless told otherwise."""
    parts = sizes or {world.disquaire: 6, world.scene: 6, world.studio: 10, world.edition: 6}
    skill, _new = Skill.objects.get_or_create(cluster=world.vigne, name="communication web")
    pool = open_post_by_hand(
        by=world.colette,
        cluster=world.vigne,
        name="Communication web",
        skill=skill,
        starts_on=JANUARY,
        parts=[(each, half_days, [1, 2]) for each, half_days in parts.items()],
    )
    for each in parts:
        speaker(world, each)
    return set_cost(by=world.colette, pool=pool, lines=COST) if cost else pool


def invited(world: World, sizes: dict[Firm, int] | None = None) -> Pool:
    return invite(by=world.colette, pool=post(world, sizes))


def part_of(pool: Pool, firm: Firm) -> Part:
    return Part.objects.select_related("pool", "firm").get(pool=pool, firm=firm)


def says_yes(world: World, pool: Pool, firm: Firm) -> None:
    part = part_of(pool, firm)
    accept(by=speaker(world, firm), part=part, price_cents=price_card(part).price_cents)


def first_of_month(day: date, later: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(year, month + 1, 1)


def running(world: World) -> Pool:
    """A post that has run for two months: Disquaire 3 days, Scène 3, Studio 5, Édition 3, at 159.53 the half-day."""
    found = invited(world)
    for each in world.firms:
        says_yes(world, found, each)
    return start(by=world.colette, pool=found, person=world.ines, on=first_of_month(world.today, -2))


def welcome(world: World) -> Firm:
    """A new member, with someone to speak for it."""
    found = firm("Nouvelle", "000000075", 48.88, 2.35)
    welcome_firm(by=world.colette, cluster=world.vigne, firm=found, on=world.today)
    speaker(world, found)
    return found
