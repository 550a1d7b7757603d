"""Calendars of shared people: where each month is, and the month on its grid, drafted and placed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from grappe.audit.deeds import Refused
from grappe.clusters.models import Firm
from grappe.plans import actions, grids, moves, queries, words
from grappe.plans.enums import DayPart, WishKind
from grappe.plans.models import Calendar, Slot, Wish
from grappe.plans.rules import Facts, Half, Held, month_after, obstacle, swap_obstacle, too_many
from grappe.pools.models import Pool
from grappe.pools.queries import running_posts
from grappe.solves.actions import stop_solve
from grappe.solves.models import Solve
from grappe.web.shared.calendars import MONTH_PEOPLE, Grid, Lane, firm_tones, in_order, initials, layout
from grappe.web.shared.calendars import Slot as Drawn
from grappe.web.shared.doors import SeatedRequest, asked_id, deed_key_of, desk, url_to
from grappe.web.shared.forms import DayField, DeedForm, MonthField, deed_key

MONTHS_SHOWN = 4
SOON = timedelta(seconds=6)
NO_PART = ("", gettext_lazy("toute la journée"))


# ---------------------------------------------------------------- where each month is


@desk
@require_GET
def calendar_list(request: SeatedRequest) -> HttpResponse:
    """The posts by months: to draft, to release, released."""
    months = _months(request.seat.on)
    states = queries.calendar_states(months)
    posts: dict[int, tuple[Pool, dict[date, queries.CalendarState]]] = {}
    for state in states:
        posts.setdefault(state.pool.pk, (state.pool, {}))[1][state.month] = state
    due = [state for state in states if state.is_due and state.month <= months[2]]
    people = {pool.person_id for pool, _by_month in posts.values()}
    context = {
        "months": months,
        "posts": [(pool, [by_month.get(month) for month in months]) for pool, by_month in posts.values()],
        "due": due,
        "next": due[0] if due else None,
        "wall": _wall(request, months[1]) if len(people) <= MONTH_PEOPLE else None,
        "deed_key": deed_key(),
    }
    return render(request, "desk/calendars/list.html", context)


def _wall(request: SeatedRequest, month: date) -> Grid | None:
    """This month, a band per shared person; nothing while nothing is placed."""
    slots = queries.month_slots(month)
    if not slots:
        return None
    tones = firm_tones({slot.firm_id: slot.firm.name for slot in slots})
    lanes: dict[int, Lane] = {}
    for slot in slots:
        drawn = Drawn("firm", label=slot.firm.name, tone=tones[slot.firm_id])
        half = (slot.day, slot.part)
        lane = lanes.setdefault(slot.person_id, Lane(slot.person.short_name, {}))
        lanes[slot.person_id] = replace(lane, slots={**lane.slots, half: drawn})
    off = queries.holidays_between(request.seat.cluster, month, month_after(month))
    return layout(
        month,
        [lanes[pk] for pk in in_order({pk: lane.label for pk, lane in lanes.items()})],
        holidays=off,
        today=request.seat.on,
    )


def _months(on: date) -> list[date]:
    """The month before, this one, and the next ones."""
    first = on.replace(day=1)
    before = first.replace(year=first.year - (first.month == 1), month=(first.month - 2) % 12 + 1)
    months = [before]
    while len(months) < MONTHS_SHOWN:
        months.append(month_after(months[-1]))
    return months


class OpenForm(DeedForm):
    pool = forms.IntegerField()
    month = MonthField()


@desk
@require_POST
def calendar_open(request: SeatedRequest) -> HttpResponse:
    form = OpenForm(request.POST)
    if not form.is_valid():
        return redirect(url_to(request, "desk:calendars"))
    pool = next((post for post in running_posts() if post.pk == form.cleaned_data["pool"]), None)
    if pool is None:
        raise Http404
    calendar = actions.open_calendar(by=request.user, pool=pool, month=form.cleaned_data["month"])
    return redirect(url_to(request, "desk:calendar", calendar.pk))


# ---------------------------------------------------------------- the month on its grid


@desk
@require_GET
def calendar(request: SeatedRequest, pk: int) -> HttpResponse:
    """The month: the draft by hand or by the engine, and the next thing to do."""
    return _board(request, asked_calendar(pk))


def _board(
    request: SeatedRequest,
    calendar: Calendar,
    *,
    refused: Refused | None = None,
    hand: grids.Hand | None = None,
    to: Half | None = None,
) -> HttpResponse:
    """The grid's page; after a refusal, with its reason and what was in hand, as 409."""
    facts, load = queries.facts_of(calendar), queries.workload_of(calendar)
    hand = hand or _hand(request, facts)
    swap = _swap(facts, hand, to) if hand and to else None
    if getattr(request, "htmx", False):
        hand = None  # the script holds it
    released = queries.last_release(calendar)
    moved = moved_since(calendar, released) if released else []
    grid = grids.month_grid(facts, today=request.seat.on, hand=hand, moves=moved, load=load)
    solving = calendar.solve if calendar.solve and not calendar.solve.is_over else None
    context = {
        "calendar": calendar,
        "pool": calendar.pool,
        "grid": grid,
        "here": url_to(request, "desk:calendar", calendar.pk),
        "state": _state(grid, released, moved),
        "released": released,
        "next_version": released.number + 1 if released else 1,
        "moved": moved,
        "barred": _barred_firms(facts),
        **looks(facts),
        "solving": solving,
        "beat": _beat(solving) if solving else "",
        "draft_failure": grids.draft_failure(calendar, facts, load),
        "wishes": queries.wishes(calendar.pool, calendar.month),
        "wish_form": WishForm(facts=facts),
        "law": grids.law_warnings(facts, load),
        "entrusted": queries.entrusted(calendar),
        "held": grid_slot(grid, hand),
        "refused": refused,
        "swap": swap,
        "deed_key": deed_key(),
        "next_month": month_after(calendar.month),
        "writes": request.seat.is_coordinator,
    }
    return render(request, "desk/calendars/month.html", context, status=409 if refused else 200)


def grid_slot(grid: grids.MonthGrid, hand: grids.Hand | None) -> grids.Cell | None:
    if hand is None or hand.slot_id is None:
        return None
    return next((cell for _part, cells in grid.rows for cell in cells if cell.slot_id == hand.slot_id), None)


def _swap(facts: Facts, hand: grids.Hand, to: Half) -> tuple[Held, Held] | None:
    """The half-day in hand and the one that stands where it was to go, when the two may change places."""
    mine = facts.mine()
    was = next((half for half, held in mine.items() if held.slot_id == hand.slot_id), None)
    if was is None or to not in mine or was == to or swap_obstacle(facts, was, to) is not None:
        return None
    return mine[was], mine[to]


def _hand(request: HttpRequest, facts: Facts) -> grids.Hand | None:
    """What the address says is in hand (`?tenir=` a half-day, `?poser=` a firm), for whoever works without a script."""
    held, firm_id = asked_id(request.GET.get("tenir", "")), asked_id(request.GET.get("poser", ""))
    if held is not None:
        slot = next((slot for slot in facts.mine().values() if slot.slot_id == held), None)
        return grids.Hand(slot.firm_id, slot.slot_id) if slot else None
    return grids.Hand(firm_id) if firm_id is not None and firm_id in facts.engaged else None


def looks(facts: Facts) -> dict[str, Any]:
    """By firm: its colour, its sign on the grid, its wished weekdays in words. A firm that left keeps the last of each."""
    firms = [*facts.engaged.values()]
    gone = {held.firm_id: held.where for held in facts.mine().values() if held.firm_id not in facts.engaged}
    names = {**{firm.firm_id: firm.name for firm in firms}, **gone}
    return {
        "tones": firm_tones(names),
        "signs": {firm_id: initials(name) for firm_id, name in names.items()},
        "weekdays": {firm.firm_id: words.weekdays(list(firm.weekdays)) for firm in firms},
    }


def _barred_firms(facts: Facts) -> dict[Half, str]:
    """By half-day, the firms that may not come there even if nobody else does: the script marks the places with it."""
    alone = replace(facts, held={half: held for half, held in facts.held.items() if not held.mine})
    return {
        half: " ".join(str(firm_id) for firm_id in facts.engaged if obstacle(alone, firm_id, half) is not None)
        for half in facts.halves
    }


def moved_since(calendar: Calendar, released: Any) -> list[moves.Move]:
    living = moves.places(calendar.slots.select_related("firm", "person"))
    return moves.moves_between(moves.places(released.slots.select_related("firm", "person")), living)


def _state(grid: grids.MonthGrid, released: Any, moved: list[moves.Move]) -> str:
    if released is not None:
        return "changed" if moved else "released"
    return "draft" if grid.placed else "empty"


@desk
@require_POST
def calendar_draft(request: SeatedRequest, pk: int) -> HttpResponse:
    actions.ask_draft(by=request.user, calendar=asked_calendar(pk), key=deed_key_of(request))
    return redirect(url_to(request, "desk:calendar", pk))


@desk
@require_POST
def calendar_stop(request: SeatedRequest, pk: int) -> HttpResponse:
    solve = asked_calendar(pk).solve
    if solve is not None:
        stop_solve(by=request.user, solve=solve)
    return redirect(url_to(request, "desk:calendar", pk))


@desk
@require_GET
def calendar_progress(request: SeatedRequest, pk: int) -> HttpResponse:
    """The progress of the draft, polled; once it is over, the browser is sent to the month."""
    calendar = asked_calendar(pk)
    if calendar.solve is None or calendar.solve.is_over:
        here = url_to(request, "desk:calendar", pk)
        return HttpResponseClientRedirect(here) if getattr(request, "htmx", False) else redirect(here)
    context = {"calendar": calendar, "solving": calendar.solve, "beat": _beat(calendar.solve)}
    return render(request, "desk/calendars/_progress.html", context)


def _beat(solve: Solve) -> str:
    """Most drafts are there within two seconds: the page looks often at first, then like everywhere."""
    return "500ms" if timezone.now() - solve.asked_at < SOON else "2s"


# ---------------------------------------------------------------- by hand


class DropForm(forms.Form):
    """Where to: a half-day written 2026-11-03-am; what: a half-day, or a firm."""

    to = forms.RegexField(r"^\d{4}-\d{2}-\d{2}-(am|pm)$", required=False)
    slot = forms.IntegerField(required=False)
    firm = forms.IntegerField(required=False)
    other = forms.IntegerField(required=False)

    def clean_to(self) -> Half | None:
        text = self.cleaned_data["to"]
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10]), text[-2:]
        except ValueError as error:
            raise forms.ValidationError("not a day") from error


@desk
@require_POST
def calendar_place(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar, form = asked_calendar(pk), DropForm(request.POST)
    firm = _firm(form) if form.is_valid() else None
    if firm is None or not form.cleaned_data["to"]:
        return redirect(url_to(request, "desk:calendar", pk))
    day, part = form.cleaned_data["to"]
    try:
        actions.place(by=request.user, calendar=calendar, firm=firm, day=day, part=part)
    except Refused as refused:
        return _board(request, calendar, refused=refused, hand=grids.Hand(firm.pk))
    _say(request, calendar, firm, _("%(firm)s : %(when)s.") % {"firm": firm, "when": words.half_day(day, part)})
    return redirect(url_to(request, "desk:calendar", pk))


@desk
@require_POST
def calendar_move(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar, form = asked_calendar(pk), DropForm(request.POST)
    slot = _slot(calendar, form) if form.is_valid() else None
    if slot is None or not form.cleaned_data["to"]:
        return redirect(url_to(request, "desk:calendar", pk))
    day, part = form.cleaned_data["to"]
    was = words.half_day(slot.day, slot.part)
    try:
        actions.move(by=request.user, slot=slot, day=day, part=part)
    except Refused as refused:
        return _board(
            request, calendar, refused=refused, hand=grids.Hand(slot.firm_id, slot.pk), to=form.cleaned_data["to"]
        )
    named = {"firm": slot.firm, "was": was, "now": words.half_day(day, part)}
    _say(request, calendar, slot.firm, _("%(firm)s : du %(was)s au %(now)s.") % named)
    return redirect(url_to(request, "desk:calendar", pk))


@desk
@require_POST
def calendar_swap(request: SeatedRequest, pk: int) -> HttpResponse:
    """The half-day in hand and the one in its way change places."""
    calendar, form = asked_calendar(pk), DropForm(request.POST)
    slot = _slot(calendar, form) if form.is_valid() else None
    other = calendar.slots.filter(pk=form.cleaned_data["other"] or 0).select_related("firm").first() if slot else None
    if slot is None or other is None:
        return redirect(url_to(request, "desk:calendar", pk))
    try:
        actions.swap(by=request.user, slot=slot, other=other)
    except Refused as refused:
        return _board(request, calendar, refused=refused, hand=grids.Hand(slot.firm_id, slot.pk))
    named = {
        "first": slot.firm, "when": words.half_day(other.day, other.part), "second": other.firm,
        "then": words.half_day(slot.day, slot.part),
    }  # fmt: skip
    messages.success(request, _("Échangées : %(first)s, %(when)s ; %(second)s, %(then)s.") % named)
    return redirect(url_to(request, "desk:calendar", pk))


@desk
@require_POST
def calendar_clear(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar, form = asked_calendar(pk), DropForm(request.POST)
    slot = _slot(calendar, form) if form.is_valid() else None
    if slot is None:
        return redirect(url_to(request, "desk:calendar", pk))
    try:
        actions.clear(by=request.user, slot=slot)
    except Refused as refused:
        return _board(request, calendar, refused=refused, hand=grids.Hand(slot.firm_id, slot.pk))
    named = {"firm": slot.firm, "when": words.half_day(slot.day, slot.part)}
    messages.success(request, _("%(firm)s : %(when)s, retirée.") % named)
    return redirect(url_to(request, "desk:calendar", pk))


def _say(request: SeatedRequest, calendar: Calendar, firm: Firm, text: str) -> None:
    """What was done, and with it the warning when the firm has more than its half-days."""
    warning = too_many(queries.facts_of(calendar), firm.pk)
    if warning:
        messages.warning(request, f"{text} {warning}.")
    else:
        messages.success(request, text)


# ---------------------------------------------------------------- wishes


class WishForm(DeedForm):
    """A firm wants or refuses a day, or half of it."""

    firm = forms.ChoiceField(label=gettext_lazy("Structure"))
    day = DayField(label=gettext_lazy("Jour"))
    part = forms.ChoiceField(label=gettext_lazy("Moment"), required=False, choices=[NO_PART, *DayPart.choices])
    kind = forms.ChoiceField(
        label=gettext_lazy("Cette demi-journée est"), choices=WishKind.choices, initial=WishKind.REFUSED
    )
    words = forms.CharField(label=gettext_lazy("Pourquoi"), max_length=200, required=False)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = [(str(firm.firm_id), firm.name) for firm in facts.engaged.values()]
        last = max(facts.days)
        self.fields["day"].widget.attrs |= {"min": facts.month.isoformat(), "max": last.isoformat()}
        self.fields["day"].initial = facts.days[0]


@desk
@require_POST
def calendar_wish(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar = asked_calendar(pk)
    form = WishForm(request.POST, facts=queries.facts_of(calendar))
    if not form.is_valid():
        messages.error(request, _("Ce souhait n’est pas complet : choisissez une structure et un jour du mois."))
        return redirect(url_to(request, "desk:calendar", pk))
    asked = form.cleaned_data
    wish = actions.state_wish(
        by=request.user,
        pool=calendar.pool,
        firm=Firm.objects.get(pk=asked["firm"]),
        day=asked["day"],
        part=asked["part"],
        kind=asked["kind"],
        words=asked["words"],
        key=form.key,
    )
    messages.success(
        request, _("Noté : %(firm)s, %(day)s.") % {"firm": wish.firm, "day": words.weekday_and_day(wish.day)}
    )
    return redirect(url_to(request, "desk:calendar", pk))


@desk
@require_POST
def wish_withdraw(request: SeatedRequest, pk: int, wish: int) -> HttpResponse:
    calendar = asked_calendar(pk)
    found = Wish.objects.filter(pk=wish, pool=calendar.pool).first()
    if found is not None:
        actions.withdraw_wish(by=request.user, wish=found)
    return redirect(url_to(request, "desk:calendar", pk))


# ---------------------------------------------------------------- what is asked for


def asked_calendar(pk: int) -> Calendar:
    found = queries.calendar_numbered(pk)
    if found is None:
        raise Http404
    return found


def _slot(calendar: Calendar, form: DropForm) -> Slot | None:
    return calendar.slots.filter(pk=form.cleaned_data["slot"] or 0).select_related("firm", "calendar").first()


def _firm(form: DropForm) -> Firm | None:
    return Firm.objects.filter(pk=form.cleaned_data["firm"] or 0).first()


urlpatterns = [
    path("calendriers/", calendar_list, name="calendars"),
    path("calendriers/ouvrir/", calendar_open, name="calendar_open"),
    path("calendriers/<int:pk>/", calendar, name="calendar"),
    path("calendriers/<int:pk>/proposer/", calendar_draft, name="calendar_draft"),
    path("calendriers/<int:pk>/arreter/", calendar_stop, name="calendar_stop"),
    path("calendriers/<int:pk>/calcul/", calendar_progress, name="calendar_progress"),
    path("calendriers/<int:pk>/placer/", calendar_place, name="calendar_place"),
    path("calendriers/<int:pk>/deplacer/", calendar_move, name="calendar_move"),
    path("calendriers/<int:pk>/echanger/", calendar_swap, name="calendar_swap"),
    path("calendriers/<int:pk>/retirer/", calendar_clear, name="calendar_clear"),
    path("calendriers/<int:pk>/souhaits/", calendar_wish, name="calendar_wish"),
    path("calendriers/<int:pk>/souhaits/<int:wish>/retirer/", wish_withdraw, name="wish_withdraw"),
]
