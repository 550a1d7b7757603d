"""The differential bonus of a firm's part: written by the coordination, agreed to by the firm."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from grappe.audit.deeds import Refused
from grappe.pools import actions, bonuses, queries
from grappe.web.shared.bonuses import BonusForm, history
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk
from grappe.web.shared.forms import deed_key


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def part_bonus(request: SeatedRequest, pk: int) -> HttpResponse:
    """What is due of that firm beside its share, what was, and another one to write."""
    part = queries.part_numbered(pk)
    if part is None or part.state not in queries.LIVE:
        raise Http404
    form = BonusForm(request.POST if request.method == "POST" else None, part=part, on=request.seat.on)
    refused: Refused | None = None
    if form.is_valid():
        try:
            bonus = form.record(by=request.user)
        except Refused as no:
            refused = no
        else:
            messages.success(
                request,
                _("La prime est notée.")
                if bonus.agreed_at
                else _("La prime est notée : %(firm)s est invitée à donner son accord.") % {"firm": part.firm},
            )
            return redirect("desk:part_bonus", slug=request.seat.cluster.slug, pk=part.pk)
    context = {"part": part, "pool": part.pool, "form": form, "refused": refused, "withdraw_key": deed_key()}
    status = 409 if refused else 400 if form.errors else 200
    return render(request, "desk/pools/bonus.html", context | history(part, on=request.seat.on), status=status)


@desk
@require_POST
def bonus_withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    """Take back what the firm has not agreed to; already gone, nothing."""
    part = queries.part_numbered(pk)
    if part is None:
        raise Http404
    bonus = bonuses.awaited([part.pk]).get(part.pk)
    if bonus is not None:
        actions.withdraw_bonus(by=request.user, bonus=bonus, key=deed_key_of(request))
        messages.success(request, _("La proposition de prime est retirée."))
    return redirect("desk:part_bonus", slug=request.seat.cluster.slug, pk=part.pk)


urlpatterns = [
    path("mises-en-commun/parts/<int:pk>/prime/", part_bonus, name="part_bonus"),
    path("mises-en-commun/parts/<int:pk>/prime/reprendre/", bonus_withdraw, name="bonus_withdraw"),
]
