"""The desk's wall: all the shared people, week by week. Each week of a person is one cell, drawn half-day by half-day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from grappe.plans import queries
from grappe.plans.queries import Wall, WallPerson
from grappe.plans.rules import PARTS, WORKED_WEEKDAYS
from grappe.web.shared.calendars import firm_tones, in_order, initials
from grappe.web.shared.doors import SeatedRequest, desk

WEEKS = 8
STEP = timedelta(weeks=4)
FURTHEST = timedelta(weeks=520)


@dataclass(frozen=True, slots=True)
class WeekCell:
    """A person's week: `marks` are its ten half-days, `text` says the same in words, `short` in signs."""

    marks: SafeString
    short: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class WallLine:
    person: str
    posts: str
    url: str
    cells: tuple[WeekCell, ...]


@desk
@require_GET
def wall(request: SeatedRequest) -> HttpResponse:
    """Eight weeks from that of `?de=2026-11-23`, this one by default."""
    on = request.seat.on
    monday = _monday(request.GET.get("de", ""), on)
    weeks = [monday + timedelta(weeks=number) for number in range(WEEKS)]
    end = weeks[-1] + timedelta(days=7)
    found = queries.wall(request.seat.cluster, monday, end)
    names = {half.firm_id: half.firm for line in found.people for half in line.halves.values() if half.firm_id}
    tones = firm_tones(names)
    base = reverse("desk:calendars", args=[request.seat.cluster.slug])
    context = {
        "weeks": [(week, week + timedelta(days=4), week <= on < week + timedelta(days=7)) for week in weeks],
        "lines": [_line(line, weeks, found, tones, base) for line in found.people],
        "legend": [(names[pk], tones[pk], initials(names[pk])) for pk in in_order(names)],
        "before": monday - STEP,
        "after": monday + STEP,
        "first": monday,
        "last": end - timedelta(days=3),
        "is_now": monday == _monday("", on),
    }
    return render(request, "desk/calendars/wall.html", context)


def _monday(text: str, on: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = on
    if abs(day - on) > FURTHEST:
        day = on
    return day - timedelta(days=day.weekday())


def _line(line: WallPerson, weeks: list[date], wall: Wall, tones: dict[int, int], base: str) -> WallLine:
    newest = line.calendars.get(max(line.calendars)) if line.calendars else None
    return WallLine(
        str(line.person),
        ", ".join(post.name for post in line.posts),
        f"{base}{newest}/" if newest else base,
        tuple(_cell(line, week, wall, tones, base) for week in weeks),
    )


def _cell(line: WallPerson, week: date, wall: Wall, tones: dict[int, int], base: str) -> WeekCell:
    counts: Counter[str] = Counter()
    off = elsewhere = 0
    marks: list[str] = []
    for number in WORKED_WEEKDAYS:
        day = week + timedelta(days=number)
        gone = any(first <= day <= last for first, last, _kind in line.away)
        for part in PARTS:
            half = line.halves.get((day, part))
            if half is not None and half.firm_id:
                counts[half.firm] += 1
                css = f"f{tones[half.firm_id]}"
            elif half is not None:
                elsewhere, css = elsewhere + 1, "elsewhere"
            elif gone:
                off, css = off + 1, "leave"
            else:
                css = "holiday" if day in wall.holidays else "free"
            if gone and half is not None:
                css += " clash"
            marks.append(f'<i class="{css}"></i>')
    calendar = line.calendars.get(week.replace(day=1))
    return WeekCell(
        mark_safe("".join(marks)),
        " ".join(f"{initials(name, 2)}{count}" for name, count in counts.most_common()),
        _text(counts, off, elsewhere),
        f"{base}{calendar}/" if calendar else "",
    )


def _text(counts: Counter[str], off: int, elsewhere: int) -> str:
    """« Disquaire 4, Scène 6, 2 demi-journées d’absence »"""
    phrases = [f"{name} {count}" for name, count in counts.most_common()]
    if elsewhere:
        phrases.append(_("%(n)s pour une autre grappe") % {"n": elsewhere})
    if off:
        phrases.append(ngettext("%(n)s demi-journée d’absence", "%(n)s demi-journées d’absence", off) % {"n": off})
    return ", ".join(phrases) if phrases else _("rien de placé")


urlpatterns = [path("calendriers/mur/", wall, name="wall")]
