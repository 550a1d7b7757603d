"""What an invoice says of its two parties, and the mails that go with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from grappe.charges.models import Invoice
from grappe.charges.wording import euros
from grappe.clusters.models import Cluster, Firm
from grappe.clusters.queries import people_of
from grappe.people.actions import write_to
from grappe.people.models import Person


def due_day(issued_on: date, days: int) -> date:
    return issued_on + timedelta(days=days)


def seller_of(cluster: Cluster) -> dict[str, Any]:
    """The cluster's legal body as the invoice prints it for ever."""
    return {
        "name": cluster.legal_name or cluster.name,
        "cluster": cluster.name,
        "siren": cluster.siren,
        "vat_number": cluster.vat_number,
        "street": cluster.street,
        "postcode": cluster.postcode,
        "town": cluster.town,
        "email": cluster.email,
        "iban": cluster.iban,
    }


def buyer_of(firm: Firm) -> dict[str, Any]:
    return {
        "name": firm.name,
        "siren": firm.siren or "",
        "vat_number": firm.vat_number,
        "street": firm.street,
        "postcode": firm.postcode,
        "town": firm.town,
    }


def missing_mentions(party: dict[str, Any]) -> list[str]:
    """The mentions that the law wants on an invoice and that this party has not given."""
    names = {"siren": _("SIREN"), "street": _("adresse"), "postcode": _("code postal"), "town": _("ville")}
    return [name for field, name in names.items() if not party[field]]


def send_invoice(invoice: Invoice, *, on: date) -> None:
    """Tell the firm's people that an invoice, or a credit note, is there for them."""
    for person in people_of(invoice.firm, on=on):
        with translation.override(person.language):
            amount = euros(abs(invoice.total_cents))
            words = {"reference": invoice.reference, "amount": amount, "cluster": invoice.cluster}
            if invoice.is_credit_note:
                subject = _("Avoir %(reference)s : %(amount)s") % words
                body = _("%(cluster)s vous doit %(amount)s, par l’avoir %(reference)s.") % words
            else:
                subject = _("Facture %(reference)s : %(amount)s") % words
                body = _("%(cluster)s vous a adressé la facture %(reference)s, de %(amount)s.") % words
                body += "\n" + _("À régler avant le %(day)s.") % {"day": f"{invoice.due_on:%d/%m/%Y}"}
            _send(person, invoice, subject, body)


def send_reminder(invoice: Invoice, *, on: date) -> int:
    """Remind the firm's people of what is due (`with_due`); how many were written to."""
    people = people_of(invoice.firm, on=on)
    for person in people:
        with translation.override(person.language):
            words = {
                "reference": invoice.reference,
                "amount": euros(invoice.due_cents),
                "cluster": invoice.cluster,
                "day": f"{invoice.due_on:%d/%m/%Y}",
            }
            subject = _("Rappel : %(amount)s à régler sur la facture %(reference)s") % words
            body = _("Il reste %(amount)s à régler sur la facture %(reference)s, échue le %(day)s.") % words
            body += "\n" + _("Si le règlement est parti, ne tenez pas compte de ce message.")
            body += "\n" + _("Si quelque chose coince, dites-le-nous.")
            _send(person, invoice, subject, body)
    return len(people)


def _send(person: Person, invoice: Invoice, subject: str, body: str) -> None:
    where = _("Vous la trouverez ici : %(url)s") % {"url": f"{settings.BASE_URL}/c/{invoice.cluster.slug}/"}
    write_to(person, subject=subject, body=f"{body}\n{where}\n\n{invoice.cluster}\n")
