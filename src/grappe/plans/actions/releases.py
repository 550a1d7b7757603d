"""A month sent out: numbered, frozen, told to those concerned."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.people.models import Person
from grappe.plans import letters
from grappe.plans.actions.calendars import hold
from grappe.plans.actions.consents import require_consents
from grappe.plans.actions.refusals import UnableToRelease
from grappe.plans.models import Calendar, Release, ReleasedSlot
from grappe.plans.moves import moves_between, places
from grappe.plans.queries import (
    facts_of,
    last_release,
)
from grappe.plans.queries.consents import short_notices
from grappe.plans.rules import conflicts


@deed("plans.release")
def release(*, by: Person | None, calendar: Calendar, words: str = "", agreed: str = "") -> Release:
    """Number and freeze the calendar, and write to those concerned. Refused while a half-day conflicts, or when nothing changed.

    A change sooner than the law's notice needs the yes of whoever works it: given on its page, or by word of mouth (`agreed`: when, how).
    """
    calendar = hold(calendar)
    slots = list(calendar.slots.select_related("firm", "person").order_by("day", "part"))
    newest = last_release(calendar)
    before = places(newest.slots.select_related("firm", "person")) if newest else []
    after = places(slots)
    if not slots and newest is None:
        raise UnableToRelease(
            _("Ce calendrier est vide."), _("Faites proposer un calendrier, ou placez les demi-journées à la main.")
        )
    clashes = conflicts(facts_of(calendar))
    if clashes:
        raise UnableToRelease(
            _("Une demi-journée ne tient plus : %(why)s.") % {"why": clashes[0][2].text},
            _("Déplacez ou retirez les demi-journées marquées, puis diffusez."),
        )
    moves = moves_between(before, after)
    if newest is not None and not moves:
        raise UnableToRelease(
            _("Rien n’a changé depuis la version %(number)s.") % {"number": newest.number},
            _("Il n’y a rien à diffuser."),
        )
    if newest is not None:
        require_consents(
            calendar, short_notices(calendar, before, after, on=timezone.localdate()), by=by, agreed=agreed
        )
    made: Release = Release.objects.create(
        cluster_id=calendar.cluster_id,
        calendar=calendar,
        number=newest.number + 1 if newest else 1,
        released_by=by,
        words=words.strip()[:400],
    )
    ReleasedSlot.objects.bulk_create(
        ReleasedSlot(
            cluster_id=calendar.cluster_id, release=made, person_id=slot.person_id, firm_id=slot.firm_id, day=slot.day, part=slot.part
        )
        for slot in slots
    )  # fmt: skip
    letters.announce(made, after, moves, first=newest is None)
    return made
