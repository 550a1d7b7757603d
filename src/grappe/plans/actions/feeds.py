"""Secret links to a calendar."""

from __future__ import annotations

from django.utils import timezone

from grappe.audit.deeds import deed
from grappe.clusters.models import Membership
from grappe.people.actions import open_link
from grappe.people.models import AccessLink, Person
from grappe.plans.queries import (
    feed_links,
)


@deed("plans.open_feed")
def open_feed(*, by: Person, about: Membership | Person) -> AccessLink:
    """The person's secret link to the calendar of its firm, or to its own."""
    return open_link(purpose=AccessLink.Purpose.FEED, about=about, person=by)


@deed("plans.renew_feed")
def renew_feed(*, by: Person, about: Membership | Person) -> AccessLink:
    """A new link; every old one dies, whichever was shown."""
    feed_links(person=by, about=about).update(revoked_at=timezone.now())
    return open_link(purpose=AccessLink.Purpose.FEED, about=about, person=by)
