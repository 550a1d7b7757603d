"""What a member shares: the parts offered to its firms, and its answer to each, the price before the commitment."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from grappe.pools import queries
from grappe.pools.enums import PartState
from grappe.pools.models import Part
from grappe.pools.queries import PriceCard
from grappe.web.shared import commitments as answering
from grappe.web.shared.doors import SeatedRequest, member

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
    )


urlpatterns = [
    path("partages/", commitments, name="commitments"),
    path("partages/<int:pk>/", commitment, name="commitment"),
]
