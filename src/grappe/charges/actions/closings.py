"""Closing a year: real costs, regularisation or result; and which of the two ways of billing a cluster uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.acts import actions as acts
from grappe.audit.deeds import Refused, deed
from grappe.charges import letters, wording
from grappe.charges.actions import lock_series, next_number, vat_rate_bp, write_invoice
from grappe.charges.enums import ResultUse
from grappe.charges.models import Closing, ClosingCost, ClosingLine, Invoice, InvoiceSeries, Statement, YearAcceptance
from grappe.charges.reckoning import vat_cents
from grappe.charges.year import (
    FirmYear,
    PoolYear,
    Year,
    planned_costs,
    pools_of_year,
    reckon_year,
    statements_missing,
)
from grappe.clusters.actions import describe_cluster, hold_cluster
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster, Firm
from grappe.ledger import actions as ledger
from grappe.ledger.chart import GUARANTEE_FUND, SERVICES
from grappe.people.models import Person
from grappe.pools.enums import PoolState
from grappe.pools.kinds import post as post_kind
from grappe.pools.models import CostLine, Pool
from grappe.pools.rules import may_commit
from grappe.pools.words import listed

COST_MOST = 1_000_000_00


class UnableToClose(Refused):
    pass


class UnableToAcceptYear(Refused):
    pass


class UnableToChooseRegime(Refused):
    pass


# ---------------------------------------------------------------- the real costs


@deed("charges.open_closing")
def open_closing(*, by: Person | None, cluster: Cluster, year: int) -> Closing:
    """Begin a year's closing: one real cost to say for each cost line of each pool that ran. Asked again, the same."""
    hold_cluster(cluster)
    standing: Closing | None = Closing.objects.filter(year=year).first()
    if standing is not None:
        return standing
    pools = pools_of_year(year)
    if not pools:
        raise UnableToClose(
            _("Aucun poste n’était en route en %(year)s.") % {"year": year}, _("Il n’y a rien à clore cette année-là.")
        )
    closing = Closing.objects.create(
        cluster=cluster, year=year, vat_regime=Cluster.objects.get(pk=cluster.pk).vat_regime
    )
    ClosingCost.objects.bulk_create(
        ClosingCost(
            cluster=cluster, closing=closing, pool=pool, position=rank, label=label, part=part, planned_cents=cents
        )
        for pool in pools
        for rank, (label, part, cents) in enumerate(planned_costs(pool, year))
    )
    return closing


@deed("charges.write_costs")
def write_costs(
    *,
    by: Person | None,
    closing: Closing,
    costs: Mapping[int, int | None],
    more: Mapping[int, tuple[str, int]] | None = None,
) -> Closing:
    """What the year really cost: `costs` by ClosingCost id, in cents; `more`: pool id -> a further line, label and cents."""
    held = _open(closing)
    rows = {row.pk: row for row in held.costs.all()}
    wanted = [*costs.values(), *(cents for _label, cents in (more or {}).values())]
    if costs.keys() - rows.keys() or any(cents is not None and not 0 <= cents <= COST_MOST for cents in wanted):
        raise UnableToClose(
            _("Un coût réel va de 0 à un million d’euros."), _("Vérifiez les montants : rien n’a été enregistré.")
        )
    for pk, cents in costs.items():
        rows[pk].cents = cents
    ClosingCost.objects.bulk_update(rows.values(), ["cents"])
    for pool_id, (label, cents) in (more or {}).items():
        of_pool = [row for row in rows.values() if row.pool_id == pool_id]
        if not of_pool or not label.strip():
            raise UnableToClose(_("Un coût de plus se dit avec son nom."), _("Écrivez ce que c’est."))
        ClosingCost.objects.create(
            cluster_id=held.cluster_id,
            closing=held,
            pool_id=pool_id,
            position=1 + max(row.position for row in of_pool),
            label=label.strip()[:80],
            cents=cents,
        )
    return held


def _open(closing: Closing) -> Closing:
    held: Closing = Closing.objects.select_for_update().get(pk=closing.pk)
    if held.is_closed:
        raise UnableToClose(_("L’année %(year)s est close.") % {"year": held.year}, _("Ses comptes ne changent plus."))
    return held


# ---------------------------------------------------------------- a firm agrees


@deed("charges.accept_year")
def accept_year(*, by: Person, closing: Closing, pool: Pool, firm: Firm, cents: int) -> YearAcceptance:
    """The firm agrees to `cents` for its year, the amount that it saw, above the ceiling of its commitment.

    Raises UnableToAcceptYear without a mandate today, or when the amount is no longer the one that was shown.
    """
    held = _open(closing)
    if not may_commit(by, firm.pk, on=timezone.localdate()):
        raise UnableToAcceptYear(
            _("Vous n’avez pas, aujourd’hui, de mandat pour %(firm)s.") % {"firm": firm},
            _("Demandez-le à la coordination de la grappe."),
        )
    row = next(
        (
            row
            for one in reckon_year(held).pools
            for row in one.rows
            if one.pool.pk == pool.pk and row.firm.pk == firm.pk
        ),
        None,
    )
    if row is None or row.share.should_cents != cents:
        raise UnableToAcceptYear(
            _("Ce montant n’est plus celui de votre année."), _("Relisez-le, puis donnez votre accord.")
        )
    return YearAcceptance.objects.create(
        cluster_id=held.cluster_id, closing=held, pool=pool, firm=firm, cents=cents, accepted_by=by
    )


# ---------------------------------------------------------------- closing


@deed("charges.close_year")
def close_year(
    *, by: Person | None, closing: Closing, on: date, seen: str = "", use: str = "", words: str = ""
) -> Closing:
    """Close the year, once: regularisation invoices and credit notes when exempt, the result when taxable; then nothing moves.

    One transaction. The acts are brought to what is paid in the end, and the days of the year take no more acts. A closed year is
    given back as it is. Raises UnableToClose, in words, on anything that is not ready. `seen`: the `mark` of the page read.
    """
    # No statement is issued meanwhile; `no_key`, since an act being written holds its pool by its key and waits for the cluster.
    list(Pool.objects.select_for_update(of=("self",), no_key=True).order_by("pk"))
    cluster = Cluster.objects.get(pk=closing.cluster_id)
    hold_cluster(cluster)
    closing = Closing.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=closing.pk)
    if closing.is_closed:
        return closing
    year = reckon_year(closing)
    _check_ready(year, on)
    if seen and seen != year.mark:
        raise UnableToClose(
            _("L’année a changé depuis que vous l’avez lue : une signature, une facture ou un coût a bougé."),
            _("Relisez la page, puis clôturez."),
        )
    if not closing.is_exempt and use not in ResultUse.values:
        raise UnableToClose(
            _("Il manque ce que devient le résultat."), _("Dites-le : l’assemblée l’a décidé, ou le décidera.")
        )
    _write_lines(by, closing, year, on)
    if closing.is_exempt:
        _settle_fund(by, closing, year, on)
    acts.close_year(by=by, cluster=cluster, year=closing.year)
    closing.closed_at, closing.closed_by, closing.issued_on = timezone.now(), by, on
    closing.result_cents = year.result_cents
    closing.use, closing.words = ("" if closing.is_exempt else use), words.strip()[:300]
    closing.save()
    return closing


def _check_ready(year: Year, on: date) -> None:
    number = year.closing.year
    if on <= date(number, 12, 31):
        raise UnableToClose(
            _("L’année %(year)s n’est pas finie.") % {"year": number},
            _("Elle se clôt à partir du 1er janvier suivant."),
        )
    earlier = Closing.objects.filter(year__lt=number, closed_at=None).order_by("year").first()
    if earlier is not None:
        raise UnableToClose(
            _("L’année %(year)s n’est pas close.") % {"year": earlier.year}, _("Les années se closent dans l’ordre.")
        )
    missing = statements_missing(number)
    if missing:
        said = listed([f"{pool} ({wording.month_name(month)})" for pool, month in missing[:4]])
        raise UnableToClose(
            _("Des décomptes ne sont pas émis : %(months)s.") % {"months": said},
            _("Émettez-les d’abord : la régularisation part de ce qui est facturé."),
        )
    for one in year.pools:
        if not one.is_known:
            raise UnableToClose(
                _("Il manque des coûts réels de « %(pool)s ».") % {"pool": one.pool},
                _("Écrivez chacun d’eux ; 0 s’il n’y en a pas eu."),
            )
        if one.is_unused and year.closing.is_exempt:
            raise UnableToClose(
                _("Personne n’a utilisé « %(pool)s » en %(year)s : son coût ne se partage pas.")
                % {"pool": one.pool, "year": number},
                _("Faites contresigner les demi-journées, ou ramenez son coût réel à 0."),
            )
    if year.to_accept:
        names = listed(sorted({row.firm.name for _one, row in year.to_accept}))
        raise UnableToClose(
            _("La régularisation dépasse ce que %(firms)s avait accepté.") % {"firms": names},
            _("Demandez-lui son accord : sa page le lui propose. Sans lui, on ne peut pas facturer davantage."),
        )


def _write_lines(by: Person | None, closing: Closing, year: Year, on: date) -> None:
    """Lines, invoices firm by firm, acts brought to what is paid."""
    by_firm: dict[int, list[tuple[PoolYear, FirmYear]]] = defaultdict(list)
    for one in year.pools:
        for row in one.rows:
            by_firm[row.firm.pk].append((one, row))
    billed = {pk for pk, rows in by_firm.items() if any(row.regularisation_cents for _one, row in rows)}
    series = lock_series(closing.cluster, on) if billed else None
    ordered = sorted(by_firm.items(), key=lambda item: (item[1][0][1].firm.name, item[0]))
    for pk, rows in ordered:
        invoice = _invoice(by, closing, rows, series, on) if pk in billed and series is not None else None
        ClosingLine.objects.bulk_create(_line(closing, one, row, invoice) for one, row in rows)
        for one, row in rows:
            if closing.is_exempt and row.share.adjust_cents:
                acts.record(
                    by=by,
                    cluster=closing.cluster,
                    pool=one.pool,
                    firm=row.firm,
                    day=_last_day(one.pool, closing.year),
                    quantity=0,
                    paid_cents=row.share.adjust_cents,
                    label=_("Régularisation %(year)s au coût réel") % {"year": closing.year},
                    source=f"closing:{closing.pk}:{one.pool.pk}:{pk}",
                )


def _settle_fund(by: Person | None, closing: Closing, year: Year, on: date) -> None:
    """What the year's invoices put in the guarantee fund is brought, firm by firm, to what the year really put in it."""
    moves = Counter[int]()
    for one in year.pools:
        moves.update(one.fund_moves())
    firms = Firm.objects.in_bulk([pk for pk, cents in moves.items() if cents])
    if not firms:
        return
    sides: list[ledger.Side] = [
        (GUARANTEE_FUND, max(0, -moves[pk]), max(0, moves[pk]), firms[pk]) for pk in sorted(firms)
    ]
    whole = sum(moves.values())
    if whole:
        sides.append((SERVICES, max(0, whole), max(0, -whole), None))
    ledger.post(
        by=by,
        cluster=closing.cluster,
        day=on,
        label=_("Fonds de garantie %(year)s, au réel") % {"year": closing.year},
        source=f"closing:{closing.pk}:fund",
        lines=sides,
    )


def _last_day(pool: Pool, year: int) -> date:
    last = date(year, 12, 31)
    return last if pool.ends_on is None or pool.ends_on > last else date.fromordinal(pool.ends_on.toordinal() - 1)


def _line(closing: Closing, one: PoolYear, row: FirmYear, invoice: Invoice | None) -> ClosingLine:
    return ClosingLine(
        cluster_id=closing.cluster_id,
        closing=closing,
        pool=one.pool,
        firm=row.firm,
        quantity=row.share.used.quantity,
        all_quantity=row.share.all_quantity,
        cost_cents=row.share.cost_cents,
        share_cents=row.share.share_cents,
        own_cents=row.share.used.own_cents,
        invoiced_cents=row.share.used.invoiced_cents,
        regularisation_cents=row.regularisation_cents,
        invoice=invoice if row.regularisation_cents else None,
    )


def _invoice(
    by: Person | None, closing: Closing, rows: list[tuple[PoolYear, FirmYear]], series: InvoiceSeries, on: date
) -> Invoice:
    """A firm's regularisation: an invoice, or an *avoir* when it comes to less than nothing."""
    cluster, firm = closing.cluster, rows[0][1].firm
    net = sum(row.regularisation_cents for _one, row in rows)
    rate = vat_rate_bp(cluster, on)
    number = next_number(series)
    invoice = Invoice(
        cluster=cluster,
        firm=firm,
        year=series.year,
        number=number,
        reference=f"{cluster.invoice_prefix}-{series.year}-{number:04d}",
        issued_on=on,
        due_on=letters.due_day(on, cluster.invoice_due_days) if net > 0 else on,
        period_from=date(closing.year, 1, 1),
        period_to=date(closing.year + 1, 1, 1),
        seller=letters.seller_of(cluster),
        buyer=letters.buyer_of(firm),
        net_cents=net,
        vat_rate_bp=rate,
        vat_cents=vat_cents(net, rate),
        total_cents=net + vat_cents(net, rate),
        vat_note="" if rate else wording.EXEMPTION,
        issued_by=by,
    )
    lines = [
        (wording.closing_label(one.pool.name, closing.year, row.share), 0, row.regularisation_cents)
        for one, row in rows
        if row.regularisation_cents
    ]
    write_invoice(by, invoice, lines)
    letters.send_invoice(invoice, on=on)
    return invoice


# ---------------------------------------------------------------- the way of billing


@deed("charges.choose_regime")
def choose_regime(*, by: Person | None, cluster: Cluster, regime: str, on: date) -> Cluster:
    """Bill with VAT, or exempt at the exact cost: one excludes the other, and a year has one way only.

    Raises UnableToChooseRegime in the course of a billed year, while a billed year is not closed, or when a post has what an exempt
    group may not charge.
    """
    hold_cluster(cluster)
    held = Cluster.objects.get(pk=cluster.pk)
    if held.vat_regime == regime:
        return held
    if regime not in VatRegime.values:
        raise UnableToChooseRegime(_("Ce n’est pas un régime de TVA."), _("Choisissez dans la liste."))
    closed = set(Closing.objects.filter(closed_at__isnull=False).values_list("year", flat=True))
    billed = {month.year for month in Statement.objects.filter(issued_at__isnull=False).values_list("month", flat=True)}
    waiting = sorted(billed - closed)
    if on.year in waiting:
        raise UnableToChooseRegime(
            _("Des mois de %(year)s sont déjà facturés : une année se facture d’une seule façon.") % {"year": on.year},
            _("Changez au début de l’année prochaine, une fois %(year)s close et avant sa première facture.")
            % {"year": on.year},
        )
    if waiting:
        raise UnableToChooseRegime(
            _("L’année %(year)s n’est pas close : elle se clôt comme elle a été facturée.") % {"year": waiting[0]},
            _("Clôturez-la d’abord."),
        )
    if regime == VatRegime.EXEMPT:
        _refuse_flat_fees()
    Closing.objects.filter(closed_at=None).update(vat_regime=regime)  # nothing of its year is billed yet
    return describe_cluster(by=by, cluster=held, facts={"vat_regime": regime})


def _refuse_flat_fees() -> None:
    flat = CostLine.objects.filter(basis__in=post_kind.FLAT, rate_bp__gt=0).exclude(pool__state=PoolState.ENDED)
    names = sorted(set(flat.values_list("pool__name", flat=True)))
    if names:
        raise UnableToChooseRegime(
            _("%(pools)s : un forfait ou un coefficient, ce que l’article 261 B n’admet pas.")
            % {"pools": listed(names)},
            _("Écrivez d’abord leur coût exact, en euros par an."),
        )
