"""The shared employee's week on a phone: where, when, with whom; hours noted half-day by half-day; the feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters.models import Firm
from grappe.law.queries import value_on
from grappe.plans import actions, queries, words
from grappe.plans.enums import DayPart
from grappe.plans.models import HALF_DAY_MINUTES, Hours, ReleasedSlot
from grappe.plans.rules import PARTS, Away, away_words
from grappe.pools.models import Pool
from grappe.web.shared.calendars import tone
from grappe.web.shared.doors import SeatedRequest, staff
from grappe.web.shared.forms import DayField, DeedForm, deed_key

WEEKS_AROUND = 60  # how far one may turn the pages, in weeks


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A half-day of the week as the employee sees it. `state`: "coming", "to_note", "recorded", "signed", "off", "free"."""

    day: date
    part: str
    slot: ReleasedSlot | None
    hours: Hours | None
    state: str
    tone: int = 0
    why: str = ""

    @property
    def key(self) -> str:
        return f"{self.day.isoformat()}-{self.part}"

    @property
    def firm(self) -> Firm | None:
        return self.hours.firm if self.hours else self.slot.firm if self.slot else None

    @property
    def pool(self) -> Pool | None:
        return self.hours.pool if self.hours else self.slot.release.calendar.pool if self.slot else None

    @property
    def when(self) -> str:
        return words.half_day(self.day, self.part)

    @property
    def minutes(self) -> int:
        return self.hours.minutes if self.hours else HALF_DAY_MINUTES

    @property
    def whole_hours(self) -> int:
        return self.minutes // 60

    @property
    def rest_minutes(self) -> int:
        return self.minutes % 60


@dataclass(frozen=True, slots=True)
class DayLine:
    day: date
    today: bool
    holiday: str
    away: str
    halves: tuple[HalfDay, ...]


@staff
@require_GET
def week(request: SeatedRequest) -> HttpResponse:
    """The week of `?semaine=2026-11-23` (any of its days), this one by default: today first to be seen."""
    on = request.seat.on
    monday = _monday(request.GET.get("semaine", ""), on)
    lines = _lines(request, monday, on)
    halves = [half for line in lines for half in line.halves]
    minutes = sum(half.hours.minutes for half in halves if half.hours)
    context = {
        "monday": monday,
        "friday": monday + timedelta(days=4),
        "is_this_week": monday <= on < monday + timedelta(days=7),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "lines": lines,
        "now": _now(lines),
        "to_note": sum(half.state == "to_note" for half in halves),
        "first_to_note": _first_to_note(lines),
        "is_empty": not any(half.slot or half.hours for half in halves),
        "minutes": minutes,
        "week_minutes": value_on("work.week_minutes", monday),
        "link": queries.feed_link(person=request.user, about=request.user),
        "next_slot": queries.released_slots(on, on + timedelta(days=120), person=request.user).first(),
        "consents": queries.consents_asked(request.user),
        "deed_key": deed_key(),
        "base_url": settings.BASE_URL,
    }
    return render(request, "staff/week/week.html", context)


def _monday(text: str, on: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = on
    if abs((day - on).days) > 7 * WEEKS_AROUND:
        day = on
    return day - timedelta(days=day.weekday())


def _lines(request: SeatedRequest, monday: date, on: date) -> list[DayLine]:
    end = monday + timedelta(days=7)
    slots = {(s.day, s.part): s for s in queries.released_slots(monday, end, person=request.user)}
    hours = {(h.day, h.part): h for h in queries.hours_between(monday, end, person=request.user)}
    away = queries.away_days(request.user, monday, end, cluster_id=request.seat.cluster.pk)
    off = queries.holidays_between(request.seat.cluster, monday, end)
    firms = sorted({(x.firm.name, x.firm_id) for x in [*slots.values(), *hours.values()]})
    tones = {firm_id: tone(rank) for rank, (_name, firm_id) in enumerate(firms)}
    lines = []
    for number in range(7):
        day = monday + timedelta(days=number)
        halves = tuple(_half((day, part), slots, hours, away, off, tones, on) for part in PARTS)
        if number > 4 and not any(half.slot or half.hours for half in halves):
            continue
        gone = next((away_words(a) for a in away if day in a), "")
        lines.append(DayLine(day, day == on, off.get(day, ""), gone, halves))
    return lines


def _half(
    half: tuple[date, str],
    slots: dict[tuple[date, str], ReleasedSlot],
    hours: dict[tuple[date, str], Hours],
    away: tuple[Away, ...],
    off: dict[date, str],
    tones: dict[int, int],
    on: date,
) -> HalfDay:
    day, part = half
    slot, noted = slots.get(half), hours.get(half)
    is_away = any(day in a for a in away)
    if noted is not None:
        state = "signed" if noted.signed_at else "recorded"
    elif is_away:
        state = "off"
    elif slot is not None:  # a public holiday of the cluster may be none where this firm is
        state = "to_note" if day <= on else "coming"
    elif day in off:
        state = "off"
    else:
        state = "free"
    shown = noted or slot
    return HalfDay(day, part, slot, noted, state, tones[shown.firm_id] if shown else 0)


def _now(lines: list[DayLine]) -> DayLine | None:
    return next((line for line in lines if line.today), None)


def _first_to_note(lines: list[DayLine]) -> str:
    """The half-day whose button is the main one: today's, else the oldest that waits."""
    shown = sorted(lines, key=lambda line: (not line.today, line.day))
    return next((half.key for line in shown for half in line.halves if half.state == "to_note"), "")


class HoursForm(DeedForm):
    """One half-day: 3 h 30 unless said otherwise; 0 when it did not take place."""

    day = DayField()
    part = forms.ChoiceField(choices=DayPart.choices)
    pool = forms.IntegerField()
    firm = forms.IntegerField()
    hours = forms.IntegerField(min_value=0, max_value=10, required=False, label=gettext_lazy("heures"))
    minutes = forms.IntegerField(min_value=0, max_value=59, required=False, label=gettext_lazy("minutes"))
    words = forms.CharField(max_length=400, required=False, label=gettext_lazy("note"))

    @property
    def duration(self) -> int:
        if self.cleaned_data["hours"] is None and self.cleaned_data["minutes"] is None:
            return HALF_DAY_MINUTES
        return 60 * (self.cleaned_data["hours"] or 0) + (self.cleaned_data["minutes"] or 0)


@staff
@require_POST
def record(request: SeatedRequest) -> HttpResponse:
    form = HoursForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette durée n’est pas lisible : des heures de 0 à 10, des minutes de 0 à 59."))
        return redirect(_url(request, "week"))
    said = form.cleaned_data
    pool, firm = queries.post_of(request.user, said["pool"], said["day"]), Firm.objects.filter(pk=said["firm"]).first()
    if pool is None or firm is None:
        raise Http404
    here = f"{_url(request, 'week')}?semaine={said['day'].isoformat()}"
    try:
        hours = actions.record_hours(
            by=request.user, pool=pool, firm=firm, day=said["day"], part=said["part"], minutes=form.duration,
            words=said["words"], key=form.key,
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
        return redirect(here)
    if hours.minutes:
        named = {"duration": words.duration(hours.minutes), "firm": firm, "when": words.half_day(hours.day, hours.part)}
        messages.success(request, _("Noté : %(duration)s chez %(firm)s, %(when)s.") % named)
    else:
        messages.success(
            request, _("Noté : n’a pas eu lieu, %(when)s.") % {"when": words.half_day(hours.day, hours.part)}
        )
    return redirect(f"{here}#{hours.day.isoformat()}-{hours.part}")


@staff
@require_POST
def feed(request: SeatedRequest) -> HttpResponse:
    """Ask for one's calendar link, or for another one."""
    deed = actions.renew_feed if "renew" in request.POST else actions.open_feed
    deed(by=request.user, about=request.user, key=request.POST.get("deed_key", "")[:64])
    return redirect(f"{_url(request, 'week')}#agenda")


class ConsentForm(DeedForm):
    agreed = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda said: said == "1")
    words = forms.CharField(max_length=200, required=False)


@staff
@require_POST
def consent(request: SeatedRequest, pk: int) -> HttpResponse:
    """Yes or no to a change that comes sooner than the law's notice."""
    asked = queries.consents_asked(request.user).filter(pk=pk).first()
    form = ConsentForm(request.POST)
    if asked is None:
        raise Http404
    if form.is_valid():
        actions.answer_consent(
            by=request.user,
            consent=asked,
            agreed=form.cleaned_data["agreed"],
            words=form.cleaned_data["words"],
            key=form.key,
        )
        messages.success(request, _("Votre réponse est notée et transmise."))
    return redirect(_url(request, "week"))


def _url(request: SeatedRequest, name: str, *args: Any) -> str:
    return reverse(f"staff:{name}", args=[request.seat.cluster.slug, *args])


urlpatterns = [
    path("", week, name="week"),
    path("noter/", record, name="record"),
    path("accord/<int:pk>/", consent, name="consent"),
    path("agenda/", feed, name="feed"),
]
