"""Days off."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.plans.enums import AbsenceKind
from grappe.plans.models import Absence
from grappe.plans.public_holidays import public_holidays
from grappe.plans.rules import Away


def away_days(person: Person, start: date, end: date, *, cluster_id: int) -> tuple[Away, ...]:
    """The person's absences that touch the days from `start` to `end` (excluded), in every cluster."""
    with scopes_disabled():
        rows = list(Absence.objects.filter(person=person, first_day__lt=end, last_day__gte=start))
    return tuple(
        Away(row.first_day, row.last_day, row.kind if row.cluster_id == cluster_id else AbsenceKind.OTHER.value)
        for row in rows
    )


def holidays_between(cluster: Cluster, start: date, end: date) -> dict[date, str]:
    """The public holidays where the cluster is, from `start` to `end` (excluded)."""
    return public_holidays(cluster.holidays, start, end)


def absences(*, since: date) -> QuerySet[Absence]:
    found: QuerySet[Absence] = Absence.objects.filter(last_day__gte=since).select_related("person")
    return found
