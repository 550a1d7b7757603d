"""What sharing earned: the cluster's totals, each firm's sheet, and the acts behind each figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from grappe.clusters.models import Firm, Membership
from grappe.outcomes.queries import cluster_sheet, member_sheet
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.sheets import Euros, asked_acts, asked_year, csv_response, month_columns


def _url(request: SeatedRequest, name: str, **query: Any) -> str:
    url = reverse(name, kwargs={"slug": request.seat.cluster.slug})
    return f"{url}?{urlencode(query)}" if query else url


@desk
def outcomes(request: SeatedRequest) -> HttpResponse:
    """The cluster's sheet of a year: paid, alone, saved; by service, month, firm and proof."""
    year = asked_year(request, request.seat.on)
    sheet = cluster_sheet(year.start, year.end)
    context = {
        "year": year,
        "sheet": sheet,
        "figures": sheet.figures,
        "years": year.tabs(_url(request, "desk:outcomes")),
        "columns": month_columns(sheet),
        "acts_url": _url(request, "desk:outcome_acts", annee=year.year),
        "csv_url": _url(request, "desk:outcomes_csv", annee=year.year),
    }
    return render(request, "desk/outcomes/cluster.html", context)


def _firm(firm_id: int) -> Firm:
    """A firm that is, or was, a member of this cluster."""
    found = Membership.objects.filter(firm_id=firm_id).select_related("firm").first()
    if found is None:
        raise Http404
    return found.firm


@desk
def firm_outcomes(request: SeatedRequest, firm_id: int) -> HttpResponse:
    """A firm's sheet, as it reads it."""
    firm = _firm(firm_id)
    year = asked_year(request, request.seat.on)
    sheet = member_sheet(firm.pk, year.start, year.end)
    url = reverse("desk:firm_outcomes", kwargs={"slug": request.seat.cluster.slug, "firm_id": firm.pk})
    context = {
        "firm": firm,
        "year": year,
        "sheet": sheet,
        "figures": sheet.figures,
        "years": year.tabs(url),
        "columns": month_columns(sheet),
        "acts_url": _url(request, "desk:outcome_acts", annee=year.year, structure=firm.pk),
    }
    return render(request, "desk/outcomes/firm.html", context)


@desk
def outcome_acts(request: SeatedRequest) -> HttpResponse:
    """The acts that a figure is made of."""
    year = asked_year(request, request.seat.on)
    asked = request.GET.get("structure", "")
    firm = _firm(int(asked)) if asked.isdecimal() and len(asked) < 12 else None
    context = {
        "year": year,
        "firm": firm,
        "acts": asked_acts(request, year, firm_id=firm.pk if firm else None),
        "shows_firms": firm is None,
    }
    return render(request, "desk/outcomes/acts.html", context)


@desk
def outcomes_csv(request: SeatedRequest) -> HttpResponse:
    """The year's sheet, a row by firm, service and month."""
    year = asked_year(request, request.seat.on)
    sheet = cluster_sheet(year.start, year.end)
    firms = {row.key: row.label for row in sheet.firms}
    pools = {row.key: row.label for row in sheet.services}
    head = [
        _("structure"),
        _("service"),
        _("mois"),
        _("demi-journées"),
        _("payé HT"),
        _("seule HT"),
        _("achetées seule"),
        _("preuve"),
        _("économisé, bas"),
        _("économisé, central"),
        _("économisé, haut"),
        _("aide passée par là"),
    ]

    def rows() -> Iterator[list[Any]]:
        for cell in sheet.figures.cells:
            saved = cell.saved
            yield [
                firms[str(cell.firm_id)],
                pools[str(cell.pool_id)],
                f"{cell.month:%Y-%m}",
                cell.quantity,
                Euros(cell.paid_cents),
                Euros(cell.alone_cents) if cell.alone_cents is not None else "",
                cell.alone_quantity if cell.is_priced else "",
                cell.grade,
                *([Euros(saved.low), Euros(saved.central), Euros(saved.high)] if cell.is_priced else ["", "", ""]),
                Euros(cell.financed_cents),
            ]

    return csv_response(f"retombees-{request.seat.cluster.slug}-{year.year}.csv", head, rows())


urlpatterns = [
    path("retombees/", outcomes, name="outcomes"),
    path("retombees/actes/", outcome_acts, name="outcome_acts"),
    path("retombees/export.csv", outcomes_csv, name="outcomes_csv"),
    path("retombees/structures/<int:firm_id>/", firm_outcomes, name="firm_outcomes"),
]
