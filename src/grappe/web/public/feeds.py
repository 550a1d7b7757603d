"""The iCalendar feed behind a secret link: no session, no cookie; whoever has the link reads what was released."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from grappe.people.models import AccessLink
from grappe.people.queries import link_of
from grappe.plans.feeds import icalendar_of
from grappe.plans.queries import feed_of

DAYS_BEFORE, DAYS_AFTER = 92, 366


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The half-days released around today, in the language of whoever holds the link. Unknown, renewed or ended links: 404."""
    today = timezone.localdate()
    link = link_of(token, purpose=AccessLink.Purpose.FEED, on=today)
    if link is None or link.person is None:
        raise Http404
    with translation.override(link.person.language):
        found = feed_of(
            link, on=today, start=today - timedelta(days=DAYS_BEFORE), end=today + timedelta(days=DAYS_AFTER)
        )
        if found is None:
            raise Http404
        body = icalendar_of(found)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    modified = found.last_release.released_at if found.last_release else link.created_at
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified.timestamp())
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=600)
    return response


urlpatterns = [path("agenda/<str:token>.ics", feed, name="feed")]
