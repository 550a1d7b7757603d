"""Who joins, leaves or changes its part in a post that runs: what it does to the others is read before it is done."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from grappe.audit.deeds import Refused
from grappe.pools import actions, queries, words
from grappe.pools.enums import PoolState
from grappe.pools.leaving import earliest_day, leaving
from grappe.pools.models import Part, Pool
from grappe.pools.vacancies import offer_day
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, url_to
from grappe.web.shared.forms import DeedForm, HalfDaysField, MonthField

GET_OR_POST = ["GET", "HEAD", "POST"]


class LeaveForm(DeedForm):
    on = MonthField(label=gettext_lazy("Premier mois sans elle"))
    words = forms.CharField(
        label=gettext_lazy("Un mot, pour mémoire"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@desk
@require_http_methods(GET_OR_POST)
def part_leave(request: SeatedRequest, pk: int) -> HttpResponse:
    """What the firm's going does to the others from a day on, then its acceptance."""
    part = _committed(pk)
    today = request.seat.on
    start = part.leave_asked_for or earliest_day(part.pool, on=today)
    said = request.POST if request.method == "POST" else None
    form = LeaveForm(said, initial={"on": start, "words": part.leave_words})
    asked = form.is_valid()
    on = form.cleaned_data["on"] if asked else start
    refused = None
    if request.method == "POST" and asked and "voir" not in request.POST:
        try:
            actions.accept_leave(by=request.user, part=part, on=on, words=form.cleaned_data["words"], key=form.key)
        except Refused as why:
            refused = why
        else:
            messages.success(request, _("Le départ de %(firm)s est noté.") % {"firm": part.firm})
            return redirect(url_to(request, "desk:pool", part.pool_id))
    context = {
        "part": part,
        "pool": part.pool,
        "form": form,
        "seen": leaving(part, on=on),
        "earliest": earliest_day(part.pool, on=today),
        "refused": refused,
    }
    status = 409 if refused else 400 if form.errors else 200
    return render(request, "desk/pools/leave.html", context, status=status)


@desk
@require_POST
def part_stay(request: SeatedRequest, pk: int) -> HttpResponse:
    """A departure that is cancelled, or a request that is taken back."""
    part = _part(pk)
    deed = actions.cancel_leave if part.leaves_on else actions.withdraw_leave
    deed(by=request.user, part=part, key=deed_key_of(request))
    messages.success(request, _("%(firm)s reste dans le poste.") % {"firm": part.firm})
    return redirect(url_to(request, "desk:pool", part.pool_id))


class ChangeForm(DeedForm):
    half_days = HalfDaysField(label=gettext_lazy("Jours par mois"))
    on = MonthField(label=gettext_lazy("À partir du mois de"))


@desk
@require_http_methods(GET_OR_POST)
def part_change(request: SeatedRequest, pk: int) -> HttpResponse:
    """Ask the firm to accept another quantity; nothing changes until it has."""
    part = _committed(pk)
    first = earliest_day(Pool(notice_months=1), on=request.seat.on)
    initial = {"half_days": part.half_days, "on": part.asked_from or first}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        half_days = form.cleaned_data["half_days"]
        actions.ask_change(by=request.user, part=part, half_days=half_days, on=form.cleaned_data["on"], key=form.key)
        said = {"firm": part.firm, "days": words.days(half_days)}
        messages.success(
            request, _("%(firm)s verra sa part à %(days)s par mois, et son prix, avant de l’accepter.") % said
        )
        return redirect(url_to(request, "desk:pool", part.pool_id))
    context = {"part": part, "pool": part.pool, "form": form, "room": _room(part, form.initial["on"])}
    return render(request, "desk/pools/change.html", context, status=400 if form.errors else 200)


def _room(part: Part, on: date) -> int:
    """The half-days a month that nobody takes on that day."""
    return max(0, part.pool.capacity - sum(queries.sizes_on(part.pool, on=on).values()))


@desk
@require_POST
def pool_offer(request: SeatedRequest, pk: int, need: int) -> HttpResponse:
    """Offer the room of a running post to a need, from the first of next month, or of the need's own first month."""
    found, asked = queries.pool_numbered(pk), queries.need_numbered(need)
    if found is None or asked is None:
        raise Http404
    on = offer_day(asked, on=request.seat.on)
    part = actions.offer_room(by=request.user, pool=found, need=asked, on=on, key=deed_key_of(request))
    said = {"firm": part.firm, "day": words.day(on)}
    messages.success(request, _("%(firm)s reçoit sa part et son prix, à partir du %(day)s.") % said)
    return redirect(url_to(request, "desk:pool", found.pk))


class EndForm(DeedForm):
    on = MonthField(label=gettext_lazy("Premier mois sans le poste"))


@desk
@require_http_methods(GET_OR_POST)
def pool_end(request: SeatedRequest, pk: int) -> HttpResponse:
    """End the post for every firm, on a day to come."""
    found = queries.pool_numbered(pk)
    if found is None or found.state != PoolState.RUNNING or found.ends_on is not None:
        raise Http404
    form = EndForm(
        request.POST if request.method == "POST" else None, initial={"on": earliest_day(found, on=request.seat.on)}
    )
    if form.is_valid():
        actions.end_post(by=request.user, pool=found, on=form.cleaned_data["on"], key=form.key)
        messages.success(request, _("Le poste finit : chaque structure est prévenue."))
        return redirect(url_to(request, "desk:pool", found.pk))
    context = {"pool": found, "form": form, "sheet": queries.pool_sheet(found, on=request.seat.on)}
    return render(request, "desk/pools/end.html", context, status=400 if form.errors else 200)


def _part(pk: int) -> Part:
    found = queries.part_numbered(pk)
    if found is None:
        raise Http404
    return found


def _committed(pk: int) -> Part:
    """A part of a post that runs, in which its firm still is."""
    found = _part(pk)
    if found.pool.state != PoolState.RUNNING or found.state not in queries.COMMITTED or found.leaves_on is not None:
        raise Http404
    return found


urlpatterns = [
    path("mises-en-commun/parts/<int:pk>/depart/", part_leave, name="part_leave"),
    path("mises-en-commun/parts/<int:pk>/rester/", part_stay, name="part_stay"),
    path("mises-en-commun/parts/<int:pk>/changer/", part_change, name="part_change"),
    path("mises-en-commun/<int:pk>/proposer/<int:need>/", pool_offer, name="pool_offer"),
    path("mises-en-commun/<int:pk>/fin/", pool_end, name="pool_end"),
]
