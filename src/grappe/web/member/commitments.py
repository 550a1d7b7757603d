"""What a member shares: the parts offered to its firms, and its answer to each, the price before the commitment."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from grappe.audit.deeds import Refused
from grappe.papers import queries as papers
from grappe.pools import actions, queries
from grappe.pools.enums import PartState, PoolState
from grappe.pools.leaving import earliest_day
from grappe.pools.models import Part
from grappe.pools.queries import PriceCard
from grappe.web.shared import commitments as answering
from grappe.web.shared.bonuses import BonusForm, history
from grappe.web.shared.doors import SeatedRequest, member
from grappe.web.shared.forms import DeedForm, MonthField

TONES = {PartState.INVITED: "tint", PartState.REPRICED: "warn", PartState.ACCEPTED: "saved"}
SHOWN = 40


@dataclass(frozen=True)
class Row:
    part: Part
    card: PriceCard | None

    @property
    def tone(self) -> str:
        return TONES.get(PartState(self.part.state), "")


@member
@require_GET
def commitments(request: SeatedRequest) -> HttpResponse:
    """Every part offered to the firms that the person speaks for, what waits for an answer first."""
    parts = sorted(
        queries.parts_of_firms(request.seat.firm_ids)[:SHOWN], key=lambda part: part.state not in queries.WAITING
    )
    cards = queries.price_cards(parts)
    rows = [Row(part, cards.get(part.pk)) for part in parts]
    context = {
        "rows": rows,
        "waiting": [row for row in rows if row.part.state in queries.WAITING],
        "several": len(request.seat.firm_ids) > 1,
    }
    return render(request, "member/commitments/list.html", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: SeatedRequest, pk: int) -> HttpResponse:
    """The part, its price, and the answer."""
    part = queries.parts_of_firms(request.seat.firm_ids).filter(pk=pk).select_related("cluster").first()
    if part is None:
        raise Http404
    return answering.page(
        request,
        part,
        person=request.seat.person,
        template="member/commitments/commitment.html",
        here=request.path,
        more={"papers": papers.sheets(papers.papers_about("pools.part", [part.pk]).filter(superseded_by=None))},
    )


class LeaveForm(DeedForm):
    on = MonthField(label=gettext_lazy("Premier mois sans nous"))
    words = forms.CharField(
        label=gettext_lazy("Un mot pour la coordination"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@member
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: SeatedRequest, pk: int) -> HttpResponse:
    """Give notice: from which month the firm would be out of the post; or take the request back."""
    part = queries.parts_of_firms(request.seat.firm_ids).filter(pk=pk).select_related("cluster").first()
    if part is None or not _may_leave(part):
        raise Http404
    here = reverse("member:commitment", args=[request.seat.cluster.slug, part.pk])
    if "rester" in request.POST:
        actions.withdraw_leave(by=request.user, part=part)
        return redirect(here)
    earliest = earliest_day(part.pool, on=request.seat.on)
    form = LeaveForm(
        request.POST if request.method == "POST" else None, initial={"on": part.leave_asked_for or earliest}
    )
    if form.is_valid():
        said = form.cleaned_data
        actions.ask_to_leave(by=request.user, part=part, on=said["on"], words=said["words"], key=form.key)
        messages.success(request, _("Votre demande est partie à la coordination."))
        return redirect(here)
    context = {"part": part, "pool": part.pool, "form": form, "earliest": earliest}
    return render(request, "member/commitments/leave.html", context, status=400 if form.errors else 200)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def bonus(request: SeatedRequest, pk: int) -> HttpResponse:
    """What the firm would pay more to an employee of its own: declared, or declared to be nothing."""
    part = queries.parts_of_firms(request.seat.firm_ids).filter(pk=pk).select_related("cluster").first()
    if part is None or part.state not in queries.LIVE:
        raise Http404
    form = BonusForm(request.POST if request.method == "POST" else None, part=part, on=request.seat.on)
    refused: Refused | None = None
    if form.is_valid():
        try:
            form.record(by=request.user)
        except Refused as no:
            refused = no
        else:
            messages.success(request, _("C’est noté. La coordination est prévenue, et votre fiche d’égalité le dira."))
            return redirect("member:commitment", slug=request.seat.cluster.slug, pk=part.pk)
    context = {"part": part, "pool": part.pool, "form": form, "refused": refused}
    status = 409 if refused else 400 if form.errors else 200
    return render(request, "member/commitments/bonus.html", context | history(part, on=request.seat.on), status=status)


def _may_leave(part: Part) -> bool:
    return part.pool.state == PoolState.RUNNING and part.state in queries.COMMITTED and part.leaves_on is None


urlpatterns = [
    path("partages/", commitments, name="commitments"),
    path("partages/<int:pk>/", commitment, name="commitment"),
    path("partages/<int:pk>/quitter/", leave, name="leave"),
    path("partages/<int:pk>/prime/", bonus, name="bonus"),
]
