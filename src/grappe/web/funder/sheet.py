"""What a funder reads: totals only, each with its method, and what is not known."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from grappe.outcomes.queries import FEW_FIRMS, funder_sheet
from grappe.web.shared.doors import SeatedRequest
from grappe.web.shared.doors import sheet as sheet_door
from grappe.web.shared.sheets import asked_year


@sheet_door
def sheet(request: SeatedRequest) -> HttpResponse:
    year = asked_year(request, request.seat.on)
    found = funder_sheet(year.start, year.end)
    context = {
        "year": year,
        "years": year.tabs(reverse("funder:sheet", kwargs={"slug": request.seat.cluster.slug})),
        "sheet": found,
        "figures": found.figures,
        "few": FEW_FIRMS,
    }
    return render(request, "funder/sheet.html", context)


urlpatterns = [path("", sheet, name="sheet")]
