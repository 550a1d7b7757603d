"""The shared employee's hours, month by month and week by week, as the law wants them kept; what a firm disputes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grappe.engines.values import Month
from grappe.plans import actions, queries
from grappe.plans.models import Hours
from grappe.web.shared import timesheets
from grappe.web.shared.doors import SeatedRequest, staff
from grappe.web.shared.forms import DeedForm


@dataclass(frozen=True, slots=True)
class DayOfHours:
    day: date
    halves: tuple[Hours, ...]

    @property
    def minutes(self) -> int:
        return sum(hours.minutes for hours in self.halves)


@dataclass(frozen=True, slots=True)
class WeekOfHours:
    """A week with its total; of a week across two months, only the days of this one are shown, and `whole_minutes` counts all."""

    monday: date
    days: tuple[DayOfHours, ...]
    whole_minutes: int

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


@staff
def hours(request: SeatedRequest) -> HttpResponse:
    """`?mois=2026-11`, this month by default: each day, and each week's total (art. L3171-2 and D3171-8 C. trav.)."""
    month = timesheets.month_asked(request.GET.get("mois", ""), request.seat.on)
    weeks = list(_weeks(request, month))
    minutes = sum(day.minutes for week in weeks for day in week.days)
    context = {
        "month": month.first_day,
        "asked": str(month),
        "before": str(month.plus(-1)),
        "after": str(month.plus(1)) if month < Month.of(request.seat.on) else "",
        "weeks": weeks,
        "minutes": minutes,
        "unsigned": sum(not half.signed_at for week in weeks for day in week.days for half in day.halves),
        "disputes": list(queries.open_disputes(person=request.user)),
        "closed": queries.closed_months(month.first_day, month.plus(1).first_day, person=request.user),
    }
    return render(request, "staff/hours/month.html", context)


def _weeks(request: SeatedRequest, month: Month) -> Iterator[WeekOfHours]:
    first, end = month.first_day, month.plus(1).first_day
    start = first - timedelta(days=first.weekday())
    stop = end + timedelta(days=-end.weekday() % 7)
    rows = queries.hours_between(start, stop, person=request.user)
    for monday, found in groupby(rows, key=lambda row: row.day - timedelta(days=row.day.weekday())):
        halves = list(found)
        shown = [row for row in halves if first <= row.day < end]
        if shown:
            days = tuple(DayOfHours(day, tuple(part)) for day, part in groupby(shown, key=lambda row: row.day))
            yield WeekOfHours(monday, days, sum(row.minutes for row in halves))


@staff
@require_GET
def hours_sheet(request: SeatedRequest, month: str) -> HttpResponse:
    """One's own double-signed sheet of a month."""
    return timesheets.pdf(request, request.user, month)


class WordForm(DeedForm):
    words = forms.CharField(
        label=gettext_lazy("Votre réponse"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


@staff
def hours_one(request: SeatedRequest, pk: int) -> HttpResponse:
    """A half-day of one's own, what a firm disputes in it, and the answer."""
    found = Hours.objects.filter(pk=pk, person=request.user).select_related("firm", "pool", "person").first()
    if found is None:
        raise Http404
    form = WordForm(request.POST if request.method == "POST" else None)
    standing = queries.open_dispute(found)
    if request.method == "POST" and form.is_valid():
        if standing is None:
            raise Http404
        actions.answer_dispute(by=request.user, dispute=standing, words=form.cleaned_data["words"], key=form.key)
        messages.success(request, _("Envoyé à la structure et à la coordination."))
        return redirect("staff:hours_one", slug=request.seat.cluster.slug, pk=pk)
    context = {"hours": found, "disputes": queries.disputes_of([found]), "standing": standing, "form": form}
    return render(request, "staff/hours/one.html", context, status=400 if form.errors else 200)


urlpatterns = [
    path("heures/", hours, name="hours"),
    path("heures/feuille/<str:month>.pdf", hours_sheet, name="hours_sheet"),
    path("heures/<int:pk>/", hours_one, name="hours_one"),
]
