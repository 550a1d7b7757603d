"""Days when a shared person does not work."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.models import Absence


@deed("plans.record_absence")
def record_absence(
    *, by: Person | None, cluster: Cluster, person: Person, kind: str, first_day: date, last_day: date, words: str = ""
) -> Absence:
    """The person is away from `first_day` to `last_day`, both included. Half-days already placed there show as conflicts."""
    if last_day < first_day:
        raise UnableToPlan(_("L’absence finit avant de commencer."), _("Vérifiez les deux dates."))
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # the same absence twice is one
    absence, _new = Absence.objects.get_or_create(
        cluster=cluster,
        person=person,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        defaults={"words": words.strip()[:200]},
    )
    return absence


@deed("plans.cancel_absence")
def cancel_absence(*, by: Person | None, absence: Absence) -> Absence:
    """The absence did not take place, or was entered wrongly."""
    Absence.objects.filter(pk=absence.pk).delete()
    return absence
