"""`grappe check`: verify every invariant of the design on the database, and name each breach."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

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
        "2. frozen rows are held by their triggers": triggers_stand,
        "3. invoice numbers have no gap": numbers_without_gap,
        "4. a person is in one place per half-day": one_place,
        "5. nobody is charged above the accepted price": never_above_accepted,
        "6. what is invoiced for a pool is what its acts say was paid": acts_make_invoices,
        "6. a price alone has its proof": proofs_stand,
        "2. a reversal is the opposite of what it reverses": reversals_are_opposite,
        "2. signed hours of more than nothing have their act": signed_hours_have_acts,
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
    "charges_invoice", "charges_invoiceline", "charges_payment", "charges_statement", "charges_statementline",
)  # fmt: skip


def triggers_stand() -> Iterator[Breach]:
    from django.db import connection

    wanted = {f"{table}_no_{verb}" for table in FROZEN for verb in ("update", "delete")}
    wanted |= {"ledger_entry_balances", "ledger_line_before_entry", "charges_invoice_next_number"}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
        standing = {row[0] for row in cursor.fetchall()}
    for name in sorted(wanted - standing):
        yield f"trigger {name} is missing"


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


def never_above_accepted() -> Iterator[Breach]:
    from django.db.models import F

    from grappe.charges.models import StatementLine

    for line in StatementLine.objects.filter(charged_cents__gt=F("ceiling_cents")).select_related("firm"):
        yield f"{line.firm}: charged {line.charged_cents}, accepted {line.ceiling_cents}"


def acts_make_invoices() -> Iterator[Breach]:
    """For each pool and firm: net of all invoices of issued statements = paid of the acts they closed."""
    from collections import Counter

    from django.db.models import Sum

    from grappe.acts.models import Act
    from grappe.charges.models import Invoice, Statement

    invoiced: Counter[tuple[int, int]] = Counter()
    nets = Invoice.objects.exclude(statement=None).order_by().values("statement__pool_id", "firm_id")
    for row in nets.annotate(cents=Sum("net_cents")):
        invoiced[row["statement__pool_id"], row["firm_id"]] += row["cents"]
    last = {}
    for statement in Statement.objects.exclude(issued_at=None).order_by("issued_at"):
        last[statement.pool_id] = statement.issued_at
    paid: Counter[tuple[int, int]] = Counter()
    for pool_id, issued_at in last.items():
        acts = Act.objects.filter(pool_id=pool_id, recorded_at__lte=issued_at).order_by().values("firm_id")
        for took in acts.annotate(cents=Sum("paid_cents")):
            paid[pool_id, took["firm_id"]] += took["cents"]
    for pool_id, firm_id in sorted(set(invoiced) | set(paid)):
        if invoiced[pool_id, firm_id] != paid[pool_id, firm_id]:
            yield f"pool {pool_id}, firm {firm_id}: invoiced {invoiced[pool_id, firm_id]}, acts {paid[pool_id, firm_id]}"


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
