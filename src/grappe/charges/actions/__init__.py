from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.acts import actions as acts
from grappe.acts.queries import act_of, closed_years
from grappe.audit.deeds import Refused, deed
from grappe.charges import letters, wording
from grappe.charges.enums import PaymentMethod
from grappe.charges.models import Invoice, InvoiceLine, InvoiceSeries, Payment, Statement, StatementLine
from grappe.charges.month import Reckoning, lines_of, mark_of, month_after, reckon
from grappe.charges.reckoning import Part, vat_cents
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster, Firm
from grappe.law.queries import value_on
from grappe.ledger import actions as ledger
from grappe.ledger.chart import BANK, CLIENTS, GUARANTEE_FUND, SERVICES, VAT_COLLECTED
from grappe.ledger.models import Entry
from grappe.people.models import Person
from grappe.plans.actions import close_month
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool


class UnableToDrawUp(Refused):
    pass


class UnableToIssue(Refused):
    pass


class UnableToCancel(Refused):
    pass


class UnableToRecordPayment(Refused):
    pass


class UnableToRemind(Refused):
    pass


# ---------------------------------------------------------------- statements


@deed("charges.draw_up")
def draw_up(*, by: Person | None, pool: Pool, month: date) -> Statement:
    """The draft statement of a pool's month (any day of it), reckoned again each time; refused once issued.

    Shares the month's cost by signed half-days, each firm up to its accepted price; takes up again the earlier months
    that changed after their statement (docs/algorithms/statement.md).
    """
    month = month.replace(day=1)
    pool = Pool.objects.select_for_update().get(pk=pool.pk)
    if pool.state not in {PoolState.RUNNING, PoolState.ENDED} or month < pool.starts_on.replace(day=1):
        raise UnableToDrawUp(
            _("« %(pool)s » n’était pas en route ce mois-là.") % {"pool": pool},
            _("Un décompte se dresse à partir du mois où le poste commence."),
        )
    if month.year in closed_years():
        raise UnableToDrawUp(
            _("L’année %(year)s est close.") % {"year": month.year}, _("Ses comptes ne changent plus.")
        )
    if month > timezone.localdate():
        raise UnableToDrawUp(
            _("Ce mois n’a pas commencé."), _("Le décompte se dresse quand des demi-journées sont contresignées.")
        )
    statement = Statement.objects.filter(pool=pool, month=month).first()
    if statement is not None and statement.is_issued:
        raise UnableToDrawUp(
            _("Le décompte de ce mois est déjà émis."),
            _("Ce qui a changé depuis sera repris par le décompte du mois suivant."),
        )
    reckoning = reckon(pool, month)
    statement = statement or Statement(cluster_id=pool.cluster_id, pool=pool, month=month)
    statement.key = "signed_half_days"
    statement.cost_cents, statement.reopened_cents = reckoning.cost_cents, reckoning.reopened_cents
    statement.charged_cents, statement.own_cents = reckoning.charged_cents, reckoning.own_cents
    statement.fund_cents = reckoning.fund_cents
    statement.save()
    statement.lines.all().delete()
    StatementLine.objects.bulk_create(lines_of(statement, reckoning))
    return statement


@deed("charges.issue")
def issue(*, by: Person | None, statement: Statement, on: date, seen: str = "") -> Statement:
    """Issue the statement that was checked: number and freeze its invoices, post them, bring acts to what is invoiced.

    One transaction; two issues at once wait for each other. An issued statement is given back as it is. Raises
    UnableToIssue when something has changed since the draft, when the draft is not the one that was read (`seen`: its
    `month.mark_of`), or when `on` would break the order of invoice dates.
    """
    pool = Pool.objects.select_for_update().get(pk=statement.pool_id)
    statement = Statement.objects.select_related("pool", "cluster").get(pk=statement.pk)
    if statement.is_issued:
        return statement
    lines = _checked_lines(statement, reckon(pool, statement.month))
    if seen and seen != mark_of(lines):
        raise UnableToIssue(
            _("Ce décompte a été dressé de nouveau depuis que vous l’avez lu."), _("Relisez-le, puis émettez-le.")
        )
    billed = [line for line in lines if any(part.charged_cents for part in line.parts)]
    if billed:
        series = lock_series(statement.cluster, on)
        for line in billed:
            _invoice_line(by, statement, line, series, on)
    for line in lines:
        _adjust_acts(by, statement, line, on)
    statement.issued_at, statement.issued_by = timezone.now(), by
    statement.save(update_fields=["issued_at", "issued_by"])
    close_month(by=by, pool=pool, month=statement.month, on=on)
    return statement


def _checked_lines(statement: Statement, now: Reckoning) -> list[StatementLine]:
    """The draft's lines, if they are still what the month comes to (queries.is_still_true, under the lock)."""
    drawn = list(statement.lines.select_related("firm").order_by("firm__name", "firm_id"))
    fresh = {line.firm_id: line.why for line in lines_of(statement, now)}
    if now.cost_cents != statement.cost_cents or fresh != {line.firm_id: line.why for line in drawn}:
        raise UnableToIssue(
            _("Ce décompte a changé depuis que vous l’avez vérifié : une signature, un prix ou une facture a bougé."),
            _("Dressez-le de nouveau, vérifiez-le, puis émettez-le."),
        )
    return drawn


def lock_series(cluster: Cluster, on: date) -> InvoiceSeries:
    """The year's series of numbers, held until the end of the transaction; `on` must not go back in time."""
    InvoiceSeries.objects.get_or_create(cluster=cluster, year=on.year)
    series: InvoiceSeries = InvoiceSeries.objects.select_for_update().get(year=on.year)
    latest = Invoice.objects.aggregate(day=Max("issued_on"))["day"]
    if latest is not None and on < latest:
        raise UnableToIssue(
            _("La dernière facture est datée du %(day)s : les numéros suivent les dates.")
            % {"day": f"{latest:%d/%m/%Y}"},
            _("Datez celle-ci de ce jour-là ou d’après."),
        )
    if on > timezone.localdate():
        raise UnableToIssue(_("Une facture ne se date pas d’un jour à venir."), _("Datez-la d’aujourd’hui."))
    return series


def next_number(series: InvoiceSeries) -> int:
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series.last_number


def _invoice_line(
    by: Person | None, statement: Statement, line: StatementLine, series: InvoiceSeries, on: date
) -> Invoice:
    """One firm's invoice (an *avoir* if it comes to less than nothing), its ledger entry, and a mail to the firm."""
    cluster, firm = statement.cluster, line.firm
    parts = [part for part in line.parts if part.is_billed]
    rate = vat_rate_bp(cluster, on)
    net = sum(part.charged_cents for part in parts)
    vat = vat_cents(net, rate)
    number = next_number(series)
    invoice = Invoice(
        cluster=cluster,
        firm=firm,
        year=series.year,
        number=number,
        reference=f"{cluster.invoice_prefix}-{series.year}-{number:04d}",
        issued_on=on,
        due_on=letters.due_day(on, cluster.invoice_due_days),
        period_from=min(part.month for part in parts),
        period_to=month_after(max(part.month for part in parts)),
        seller=letters.seller_of(cluster),
        buyer=letters.buyer_of(firm),
        net_cents=net,
        vat_rate_bp=rate,
        vat_cents=vat,
        total_cents=net + vat,
        vat_note="" if rate else wording.EXEMPTION,
        statement=statement,
        issued_by=by,
    )
    fund = sum(part.new_fund_cents for part in line.parts)
    write_invoice(by, invoice, [row for part in parts for row in _rows(statement, part)], fund_cents=fund)
    letters.send_invoice(invoice, on=on)
    return invoice


def _rows(statement: Statement, part: Part) -> list[tuple[str, int, int]]:
    """A month's rows on an invoice: the shared cost, then the bonus that falls on the firm alone."""
    pool, shared, rows = statement.pool.name, part.charged_cents - part.new_own_cents, []
    if shared or part.new_quantity:
        label = wording.line_label(pool, part, own=part.month == statement.month)
        rows.append((label, part.new_quantity, shared))
    if part.new_own_cents:
        rows.append((wording.bonus_label(pool, part), 0, part.new_own_cents))
    return rows


def vat_rate_bp(cluster: Cluster, on: date) -> int:
    """The rate of VAT, in basis points, of an invoice that the cluster issues on that day."""
    return 0 if cluster.vat_regime == VatRegime.EXEMPT else value_on("vat.standard_bp", on)


def write_invoice(
    by: Person | None, invoice: Invoice, lines: list[tuple[str, int, int]], *, fund_cents: int = 0
) -> None:
    """Lines first, then the invoice that closes them, then its entry: 411 against 706, the firm's fund and 44571."""
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            cluster_id=invoice.cluster_id,
            invoice_id=invoice.pk,
            position=position,
            label=label[:200],
            quantity=quantity,
            unit="demi-journée",
            net_cents=cents,
        )
        for position, (label, quantity, cents) in enumerate(lines, start=1)
    )
    invoice.save(force_insert=True)
    if invoice.cancels_id is None and (invoice.total_cents or fund_cents):
        sides = [
            _side(CLIENTS, invoice.total_cents, invoice.firm),
            _side(SERVICES, fund_cents - invoice.net_cents),
            _side(GUARANTEE_FUND, -fund_cents, invoice.firm),
            _side(VAT_COLLECTED, -invoice.vat_cents),
        ]
        ledger.post(
            by=by,
            cluster=invoice.cluster,
            day=invoice.issued_on,
            label=f"{invoice.reference} {invoice.firm}",
            source=f"invoice:{invoice.pk}",
            lines=[side for side in sides if side[1] or side[2]],
        )


def _side(code: str, cents: int, firm: Firm | None = None) -> ledger.Side:
    """A line of an entry: debit above 0, credit below."""
    return (code, max(0, cents), max(0, -cents), firm)


def _adjust_acts(by: Person | None, statement: Statement, line: StatementLine, on: date) -> None:
    """For each month of the line, an act of quantity 0 that brings what acts say was paid to what is invoiced."""
    for part in line.parts:
        if part.adjust_cents:
            last_day = date.fromordinal(month_after(part.month).toordinal() - 1)
            acts.record(
                by=by,
                cluster=statement.cluster,
                pool=statement.pool,
                firm=line.firm,
                day=min(last_day, max(on, part.month)),
                quantity=0,
                paid_cents=part.adjust_cents,
                label=_("Ajustement au montant facturé"),
                source=_adjustment(statement.pk, part, line.firm_id),
            )


def _adjustment(statement_id: int, part: Part, firm_id: int) -> str:
    return f"statement:{statement_id}:{part.month:%Y-%m}:{firm_id}"


# ---------------------------------------------------------------- credit notes


@deed("charges.cancel_invoice")
def cancel_invoice(*, by: Person | None, invoice: Invoice, on: date) -> Invoice:
    """Cancel an issued invoice by a credit note with its own number, which is given back, the same one each time.

    Its half-days are to be invoiced again: the pool's next statement takes them up. What had been paid is owed to the
    firm.
    """
    invoice = Invoice.objects.select_related("cluster", "firm").get(pk=invoice.pk)
    if invoice.statement_id is not None:
        Pool.objects.select_for_update(of=("self",)).get(statements=invoice.statement_id)
    if invoice.cancels_id is not None:
        raise UnableToCancel(
            _("%(reference)s est déjà un avoir : il ne s’annule pas.") % {"reference": invoice.reference},
            _("Le décompte suivant reprendra ce qui doit l’être."),
        )
    years = {invoice.period_from.year, (invoice.period_to - timedelta(days=1)).year} & closed_years()
    if years and not Invoice.objects.filter(cancels=invoice).exists():
        raise UnableToCancel(
            _("%(reference)s porte sur %(year)s, une année close.")
            % {"reference": invoice.reference, "year": min(years)},
            _("Ses comptes ne changent plus : accordez-vous avec la structure sur l’année en cours."),
        )
    series = lock_series(invoice.cluster, on)
    standing: Invoice | None = Invoice.objects.filter(cancels=invoice).first()
    if standing is not None:
        return standing
    number = next_number(series)
    note = Invoice(
        id=uuid.uuid4(),
        cluster=invoice.cluster,
        firm=invoice.firm,
        year=series.year,
        number=number,
        reference=f"{invoice.cluster.invoice_prefix}-{series.year}-{number:04d}",
        issued_on=on,
        due_on=on,
        period_from=invoice.period_from,
        period_to=invoice.period_to,
        seller=invoice.seller,
        buyer=invoice.buyer,
        net_cents=-invoice.net_cents,
        vat_rate_bp=invoice.vat_rate_bp,
        vat_cents=-invoice.vat_cents,
        total_cents=-invoice.total_cents,
        vat_note=invoice.vat_note,
        statement_id=invoice.statement_id,
        cancels=invoice,
        issued_by=by,
    )
    write_invoice(by, note, [(line.label, -line.quantity, -line.net_cents) for line in invoice.lines.all()])
    entry = Entry.objects.filter(source=f"invoice:{invoice.pk}").first()
    if entry is not None:
        ledger.reverse(by=by, entry=entry, day=on, label=f"{note.reference} {invoice.firm}")
    _take_back_adjustments(by, invoice, note.reference)
    letters.send_invoice(note, on=on)
    return note


def _take_back_adjustments(by: Person | None, invoice: Invoice, reference: str) -> None:
    line = StatementLine.objects.filter(statement=invoice.statement_id, firm=invoice.firm).first()
    if line is None:
        return
    for part in line.parts:
        act = act_of(_adjustment(line.statement_id, part, line.firm_id))
        if act is not None:
            acts.reverse(by=by, act=act, label=_("Annulé par %(reference)s") % {"reference": reference})


# ---------------------------------------------------------------- payments


@deed("charges.record_payment")
def record_payment(
    *,
    by: Person | None,
    invoice: Invoice,
    day: date,
    cents: int,
    method: str = PaymentMethod.TRANSFER,
    note: str = "",
    out_of: Sequence[ledger.Side] | None = None,
) -> Payment:
    """Record money received on an invoice, or given back on a credit note: `cents` is above 0 either way.

    In part or in full, never more than what is due. `out_of`: the lines that it comes from, when not from the bank (a guarantee).
    """
    Invoice.objects.select_for_update().get(pk=invoice.pk)
    invoice = Invoice.objects.with_due().select_related("firm", "cluster").get(pk=invoice.pk)
    due = invoice.due_cents
    _check_payment(invoice, due, day, cents)
    payment = Payment.objects.create(
        cluster=invoice.cluster,
        invoice=invoice,
        day=day,
        cents=cents if due > 0 else -cents,
        method=method,
        note=note[:120],
        recorded_by=by,
    )
    ledger.post(
        by=by,
        cluster=invoice.cluster,
        day=day,
        label=f"{invoice.reference} {invoice.firm}",
        source=f"payment:{payment.pk}",
        lines=[*(out_of or [_side(BANK, payment.cents)]), _side(CLIENTS, -payment.cents, invoice.firm)],
    )
    return payment


def _check_payment(invoice: Invoice, due: int, day: date, cents: int) -> None:
    if due == 0:
        raise UnableToRecordPayment(
            _("%(reference)s est soldée : il n’y a plus rien à régler.") % {"reference": invoice.reference},
            _("Cherchez la facture que ce règlement concerne."),
        )
    if not 0 < cents <= abs(due):
        raise UnableToRecordPayment(
            _("Il reste %(due)s à régler : ce montant n’entre pas dans ce reste.") % {"due": wording.euros(abs(due))},
            _("Enregistrez au plus %(due)s ; le surplus concerne une autre facture.")
            % {"due": wording.euros(abs(due))},
        )
    if not invoice.issued_on <= day <= timezone.localdate():
        raise UnableToRecordPayment(
            _("Un règlement se date entre le jour de la facture et aujourd’hui."), _("Corrigez la date.")
        )


@deed("charges.reverse_payment")
def reverse_payment(*, by: Person | None, payment: Payment, day: date, note: str = "") -> Payment:
    """Take back a payment that was recorded by mistake or bounced: its opposite, once."""
    Invoice.objects.select_for_update().get(pk=payment.invoice_id)
    standing: Payment | None = Payment.objects.filter(reverses=payment).first()
    if standing is not None:
        return standing
    invoice = Invoice.objects.with_due().get(pk=payment.invoice_id)
    if payment.reverses_id is not None or invoice.is_cancelled:
        raise UnableToRecordPayment(
            _("Ce règlement ne peut plus être repris : il en annule un autre, ou sa facture est annulée."),
            _("Enregistrez ce qui s’est passé sur l’avoir ou sur une autre facture."),
        )
    back = Payment.objects.create(
        cluster_id=payment.cluster_id,
        invoice_id=payment.invoice_id,
        day=max(day, payment.day),
        cents=-payment.cents,
        method=payment.method,
        note=note[:120],
        reverses=payment,
        recorded_by=by,
    )
    entry = Entry.objects.get(source=f"payment:{payment.pk}")
    ledger.reverse(by=by, entry=entry, day=back.day, label=f"{invoice.reference} {_('règlement repris')}")
    return back


@deed("charges.remind")
def remind(*, by: Person | None, invoice: Invoice, on: date) -> Invoice:
    """Write to the firm's people that an invoice is still to be paid."""
    invoice = Invoice.objects.with_due().select_related("firm", "cluster").get(pk=invoice.pk)
    if invoice.due_cents <= 0:
        raise UnableToRemind(
            _("%(reference)s n’attend plus de règlement.") % {"reference": invoice.reference},
            _("Il n’y a rien à rappeler."),
        )
    if not letters.send_reminder(invoice, on=on):
        raise UnableToRemind(
            _("Personne ne parle aujourd’hui pour %(firm)s.") % {"firm": invoice.firm},
            _("Donnez un mandat à quelqu’un de la structure."),
        )
    return invoice
