"""The papers that the law asks of a group of employers, from the data: its members' register, its notice, the users' line.

- members: art. L1253-6 C. trav. (the list is kept at the seat), with what D1253-1 5° wants of each;
- notice to the labour inspectorate, within a month of the group's creation, and of each change: art. D1253-1 C. trav.;
- the line that a user firm writes in its own staff register (art. D1221-23, 11°): « mis à disposition par … ».

What the data lacks is named, in the paper as on the page; nothing is invented. The papers are in French.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from grappe.clusters import queries
from grappe.clusters.enums import DocumentKind
from grappe.clusters.models import Cluster, Firm, InspectorateNotice, LegalDocument, Membership, Officer
from grappe.clusters.queries import all_memberships, memberships
from grappe.clusters.sheets import write_xlsx
from grappe.papers import printing
from grappe.pools import words
from grappe.pools.enums import PoolState
from grappe.pools.models import Commitment, Pool
from grappe.pools.queries import ever_committed

TO_FILL = "à compléter"
MEMBER_HEAD = ("Structure", "SIREN", "Siège", "Activité", "Effectif", "Membre depuis", "Jusqu’au")
LINE_HEAD = ("Structure utilisatrice", "Personne", "Emploi", "Qualification", "Entrée", "Sortie", "Mention")
# Art. D1221-23 C. trav., 1° to 3°: Grappe does not keep them. Read on Légifrance (LEGISCTA000018537880), as are 4° to 6° (job,
# qualification, dates) and 11° (the mention below); 12°, part time, is of the employer's own register.
BY_HAND = "nationalité, date de naissance, sexe"


@dataclass(frozen=True, slots=True)
class Lack:
    """What a register needs and the data does not have: of a firm, or of the cluster itself."""

    words: str
    firm: Firm | None = None


def seat_of_firm(whose: Cluster | Firm | Officer) -> str:
    """« 3 rue des Vignes, 75018 Paris »; empty unless the street and the town are known."""
    if not whose.street or not whose.town:
        return ""
    return f"{whose.street}, {whose.postcode} {whose.town}".replace("  ", " ")


# ---------------------------------------------------------------- the members


def members() -> list[Membership]:
    """Every membership there was, those who left as well, in order of entry. One query."""
    return list(all_memberships())


def members_lack(rows: Iterable[Membership], *, on: date) -> list[Lack]:
    """By member of today, what the law wants of it and is not there."""
    found = []
    for row in rows:
        if row.valid_from > on or (row.valid_to is not None and row.valid_to <= on):
            continue
        needed = (
            ("SIREN", row.firm.siren),
            (_("siège"), seat_of_firm(row.firm)),
            (_("activité"), row.sector),
            (_("effectif"), row.headcount is not None),
        )
        missing = [name for name, value in needed if not value]
        if missing:
            found.append(Lack(", ".join(missing), row.firm))
    return found


def _member_cells(row: Membership) -> list[str]:
    return [
        row.firm.name,
        row.firm.siren or TO_FILL,
        seat_of_firm(row.firm) or TO_FILL,
        row.sector or TO_FILL,
        str(row.headcount) if row.headcount is not None else TO_FILL,
        f"{row.valid_from:%d/%m/%Y}",
        f"{row.valid_to:%d/%m/%Y}" if row.valid_to is not None else "",
    ]


def members_xlsx(rows: Sequence[Membership]) -> bytes:
    """Dates as dates and headcounts as numbers, to be sorted; what lacks is « à compléter »."""
    lines: Iterator[list[object]] = (
        [*cells[:4], row.headcount if row.headcount is not None else cells[4], row.valid_from, row.valid_to]
        for row, cells in ((row, _member_cells(row)) for row in rows)
    )
    return write_xlsx("Registre des membres", MEMBER_HEAD, lines)


def members_pdf(rows: Sequence[Membership], *, cluster: Cluster, on: date, at: datetime) -> bytes:
    with translation.override("fr"):
        standing = sum(row.valid_to is None or row.valid_to > on for row in rows)
        said = (
            f"{standing} structure{'s' if standing > 1 else ''} membre{'s' if standing > 1 else ''} au {words.day(on)}"
        )
        gone = len(rows) - standing
        if gone:
            said += f", {gone} sortie{'s' if gone > 1 else ''}"
        blocks = [
            printing.words_block(f"{said}. Liste tenue au siège du groupement (art. L1253-6 du code du travail)."),
            _members_table(rows),
            *_lacking(members_lack(rows, on=on)),
        ]
        return _print(cluster, "Registre des membres", blocks, at)


def _members_table(rows: Sequence[Membership]) -> dict[str, Any]:
    return printing.table_block(
        MEMBER_HEAD, [_member_cells(row) for row in rows], widths=(11, 5, 13, 8, 4, 5, 5), right=(4,)
    )


def _lacking(lacks: Sequence[Lack]) -> list[dict[str, Any]]:
    if not lacks:
        return []
    lines = [f"{lack.firm.name} : {lack.words}" if lack.firm is not None else lack.words for lack in lacks]
    return [printing.title_block("Ce qui manque"), printing.items_block(lines)]


def _print(cluster: Cluster, title: str, blocks: Sequence[dict[str, Any]], at: datetime) -> bytes:
    return printing.pdf(cluster=cluster, title=title, version=1, at=at, blocks=blocks, parties=(), wide=True)


# ---------------------------------------------------------------- the notice


@dataclass(frozen=True, slots=True)
class Notice:
    """What D1253-1 wants, in its order; `lacks` says what is to be filled in or joined, `changed` what the last one sent did
    not say (D1253-3: told within a month)."""

    cluster: Cluster
    officers: tuple[Officer, ...]
    documents: dict[str, LegalDocument]
    agreements: tuple[str, ...]
    members: tuple[Membership, ...]
    lacks: tuple[Lack, ...]
    last: InspectorateNotice | None
    changed: tuple[str, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """By topic, what the notice says: what is compared with the last one. Headcounts change without a notice."""
        return {
            "group": [self.cluster.legal_name, seat_of_firm(self.cluster), self.cluster.legal_form],
            "officers": sorted([officer.name, officer.office, seat_of_firm(officer)] for officer in self.officers),
            "statutes": getattr(self.documents.get(DocumentKind.STATUTES), "digest", ""),
            "members": {
                row.firm.name: [row.firm.siren or "", seat_of_firm(row.firm), row.establishments, row.sector]
                for row in self.members
            },
            "agreements": list(self.agreements),
        }


def notice(cluster: Cluster, *, on: date, last: InspectorateNotice | None = None) -> Notice:
    """The notice as it would be sent that day, beside the `last` that was. Four queries, five without an agreement of the
    cluster's own or without `last`."""
    officers = tuple(queries.officers(on=on))
    documents: dict[str, LegalDocument] = {}
    for document in queries.legal_documents():
        documents.setdefault(document.kind, document)
    agreements = (cluster.agreement,) if cluster.agreement else _agreements_of_posts()
    rows = tuple(memberships(on=on))
    lacks = [*_lacks_of_group(cluster, officers, documents, agreements), *members_lack(rows, on=on)]
    last = last or queries.last_notice()
    found = Notice(cluster, officers, documents, agreements, rows, tuple(lacks), last, ())
    return replace(found, changed=_changed(found.facts, last.facts)) if last is not None else found


def _agreements_of_posts() -> tuple[str, ...]:
    texts = Pool.objects.filter(state=PoolState.RUNNING).exclude(agreement="").order_by("agreement")
    return tuple(texts.values_list("agreement", flat=True).distinct())


def _lacks_of_group(
    cluster: Cluster,
    officers: Sequence[Officer],
    documents: Mapping[str, LegalDocument],
    agreements: Sequence[str],
) -> list[Lack]:
    homeless = [officer.name for officer in officers if not seat_of_firm(officer)]
    needed = (
        (cluster.legal_name, _("le nom du groupement (raison sociale)")),
        (seat_of_firm(cluster), _("le siège du groupement")),
        (cluster.legal_form, _("la forme juridique du groupement")),
        (officers, _("les dirigeants : aucun n’est inscrit")),
        (not homeless, _("le domicile de %(names)s") % {"names": ", ".join(homeless)}),
        (documents.get(DocumentKind.STATUTES), _("les statuts, à joindre")),
        (
            documents.get(DocumentKind.PUBLICATION),
            _("la copie de la publication (Journal officiel, ou registre), à joindre"),
        ),
        (agreements, _("la convention collective")),
    )
    return [Lack(said) for there, said in needed if not there]


def _changed(now: Mapping[str, Any], then: Mapping[str, Any]) -> tuple[str, ...]:
    """The topics of which the last notice does not say what is so, in words."""
    names = {
        "group": _("le nom, le siège ou la forme"),
        "officers": _("les dirigeants"),
        "statutes": _("les statuts"),
        "agreements": _("la convention collective"),
    }
    found = [said for topic, said in names.items() if now[topic] != then.get(topic)]
    here, there = now["members"], then.get("members", {})
    come = [name for name in here if name not in there]
    gone = [name for name in there if name not in here]
    other = [name for name in here if name in there and here[name] != there[name]]
    moves = ((come, _("entrée : %(firms)s")), (gone, _("sortie : %(firms)s")), (other, _("fiche : %(firms)s")))
    return (*found, *(said % {"firms": ", ".join(firms)} for firms, said in moves if firms))


def notice_pdf(cluster: Cluster, *, on: date, at: datetime) -> bytes:
    """In French, with what lacks named at its end."""
    with translation.override("fr"):
        found = notice(cluster, on=on)
        blank = ". " * 30
        items = [
            f"Nom du groupement : {cluster.legal_name or TO_FILL}",
            f"Siège : {seat_of_firm(cluster) or TO_FILL}",
            f"SIREN : {cluster.siren or TO_FILL}",
            f"Forme juridique : {cluster.get_legal_form_display() or TO_FILL}",
        ]
        officers = [f"{officer}, demeurant {seat_of_firm(officer) or TO_FILL}" for officer in found.officers]
        blocks = [
            printing.words_block(
                "À l’inspection du travail dont relève le siège du groupement.",
                "Note d’information prévue à l’article D1253-1 du code du travail, à dater, à signer et à adresser "
                "en recommandé avec avis de réception, dans le mois de la constitution du groupement ou d’un changement.",
                *([f"Change ce qui a été écrit le {words.day(found.last.sent_on)}."] if found.last else []),
            ),
            printing.title_block("1. Le groupement"),
            printing.items_block(items),
            printing.title_block("2. Ses dirigeants"),
            printing.items_block(officers or [TO_FILL]),
            printing.title_block("3 et 4. Pièces jointes"),
            printing.items_block(_joined(found)),
            printing.title_block("5. Ses membres"),
            _members_table(found.members),
            *_establishments(found.members),
            printing.title_block("6. La convention collective"),
            printing.items_block(list(found.agreements) or [TO_FILL]),
            printing.words_block(f"Fait à {blank} le {blank}", "Nom et signature :"),
            *_lacking(found.lacks),
        ]
        return _print(cluster, "Note d’information à l’inspection du travail", blocks, at)


def _joined(found: Notice) -> list[str]:
    """The statutes and the publication, each with its date; its fingerprint says which file."""

    def said(kind: str, name: str, when: str) -> str:
        document = found.documents.get(kind)
        if document is None:
            return f"{name} : {TO_FILL}"
        return f"{name}, {when} {words.day(document.dated)} (« {document.name} », SHA-256 {document.digest[:16]}…)"

    published = found.cluster.publication
    return [
        said(DocumentKind.STATUTES, "Les statuts", "adoptés le"),
        said(DocumentKind.PUBLICATION, "La copie de la publication" + (f", {published}" if published else ""), "du"),
    ]


def _establishments(rows: Iterable[Membership]) -> list[dict[str, Any]]:
    """The members' establishments other than their seats; nothing when none is known."""
    lines = [
        f"{row.firm.name} : {' ; '.join(line.strip() for line in row.establishments.splitlines() if line.strip())}"
        for row in rows
        if row.establishments.strip()
    ]
    head = printing.words_block("Établissements autres que le siège :")
    return [head, printing.items_block(lines)] if lines else []


# ---------------------------------------------------------------- the user firm's staff register


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A shared person at a user firm, from a day, until a day (excluded) when it is known."""

    firm: Firm
    pool: Pool
    since: date
    until: date | None

    @property
    def cells(self) -> list[str]:
        return [
            self.firm.name,
            str(self.pool.person or TO_FILL),
            self.pool.name,
            self.pool.qualification or TO_FILL,
            f"{self.since:%d/%m/%Y}",
            f"{self.until:%d/%m/%Y}" if self.until is not None else "",
            mention(self.pool.cluster),
        ]


def mention(cluster: Cluster) -> str:
    """« mis à disposition par un groupement d’employeurs : Association Paris Mix, 12 rue des Grappes, 75018 Paris »: the words,
    the name and the address that art. D1221-23, 11° wants."""
    name = cluster.legal_name or cluster.name
    return f"mis à disposition par un groupement d’employeurs : {name}, {seat_of_firm(cluster) or f'siège {TO_FILL}'}"


def staff_lines() -> list[StaffLine]:
    """Every firm committed to a post that runs or ran, by firm then entry. Two queries whatever the posts."""
    pools = Pool.objects.filter(state__in=[PoolState.RUNNING, PoolState.ENDED], person__isnull=False)
    rows = Commitment.objects.filter(ever_committed(), part__pool__in=pools)
    rows = rows.select_related("part__firm", "part__pool__person", "part__pool__cluster").order_by("valid_from", "pk")
    first: dict[int, Commitment] = {}
    for row in rows:
        first.setdefault(row.part_id, row)
    lines = [
        StaffLine(
            row.part.firm,
            row.part.pool,
            max(row.valid_from, row.part.pool.starts_on),
            min((day for day in (row.part.leaves_on, row.part.pool.ends_on) if day is not None), default=None),
        )
        for row in first.values()
    ]
    return sorted(lines, key=lambda line: (line.firm.name.casefold(), line.firm.pk, line.since, line.pool.pk))


def staff_pdf(lines: Sequence[StaffLine], *, cluster: Cluster, at: datetime) -> bytes:
    with translation.override("fr"):
        blocks = [
            printing.words_block(
                "Chaque structure reporte sa ligne dans son propre registre unique du personnel, avec ce que Grappe ne "
                f"tient pas : {BY_HAND}."
            ),
            printing.table_block(LINE_HEAD, [line.cells for line in lines], widths=(9, 8, 8, 9, 5, 5, 15)),
        ]
        return _print(cluster, "Lignes pour le registre du personnel des structures utilisatrices", blocks, at)
