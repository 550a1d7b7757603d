"""A member's sheet, read like a bank's: paid, alone, saved; the acts behind each figure; its invoices."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from grappe.charges import queries as charges
from grappe.charges.models import Invoice
from grappe.clusters.models import Firm
from grappe.outcomes.queries import member_sheet
from grappe.web.shared.doors import SeatedRequest, member
from grappe.web.shared.listing import listing
from grappe.web.shared.sheets import asked_acts, asked_year, month_columns


def asked_firm(request: SeatedRequest) -> tuple[Firm, list[Firm]]:
    """The firm of `?structure=` among those that the person speaks for (the first by default), and all of them."""
    firms = list(Firm.objects.filter(pk__in=request.seat.firm_ids).order_by("name", "pk"))
    asked = request.GET.get("structure", "")
    for firm in firms:
        if not asked or str(firm.pk) == asked:
            return firm, firms
    raise Http404


def _url(request: SeatedRequest, name: str, **query: Any) -> str:
    url = reverse(name, kwargs={"slug": request.seat.cluster.slug})
    return f"{url}?{urlencode(query)}" if query else url


def firm_tabs(request: SeatedRequest, name: str, firm: Firm, firms: list[Firm]) -> list[dict[str, Any]]:
    """To go from one firm to another, for someone who speaks for several."""
    if len(firms) < 2:
        return []
    return [
        {"label": one.name, "url": _url(request, name, structure=one.pk), "current": one.pk == firm.pk} for one in firms
    ]


@member
def sheet(request: SeatedRequest) -> HttpResponse:
    """Paid, alone, saved over a year; service by service, month by month."""
    firm, firms = asked_firm(request)
    year = asked_year(request, request.seat.on)
    found = member_sheet(firm.pk, year.start, year.end)
    context = {
        "firm": firm,
        "firm_tabs": firm_tabs(request, "member:sheet", firm, firms),
        "year": year,
        "sheet": found,
        "figures": found.figures,
        "years": year.tabs(_url(request, "member:sheet"), structure=firm.pk),
        "columns": month_columns(found),
        "acts_url": _url(request, "member:acts", annee=year.year, structure=firm.pk),
        "closed": [(line, charges.why_closed(line)) for line in charges.closed_lines_of(firm.pk, year=year.year)],
    }
    return render(request, "member/sheet/sheet.html", context)


@member
def acts(request: SeatedRequest) -> HttpResponse:
    """The acts that a figure of the sheet is made of."""
    firm, _firms = asked_firm(request)
    year = asked_year(request, request.seat.on)
    context = {"firm": firm, "year": year, "acts": asked_acts(request, year, firm_id=firm.pk)}
    return render(request, "member/sheet/acts.html", context)


@member
def invoices(request: SeatedRequest) -> HttpResponse:
    on, firm_ids = request.seat.on, request.seat.firm_ids
    rows = listing(
        request,
        charges.invoices(firm_ids=firm_ids),
        sorts={"numero": ["year", "number"], "echeance": ["due_on", "year", "number"]},
        default="-numero",
    )
    for row in rows:
        row.state, row.late_days = row.state_on(on), row.days_late(on)
    context = {"listing": rows, "owed": charges.owed(on=on, firm_ids=firm_ids), "shows_firms": len(firm_ids) > 1}
    return render(request, "member/sheet/invoices.html", context)


def _invoice(request: SeatedRequest, pk: uuid.UUID) -> Invoice:
    found = charges.invoice_numbered(pk, firm_ids=request.seat.firm_ids)
    if found is None:
        raise Http404
    return found


@member
def invoice(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    """An invoice: how much, by when, where to pay, where the amount comes from."""
    found = _invoice(request, pk)
    context = {
        "invoice": found,
        "state": found.state_on(request.seat.on),
        "late_days": found.days_late(request.seat.on),
        "why": charges.why_invoice(found),
        "payments": list(charges.payments_of(found)),
        "cents_owed": abs(found.due_cents),
    }
    return render(request, "member/sheet/invoice.html", context)


@member
def invoice_pdf(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    found = _invoice(request, pk)
    response = HttpResponse(charges.invoice_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.reference}.pdf"'
    return response


urlpatterns = [
    path("releve/", sheet, name="sheet"),
    path("releve/actes/", acts, name="acts"),
    path("factures/", invoices, name="invoices"),
    path("factures/<uuid:pk>/", invoice, name="invoice"),
    path("factures/<uuid:pk>/pdf/", invoice_pdf, name="invoice_pdf"),
]
