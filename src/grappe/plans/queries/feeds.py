"""What a secret link shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
from grappe.people.models import AccessLink, Person
from grappe.plans.models import Release, ReleasedSlot
from grappe.plans.queries.released import released_slots


def feed_links(*, person: Person, about: Membership | Person) -> QuerySet[AccessLink]:
    """The person's living links to that feed: one, unless it was asked for twice at the same moment."""
    return AccessLink.objects.filter(
        purpose=AccessLink.Purpose.FEED,
        about=about._meta.label_lower,
        about_id=about.pk,
        person=person,
        revoked_at=None,
    ).order_by("pk")


def feed_link(*, person: Person, about: Membership | Person) -> AccessLink | None:
    """The person's living link to that feed, if it asked for one."""
    return feed_links(person=person, about=about).last()


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed shows: half-days released to a firm in a cluster, or of a person everywhere; `changed_at` is the last release."""

    title: str
    slots: list[ReleasedSlot]
    last_release: Release | None
    for_person: bool


def feed_of(link: AccessLink, *, on: date, start: date, end: date) -> Feed | None:
    """What the link's feed shows from `start` to `end`; None once whoever holds it no longer has the mandate or the role."""
    person = link.person
    if person is None:
        return None
    with scopes_disabled():
        if link.about == Person._meta.label_lower:
            if link.about_id != person.pk or not _holds(person, on, role=Role.EMPLOYEE):
                return None
            slots = list(released_slots(start, end, person=person).select_related("cluster"))
            title, released = str(person), Release.objects.filter(slots__person=person)
        else:
            member = Membership.objects.filter(pk=link.about_id).select_related("firm", "cluster").first()
            if member is None or not _holds(person, on, firm=member.firm, cluster=member.cluster):
                return None
            rows = released_slots(start, end, firm_ids=[member.firm_id]).filter(cluster=member.cluster)
            slots = list(rows.select_related("cluster"))
            title = f"{member.firm} · {member.cluster}"
            released = Release.objects.filter(cluster=member.cluster, calendar__releases__slots__firm=member.firm)
        return Feed(
            title, slots, released.order_by("-released_at", "-pk").first(), link.about == Person._meta.label_lower
        )


def _holds(
    person: Person, on: date, *, role: str = Role.MEMBER, firm: Firm | None = None, cluster: Cluster | None = None
) -> bool:
    mandates = Mandate.objects.on(on).filter(Q(firm=firm) if firm else Q(), person=person, role=role)
    return bool((mandates.filter(cluster=cluster) if cluster else mandates).exists())
