"""The papers of a shared post: contract, annex of users, convention, equal-pay sheet. What they print, and the text to begin with.

Mentions: L1253-9 (contract: pay, qualification, potential users, places; equal treatment), L1253-12 (what the user answers for),
L1253-8 (joint liability) of the French labour code. The texts are models, to have read by someone of the trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from grappe.clusters.cells import fold
from grappe.clusters.models import Cluster, Firm
from grappe.papers import kinds as paper_kinds
from grappe.papers.kinds import Field, Kind, Sort
from grappe.papers.models import Paper
from grappe.papers.queries import PaperSheet, body_in_use, latest_about, sheets
from grappe.pools import kinds, queries, words
from grappe.pools.enums import CostPart
from grappe.pools.kinds.post import Line
from grappe.pools.models import Commitment, Part, Pool

TEXTS = Path(__file__).with_name("texts")  # in French, like the papers; see the decision on papers


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


_EMPLOYER = (
    Field("employeur", _("la raison sociale de la grappe"), "Association Paris Mix", needed=True),
    Field("adresse", _("l’adresse de la grappe"), "12 rue des Grappes, 75018 Paris", needed=True),
)
_PERSON = (
    Field("salarie", _("la personne recrutée"), "Inès Besson", needed=True),
    Field("poste", _("le nom du poste"), "Communication web", needed=True),
    Field("qualification", _("sa qualification"), "chargée de communication", needed=True),
    Field("debut", _("le premier jour"), "1er mai 2026", needed=True),
)
_USERS = {"head": ["Structure", "Lieu", "Par mois"], "rows": [["Kiosque Spectacles", "Paris", "4 jours"]], "right": [2]}
_FIRM = (
    Field("structure", _("le nom de la structure"), "Kiosque Spectacles", needed=True),
    Field("adresse_structure", _("l’adresse de la structure"), "3 rue des Vignes, 75018 Paris", needed=True),
)

CONTRACT = Kind(
    key="work_contract",
    words=_("Contrat de travail"),
    about=_("un poste"),
    fields=(
        *_EMPLOYER,
        *_PERSON,
        Field("brut", _("le salaire brut annuel"), "30 000,00 €", needed=True),
        Field("convention", _("la convention collective"), "Entreprises artistiques et culturelles"),
        Field("avantages", _("les avantages"), ["13e mois"], Sort.LIST),
        Field("utilisateurs", _("les structures utilisatrices"), _USERS, Sort.TABLE, needed=True),
    ),
    body=_text("work_contract"),
)
ANNEX = Kind(
    key="users_annex",
    words=_("Annexe des utilisateurs"),
    about=_("un poste"),
    fields=(
        *_EMPLOYER,
        *_PERSON,
        Field("depuis", _("le jour de la liste"), "1er juin 2026", needed=True),
        Field("utilisateurs", _("les structures utilisatrices"), _USERS, Sort.TABLE, needed=True),
    ),
    body=_text("users_annex"),
)
CONVENTION = Kind(
    key="convention",
    words=_("Convention de mise à disposition"),
    about=_("une part"),
    fields=(
        *_EMPLOYER,
        *_FIRM,
        *_PERSON,
        Field("quantite", _("les jours par mois"), "4 jours", needed=True),
        Field("jours", _("les jours souhaités"), "lundi"),
        Field("lieu", _("le lieu de travail"), "Paris", needed=True),
        Field("preavis", _("le préavis"), "2 mois", needed=True),
        Field("prix", _("le prix de la demi-journée"), "112,98 €", needed=True),
        Field("part_mois", _("la part d’un mois"), "903,80 €", needed=True),
        Field(
            "composition",
            _("ce qui fait le prix"),
            {"head": ["Ligne", "Par an"], "rows": [["Salaire brut", "30 000,00 €"]], "right": [1]},
            Sort.TABLE,
        ),
    ),
    body=_text("convention"),
)
EQUAL_PAY = Kind(
    key="equal_pay",
    words=_("Fiche d’égalité de traitement"),
    about=_("une part"),
    fields=(
        *_EMPLOYER,
        *_FIRM,
        *_PERSON,
        Field("brut", _("le salaire brut annuel"), "30 000,00 €", needed=True),
        Field("avantages", _("les avantages"), ["13e mois"], Sort.LIST),
        Field("prime", _("la prime différentielle"), ""),
    ),
    body=_text("equal_pay"),
)
OF_POST, OF_PART = (CONTRACT, ANNEX), (CONVENTION, EQUAL_PAY)


def register() -> None:
    for kind in (*OF_POST, *OF_PART):
        paper_kinds.register(kind)


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as it would be made today: of which kind, about which row, with what facts, signed by whom."""

    kind: Kind
    about: Pool | Part
    title: str
    facts: Mapping[str, Any]
    parties: tuple[Mapping[str, Any], ...]

    @property
    def key(self) -> tuple[str, int]:
        return (self.kind.key, self.about.pk)

    @property
    def missing(self) -> list[str]:
        """What the paper needs and the data does not have, in words."""
        return [str(field.words) for field in self.kind.fields if field.needed and not self.facts.get(field.name)]


def drafts(pool: Pool, *, on: date) -> list[Draft]:
    """Every paper of the post as it would be made on that day: contract, annex, then each firm's two. In French, as papers are."""
    with override("fr"):
        standing = queries.commitments_of(pool, on=max(on, pool.starts_on))
        parts = {part.pk: part for part in queries.live_parts(pool)}
        taken = sorted(
            ((parts[one.part_id], one) for one in standing.values() if one.part_id in parts),
            key=lambda pair: (fold(pair[0].firm.name), pair[0].pk),
        )
        lines = queries.cost_lines(pool)
        costs = list(zip(lines, kinds.of(pool.kind).amounts(lines), strict=True))
        common = _of_post(pool, costs)
        users = {"utilisateurs": _users(taken), "depuis": words.day(max(on.replace(day=1), pool.starts_on))}
        cluster = _cluster_party(pool.cluster)
        person = {"key": "person", "words": "La personne employée", "name": str(pool.person or ""), "role": ""}
        title = f"{pool.name}, {pool.person}"
        found = [
            Draft(CONTRACT, pool, f"Contrat de travail : {title}", _only(CONTRACT, common | users), (cluster, person)),
            Draft(ANNEX, pool, f"Annexe des utilisateurs : {title}", _only(ANNEX, common | users), (cluster, person)),
        ]
        for part, commitment in taken:
            facts = common | _of_part(pool, part, commitment, costs)
            firm = {
                "key": "firm",
                "words": "La structure utilisatrice",
                "name": part.firm.name,
                "role": "member",
                "firm": part.firm_id,
            }
            for kind, name in ((CONVENTION, "Convention"), (EQUAL_PAY, "Fiche d’égalité")):
                found.append(
                    Draft(kind, part, f"{name} : {part.firm}, {pool.name}", _only(kind, facts), (cluster, firm))
                )
        return found


def _only(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in kind.fields}
    return {name: value for name, value in facts.items() if name in names and value}


def _cluster_party(cluster: Cluster) -> dict[str, Any]:
    name = cluster.legal_name or cluster.name
    return {"key": "cluster", "words": "L’employeur", "name": name, "role": "coordinator"}


def _of_post(pool: Pool, costs: list[tuple[Line, int]]) -> dict[str, Any]:
    gross = costs[0][1] if costs else 0
    given = {CostPart.THIRTEENTH, CostPart.BENEFITS}
    return {
        "employeur": pool.cluster.legal_name,
        "adresse": _address(pool.cluster),
        "salarie": str(pool.person or ""),
        "poste": pool.name,
        "qualification": pool.qualification,
        "convention": pool.agreement,
        "debut": words.day(pool.starts_on),
        "brut": words.euros(gross) if gross else "",
        "avantages": [line.label for line, cents in costs if line.part in given and cents],
    }


def _of_part(pool: Pool, part: Part, commitment: Commitment, costs: list[tuple[Line, int]]) -> dict[str, Any]:
    rows = [[line.label, words.euros(cents)] for line, cents in costs if cents]
    notice = commitment.notice_months if commitment.notice_months is not None else pool.notice_months
    return {
        "structure": part.firm.name,
        "adresse_structure": _address(part.firm),
        "debut": words.day(max(commitment.valid_from, pool.starts_on)),
        "quantite": words.days(commitment.half_days),
        "jours": words.weekdays(part.weekdays),
        "lieu": (part.need.town if part.need is not None else "") or part.firm.town,
        "preavis": f"{notice} mois",
        "prix": words.euros(commitment.price_cents),
        "part_mois": words.euros(commitment.month_cents),
        "composition": {"head": ["Coût du poste, par an", ""], "rows": rows, "right": [1]},
    }


def _users(taken: list[tuple[Part, Commitment]]) -> dict[str, Any]:
    rows = [
        [part.firm.name, (part.need.town if part.need is not None else "") or part.firm.town, words.days(one.half_days)]
        for part, one in taken
    ]
    return {"head": ["Structure", "Lieu", "Par mois"], "rows": rows, "right": [2]}


def _address(whose: Cluster | Firm) -> str:
    town = f"{whose.postcode} {whose.town}".strip()
    return ", ".join(line for line in (whose.street, town) if line)


@dataclass(frozen=True, slots=True)
class Row:
    """A paper of the post: as it would be made today, and as it stands, if it does."""

    draft: Draft
    sheet: PaperSheet | None
    stale: bool

    @property
    def state(self) -> str:
        """ "missing" (facts lack), "todo", "stale" (no longer tells the truth), "made", "asked" (signatures awaited), "signed"."""
        if self.sheet is None or self.stale:
            return "missing" if self.draft.missing else "stale" if self.sheet is not None else "todo"
        if self.sheet.signed:
            return "signed"
        return "asked" if self.sheet.asked else "made"

    @property
    def to_make(self) -> bool:
        return self.state in {"todo", "stale"}

    @property
    def to_ask(self) -> bool:
        """Whether someone is still to be asked to sign."""
        return self.state in {"made", "asked"} and any(
            row.waits and not row.asked for row in (self.sheet.rows if self.sheet is not None else ())
        )


def rows(pool: Pool, *, on: date) -> list[Row]:
    """Every paper of the post, in order; as many queries whatever the firms, but for the drafts' own."""
    made = drafts(pool, on=on)
    standing: dict[tuple[str, int], Paper] = {}
    for about, label in ((Pool, "pools.pool"), (Part, "pools.part")):
        ids = [draft.about.pk for draft in made if isinstance(draft.about, about)]
        standing |= latest_about(label, ids)
    known = {sheet.paper.pk: sheet for sheet in sheets(standing.values())}
    bodies = {kind.key: body_in_use(pool.cluster, kind) for kind in (*OF_POST, *OF_PART)}
    found = []
    for draft in made:
        paper = standing.get(draft.key)
        sheet = known.get(paper.pk) if paper is not None else None
        stale = paper is not None and not _is_true(paper, draft, bodies[draft.kind.key])
        found.append(Row(draft, sheet, stale))
    return found


def _is_true(paper: Paper, draft: Draft, body: str) -> bool:
    """Whether the paper still says what would be printed; the annex's own date does not count, its users do."""
    now, then = dict(paper_kinds.kept_facts(draft.kind, draft.facts)), dict(paper.facts)
    for facts in (now, then):
        facts.pop("depuis", None)
    if draft.kind is CONTRACT:  # what it says of users lives in its annex
        for facts in (now, then):
            facts.pop("utilisateurs", None)
    return now == then and paper.template.body == body
