"""Everybody over some weeks: a constant number of queries, whatever the people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django_scopes import scopes_disabled

from grappe.clusters.cells import fold
from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.plans.models import Absence, Calendar, Slot
from grappe.plans.public_holidays import public_holidays
from grappe.plans.rules import Half
from grappe.pools.models import Pool
from grappe.pools.queries import running_posts


@dataclass(frozen=True, slots=True)
class WallHalf:
    """Who has a half-day: a firm of this cluster, or nothing more than that another cluster has it (`firm_id` 0)."""

    firm_id: int
    firm: str


@dataclass(frozen=True, slots=True)
class WallPerson:
    """A person's half-days and days off, its posts, and the calendar of each post and month."""

    person: Person
    posts: tuple[Pool, ...]
    halves: dict[Half, WallHalf]
    away: tuple[tuple[date, date, str], ...]
    calendars: dict[date, int]


@dataclass(frozen=True, slots=True)
class Wall:
    people: tuple[WallPerson, ...]
    holidays: dict[date, str]


def wall(cluster: Cluster, start: date, end: date) -> Wall:
    """The shared people's half-days, drafted or released, from `start` to `end` (excluded). Four queries."""
    posts = [post for post in running_posts() if post.person is not None]
    by_person: dict[int, list[Pool]] = {}
    for post in posts:
        by_person.setdefault(post.person_id or 0, []).append(post)
    halves: dict[int, dict[Half, WallHalf]] = {pk: {} for pk in by_person}
    away: dict[int, list[tuple[date, date, str]]] = {pk: [] for pk in by_person}
    with scopes_disabled():
        slots = Slot.objects.filter(person__in=list(by_person), day__gte=start, day__lt=end).values_list(
            "person_id", "day", "part", "firm_id", "firm__name", "cluster_id"
        )
        for person_id, day, part, firm_id, name, cluster_id in slots.order_by():
            mine = cluster_id == cluster.pk
            halves[person_id][day, part] = WallHalf(firm_id, name) if mine else WallHalf(0, "")
        rows = Absence.objects.filter(person__in=list(by_person), first_day__lt=end, last_day__gte=start)
        for absence in rows:
            kind = str(absence.get_kind_display()) if absence.cluster_id == cluster.pk else ""
            away[absence.person_id].append((absence.first_day, absence.last_day, kind))
    calendars: dict[int, dict[date, int]] = {pk: {} for pk in by_person}
    known = Calendar.objects.filter(pool__in=posts, month__gte=start.replace(day=1), month__lt=end)
    for pk, person_id, month in known.values_list("pk", "pool__person_id", "month"):
        calendars[person_id].setdefault(month, pk)
    people = [
        WallPerson(mine[0].person, tuple(mine), halves[pk], tuple(away[pk]), calendars[pk])  # type: ignore[arg-type]
        for pk, mine in by_person.items()
    ]
    people.sort(key=lambda line: (fold(str(line.person)), line.person.pk))
    return Wall(tuple(people), public_holidays(cluster.holidays, start, end))
