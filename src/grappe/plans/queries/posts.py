"""Who shares which post, who works in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from grappe.clusters.cells import fold
from grappe.clusters.models import Firm, Membership
from grappe.people.models import Person
from grappe.plans.models import PersonSkill
from grappe.plans.queries.released import released_slots
from grappe.pools.models import Part, Pool
from grappe.pools.queries import COMMITTED, running_posts


def posts_of_firms(firm_ids: Iterable[int]) -> list[tuple[Pool, Firm]]:
    """The running posts that these firms share, each with the firm."""
    parts = Part.objects.filter(pool__in=running_posts(), firm_id__in=list(firm_ids), state__in=COMMITTED)
    return [(part.pool, part.firm) for part in parts.select_related("pool", "firm").order_by("pool_id", "firm_id")]


def post_of(person: Person, pool_id: int, day: date) -> Pool | None:
    """The pool of that number if the person works in it, or was put there on that day."""
    pool: Pool | None = Pool.objects.filter(pk=pool_id).first()
    if pool is None or pool.person_id == person.pk:
        return pool
    placed = released_slots(day, day + timedelta(days=1), person=person).filter(release__calendar__pool=pool)
    return pool if placed.exists() else None


def places_of(person: Person) -> list[tuple[Pool, Firm]]:
    """Where the person may have worked: the firms committed to its running posts, by post and name."""
    parts = Part.objects.filter(pool__in=running_posts(), pool__person=person, state__in=COMMITTED)
    return [(part.pool, part.firm) for part in parts.select_related("pool", "firm").order_by("pool_id", "firm__name")]


def shared_people() -> list[Person]:
    """The employees of running posts."""
    ids = {post.person_id for post in running_posts() if post.person_id}
    return list(Person.objects.filter(pk__in=ids))


def membership_of(firm_id: int, *, on: date) -> Membership | None:
    found: Membership | None = Membership.objects.on(on).filter(firm_id=firm_id).select_related("firm").first()
    return found


def firms_of_posts() -> list[Firm]:
    """The firms that share a running post, by name."""
    ids = Part.objects.filter(pool__in=running_posts(), state__in=COMMITTED).values_list("firm_id", flat=True)
    return sorted(Firm.objects.filter(pk__in=list(ids)), key=lambda firm: (fold(firm.name), firm.pk))


def skills_of(people: list[Person]) -> dict[int, tuple[list[str], list[PersonSkill]]]:
    """person id -> the skills of its posts, and those said of it beside. Two queries."""
    found: dict[int, tuple[list[str], list[PersonSkill]]] = {person.pk: ([], []) for person in people}
    for post in running_posts():
        if post.person_id in found and post.skill is not None and post.skill.name not in found[post.person_id][0]:
            found[post.person_id][0].append(post.skill.name)
    for noted in PersonSkill.objects.filter(person__in=people).select_related("skill").order_by("skill__name"):
        found[noted.person_id][1].append(noted)
    return found
