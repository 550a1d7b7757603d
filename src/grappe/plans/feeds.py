"""The iCalendar feed of a firm or of a shared employee: half-days released, nothing of the drafts (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from grappe.plans import words
from grappe.plans.hours_of_day import TIMES
from grappe.plans.models import ReleasedSlot
from grappe.plans.queries import Feed

PARIS = ZoneInfo("Europe/Paris")


def icalendar_of(feed: Feed) -> bytes:
    """The feed's bytes: the same feed gives the same bytes, so that an unchanged one is not sent again."""
    calendar = Calendar()
    calendar.add("prodid", "-//Grappe//Grappe//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", feed.title)
    calendar.add("x-wr-timezone", PARIS.key)
    for slot in feed.slots:
        calendar.add_component(_event(slot, for_person=feed.for_person))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(slot: ReleasedSlot, *, for_person: bool) -> Event:
    start, end = TIMES[slot.part]
    release = slot.release
    pool = release.calendar.pool
    event = Event()
    # The same person, half-day and firm keep their identity through versions; another firm is another event.
    host = settings.BASE_URL.split("//")[1].split(":")[0]
    event.add("uid", f"{slot.person_id}-{slot.firm_id}-{slot.day:%Y%m%d}-{slot.part}@{host}")
    event.add("dtstamp", release.released_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", release.number)
    event.add("dtstart", datetime.combine(slot.day, start, PARIS))
    event.add("dtend", datetime.combine(slot.day, end, PARIS))
    event.add("summary", slot.firm.name if for_person else f"{words.first_name(slot.person)} · {pool.name}")
    event.add("description", _("%(post)s, %(cluster)s") % {"post": pool.name, "cluster": slot.cluster})
    if slot.firm.street:
        event.add("location", f"{slot.firm.street}, {slot.firm.postcode} {slot.firm.town}".strip(" ,"))
    event.add("transp", "OPAQUE")
    return event
