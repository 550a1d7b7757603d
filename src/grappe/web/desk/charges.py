"""Accounts: statements to check and issue, invoices and what is paid on them, the trial balance."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from grappe.charges import actions, queries
from grappe.charges.enums import InvoiceState, PaymentMethod
from grappe.charges.models import Invoice, Statement
from grappe.engines.values import Month
from grappe.ledger.queries import firm_balances, trial_balance
from grappe.pools.models import Pool
from grappe.web.shared.books import tabs
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import CentsField, DayField, DeedForm
from grappe.web.shared.listing import listing
from grappe.web.shared.templatetags.grappe import euros

STATE_TABS = {
    "": gettext_lazy("Toutes"),
    InvoiceState.LATE: gettext_lazy("En retard"),
    InvoiceState.OPEN: gettext_lazy("À régler"),
    InvoiceState.PAID: gettext_lazy("Réglées"),
    InvoiceState.REFUND: gettext_lazy("À rembourser"),
    InvoiceState.CANCELLED: gettext_lazy("Annulées"),
}

# A guarantee is used on the page of solidarity, which says whose it is.
RECEIVED = [one for one in PaymentMethod.choices if one[0] != PaymentMethod.GUARANTEE]


class PaymentForm(DeedForm):
    cents = CentsField(label=gettext_lazy("Montant"), least=1)
    day = DayField(label=gettext_lazy("Reçu le"))
    method = forms.ChoiceField(
        label=gettext_lazy("Par"), choices=[one for one in PaymentMethod.choices if one[0] != PaymentMethod.GUARANTEE]
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=120)


def _key(request: HttpRequest) -> str:
    form = DeedForm(request.POST)
    return form.key if form.is_valid() else ""


# ---------------------------------------------------------------- statements


@desk
def charges(request: SeatedRequest) -> HttpResponse:
    """What is to be drawn up, checked, issued; then what has been."""
    on = request.seat.on
    due = queries.statements_due(on=on)
    issued = listing(
        request,
        queries.statements().filter(issued_at__isnull=False),
        sorts={"mois": ["month", "pool__name", "pk"], "poste": ["pool__name", "-month", "pk"]},
        default="-mois",
        rows_per_page=24,
    )
    context = {
        "tabs": tabs(request, "desk:charges"),
        "due": due,
        "listing": issued,
        "owed": queries.owed(on=on),
        "form": DeedForm(),
    }
    return render(request, "desk/charges/statements.html", context)


@desk
@require_POST
def draw_up(request: SeatedRequest, pool_id: int, month: str) -> HttpResponse:
    pool = Pool.objects.filter(pk=pool_id).first()
    try:
        first = Month.parse(month).first_day
    except ValueError:
        first = None
    if pool is None or first is None:
        raise Http404
    statement = actions.draw_up(by=request.seat.person, pool=pool, month=first, key=_key(request))
    return redirect("desk:statement", slug=request.seat.cluster.slug, pk=statement.pk)


@desk
def statement(request: SeatedRequest, pk: int) -> HttpResponse:
    """A month's statement: who pays what and why; its one deed is to issue it."""
    found = queries.statement_numbered(pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        issued = actions.issue(
            by=request.seat.person,
            statement=found,
            on=request.seat.on,
            seen=request.POST.get("seen", ""),
            key=_key(request),
        )
        messages.success(request, _("Le décompte est émis : les factures sont numérotées et envoyées."))
        return redirect("desk:statement", slug=request.seat.cluster.slug, pk=issued.pk)
    return render(request, "desk/charges/statement.html", _statement_context(request, found))


def _statement_context(request: SeatedRequest, found: Statement) -> dict[str, Any]:
    lines = list(found.lines.all())
    for line in lines:
        line.sentences = queries.why(line)
    charged = [line for line in lines if any(part.charged_cents for part in line.parts)]
    invoices = list(queries.invoices().filter(statement=found).order_by("number")) if found.is_issued else []
    return {
        "statement": found,
        "lines": lines,
        "invoice_count": len(charged),
        "capped": [line for line in lines if any(part.is_capped for part in line.parts)],
        "dearer": [line for line in lines if line.is_above_alone],
        "capped_names": ", ".join(line.firm.name for line in lines if any(part.is_capped for part in line.parts)),
        "signed": sum(line.quantity for line in lines),
        "share_cents": sum(line.share_cents for line in lines),
        "cost_note": _cost_note(found),
        "waiting": [] if found.is_issued else queries.waiting_for_signature(found.pool, found.month),
        "is_true": found.is_issued or queries.is_still_true(found),
        "is_over": found.month_end <= request.seat.on,
        "missing": [] if found.is_issued else queries.missing_mentions(request.seat.cluster, lines),
        "invoices": [(one, one.state_on(request.seat.on)) for one in invoices],
        "form": DeedForm(),
        "month_key": f"{found.month:%Y-%m}",
        "mark": queries.mark(found),
    }


def _cost_note(found: Statement) -> str:
    if found.own_cents:
        return _("%(month)s à partager, et %(own)s de primes différentielles, chacune à sa structure") % {
            "month": euros(found.cost_cents - found.own_cents),
            "own": euros(found.own_cents),
        }
    if not found.reopened_cents:
        return ""
    return _("%(month)s pour ce mois, %(reopened)s que des mois déjà émis avaient laissés") % {
        "month": euros(found.month_cost_cents),
        "reopened": euros(found.reopened_cents),
    }


# ---------------------------------------------------------------- invoices


@desk
def invoices(request: SeatedRequest) -> HttpResponse:
    on, state = request.seat.on, request.GET.get("etat", "")
    rows = listing(
        request,
        queries.in_state(queries.invoices(), state, on=on),
        sorts={
            "numero": ["year", "number"],
            "structure": ["firm__name", "year", "number"],
            "echeance": ["due_on", "year", "number"],
            "montant": ["total_cents", "year", "number"],
        },
        default="-numero",
    )
    for row in rows:
        row.state, row.late_days = row.state_on(on), row.days_late(on)
    url = reverse("desk:invoices", kwargs={"slug": request.seat.cluster.slug})
    context = {
        "tabs": tabs(request, "desk:invoices"),
        "filters": [
            {"label": label, "url": f"{url}?etat={value}" if value else url, "current": state == value}
            for value, label in STATE_TABS.items()
        ],
        "state": state,
        "listing": rows,
        "owed": queries.owed(on=on),
    }
    return render(request, "desk/charges/invoices.html", context)


def _invoice(pk: uuid.UUID) -> Invoice:
    found = queries.invoice_numbered(pk)
    if found is None:
        raise Http404
    return found


@desk
def invoice(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    """An invoice, what was paid on it, and the form to record a payment."""
    found = _invoice(pk)
    form = PaymentForm(
        request.POST if request.method == "POST" else None,
        initial={"cents": abs(found.due_cents), "day": request.seat.on, "method": "transfer"},
    )
    if request.method == "POST" and form.is_valid():
        actions.record_payment(
            by=request.seat.person,
            invoice=found,
            day=form.cleaned_data["day"],
            cents=form.cleaned_data["cents"],
            method=form.cleaned_data["method"],
            note=form.cleaned_data["note"],
            key=form.key,
        )
        messages.success(request, _("Règlement enregistré."))
        return redirect("desk:invoice", slug=request.seat.cluster.slug, pk=pk)
    on = request.seat.on
    context = {
        "invoice": found,
        "state": found.state_on(on),
        "late_days": found.days_late(on),
        "payments": list(queries.payments_of(found)),
        "credit_note": queries.credit_note_of(found),
        "form": form,
        "deed": DeedForm(),
        "cents_owed": abs(found.due_cents),
    }
    return render(request, "desk/charges/invoice.html", context, status=400 if form.errors else 200)


@desk
def invoice_pdf(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    return pdf_response(_invoice(pk))


def pdf_response(found: Invoice) -> HttpResponse:
    """The invoice's PDF, named by its reference."""
    response = HttpResponse(queries.invoice_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.reference}.pdf"'
    return response


@desk
def invoice_cancel(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what a credit note does, then make it."""
    found = _invoice(pk)
    if request.method == "POST":
        note = actions.cancel_invoice(by=request.seat.person, invoice=found, on=request.seat.on, key=_key(request))
        messages.success(request, _("Avoir %(reference)s émis.") % {"reference": note.reference})
        return redirect("desk:invoice", slug=request.seat.cluster.slug, pk=note.pk)
    return render(request, "desk/charges/cancel.html", {"invoice": found, "form": DeedForm()})


@desk
@require_POST
def invoice_remind(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    found = _invoice(pk)
    actions.remind(by=request.seat.person, invoice=found, on=request.seat.on, key=_key(request))
    messages.success(request, _("Rappel envoyé à %(firm)s.") % {"firm": found.firm})
    return redirect("desk:invoice", slug=request.seat.cluster.slug, pk=pk)


@desk
@require_POST
def payment_reverse(request: SeatedRequest, pk: uuid.UUID) -> HttpResponse:
    payment = queries.payment_numbered(pk)
    if payment is None:
        raise Http404
    actions.reverse_payment(by=request.seat.person, payment=payment, day=request.seat.on, key=_key(request))
    messages.success(request, _("Règlement repris."))
    return redirect("desk:invoice", slug=request.seat.cluster.slug, pk=payment.invoice_id)


# ---------------------------------------------------------------- the books


@desk
def balance(request: SeatedRequest) -> HttpResponse:
    """The trial balance, and what each firm owes."""
    until = _first_day_after(request.GET.get("jusqu", ""))
    context = {
        "tabs": tabs(request, "desk:trial_balance"),
        "balance": trial_balance(until=until),
        "clients": firm_balances("411", until=until),
    }
    return render(request, "desk/charges/balance.html", context)


def _first_day_after(text: str) -> date | None:
    """The day after the month that the address names, or None."""
    try:
        return Month.parse(text).plus(1).first_day
    except ValueError:
        return None


urlpatterns = [
    path("comptes/", charges, name="charges"),
    path("comptes/decomptes/<int:pool_id>/<str:month>/", draw_up, name="draw_up"),
    path("comptes/decomptes/<int:pk>/", statement, name="statement"),
    path("comptes/factures/", invoices, name="invoices"),
    path("comptes/factures/<uuid:pk>/", invoice, name="invoice"),
    path("comptes/factures/<uuid:pk>/pdf/", invoice_pdf, name="invoice_pdf"),
    path("comptes/factures/<uuid:pk>/avoir/", invoice_cancel, name="invoice_cancel"),
    path("comptes/factures/<uuid:pk>/rappel/", invoice_remind, name="invoice_remind"),
    path("comptes/reglements/<uuid:pk>/reprendre/", payment_reverse, name="payment_reverse"),
    path("comptes/balance/", balance, name="trial_balance"),
]
