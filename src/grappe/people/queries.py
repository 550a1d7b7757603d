from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.crypto import constant_time_compare

from grappe.people.models import AccessLink, Mail


def link_of(token: str, *, purpose: str, on: date) -> AccessLink | None:
    """The living link that `token` opens for `purpose` on that day, or None."""
    number, _dash, _digest = token.partition("-")
    try:
        pk = int(number, 16)
    except ValueError:
        return None
    if pk >= 2**63:
        return None
    link = AccessLink.objects.filter(pk=pk, purpose=purpose).select_related("person").first()
    if link is None or not constant_time_compare(link.token, token):
        return None
    if link.person is not None and not link.person.is_active:
        return None
    if link.revoked_at is not None or (link.expires_on is not None and on >= link.expires_on):
        return None
    return link


def undelivered(person_ids: Iterable[int], *, since: datetime) -> list[Mail]:
    """The mails given up since then to the addresses that these people still have, one per person, latest first."""
    mails = Mail.objects.filter(person_id__in=person_ids, given_up_at__gte=since).select_related("person")
    latest: dict[int | None, Mail] = {}
    for mail in mails.order_by("-given_up_at", "-pk"):
        if mail.person is not None and mail.to == mail.person.email:
            latest.setdefault(mail.person_id, mail)
    return list(latest.values())
