"""Deposits and the guarantee fund: called, received, used on an unpaid invoice, returned. The ledger keeps each firm's balance."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused, deed
from grappe.charges import wording
from grappe.charges.actions import record_payment
from grappe.charges.enums import PaymentMethod, Pot
from grappe.charges.models import Invoice, Payment
from grappe.charges.solidarity import CALLED, HELD, pot_balances
from grappe.clusters.actions import hold_cluster
from grappe.clusters.models import Cluster, Firm
from grappe.engines.values import apportion
from grappe.ledger import actions as ledger
from grappe.ledger.chart import BANK
from grappe.ledger.models import Entry
from grappe.people.models import Person

MOST_CENTS = 10**9


class UnableToGuarantee(Refused):
    pass


@deed("charges.call_guarantee")
def call_guarantee(
    *, by: Person | None, cluster: Cluster, pot: str, cents: Mapping[Firm, int], day: date, label: str
) -> Entry:
    """Ask firms for a deposit, or for their part of the fund: so many cents each. Owed until received."""
    _check(day, label)
    asked = {firm: amount for firm, amount in cents.items() if amount}
    if not asked or any(not 0 < amount <= MOST_CENTS for amount in asked.values()):
        raise UnableToGuarantee(_("Un appel demande un montant à au moins une structure."), _("Indiquez le montant."))
    lines: list[ledger.Side] = []
    for firm, amount in sorted(asked.items(), key=lambda one: one[0].pk):
        lines += [(CALLED[pot], amount, 0, firm), (HELD[pot], 0, amount, firm)]
    return _post(by, cluster, day, label, "call", lines)


@deed("charges.receive_guarantee")
def receive_guarantee(*, by: Person | None, cluster: Cluster, pot: str, firm: Firm, cents: int, day: date) -> Entry:
    """The firm pays what was called, in part or in full, never more."""
    _check(day, "x")
    hold_cluster(cluster)
    owed = pot_balances(pot).called.get(firm.pk, 0)
    if not 0 < cents <= owed:
        raise UnableToGuarantee(
            _("%(firm)s doit encore %(owed)s de ce qui a été appelé.") % {"firm": firm, "owed": wording.euros(owed)},
            _("Enregistrez au plus ce montant ; au-delà, faites d’abord un appel."),
        )
    label = _("%(pot)s reçu : %(firm)s") % {"pot": Pot(pot).label.capitalize(), "firm": firm}
    return _post(by, cluster, day, label, "receipt", [(BANK, cents, 0, None), (CALLED[pot], 0, cents, firm)])


@deed("charges.use_guarantee")
def use_guarantee(*, by: Person | None, invoice: Invoice, pot: str, cents: int, day: date, note: str = "") -> Payment:
    """Settle an unpaid invoice out of the late firm's deposit, or out of the fund.

    From the fund: the late firm's own part first, then the others', in proportion to what each has in it, to the cent. It is a
    payment on the invoice like another: taken back (`reverse_payment`) when the firm pays after all, every part is as before.
    """
    cluster, firm = invoice.cluster, invoice.firm
    hold_cluster(cluster)
    if invoice.due_on >= day:
        raise UnableToGuarantee(
            _("%(reference)s n’est pas en retard.") % {"reference": invoice.reference},
            _("Attendez son échéance, et une relance."),
        )
    paid = pot_balances(pot).paid
    own = max(0, paid.get(firm.pk, 0))
    others = {pk: amount for pk, amount in paid.items() if pk != firm.pk and amount > 0} if pot == Pot.FUND else {}
    most = own + sum(others.values())
    if not 0 < cents <= most:
        raise UnableToGuarantee(
            _("Il y a %(most)s à prendre là.") % {"most": wording.euros(most)},
            _("Prenez au plus ce montant, ou demandez d’abord aux structures de verser ce qui a été appelé."),
        )
    taken = apportion(cents - min(own, cents), others) if cents > own else {}
    parts = {firm.pk: min(own, cents), **taken}
    firms = Firm.objects.in_bulk(parts)
    return record_payment(
        by=by,
        invoice=invoice,
        day=day,
        cents=cents,
        method=PaymentMethod.GUARANTEE,
        note=note,
        out_of=[(HELD[pot], amount, 0, firms[pk]) for pk, amount in sorted(parts.items()) if amount],
    )


@deed("charges.return_guarantee")
def return_guarantee(*, by: Person | None, cluster: Cluster, pot: str, firm: Firm, cents: int, day: date) -> Entry:
    """Give back to a firm what it has there, once it owes nothing."""
    _check(day, "x")
    hold_cluster(cluster)
    held = max(0, pot_balances(pot).paid.get(firm.pk, 0))
    if not 0 < cents <= held:
        raise UnableToGuarantee(
            _("%(firm)s y a %(held)s.") % {"firm": firm, "held": wording.euros(held)}, _("Rendez au plus ce montant.")
        )
    due = sum(Invoice.objects.owed().filter(firm=firm).values_list("due_cents", flat=True))
    if due:
        raise UnableToGuarantee(
            _("%(firm)s doit encore %(due)s de factures.") % {"firm": firm, "due": wording.euros(due)},
            _("Réglez-les d’abord, au besoin par sa garantie."),
        )
    label = _("%(pot)s rendu : %(firm)s") % {"pot": Pot(pot).label.capitalize(), "firm": firm}
    return _post(by, cluster, day, label, "return", [(HELD[pot], cents, 0, firm), (BANK, 0, cents, None)])


def _check(day: date, label: str) -> None:
    if day > timezone.localdate():
        raise UnableToGuarantee(_("Une écriture ne se date pas d’un jour à venir."), _("Corrigez la date."))
    if not label.strip():
        raise UnableToGuarantee(_("Un appel dit pourquoi."), _("Indiquez la décision dont il vient."))


def _post(by: Person | None, cluster: Cluster, day: date, label: str, kind: str, lines: list[ledger.Side]) -> Entry:
    return ledger.post(
        by=by, cluster=cluster, day=day, label=label.strip(), source=f"guarantee:{kind}:{uuid.uuid4()}", lines=lines
    )
