"""The shared employee's week on a phone: where, when, with whom; hours noted half-day by half-day; the feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import AlreadyDone, Refused
from grappe.clusters.models import Firm
from grappe.law.queries import value_on
from grappe.plans import actions, queries, words
from grappe.plans.enums import DayPart
from grappe.plans.models import HALF_DAY_MINUTES, Hours, ReleasedSlot
from grappe.plans.rules import PARTS, Away, away_words
from grappe.pools.models import Pool
from grappe.web.shared.calendars import firm_tones
from grappe.web.shared.doors import ID_MAX, SeatedRequest, deed_key_of, staff, url_to
from grappe.web.shared.forms import DayField, DeedForm, deed_key

WEEKS_AROUND = 60  # how far one may turn the pages, in weeks


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A half-day of the week as the employee sees it. `state`: "coming", "to_note", "recorded", "disputed", "signed", "off", "free"."""

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
    def clock(self) -> str:
        """« de 9 h à 12 h 30 », when it was noted so."""
        if self.hours is None or self.hours.starts_at is None or self.hours.ends_at is None:
            return ""
        return words.clock_span(self.hours.starts_at, self.hours.ends_at)

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
    disputed = {dispute.hours_id for dispute in queries.open_disputes(person=request.user)}
    away = queries.away_days(request.user, monday, end, cluster_id=request.seat.cluster.pk)
    off = queries.holidays_between(request.seat.cluster, monday, end)
    tones = firm_tones({x.firm_id: x.firm.name for x in [*slots.values(), *hours.values()]})
    lines = []
    for number in range(7):
        day = monday + timedelta(days=number)
        halves = tuple(_half((day, part), slots, hours, disputed, away, off, tones, on) for part in PARTS)
        if number > 4 and not any(half.slot or half.hours for half in halves):
            continue
        gone = next((away_words(a) for a in away if day in a), "")
        lines.append(DayLine(day, day == on, off.get(day, ""), gone, halves))
    return lines


def _half(
    half: tuple[date, str],
    slots: dict[tuple[date, str], ReleasedSlot],
    hours: dict[tuple[date, str], Hours],
    disputed: set[int],
    away: tuple[Away, ...],
    off: dict[date, str],
    tones: dict[int, int],
    on: date,
) -> HalfDay:
    day, part = half
    slot, noted = slots.get(half), hours.get(half)
    is_away = any(day in a for a in away)
    if noted is not None:
        state = "signed" if noted.signed_at else "disputed" if noted.pk in disputed else "recorded"
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
    """One half-day: 3 h 30 unless a start and an end, or a duration, say otherwise; 0 when it did not take place.

    `place` ("post-firm") says where, when it was not where the calendar put it. `seen`: what the screen showed (Hours.mark).
    """

    day = DayField()
    part = forms.ChoiceField(choices=DayPart.choices)
    place = forms.RegexField(r"^\d{1,18}-\d{1,18}$", required=False)
    pool = forms.IntegerField(required=False, min_value=0, max_value=ID_MAX)
    firm = forms.IntegerField(required=False, min_value=0, max_value=ID_MAX)
    starts_at = forms.TimeField(required=False, label=gettext_lazy("de"))
    ends_at = forms.TimeField(required=False, label=gettext_lazy("à"))
    pause = forms.IntegerField(min_value=0, max_value=600, required=False, label=gettext_lazy("pause, en minutes"))
    seen = forms.CharField(required=False, max_length=60)
    hours = forms.IntegerField(min_value=0, max_value=10, required=False, label=gettext_lazy("heures"))
    minutes = forms.IntegerField(min_value=0, max_value=59, required=False, label=gettext_lazy("minutes"))
    words = forms.CharField(max_length=400, required=False, label=gettext_lazy("note"))

    @property
    def duration(self) -> int:
        if self.cleaned_data["hours"] is None and self.cleaned_data["minutes"] is None:
            return HALF_DAY_MINUTES
        return 60 * (self.cleaned_data["hours"] or 0) + (self.cleaned_data["minutes"] or 0)

    @property
    def where(self) -> tuple[int, int]:
        """The ids of the post and of the firm."""
        if self.cleaned_data["place"]:
            pool, _dash, firm = self.cleaned_data["place"].partition("-")
            return min(int(pool), ID_MAX), min(int(firm), ID_MAX)
        return self.cleaned_data["pool"] or 0, self.cleaned_data["firm"] or 0


@staff
@require_POST
def record(request: SeatedRequest) -> HttpResponse:
    """Note a half-day. A page is led back to its week; the phone's script, which asks for JSON, is told what became of it."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        text = _("Cette durée n’est pas lisible : des heures de 0 à 10, des minutes de 0 à 59.")
        return _refused(request, Refused(text, _("Corrigez-la, puis notez de nouveau.")), url_to(request, "staff:week"))
    said = form.cleaned_data
    pool_id, firm_id = form.where
    pool, firm = queries.post_of(request.user, pool_id, said["day"]), Firm.objects.filter(pk=firm_id).first()
    if pool is None or firm is None:
        raise Http404
    here = f"{url_to(request, 'staff:week')}?semaine={said['day'].isoformat()}"
    try:
        hours = actions.record_hours(
            by=request.user, pool=pool, firm=firm, day=said["day"], part=said["part"], minutes=form.duration,
            starts_at=said["starts_at"], ends_at=said["ends_at"], pause_minutes=said["pause"] or 0, words=said["words"],
            seen=said["seen"] if "seen" in request.POST else None, key=form.key,
        )  # fmt: skip
    except AlreadyDone:
        if not _wants_json(request):
            raise
        return JsonResponse({"state": "already"})
    except Refused as refused:
        return _refused(request, refused, here)
    if hours.minutes:
        named = {"duration": words.duration(hours.minutes), "firm": firm, "when": words.half_day(hours.day, hours.part)}
        text = _("Noté : %(duration)s chez %(firm)s, %(when)s.") % named
    else:
        text = _("Noté : n’a pas eu lieu, %(when)s.") % {"when": words.half_day(hours.day, hours.part)}
    messages.success(request, text)
    if _wants_json(request):
        return JsonResponse({"state": "recorded", "mark": hours.mark})
    return redirect(f"{here}#{hours.day.isoformat()}-{hours.part}")


def _wants_json(request: SeatedRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _refused(request: SeatedRequest, refused: Refused, here: str) -> HttpResponse:
    """Why, and what to do; to the script also what stands in Grappe, when the hours were changed there meanwhile."""
    if _wants_json(request):
        said: dict[str, Any] = {"state": "refused", "message": refused.message, "remedy": refused.remedy}
        if isinstance(refused, actions.HoursChanged):
            said |= {"standing": refused.standing.mark, "is_signed": refused.standing.signed_at is not None}
        return JsonResponse(said, status=409)
    messages.error(request, f"{refused.message} {refused.remedy}")
    return redirect(here)


@staff
@require_GET
def line(request: SeatedRequest) -> HttpResponse:
    """Whether the line is there, who is signed in, and a token to send with: what was kept on the phone leaves under its own name."""
    answer = JsonResponse({"person": request.user.pk, "token": get_token(request)})
    answer["Cache-Control"] = "no-store"
    return answer


@staff
@require_GET
def offline(request: SeatedRequest) -> HttpResponse:
    """The script that keeps the week at hand without a line; it may only act under the employee's own pages."""
    return render(request, "staff/week/offline.js", content_type="text/javascript")


@staff
@require_POST
def feed(request: SeatedRequest) -> HttpResponse:
    """Ask for one's calendar link, or for another one."""
    deed = actions.renew_feed if "renew" in request.POST else actions.open_feed
    deed(by=request.user, about=request.user, key=deed_key_of(request))
    return redirect(f"{url_to(request, 'staff:week')}#agenda")


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
    return redirect(url_to(request, "staff:week"))


urlpatterns = [
    path("", week, name="week"),
    path("noter/", record, name="record"),
    path("accord/<int:pk>/", consent, name="consent"),
    path("ligne/", line, name="line"),
    path("hors-ligne.js", offline, name="offline"),
    path("agenda/", feed, name="feed"),
]
