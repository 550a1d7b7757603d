"""`grappe check`: verify every invariant of the design on the database, and name each breach."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from grappe.cli.commands import parser

Breach = str


def run(argv: list[str]) -> int:
    parser("check", "Verify every invariant; exit 1 and name each breach if one does not hold.").parse_args(argv)
    from django_scopes import scopes_disabled

    from grappe.clusters.models import Cluster

    found = 0
    with scopes_disabled():
        for title, verify in invariants().items():
            breaches = list(verify())
            found += len(breaches)
            print(f"{'ok    ' if not breaches else 'BROKEN'} {title}")
            for breach in breaches[:20]:
                print(f"       {breach}", file=sys.stderr)
            if len(breaches) > 20:
                print(f"       … and {len(breaches) - 20} more", file=sys.stderr)
        clusters = Cluster.objects.count()
    print(f"{clusters} cluster(s), {found} breach(es)")
    return 1 if found else 0


def invariants() -> dict[str, Callable[[], Iterator[Breach]]]:
    return {
        "1. shares sum to the cent: a statement's lines make its charge, an invoice's lines make its net": shares_sum,
        "2. every entry balances, and has its lines": entries_balance,
        "2. what a firm owes in the books is what its invoices leave due": books_say_what_is_due,
        "2. nobody paid more than was due": never_paid_beyond,
        "2. frozen rows are held by their triggers": triggers_stand,
        "3. invoice numbers have no gap": numbers_without_gap,
        "4. a person is in one place per half-day": one_place,
        "5. nobody is charged above the accepted price": never_above_accepted,
        "5. a differential bonus is charged to whom it was agreed with, once agreed": bonuses_are_agreed,
        "5. hours cost the price in force on their day": hours_at_the_accepted_price,
        "6. what is invoiced for a month is what its statements charged, and what its acts say was paid": acts_make_invoices,
        "6. a price alone has its proof": proofs_stand,
        "2. a reversal is the opposite of what it reverses": reversals_are_opposite,
        "2. signed hours of more than nothing have their act": signed_hours_have_acts,
        "1. a closed year: exempt, its invoices make its real cost to the cent; its acts say what was paid": closed_years_sum,
        "7. every rule of law that is read has a value today, one at a time": rules_have_values,
        "2. papers are what their hashes say, signatures are of the text kept": papers_are_whole,
        "2. the guarantee fund holds what statements and closings put in it": fund_is_fed,
        "8. mandates and parts name firms of their cluster": firms_are_members,
        "references hold": references_hold,
    }


def shares_sum() -> Iterator[Breach]:
    from django.db.models import Sum

    from grappe.charges.models import Invoice, Statement

    for statement in Statement.objects.annotate(lines_cents=Sum("lines__charged_cents")):
        if (statement.lines_cents or 0) != statement.charged_cents:
            yield f"statement {statement.pk}: lines {statement.lines_cents}, charge {statement.charged_cents}"
    for invoice in Invoice.objects.annotate(lines_cents=Sum("lines__net_cents")):
        if (invoice.lines_cents or 0) != invoice.net_cents:
            yield f"invoice {invoice.reference}: lines {invoice.lines_cents}, net {invoice.net_cents}"
        if invoice.total_cents != invoice.net_cents + invoice.vat_cents:
            yield f"invoice {invoice.reference}: net and VAT do not make the total"


def entries_balance() -> Iterator[Breach]:
    from django.db.models import Count, Sum

    from grappe.ledger.models import Entry, Line

    sums = Entry.objects.annotate(debit=Sum("lines__debit_cents"), credit=Sum("lines__credit_cents"), n=Count("lines"))
    for entry in sums:
        if entry.n < 2 or entry.debit != entry.credit:
            yield f"entry {entry.pk}: {entry.n} lines, debit {entry.debit}, credit {entry.credit}"
    for line in Line.objects.exclude(entry_id__in=Entry.objects.values("pk")):
        yield f"line {line.pk}: no entry"


FROZEN = (
    "audit_line", "ledger_entry", "ledger_line", "acts_act", "pools_commitment", "plans_release", "plans_releasedslot", "plans_hours",
    "plans_dispute", "plans_disputeword",
    "acts_closedyear", "charges_closing", "charges_closingcost", "charges_closingline", "charges_yearacceptance", "clusters_taxableshare",
    "charges_invoice", "charges_invoiceline", "charges_payment", "charges_statement", "charges_statementline",
    "papers_template", "pools_bonus", "papers_paper", "papers_signatory", "papers_signature", "papers_withdrawal",
    "clusters_legaldocument", "clusters_inspectoratenotice",
)  # fmt: skip


def triggers_stand() -> Iterator[Breach]:
    from django.db import connection

    wanted = {f"{table}_no_{verb}" for table in FROZEN for verb in ("update", "delete")}
    wanted |= {"ledger_entry_balances", "ledger_line_before_entry", "charges_invoice_next_number"}
    wanted |= {"acts_act_open_year", "charges_closingcost_before_closing", "charges_closingline_before_closing"}
    wanted |= {"charges_yearacceptance_before_closing"}
    wanted |= {"law_rulevalue_apart_insert", "law_rulevalue_apart_update", "law_rulevalue_no_delete"}
    wanted |= {"charges_invoice_lines_add_up", "charges_invoiceline_before_invoice", "charges_statementline_draft"}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
        standing = {row[0] for row in cursor.fetchall()}
    for name in sorted(wanted - standing):
        yield f"trigger {name} is missing"


def papers_are_whole() -> Iterator[Breach]:
    from hashlib import sha256

    from grappe.papers.models import Paper, Signature

    for paper in Paper.objects.iterator(chunk_size=50):
        if sha256(bytes(paper.pdf)).hexdigest() != paper.sha256:
            yield f"paper {paper.pk}: the file is not the one that was made"
    for signature in Signature.objects.select_related("paper").defer("paper__pdf").iterator(chunk_size=50):
        if signature.sha256 != signature.paper.sha256:
            yield f"signature {signature.pk}: of another text"
        if sha256(bytes(signature.pdf)).hexdigest() != signature.pdf_sha256:
            yield f"signature {signature.pk}: the signed file is not the one that was made"


def numbers_without_gap() -> Iterator[Breach]:
    from django.db.models import Count, Max, Min

    from grappe.charges.models import Invoice

    rows = Invoice.objects.order_by().values("cluster_id", "year")
    for row in rows.annotate(n=Count("pk"), first=Min("number"), last=Max("number")):
        if row["first"] != 1 or row["last"] != row["n"]:
            yield f"cluster {row['cluster_id']}, {row['year']}: {row['n']} invoices from {row['first']} to {row['last']}"


def one_place() -> Iterator[Breach]:
    from django.db.models import Count

    from grappe.plans.models import Slot

    twice = Slot.objects.order_by().values("person_id", "day", "part").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        yield f"person {row['person_id']} is in {row['n']} places on {row['day']} {row['part']}"


def books_say_what_is_due() -> Iterator[Breach]:
    from django.db.models import F, Sum

    from grappe.charges.models import Invoice
    from grappe.ledger.chart import CLIENTS
    from grappe.ledger.models import Line

    lines = Line.objects.filter(account__code=CLIENTS).order_by().values_list("cluster_id", "firm_id")
    books = {(c, f): cents for c, f, cents in lines.annotate(cents=Sum(F("debit_cents") - F("credit_cents")))}
    due: Counter[tuple[int, int]] = Counter()
    for cluster_id, firm_id, cents in Invoice.objects.with_due().values_list("cluster_id", "firm_id", "due_cents"):
        due[cluster_id, firm_id] += cents
    for key in sorted({*books, *due}, key=str):
        if books.get(key, 0) != due[key]:
            yield f"cluster {key[0]}, firm {key[1]}: owes {books.get(key, 0)} in the books, {due[key]} on its invoices"


def never_paid_beyond() -> Iterator[Breach]:
    from grappe.charges.models import Invoice

    for invoice in Invoice.objects.with_due():
        if invoice.due_cents and (invoice.due_cents > 0) != (invoice.total_cents > 0):
            yield f"invoice {invoice.reference}: {invoice.due_cents} due of {invoice.total_cents}"


def never_above_accepted() -> Iterator[Breach]:
    """No line above its ceiling; and no adjustment of a month ever adds to the prices accepted."""
    from django.db.models import F

    from grappe.charges.models import StatementLine

    for line in StatementLine.objects.filter(charged_cents__gt=F("ceiling_cents")).select_related("firm"):
        yield f"{line.firm}: charged {line.charged_cents}, accepted {line.ceiling_cents}"
    books = _Books()
    for key in sorted(books.charged.keys() - books.to_charge_again):
        if books.charged[key] > books.accepted[key] + books.own[key]:
            pool_id, firm_id, month = key
            accepted = books.accepted[key] + books.own[key]
            yield f"pool {pool_id}, firm {firm_id}, {month:%Y-%m}: charged {books.charged[key]}, accepted {accepted}"


def bonuses_are_agreed() -> Iterator[Breach]:
    """No bonus is charged to a firm that has none in force in that month."""
    from grappe.pools.models import Bonus

    since: dict[tuple[int, int], date] = {}
    for bonus in Bonus.objects.exclude(agreed_at=None).exclude(cents=0).select_related("part"):
        key = (bonus.part.pool_id, bonus.part.firm_id)
        since[key] = min(bonus.valid_from, since.get(key, bonus.valid_from))
    for (pool_id, firm_id, month), cents in _Books().own.items():
        first = since.get((pool_id, firm_id))
        if cents and (first is None or first >= (month + timedelta(days=32)).replace(day=1)):
            yield f"pool {pool_id}, firm {firm_id}, {month:%Y-%m}: charged a bonus of {cents} that it did not agree to"


def hours_at_the_accepted_price() -> Iterator[Breach]:
    from grappe.acts.models import Act
    from grappe.pools.models import Commitment

    prices: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for commitment in Commitment.objects.select_related("part").order_by("valid_from", "pk"):
        key = (commitment.part.pool_id, commitment.part.firm_id)
        prices.setdefault(key, []).append((commitment.valid_from, commitment.price_cents))
    for act in Act.objects.filter(source__startswith="hours:"):
        accepted = {cents for since, cents in prices.get((act.pool_id, act.firm_id), []) if since <= act.day}
        if act.paid_cents not in accepted:
            yield f"act {act.pk} of {act.day}: {act.paid_cents}, which firm {act.firm_id} had not accepted"


class _Books:
    """By pool, firm and month: what issued statements charged and did not take back, what acts said at the last issue."""

    def __init__(self) -> None:
        from grappe.acts.models import Act
        from grappe.charges.models import Invoice, Statement, StatementLine
        from grappe.ledger.models import Entry

        self.charged: Counter[tuple[int, int, date]] = Counter()
        self.accepted: Counter[tuple[int, int, date]] = Counter()
        self.paid: Counter[tuple[int, int, date]] = Counter()
        self.own: Counter[tuple[int, int, date]] = Counter()  # differential bonuses, as last charged
        self.to_charge_again: set[tuple[int, int, date]] = set()
        issued = {s.pk: s for s in Statement.objects.exclude(issued_at=None)}
        last: dict[tuple[int, date], datetime] = {}  # a statement takes up again the months before its own
        newest: dict[int, datetime] = {}
        for one in sorted(issued.values(), key=lambda statement: statement.month, reverse=True):
            assert one.issued_at is not None
            newest[one.pool_id] = max(one.issued_at, newest.get(one.pool_id, one.issued_at))
            last[one.pool_id, one.month] = newest[one.pool_id]
        notes = {
            (note.cancels.statement_id, note.firm_id): note.cancels_id
            for note in Invoice.objects.exclude(cancels=None).select_related("cancels")
            if note.cancels is not None
        }
        undone = dict(Entry.objects.exclude(reverses=None).values_list("reverses__source", "posted_at"))
        for line in StatementLine.objects.filter(statement__in=issued).order_by("statement__issued_at", "pk"):
            pool_id = issued[line.statement_id].pool_id
            invoice_id = notes.get((line.statement_id, line.firm_id))
            for part in line.parts:
                key = (pool_id, line.firm_id, part.month)
                if invoice_id is None:
                    self.own[key] = part.own_cents
                    self.charged[key] += part.charged_cents
                    continue
                self.charged[key] += 0
                at = undone.get(f"invoice:{invoice_id}")
                if at is None or at > last[pool_id, part.month]:
                    self.to_charge_again.add(key)
        for act in Act.objects.filter(pool__in=newest).exclude(source__startswith="closing:"):
            month = act.day.replace(day=1)
            at = last.get((act.pool_id, month))
            if at is not None and act.recorded_at <= at:
                key = (act.pool_id, act.firm_id, month)
                self.paid[key] += act.paid_cents
                self.accepted[key] += act.paid_cents if act.quantity else 0


def acts_make_invoices() -> Iterator[Breach]:
    """Invoices and credit notes of a pool and firm = what its statements charged; by month, = paid of the acts at the
    last issue, save for the months that a credit note has put back among those to charge."""
    from django.db.models import Sum

    from grappe.charges.models import Invoice

    books = _Books()
    charged: Counter[tuple[int, int]] = Counter()
    for (pool_id, firm_id, _month), cents in books.charged.items():
        charged[pool_id, firm_id] += cents
    nets = Invoice.objects.exclude(statement=None).order_by().values_list("statement__pool_id", "firm_id")
    invoiced = Counter({(p, f): cents for p, f, cents in nets.annotate(cents=Sum("net_cents"))})
    for key in sorted({*charged, *invoiced}):
        if charged[key] != invoiced[key]:
            yield f"pool {key[0]}, firm {key[1]}: invoiced {invoiced[key]}, charged by statements {charged[key]}"
    for triple in sorted({*books.charged, *books.paid} - books.to_charge_again):
        if books.charged[triple] != books.paid[triple]:
            pool_id, firm_id, month = triple
            yield (
                f"pool {pool_id}, firm {firm_id}, {month:%Y-%m}:"
                f" invoiced {books.charged[triple]}, acts {books.paid[triple]}"
            )


def proofs_stand() -> Iterator[Breach]:
    from grappe.acts.models import Act

    for act in Act.objects.exclude(alone_unit_cents=None).exclude(grade__in=["A", "B", "C", "D"]):
        yield f"act {act.pk}: a price alone without a grade"


def reversals_are_opposite() -> Iterator[Breach]:
    from grappe.acts.models import Act
    from grappe.charges.models import Payment

    for act in Act.objects.exclude(reverses=None).select_related("reverses"):
        undone = act.reverses
        if undone is not None and (act.quantity, act.paid_cents) != (-undone.quantity, -undone.paid_cents):
            yield f"act {act.pk} does not undo act {act.reverses_id}"
    for payment in Payment.objects.exclude(reverses=None).select_related("reverses"):
        if payment.reverses is not None and payment.cents != -payment.reverses.cents:
            yield f"payment {payment.pk} does not undo payment {payment.reverses_id}"


def signed_hours_have_acts() -> Iterator[Breach]:
    from grappe.acts.models import Act
    from grappe.plans.models import Hours

    sources = set(Act.objects.filter(source__startswith="hours:").values_list("cluster_id", "source"))
    for hours in Hours.objects.exclude(signed_at=None).filter(minutes__gt=0):
        if (hours.cluster_id, f"hours:{hours.pk}") not in sources:
            yield f"hours {hours.pk} of {hours.day} are signed and have no act"


def closed_years_sum() -> Iterator[Breach]:
    from django.db.models import Sum

    from grappe.acts.models import Act, ClosedYear
    from grappe.charges.models import Closing, InvoiceLine

    years = set(ClosedYear.objects.values_list("cluster_id", "year"))
    for closing in Closing.objects.exclude(closed_at=None).prefetch_related("lines", "costs"):
        lines, costs = list(closing.lines.all()), list(closing.costs.all())
        if (closing.cluster_id, closing.year) not in years:
            yield f"year {closing}: closed, and still takes acts"
        cost = sum(one.cents or 0 for one in costs)
        paid = sum(one.invoiced_cents + one.regularisation_cents for one in lines)
        own = sum(one.own_cents for one in lines)
        if closing.result_cents != paid - cost - own:
            yield f"year {closing}: result {closing.result_cents}, invoices {paid} for a cost of {cost + own}"
        if not closing.is_exempt:
            continue
        for line in lines:
            acts = Act.objects.filter(pool=line.pool_id, firm=line.firm_id, day__year=closing.year)
            said = acts.aggregate(cents=Sum("paid_cents"))["cents"] or 0
            if said != line.share_cents + line.own_cents:
                yield f"year {closing}, firm {line.firm_id}: acts {said}, to pay {line.share_cents + line.own_cents}"
        invoiced = InvoiceLine.objects.filter(invoice__in={line.invoice_id for line in lines if line.invoice_id})
        total = invoiced.aggregate(cents=Sum("net_cents"))["cents"] or 0
        if total != sum(line.regularisation_cents for line in lines):
            yield f"year {closing}: regularised {sum(line.regularisation_cents for line in lines)}, invoiced {total}"


def fund_is_fed() -> Iterator[Breach]:
    """Firm by firm: the books' fund by invoices is what standing statement lines put in it; a closed exempt year's, what it really was."""
    from django.db.models import F, Q, Sum

    from grappe.charges.models import Closing, Invoice, StatementLine
    from grappe.ledger.chart import GUARANTEE_FUND
    from grappe.ledger.models import Line
    from grappe.pools.enums import CostPart

    gone = set(Invoice.objects.exclude(cancels=None).values_list("cancels__statement_id", "firm_id"))
    said: Counter[tuple[int, int | None]] = Counter()
    by_year: Counter[tuple[int, int]] = Counter()
    for line in StatementLine.objects.exclude(statement__issued_at=None):
        if (line.statement_id, line.firm_id) not in gone:
            for part in line.parts:
                said[line.cluster_id, line.firm_id] += part.new_fund_cents
                by_year[line.cluster_id, part.month.year] += part.new_fund_cents
    cents = Sum(F("credit_cents") - F("debit_cents"))
    fund = Line.objects.filter(account__code=GUARANTEE_FUND).order_by()
    of_invoices = fund.filter(
        Q(entry__source__startswith="invoice:") | Q(entry__reverses__source__startswith="invoice:")
    )
    books = {(c, f): n for c, f, n in of_invoices.values_list("cluster_id", "firm_id").annotate(cents=cents)}
    for key in sorted({*said, *books}, key=str):
        if said[key] != books.get(key, 0):
            yield f"cluster {key[0]}, firm {key[1]}: {books.get(key, 0)} in the fund by invoices, statements say {said[key]}"
    for closing in Closing.objects.exclude(closed_at=None).prefetch_related("costs"):
        real = sum(cost.cents or 0 for cost in closing.costs.all() if cost.part == CostPart.GUARANTEE)
        moved = fund.filter(entry__source=f"closing:{closing.pk}:fund").aggregate(cents=cents)["cents"] or 0
        put = by_year[closing.cluster_id, closing.year] + moved
        if closing.is_exempt and put != real:
            yield f"year {closing}: {put} put in the fund, {real} in its real costs"


def rules_have_values() -> Iterator[Breach]:
    from django.utils import timezone

    from grappe.law.known import BY_KEY
    from grappe.law.queries import periods_of

    periods, today = periods_of(), timezone.localdate()
    for key, known in BY_KEY.items():
        values = periods.get(key, [])
        if not any(value.in_force(today) for value in values):
            yield f"rule {key}: no value today"
        for value, following in itertools.pairwise(values):
            if value.valid_to is None or value.valid_to > following.valid_from:
                yield f"rule {key}: two values on {following.valid_from}"
        for value in values:
            if not known.least <= value.value <= known.most or value.unit != known.unit:
                yield f"rule {key}: {value.value} {value.unit} from {value.valid_from}"


def firms_are_members() -> Iterator[Breach]:
    from grappe.clusters.models import Mandate, Membership
    from grappe.pools.models import Part

    members = set(Membership.objects.values_list("cluster_id", "firm_id"))
    for mandate in Mandate.objects.exclude(firm=None):
        if (mandate.cluster_id, mandate.firm_id) not in members:
            yield f"mandate {mandate.pk}: firm {mandate.firm_id} was never a member"
    for part in Part.objects.all():
        if (part.cluster_id, part.firm_id) not in members:
            yield f"part {part.pk}: firm {part.firm_id} was never a member"


def references_hold() -> Iterator[Breach]:
    """Rows that speak of rows of the same cluster; and the database's own keys."""
    from django.apps import apps
    from django.db import IntegrityError, connection

    from grappe.clusters.scopes import Scoped

    try:
        connection.check_constraints()
    except IntegrityError as fault:
        yield str(fault)
    for model in apps.get_models():
        if not issubclass(model, Scoped):
            continue
        for field in model._meta.concrete_fields:
            other = field.related_model
            if isinstance(other, type) and issubclass(other, Scoped):
                strangers = model._base_manager.exclude(**{field.name: None}).exclude(
                    **{f"{field.name}__cluster_id": _cluster_column()}
                )
                for pk in strangers.values_list("pk", flat=True)[:20]:
                    yield f"{model._meta.label} {pk}: its {field.name} is of another cluster"


def _cluster_column() -> object:
    from django.db.models import F

    return F("cluster_id")
