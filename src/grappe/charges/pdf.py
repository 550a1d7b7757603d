"""An invoice as a PDF (PDF/A-3a, PDF/UA-1), from what was frozen at issue: the same bytes each time.

The mentions are those of CGI annex II art. 242 nonies A and of C. com. L441-9 and L441-10.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from babel.dates import format_date
from django.utils import translation
from stdnum.fr import siren as siren_number

from grappe.charges import wording
from grappe.charges.models import ClosingLine, Invoice, StatementLine
from grappe.law.enums import Unit
from grappe.law.queries import rules_of
from grappe.law.words import shown
from grappe.papers.pdf import pdf_of

TEMPLATE = Path(__file__).with_name("invoice.typ")
LATE_RATE = "trois fois le taux d’intérêt légal"


def render(invoice: Invoice) -> bytes:
    """The PDF of an invoice or credit note, in some tens of milliseconds."""
    with translation.override("fr"):
        data = content(invoice)
    day = invoice.issued_on
    return pdf_of(TEMPLATE, data, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def content(invoice: Invoice) -> dict[str, Any]:
    """Everything that is printed, as text."""
    kind = "Avoir" if invoice.is_credit_note else "Facture"
    seller, buyer = invoice.seller, invoice.buyer
    return {
        "kind": kind,
        "number": f"n° {invoice.reference}",
        "title": f"{kind} {invoice.reference}",
        "addressed": "Adressé à" if invoice.is_credit_note else "Adressée à",
        "cancels": _cancels(invoice),
        "seller": {"name": seller["name"], "brand": seller.get("cluster") or seller["name"], "lines": _seller(seller)},
        "buyer": {"name": buyer["name"], "lines": _address(buyer) + _numbers(buyer)},
        "facts": _facts(invoice),
        "lines": [_line(line) for line in invoice.lines.all()],
        "totals": [
            {"name": "Total HT", "value": _euros(invoice.net_cents)},
            {"name": _vat_name(invoice), "value": _euros(invoice.vat_cents)},
        ],
        "due": {
            "name": "Total TTC" if invoice.vat_rate_bp else "Total",
            "value": _euros(invoice.total_cents),
        },
        "vat_note": invoice.vat_note,
        "why": why_of(invoice),
        "payment": _payment(invoice),
        "legal": _legal(seller),
    }


def _euros(cents: int) -> str:
    return wording.euros(cents, "fr").replace("-", "\u2212")


def _day(day: Any) -> str:
    text = format_date(day, "d MMMM y", locale="fr")
    return text.replace("1 ", "1er ", 1) if day.day == 1 else text


def _cancels(invoice: Invoice) -> str:
    if invoice.cancels is None:
        return ""
    return f"Annule la facture n° {invoice.cancels.reference} du {_day(invoice.cancels.issued_on)}"


def _address(party: dict[str, Any]) -> list[str]:
    town = f"{party['postcode']} {party['town']}".strip()
    return [line for line in (party["street"], town) if line]


def _numbers(party: dict[str, Any]) -> list[str]:
    lines = []
    if party["siren"]:
        lines.append(f"SIREN {siren_number.format(party['siren'])}")
    if party["vat_number"]:
        lines.append(f"TVA {party['vat_number']}")
    return lines


def _seller(seller: dict[str, Any]) -> list[str]:
    return [seller["name"], *_address(seller), *([seller["email"]] if seller.get("email") else [])]


def _legal(seller: dict[str, Any]) -> list[str]:
    return [seller["name"], *_address(seller), *_numbers(seller)]


def _facts(invoice: Invoice) -> list[dict[str, str]]:
    last_day = invoice.period_to - timedelta(days=1)
    first_month, last_month = wording.month_name(invoice.period_from), wording.month_name(last_day)
    period = first_month if first_month == last_month else f"{first_month} à {last_month}"
    facts = [("Date", _day(invoice.issued_on)), ("Période de la prestation", period)]
    if invoice.is_credit_note:
        facts.append(("À déduire ou à rembourser", _euros(-invoice.total_cents)))
    else:
        facts.append(("À régler au plus tard le", _day(invoice.due_on)))
    return [{"name": name, "value": value} for name, value in facts]


def _line(line: Any) -> dict[str, str]:
    unit = ""
    if line.quantity:
        per_unit, rest = divmod(line.net_cents, line.quantity)
        unit = _euros(per_unit) if rest == 0 else wording.exact_euros(line.net_cents, line.quantity)
    return {
        "label": line.label,
        "quantity": wording.half_days(line.quantity).replace("-", "\u2212", 1) if line.quantity < 0
        else wording.half_days(line.quantity) if line.quantity else "",
        "unit_price": unit,
        "amount": _euros(line.net_cents),
    }  # fmt: skip


def _vat_name(invoice: Invoice) -> str:
    return f"TVA {shown(invoice.vat_rate_bp, Unit.BASIS_POINTS)}" if invoice.vat_rate_bp else "TVA (exonération)"


def why_of(invoice: Invoice) -> list[str]:
    """Where an invoice's amount comes from, in the language of the moment; nothing for a credit note."""
    if invoice.cancels_id is not None:
        return []
    if invoice.statement is None:
        closed = ClosingLine.objects.filter(invoice=invoice).select_related("closing", "pool")
        return [" ".join(wording.why_closing(one)) for one in closed]
    line = StatementLine.objects.filter(statement=invoice.statement_id, firm=invoice.firm_id).first()
    return wording.why([part for part in line.parts if part.is_billed], invoice.statement.month) if line else []


def _recovery(invoice: Invoice) -> list[str]:
    """The recovery indemnity as the law had it on the day of issue."""
    rule = rules_of(["payment.recovery_cents"], invoice.issued_on).get("payment.recovery_cents")
    if rule is None:
        return []
    amount = shown(rule.value, rule.unit)
    return [f"indemnité forfaitaire pour frais de recouvrement : {amount} (art. {rule.article})."]


def _payment(invoice: Invoice) -> list[str]:
    if invoice.is_credit_note:
        return ["Ce montant vient en déduction de ce que vous devez, ou vous est remboursé."]
    iban = invoice.seller.get("iban", "")
    grouped = " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
    return [
        *([f"Par virement : IBAN {grouped}, en rappelant le numéro {invoice.reference}."] if iban else []),
        f"En cas de retard, pénalités au taux de {LATE_RATE}, exigibles sans rappel ;",
        *_recovery(invoice),
        "Pas d’escompte pour paiement anticipé.",
    ]
