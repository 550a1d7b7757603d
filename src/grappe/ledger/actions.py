from __future__ import annotations

import uuid
from datetime import date

from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused, deed
from grappe.clusters.models import Cluster, Firm
from grappe.ledger.chart import NAMES
from grappe.ledger.models import Account, Entry, Line
from grappe.people.models import Person

Side = tuple[str, int, int, Firm | None]


class UnableToPost(Refused):
    pass


@deed("ledger.post")
def post(*, by: Person | None, cluster: Cluster, day: date, label: str, source: str, lines: list[Side]) -> Entry:
    """Post one balanced entry; the same `source` posted again is the entry that stands.

    `lines`: (account code, debit in cents, credit in cents, firm as auxiliary account or None), one side being 0.
    Raises UnableToPost when the lines do not balance, a line is on no side or on both, an account is unknown, or the
    source has already been posted with other amounts.
    """
    standing = Entry.objects.filter(source=source).first()
    if standing is not None:
        return _same(standing, lines)
    _check(lines)
    return _write(cluster=cluster, day=day, label=label, source=source, lines=lines, reverses=None)


@deed("ledger.reverse")
def reverse(*, by: Person | None, entry: Entry, day: date, label: str) -> Entry:
    """Post the opposite of an entry, once; the entry itself stays as it is."""
    standing = Entry.objects.filter(reverses=entry).first()
    if standing is not None:
        return standing
    if entry.reverses_id is not None:
        raise UnableToPost(
            _("Cette écriture en annule déjà une autre."),
            _("Passez de nouveau l’écriture d’origine, sous une autre pièce."),
        )
    lines: list[Side] = [
        (line.account.code, line.credit_cents, line.debit_cents, line.firm)
        for line in entry.lines.select_related("account", "firm")
    ]
    return _write(
        cluster=entry.cluster, day=day, label=label, source=f"reverse:{entry.pk}", lines=lines, reverses=entry
    )


def _write(*, cluster: Cluster, day: date, label: str, source: str, lines: list[Side], reverses: Entry | None) -> Entry:
    """Lines first, then the entry that closes them: the database refuses one that does not balance, and a late line."""
    accounts = _accounts(cluster, {code for code, _debit, _credit, _firm in lines})
    entry_id = uuid.uuid4()
    Line.objects.bulk_create(
        Line(
            cluster=cluster,
            entry_id=entry_id,
            account=accounts[code],
            firm=firm,
            debit_cents=debit,
            credit_cents=credit,
        )
        for code, debit, credit, firm in lines
    )
    return Entry.objects.create(
        id=entry_id, cluster=cluster, day=day, label=label[:200], source=source, reverses=reverses
    )


def _accounts(cluster: Cluster, codes: set[str]) -> dict[str, Account]:
    accounts = {account.code: account for account in Account.objects.filter(code__in=codes)}
    for code in sorted(codes - accounts.keys()):
        if code not in NAMES:
            raise UnableToPost(
                _("Le compte %(code)s n’existe pas dans ce plan comptable.") % {"code": code}, _("Ouvrez-le d’abord.")
            )
        accounts[code], _made = Account.objects.get_or_create(
            cluster=cluster, code=code, defaults={"name": NAMES[code]}
        )
    return accounts


def _check(lines: list[Side]) -> None:
    one_sided = all(min(debit, credit) == 0 < max(debit, credit) for _code, debit, credit, _firm in lines)
    debits = sum(debit for _code, debit, _credit, _firm in lines)
    credits = sum(credit for _code, _debit, credit, _firm in lines)
    if not one_sided or len(lines) < 2 or debits != credits:
        raise UnableToPost(
            _("Cette écriture n’est pas équilibrée : %(debits)s au débit, %(credits)s au crédit, en centimes.")
            % {"debits": debits, "credits": credits},
            _("Chaque ligne est au débit ou au crédit, et les deux totaux sont égaux."),
        )


def _same(entry: Entry, lines: list[Side]) -> Entry:
    posted = sorted(
        (line.account.code, line.debit_cents, line.credit_cents, line.firm_id or 0)
        for line in entry.lines.select_related("account")
    )
    if posted != sorted((code, debit, credit, firm.pk if firm else 0) for code, debit, credit, firm in lines):
        raise UnableToPost(
            _("La pièce %(source)s est déjà passée, avec d’autres montants.") % {"source": entry.source},
            _("Annulez d’abord l’écriture qui existe."),
        )
    return entry
