"""The papers that the law asks of a group of employers, from the data: its members' register, its notice, the users' line.

- members: art. L1253-6 C. trav. (the list is kept at the seat), with what D1253-1 5° wants of each;
- notice to the labour inspectorate, within a month of the group's creation, and of each change: art. D1253-1 C. trav.;
- the line that a user firm writes in its own staff register: « mise à disposition par … ».

What the data lacks is named, in the paper as on the page; nothing is invented. In French, as papers are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation

from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
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
BY_HAND = "nationalité, date de naissance, sexe"  # art. D1221-23 C. trav.: Grappe does not keep them


@dataclass(frozen=True, slots=True)
class Lack:
    """What a register needs and the data does not have: of a firm, or of the cluster itself."""

    words: str
    firm: Firm | None = None


def seat_of_firm(whose: Cluster | Firm) -> str:
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
            ("siège", seat_of_firm(row.firm)),
            ("activité", row.sector),
            ("effectif", row.headcount is not None),
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
    """What D1253-1 wants, in its order; `lacks` says what is to be written by hand, or fetched."""

    cluster: Cluster
    officers: tuple[str, ...]
    agreements: tuple[str, ...]
    members: tuple[Membership, ...]
    lacks: tuple[Lack, ...]


def notice(cluster: Cluster, *, on: date) -> Notice:
    """The notice as it would be sent that day. Three queries."""
    mandates = Mandate.objects.on(on).filter(role=Role.BOARD).select_related("person").order_by("pk")
    officers = tuple(dict.fromkeys(str(mandate.person) for mandate in mandates))
    texts = Pool.objects.filter(state=PoolState.RUNNING).exclude(agreement="").order_by("agreement")
    agreements = tuple(texts.values_list("agreement", flat=True).distinct())
    rows = tuple(memberships(on=on))
    lacks = [
        *([] if cluster.legal_name else [Lack("le nom du groupement (raison sociale)")]),
        *([] if seat_of_firm(cluster) else [Lack("le siège du groupement")]),
        Lack("la forme juridique (association, coopérative) : à écrire, Grappe ne la tient pas"),
        *([] if officers else [Lack("les dirigeants : personne n’a de mandat du conseil")]),
        Lack("le domicile des dirigeants : à écrire, Grappe ne le tient pas"),
        Lack("les statuts, et la copie de la publication (Journal officiel, ou registre) : à joindre"),
        *([] if agreements else [Lack("la convention collective : aucun poste en cours n’en porte")]),
        Lack("les établissements d’un membre autres que son siège : à écrire s’il y en a"),
        *members_lack(rows, on=on),
    ]
    return Notice(cluster, officers, agreements, rows, tuple(lacks))


def notice_pdf(found: Notice, *, at: datetime) -> bytes:
    with translation.override("fr"):
        cluster = found.cluster
        blank = ". " * 30
        items = [
            f"Nom du groupement : {cluster.legal_name or TO_FILL}",
            f"Siège : {seat_of_firm(cluster) or TO_FILL}",
            f"SIREN : {cluster.siren or TO_FILL}",
            f"Forme juridique : {blank}",
        ]
        officers = [f"{name}, demeurant : {blank}" for name in found.officers] or [TO_FILL]
        blocks = [
            printing.words_block(
                "À l’inspection du travail dont relève le siège du groupement.",
                "Note d’information prévue à l’article D1253-1 du code du travail, à dater, à signer et à adresser "
                "en recommandé avec avis de réception, dans le mois de la constitution du groupement ou d’un changement.",
            ),
            printing.title_block("1. Le groupement"),
            printing.items_block(items),
            printing.title_block("2. Ses dirigeants"),
            printing.items_block(officers),
            printing.title_block("3 et 4. Pièces jointes"),
            printing.items_block(
                ["les statuts ;", "la copie de l’extrait publié au Journal officiel, ou de l’inscription au registre."]
            ),
            printing.title_block("5. Ses membres"),
            _members_table(found.members),
            printing.title_block("6. La convention collective"),
            printing.items_block(list(found.agreements) or [TO_FILL]),
            printing.words_block(f"Fait à {blank} le {blank}", "Nom et signature :"),
            *_lacking(found.lacks),
        ]
        return _print(cluster, "Note d’information à l’inspection du travail", blocks, at)


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
    """« Mise à disposition par Association Paris Mix, 12 rue des Grappes, 75018 Paris »"""
    name = cluster.legal_name or cluster.name
    return f"Mise à disposition par le groupement d’employeurs {name}, {seat_of_firm(cluster) or f'siège {TO_FILL}'}"


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
