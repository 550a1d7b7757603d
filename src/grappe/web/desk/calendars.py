"""Calendars of shared people: where each month is, the month on its grid, what was released; absences, hours to follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from grappe.audit.deeds import Refused
from grappe.clusters.models import Firm
from grappe.clusters.queries import firms
from grappe.people.models import Person
from grappe.plans import actions, grids, moves, queries, words
from grappe.plans.enums import AbsenceKind, DayPart, WishKind
from grappe.plans.models import Absence, Calendar, Hours, Slot, Wish
from grappe.plans.rules import Facts, Half, Held, month_after, obstacle, swap_obstacle, too_many
from grappe.pools.models import Pool
from grappe.pools.queries import running_posts
from grappe.solves.actions import stop_solve
from grappe.web.shared.calendars import Grid, Lane, initials, layout, tone
from grappe.web.shared.calendars import Slot as Drawn
from grappe.web.shared.doors import SeatedRequest, asked_id, desk
from grappe.web.shared.forms import DayField, DeedForm, MonthField, deed_key
from grappe.web.shared.listing import listing

MONTHS_SHOWN = 4
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
    context = {
        "months": months,
        "posts": [(pool, [by_month.get(month) for month in months]) for pool, by_month in posts.values()],
        "due": due,
        "next": due[0] if due else None,
        "wall": _wall(request, months[1]),
        "deed_key": deed_key(),
    }
    return render(request, "desk/calendars/list.html", context)


def _wall(request: SeatedRequest, month: date) -> Grid | None:
    """This month, a band per shared person; nothing while nothing is placed."""
    slots = queries.month_slots(month)
    if not slots:
        return None
    firms = sorted({(slot.firm.name, slot.firm_id) for slot in slots})
    tones = {firm_id: tone(rank) for rank, (_name, firm_id) in enumerate(firms)}
    lanes: dict[int, Lane] = {}
    for slot in slots:
        drawn = Drawn("firm", label=slot.firm.name, tone=tones[slot.firm_id])
        half = (slot.day, slot.part)
        lane = lanes.setdefault(slot.person_id, Lane(slot.person.short_name, {}))
        lanes[slot.person_id] = replace(lane, slots={**lane.slots, half: drawn})
    off = queries.holidays_between(request.seat.cluster, month, month_after(month))
    return layout(month, [lanes[pk] for pk in sorted(lanes)], holidays=off, today=request.seat.on)


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
        return redirect(_url(request, "calendars"))
    pool = next((post for post in running_posts() if post.pk == form.cleaned_data["pool"]), None)
    if pool is None:
        raise Http404
    calendar = actions.open_calendar(by=request.user, pool=pool, month=form.cleaned_data["month"])
    return redirect(_url(request, "calendar", calendar.pk))


# ---------------------------------------------------------------- the month on its grid


@desk
@require_GET
def calendar(request: SeatedRequest, pk: int) -> HttpResponse:
    """The month: the draft by hand or by the engine, and the next thing to do."""
    return _board(request, _calendar(pk))


def _board(
    request: SeatedRequest,
    calendar: Calendar,
    *,
    refused: Refused | None = None,
    hand: grids.Hand | None = None,
    to: Half | None = None,
) -> HttpResponse:
    """The grid's page; after a refusal, with its reason and what was in hand, as 409."""
    facts = queries.facts_of(calendar)
    hand = hand or _hand(request, facts)
    swap = _swap(facts, hand, to) if hand and to else None
    if getattr(request, "htmx", False):
        hand = None  # the script holds it
    released = queries.last_release(calendar)
    moved = _moved_since(calendar, released) if released else []
    grid = grids.month_grid(facts, today=request.seat.on, hand=hand, moves=moved)
    context = {
        "calendar": calendar,
        "pool": calendar.pool,
        "grid": grid,
        "here": _url(request, "calendar", calendar.pk),
        "state": _state(grid, released, moved),
        "released": released,
        "next_version": released.number + 1 if released else 1,
        "moved": moved,
        "barred": _barred_firms(facts),
        **_looks(facts),
        "solving": calendar.solve if calendar.solve and not calendar.solve.is_over else None,
        "draft_failure": grids.draft_failure(calendar, facts),
        "wishes": queries.wishes(calendar.pool, calendar.month),
        "wish_form": WishForm(facts=facts),
        "law": grids.law_warnings(calendar),
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


def _looks(facts: Facts) -> dict[str, Any]:
    """By firm: its colour, its sign on the grid, its wished weekdays in words. A firm that left keeps the last of each."""
    firms = [*facts.engaged.values()]
    gone = {held.firm_id: held.where for held in facts.mine().values() if held.firm_id not in facts.engaged}
    names = {**{firm.firm_id: firm.name for firm in firms}, **gone}
    return {
        "tones": {firm_id: tone(rank) for rank, firm_id in enumerate(names)},
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


def _moved_since(calendar: Calendar, released: Any) -> list[moves.Move]:
    living = moves.places(calendar.slots.select_related("firm"))
    return moves.moves_between(moves.places(released.slots.select_related("firm")), living)


def _state(grid: grids.MonthGrid, released: Any, moved: list[moves.Move]) -> str:
    if released is not None:
        return "changed" if moved else "released"
    return "draft" if grid.placed else "empty"


@desk
@require_POST
def calendar_draft(request: SeatedRequest, pk: int) -> HttpResponse:
    actions.ask_draft(by=request.user, calendar=_calendar(pk), key=_key(request))
    return redirect(_url(request, "calendar", pk))


@desk
@require_POST
def calendar_stop(request: SeatedRequest, pk: int) -> HttpResponse:
    solve = _calendar(pk).solve
    if solve is not None:
        stop_solve(by=request.user, solve=solve)
    return redirect(_url(request, "calendar", pk))


@desk
@require_GET
def calendar_progress(request: SeatedRequest, pk: int) -> HttpResponse:
    """The progress of the draft, polled; once it is over, the browser is sent to the month."""
    calendar = _calendar(pk)
    if calendar.solve is None or calendar.solve.is_over:
        here = _url(request, "calendar", pk)
        return HttpResponseClientRedirect(here) if getattr(request, "htmx", False) else redirect(here)
    return render(request, "desk/calendars/_progress.html", {"calendar": calendar, "solving": calendar.solve})


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
    calendar, form = _calendar(pk), DropForm(request.POST)
    firm = _firm(form) if form.is_valid() else None
    if firm is None or not form.cleaned_data["to"]:
        return redirect(_url(request, "calendar", pk))
    day, part = form.cleaned_data["to"]
    try:
        actions.place(by=request.user, calendar=calendar, firm=firm, day=day, part=part)
    except Refused as refused:
        return _board(request, calendar, refused=refused, hand=grids.Hand(firm.pk))
    _say(request, calendar, firm, _("%(firm)s : %(when)s.") % {"firm": firm, "when": words.half_day(day, part)})
    return redirect(_url(request, "calendar", pk))


@desk
@require_POST
def calendar_move(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar, form = _calendar(pk), DropForm(request.POST)
    slot = _slot(calendar, form) if form.is_valid() else None
    if slot is None or not form.cleaned_data["to"]:
        return redirect(_url(request, "calendar", pk))
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
    return redirect(_url(request, "calendar", pk))


@desk
@require_POST
def calendar_swap(request: SeatedRequest, pk: int) -> HttpResponse:
    """The half-day in hand and the one in its way change places."""
    calendar, form = _calendar(pk), DropForm(request.POST)
    slot = _slot(calendar, form) if form.is_valid() else None
    other = calendar.slots.filter(pk=form.cleaned_data["other"] or 0).select_related("firm").first() if slot else None
    if slot is None or other is None:
        return redirect(_url(request, "calendar", pk))
    try:
        actions.swap(by=request.user, slot=slot, other=other)
    except Refused as refused:
        return _board(request, calendar, refused=refused, hand=grids.Hand(slot.firm_id, slot.pk))
    named = {
        "first": slot.firm, "when": words.half_day(other.day, other.part), "second": other.firm,
        "then": words.half_day(slot.day, slot.part),
    }  # fmt: skip
    messages.success(request, _("Échangées : %(first)s, %(when)s ; %(second)s, %(then)s.") % named)
    return redirect(_url(request, "calendar", pk))


@desk
@require_POST
def calendar_clear(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar, form = _calendar(pk), DropForm(request.POST)
    slot = _slot(calendar, form) if form.is_valid() else None
    if slot is None:
        return redirect(_url(request, "calendar", pk))
    try:
        actions.clear(by=request.user, slot=slot)
    except Refused as refused:
        return _board(request, calendar, refused=refused, hand=grids.Hand(slot.firm_id, slot.pk))
    named = {"firm": slot.firm, "when": words.half_day(slot.day, slot.part)}
    messages.success(request, _("%(firm)s : %(when)s, retirée.") % named)
    return redirect(_url(request, "calendar", pk))


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
    calendar = _calendar(pk)
    form = WishForm(request.POST, facts=queries.facts_of(calendar))
    if not form.is_valid():
        messages.error(request, _("Ce souhait n’est pas complet : choisissez une structure et un jour du mois."))
        return redirect(_url(request, "calendar", pk))
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
    return redirect(_url(request, "calendar", pk))


@desk
@require_POST
def wish_withdraw(request: SeatedRequest, pk: int, wish: int) -> HttpResponse:
    calendar = _calendar(pk)
    found = Wish.objects.filter(pk=wish, pool=calendar.pool).first()
    if found is not None:
        actions.withdraw_wish(by=request.user, wish=found)
    return redirect(_url(request, "calendar", pk))


# ---------------------------------------------------------------- releases


class ReleaseForm(DeedForm):
    words = forms.CharField(
        label=gettext_lazy("Un mot avec le calendrier"),
        help_text=gettext_lazy("Il sera dans la lettre à chacun."),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@desk
def calendar_release(request: SeatedRequest, pk: int) -> HttpResponse:
    """Before numbering and freezing: what goes out, what moved, who is written to."""
    calendar = _calendar(pk)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.release(by=request.user, calendar=calendar, words=form.cleaned_data["words"], key=form.key)
        named = {"month": words.month_name(calendar.month), "number": made.number}
        messages.success(request, _("Le calendrier de %(month)s est diffusé, version %(number)s.") % named)
        return redirect(_url(request, "calendar", pk))
    facts = queries.facts_of(calendar)
    released = queries.last_release(calendar)
    moved = _moved_since(calendar, released) if released else []
    grid = grids.month_grid(facts, today=request.seat.on, moves=moved)
    context = {
        "calendar": calendar, "pool": calendar.pool, "grid": grid, "released": released, "moved": moved, "form": form,
        "next_version": released.number + 1 if released else 1, "written_to": _written_to(grid, released, moved),
        **_looks(facts),
        "notice": grids.short_notice(moved, today=request.seat.on),
        "can_release": not grid.conflicts and bool(moved if released else grid.placed),
    }  # fmt: skip
    return render(request, "desk/calendars/release.html", context)


def _written_to(grid: grids.MonthGrid, released: Any, moved: list[moves.Move]) -> list[str]:
    if released is None:
        return [line.firm.name for line in grid.lines if line.placed]
    return sorted({move.firm for move in moved})


@desk
@require_GET
def calendar_versions(request: SeatedRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The versions released, what moved from each to the next, and one of them on the grid."""
    calendar = _calendar(pk)
    versions = queries.releases(calendar)
    if not versions:
        if number is not None:
            raise Http404
        return render(request, "desk/calendars/versions.html", {"calendar": calendar, "pool": calendar.pool})
    shown = next((v for v in versions if v.number == (number or versions[-1].number)), None)
    if shown is None:
        raise Http404
    steps = []
    before: list[moves.Place] = []
    for version in versions:
        after = moves.places(version.slots.all())
        steps.append((version, moves.moves_between(before, after) if before or version.number > 1 else [], len(after)))
        before = after
    moved = next(found for version, found, _count in steps if version == shown)
    facts = queries.facts_as_released(queries.facts_of(calendar), shown)
    context = {
        "calendar": calendar, "pool": calendar.pool, "steps": list(reversed(steps)), "shown": shown, "moved": moved,
        "grid": grids.month_grid(facts, today=request.seat.on, moves=moved, unmet=False),
        **_looks(facts),
    }  # fmt: skip
    return render(request, "desk/calendars/versions.html", context)


# ---------------------------------------------------------------- absences


class AbsenceForm(DeedForm):
    person = forms.ChoiceField(label=gettext_lazy("Qui"))
    kind = forms.ChoiceField(label=gettext_lazy("Quoi"), choices=AbsenceKind.choices)
    first_day = DayField(label=gettext_lazy("Premier jour"))
    last_day = DayField(label=gettext_lazy("Dernier jour compris"))
    words = forms.CharField(label=gettext_lazy("Précision"), max_length=200, required=False)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(person.pk), str(person)) for person in people]


@desk
def absences(request: SeatedRequest) -> HttpResponse:
    """Days off of the shared people, to come; and one more."""
    people = queries.shared_people()
    form = AbsenceForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = next(person for person in people if str(person.pk) == said["person"])
        try:
            actions.record_absence(
                by=request.user,
                cluster=request.seat.cluster,
                person=person,
                kind=said["kind"],
                first_day=said["first_day"],
                last_day=said["last_day"],
                words=said["words"],
                key=form.key,
            )
        except Refused as refused:
            form.add_error("last_day", refused.message)
        else:
            named = {"person": person.short_name, "span": words.span(said["first_day"], said["last_day"])}
            messages.success(request, _("%(person)s : absence %(span)s.") % named)
            return redirect(_url(request, "absences"))
    rows = queries.absences(since=request.seat.on)
    context = {"absences": rows, "people": people, "form": form, "deed_key": deed_key()}
    return render(request, "desk/calendars/absences.html", context, status=400 if form.errors else 200)


@desk
@require_POST
def absence_cancel(request: SeatedRequest, pk: int) -> HttpResponse:
    absence = Absence.objects.filter(pk=pk).select_related("person").first()
    if absence is not None:
        actions.cancel_absence(by=request.user, absence=absence)
        named = {"person": absence.person.short_name, "span": words.span(absence.first_day, absence.last_day)}
        messages.success(request, _("%(person)s : absence %(span)s, annulée.") % named)
    return redirect(_url(request, "absences"))


# ---------------------------------------------------------------- hours


@desk
@require_GET
def hours(request: SeatedRequest) -> HttpResponse:
    """Hours that wait for a countersignature, by firm; and those countersigned, which only a correction changes."""
    sorts = {"jour": ("day", "part", "pk"), "structure": ("firm__name", "-day", "pk")}
    context = {
        "waiting": queries.unsigned_by_firm(on=request.seat.on),
        "signed": listing(request, queries.signed_hours(), sorts=sorts, default="-jour"),
        "late_after": queries.LATE_AFTER_DAYS,
        "deed_key": deed_key(),
    }
    return render(request, "desk/calendars/hours.html", context)


@desk
@require_POST
def hours_remind(request: SeatedRequest, pk: int) -> HttpResponse:
    firm = firms(on=request.seat.on).filter(pk=pk).first()
    if firm is None:
        raise Http404
    actions.remind(by=request.user, cluster=request.seat.cluster, firm=firm, key=_key(request))
    messages.success(request, _("Un rappel est parti vers %(firm)s.") % {"firm": firm})
    return redirect(_url(request, "hours"))


class CorrectionForm(DeedForm):
    minutes = forms.IntegerField(
        label=gettext_lazy("Durée vraie"),
        min_value=0,
        max_value=600,
        help_text=gettext_lazy("En minutes ; 0 si la demi-journée n’a pas eu lieu."),
    )
    words = forms.CharField(label=gettext_lazy("Ce qui était faux"), max_length=400)


@desk
def hours_correct(request: SeatedRequest, pk: int) -> HttpResponse:
    """Every revision of a half-day's hours; its last one corrected by a reversing act."""
    found = Hours.objects.filter(pk=pk).select_related("firm", "person", "pool", "signed_by").first()
    if found is None:
        raise Http404
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial={"minutes": found.minutes})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.correct_hours(
                by=request.user, hours=found, minutes=form.cleaned_data["minutes"], words=form.cleaned_data["words"], key=form.key
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, f"{refused.message} {refused.remedy}")
        else:
            if made.signed_at is None:
                messages.success(request, _("Corrigé : %(firm)s contresigne à nouveau.") % {"firm": found.firm})
            else:
                messages.success(request, _("Corrigé : l’acte est annulé."))
            return redirect(_url(request, "hours_correct", made.pk))
    revisions = queries.revisions(found)
    context = {"hours": found, "revisions": revisions, "is_last": revisions[-1].pk == found.pk, "form": form}
    return render(request, "desk/calendars/correct.html", context, status=400 if form.errors else 200)


# ---------------------------------------------------------------- helpers


def _calendar(pk: int) -> Calendar:
    found = queries.calendar_numbered(pk)
    if found is None:
        raise Http404
    return found


def _slot(calendar: Calendar, form: DropForm) -> Slot | None:
    return calendar.slots.filter(pk=form.cleaned_data["slot"] or 0).select_related("firm", "calendar").first()


def _firm(form: DropForm) -> Firm | None:
    return Firm.objects.filter(pk=form.cleaned_data["firm"] or 0).first()


def _key(request: HttpRequest) -> str:
    return request.POST.get("deed_key", "")[:64]


def _url(request: SeatedRequest, name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=[request.seat.cluster.slug, *args])


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
    path("calendriers/<int:pk>/diffuser/", calendar_release, name="calendar_release"),
    path("calendriers/<int:pk>/versions/", calendar_versions, name="calendar_versions"),
    path("calendriers/<int:pk>/versions/<int:number>/", calendar_versions, name="calendar_version"),
    path("absences/", absences, name="absences"),
    path("absences/<int:pk>/annuler/", absence_cancel, name="absence_cancel"),
    path("heures/", hours, name="hours"),
    path("heures/rappeler/<int:pk>/", hours_remind, name="hours_remind"),
    path("heures/<int:pk>/", hours_correct, name="hours_correct"),
]
