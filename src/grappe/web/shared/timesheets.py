"""The sheet of hours of a month, to be read or kept: what each audience downloads is the same paper, with its own lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import Http404, HttpResponse
from django.utils import timezone

from grappe.clusters.models import Firm
from grappe.engines.values import Month
from grappe.people.models import Person
from grappe.plans import queries
from grappe.plans.timesheets import render
from grappe.web.shared.doors import SeatedRequest
from grappe.web.shared.papers import file_name


def month_asked(text: str, on: date) -> Month:
    """« 2026-11 »; the month of today for what is no month, or not yet begun."""
    try:
        asked = Month.parse(text)
    except ValueError:
        return Month.of(on)
    return asked if asked.year >= 2000 and asked <= Month.of(on) else Month.of(on)


def pdf(
    request: SeatedRequest, person: Person | None, month: str, *, firm_ids: Iterable[int] | None = None
) -> HttpResponse:
    """The person's month as a PDF, of these firms only when they are given; 404 when nothing was noted in it."""
    try:
        first_day = Month.parse(month).first_day
    except ValueError:
        raise Http404 from None
    firms = list(Firm.objects.filter(pk__in=set(firm_ids))) if firm_ids is not None else []
    sheet = queries.timesheet(person, first_day, firm_ids=firm_ids) if person is not None else None
    if sheet is None:
        raise Http404
    body = render(sheet, cluster=request.seat.cluster, at=timezone.now(), firms=firms)
    name = file_name(f"heures {month} {sheet.person}")
    return HttpResponse(
        body,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
