"""The papers of a shared post: contract, annex of users, convention, equal-pay sheet. What they print, and the text to begin with.

Mentions: L1253-9 (contract: pay, qualification, potential users, places; equal treatment), L1253-12 (what the user answers for),
L1253-8 (joint liability) of the French labour code. The texts are models, to have read by someone of the trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from stdnum.fr import siren as siren_number

from grappe.clusters.cells import fold
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster, Firm
from grappe.law.queries import rules_of
from grappe.papers import kinds as paper_kinds
from grappe.papers.kinds import Field, Kind, Sort
from grappe.papers.models import Paper
from grappe.papers.queries import PaperSheet, body_in_use, latest_about, sheets
from grappe.pools import bonuses, kinds, queries, words
from grappe.pools.enums import CostPart
from grappe.pools.kinds.post import Line
from grappe.pools.models import Bonus, Commitment, Part, Pool

TEXTS = Path(__file__).with_name("texts")  # in French, like the papers; see the decision on papers


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


EMPLOYER = (
    Field("employeur", _("la raison sociale de la grappe"), "Association Paris Mix", needed=True),
    Field("adresse", _("l’adresse de la grappe"), "12 rue des Grappes, 75018 Paris", needed=True),
    Field("siren", _("le SIREN de la grappe"), "000 000 018"),
    Field("effet", _("le jour d’effet, en chiffres"), "2026-05-01"),
)
_PERSON = (
    Field("salarie", _("la personne recrutée"), "Inès Besson", needed=True),
    Field("poste", _("le nom du poste"), "Communication web", needed=True),
    Field("qualification", _("sa qualification"), "chargée de communication", needed=True),
    Field("debut", _("le premier jour"), "1er mai 2026", needed=True),
)
_WORK = (
    Field("taches", _("les tâches confiées"), "site web, lettre d’information, réseaux sociaux"),
    Field("securite", _("la santé et la sécurité : risques, matériel"), "travail sur écran ; casque en concert"),
    Field("jusqu_au", _("le dernier jour prévu"), "31 décembre 2027"),
)
_USERS = {
    "head": ["Structure", "Lieu de travail", "Par mois", "Depuis le"],
    "rows": [["Kiosque Spectacles", "3 rue des Vignes, 75018 Paris", "4 jours", "1er mai 2026"]],
    "right": [2],
}
_FIRM = (
    Field("structure", _("le nom de la structure"), "Kiosque Spectacles", needed=True),
    Field("adresse_structure", _("l’adresse de la structure"), "3 rue des Vignes, 75018 Paris", needed=True),
    Field("siren_structure", _("le SIREN de la structure"), "000 000 026"),
)

CONTRACT = Kind(
    key="work_contract",
    words=_("Contrat de travail"),
    about=_("un poste"),
    fields=(
        *EMPLOYER,
        *_PERSON,
        *_WORK,
        Field("brut", _("le salaire brut annuel"), "30 000,00 €", needed=True),
        Field("duree", _("la durée du travail"), "35 heures par semaine en moyenne"),
        Field("prevenance", _("le délai pour changer le calendrier"), "7 jours", needed=True),
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
        *EMPLOYER,
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
        *EMPLOYER,
        *_FIRM,
        *_PERSON,
        *_WORK,
        Field("quantite", _("les jours par mois"), "4 jours", needed=True),
        Field("jours", _("les jours souhaités"), "lundi"),
        Field("lieu", _("le lieu de travail"), "3 rue des Vignes, 75018 Paris", needed=True),
        Field("preavis", _("le préavis"), "2 mois", needed=True),
        Field("prix", _("le prix de la demi-journée"), "112,98 €", needed=True),
        Field("part_mois", _("la part d’un mois"), "903,80 €", needed=True),
        Field("plafond", _("le plus que peut coûter la demi-journée, l’année close"), "124,28 €"),
        Field("tva", _("la TVA"), "TVA à 20 % en sus", needed=True),
        Field("accepte", _("qui a accepté ce prix, et quand"), "Marius Blanc, le 12 avril 2026"),
        Field("paiement", _("le délai de paiement"), "30 jours", needed=True),
        Field(
            "composition",
            _("ce qui fait le prix"),
            {"head": ["Coût du poste, par an", "Montant"], "rows": [["Salaire brut", "30 000,00 €"]], "right": [1]},
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
        *EMPLOYER,
        *_FIRM,
        *_PERSON,
        Field("brut", _("le salaire brut annuel"), "30 000,00 €", needed=True),
        Field("avantages", _("les avantages"), ["13e mois"], Sort.LIST),
        Field(
            "prime", _("la prime différentielle"), "10,00 € bruts par demi-journée, soit 14,20 € cotisations comprises"
        ),
    ),
    body=_text("equal_pay"),
)
OF_POST, OF_PART = (CONTRACT, ANNEX), (CONVENTION, EQUAL_PAY)


def register() -> None:
    for kind in (*OF_POST, *OF_PART):
        paper_kinds.register(kind)


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as it would be made for a day: of which kind, about which row, with what facts, signed by whom."""

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


@dataclass(frozen=True, slots=True)
class Books:
    """What a post's papers are made from and compared with, read once for any day: as many queries whatever the firms."""

    pool: Pool
    commitments: tuple[Commitment, ...]
    parts: Mapping[int, Part]
    costs: tuple[tuple[Line, int], ...]
    sheets: Mapping[tuple[str, int], PaperSheet]
    bodies: Mapping[str, str]
    bonuses: Mapping[int, list[Bonus]] = field(default_factory=dict)

    @classmethod
    def of(cls, pool: Pool) -> Books:
        rows = Commitment.objects.filter(queries.ever_committed(), part__pool=pool)
        parts = {part.pk: part for part in queries.live_parts(pool)}
        lines = queries.cost_lines(pool)
        standing = latest_about("pools.pool", [pool.pk]) | latest_about("pools.part", parts)
        return cls(
            pool,
            tuple(rows.select_related("part", "accepted_by").order_by("pk")),
            parts,
            tuple(zip(lines, kinds.of(pool.kind).amounts(lines), strict=True)),
            {(sheet.paper.kind, sheet.paper.about_id): sheet for sheet in sheets(standing.values())},
            {kind.key: body_in_use(pool.cluster, kind) for kind in (*OF_POST, *OF_PART)},
            bonuses.agreed(parts),
        )

    def taken(self, on: date) -> list[tuple[Part, Commitment]]:
        """The parts in force on that day, with what was accepted for them, by name."""
        standing = queries.in_force(self.commitments, starts_on=self.pool.starts_on, on=max(on, self.pool.starts_on))
        pairs = [(self.parts[one.part_id], one) for one in standing.values() if one.part_id in self.parts]
        return sorted(pairs, key=lambda pair: (fold(pair[0].firm.name), pair[0].pk))

    def since(self, part: Part) -> date:
        """From which day the firm has been in the post, whatever it accepted anew since; a founder, from the post's start."""
        first = next(one for one in self.commitments if one.part_id == part.pk)
        return self._from(first, first)

    def valid_from(self, one: Commitment) -> date:
        """The first day of what was accepted."""
        return self._from(one, next(each for each in self.commitments if each.part_id == one.part_id))

    def _from(self, one: Commitment, first: Commitment) -> date:
        founding = one is first and one.valid_from == self.commitments[0].valid_from  # see `queries.in_force`
        return self.pool.starts_on if founding else max(one.valid_from, self.pool.starts_on)

    def changes(self, *, after: date) -> list[date]:
        """The days to come on which somebody enters, leaves or has another price, while the post runs."""
        days = {self.valid_from(one) for one in self.commitments}
        days |= {one.valid_from for rows in self.bonuses.values() for one in rows}
        days |= {part.leaves_on for part in self.parts.values() if part.leaves_on is not None}
        end = self.pool.ends_on
        return sorted(day for day in days if day > max(after, self.pool.starts_on) and (end is None or day < end))


def drafts(books: Books, *, on: date) -> list[Draft]:
    """Every paper of the post as it would be made for that day: contract, annex, then each firm's two. In French, as papers are."""
    pool = books.pool
    with override("fr"):
        taken = books.taken(on)
        common = _of_post(books, on)
        users = {"utilisateurs": _users(books, taken), "depuis": words.day(max(on.replace(day=1), pool.starts_on))}
        cluster = cluster_party(pool.cluster)
        person = {"key": "person", "words": "La personne employée", "name": str(pool.person or ""), "role": ""}
        title = f"{pool.name}, {pool.person}"
        found = [
            Draft(CONTRACT, pool, f"Contrat de travail : {title}", _only(CONTRACT, common | users), (cluster, person)),
            Draft(ANNEX, pool, f"Annexe des utilisateurs : {title}", _only(ANNEX, common | users), (cluster, person)),
        ]
        for part, commitment in taken:
            firm = {
                "key": "firm",
                "words": "La structure utilisatrice",
                "name": part.firm.name,
                "role": "member",
                "firm": part.firm_id,
            }
            told = common | _of_firm(books, part, max(on, pool.starts_on))
            for kind, name, facts in (
                (CONVENTION, "Convention", told | _of_commitment(books, part, commitment)),
                (EQUAL_PAY, "Fiche d’égalité", told),
            ):
                found.append(
                    Draft(kind, part, f"{name} : {part.firm}, {pool.name}", _only(kind, facts), (cluster, firm))
                )
        return found


def _only(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in kind.fields}
    return {name: value for name, value in facts.items() if name in names and value}


def cluster_party(cluster: Cluster) -> dict[str, Any]:
    name = cluster.legal_name or cluster.name
    return {"key": "cluster", "words": "L’employeur", "name": name, "role": "coordinator"}


def _of_post(books: Books, on: date) -> dict[str, Any]:
    pool, cluster = books.pool, books.pool.cluster
    day = max(on, pool.starts_on)
    law = rules_of(["work.week_minutes", "work.notice_of_change_days", "vat.standard_bp"], day)
    gross = books.costs[0][1] if books.costs else 0
    given = {CostPart.THIRTEENTH, CostPart.BENEFITS}
    week, notice, vat = (law.get(key) for key in ("work.week_minutes", "work.notice_of_change_days", "vat.standard_bp"))
    rate = f"TVA à {words.percent(vat.value / 10_000)} en sus" if vat is not None else ""
    full_time = week is not None and pool.capacity >= kinds.post.CAPACITY
    return {
        "employeur": cluster.legal_name,
        "adresse": address(cluster),
        "siren": siren_number.format(cluster.siren) if cluster.siren else "",
        "effet": day.isoformat(),
        "salarie": str(pool.person or ""),
        "poste": pool.name,
        "qualification": pool.qualification,
        "taches": pool.tasks,
        "securite": pool.safety,
        "convention": pool.agreement,
        "debut": words.day(pool.starts_on),
        "jusqu_au": words.day(pool.ends_on - timedelta(days=1)) if pool.ends_on is not None else "",
        "duree": f"{words.hours(week.value)} par semaine en moyenne" if week is not None and full_time else "",
        "prevenance": f"{notice.value} jours" if notice is not None else "",
        "brut": words.euros(gross) if gross else "",
        "avantages": [line.label for line, cents in books.costs if line.part in given and cents],
        "tva": "Exonéré de TVA, article 261 B du CGI" if cluster.vat_regime == VatRegime.EXEMPT else rate,
        "paiement": f"{cluster.invoice_due_days} jours",
    }


def _of_firm(books: Books, part: Part, on: date) -> dict[str, Any]:
    return {
        "prime": _bonus(bonuses.in_force(books.bonuses.get(part.pk, []), on=on)),
        "structure": part.firm.name,
        "adresse_structure": address(part.firm),
        "siren_structure": siren_number.format(part.firm.siren) if part.firm.siren else "",
        "debut": words.day(books.since(part)),
    }


def _bonus(said: Bonus | None) -> str:
    if said is None:
        return ""
    why = ", ".join(text for text in (said.reason, said.document) if text)
    return f"{words.bonus(said)}, depuis le {words.day(said.valid_from)} ({why})"


def _of_commitment(books: Books, part: Part, one: Commitment) -> dict[str, Any]:
    pool = books.pool
    rows = [[line.label, words.euros(cents)] for line, cents in books.costs if cents]
    notice = one.notice_months if one.notice_months is not None else pool.notice_months
    ends = [day for day in (part.leaves_on, pool.ends_on) if day is not None]
    return {
        "debut": words.day(books.valid_from(one)),
        "jusqu_au": words.day(min(ends) - timedelta(days=1)) if ends else "",
        "quantite": words.days(one.half_days),
        "jours": words.weekdays(part.weekdays),
        "lieu": _place(part),
        "preavis": f"{notice} mois",
        "prix": words.euros(one.price_cents),
        "part_mois": words.euros(one.month_cents),
        "plafond": words.euros(one.ceiling_cents) if one.ceiling_cents is not None else "",
        "accepte": f"{one.accepted_by}, le {words.day(localdate(one.accepted_at))}" if one.accepted_by else "",
        "composition": {"head": ["Coût du poste, par an", "Montant"], "rows": rows, "right": [1]},
    }


def _users(books: Books, taken: list[tuple[Part, Commitment]]) -> dict[str, Any]:
    rows = [
        [part.firm.name, _place(part), words.days(one.half_days), words.day(books.since(part))] for part, one in taken
    ]
    return (
        {"head": ["Structure", "Lieu de travail", "Par mois", "Depuis le"], "rows": rows, "right": [2]} if rows else {}
    )


def _place(part: Part) -> str:
    """Where the work is done: where the need says, else at the firm's."""
    if part.need is not None and part.need.remote:
        return "à distance"
    said = part.need.town if part.need is not None else ""
    return said if said and said != part.firm.town else address(part.firm)


def address(whose: Cluster | Firm) -> str:
    town = f"{whose.postcode} {whose.town}".strip()
    return ", ".join(line for line in (whose.street, town) if line)


@dataclass(frozen=True, slots=True)
class Row:
    """A paper of the post: as it would be made for the day, and as it stands, if it does.

    `changed`: what it says and is no longer so, in words.
    """

    draft: Draft
    sheet: PaperSheet | None
    changed: tuple[str, ...] = ()

    @property
    def stale(self) -> bool:
        return bool(self.changed)

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


def rows(pool: Pool, *, on: date, books: Books | None = None) -> list[Row]:
    """Every paper of the post for that day, in order. A paper made ahead is read on its own day of effect: it is true from then on."""
    books = books or Books.of(pool)
    by_day: dict[date, dict[tuple[str, int], Draft]] = {on: {draft.key: draft for draft in drafts(books, on=on)}}
    found = []
    for key, draft in by_day[on].items():
        sheet = books.sheets.get(key)
        if sheet is None:
            found.append(Row(draft, None))
            continue
        day = max(on, date.fromisoformat(sheet.paper.facts.get("effet", on.isoformat())))
        if day not in by_day:
            by_day[day] = {one.key: one for one in drafts(books, on=day)}
        then = by_day[day].get(key, draft)
        found.append(Row(then, sheet, _changed(sheet.paper, then, books.bodies[then.kind.key])))
    return found


def ahead(pool: Pool, *, on: date, books: Books) -> list[tuple[date, int]]:
    """The next days on which papers of the post are to be made, and how many; three at most."""
    counted = [
        (day, sum(row.to_make for row in rows(pool, on=day, books=books))) for day in books.changes(after=on)[:3]
    ]
    return [(day, count) for day, count in counted if count]


# Dates that go on being true when others come in, and the end that both sides know by the notice itself.
_TRUE_ANYWAY = {"effet", "depuis", "jusqu_au"}


def _changed(paper: Paper, draft: Draft, body: str) -> tuple[str, ...]:
    """What the paper says and would no longer be printed. Of the contract, what it says of users lives in its annex."""
    now, then = paper_kinds.kept_facts(draft.kind, draft.facts), paper.facts
    left = _TRUE_ANYWAY | ({"utilisateurs"} if draft.kind is CONTRACT else set())
    said = [
        str(field.words)
        for field in draft.kind.fields
        if field.name not in left and now.get(field.name) != then.get(field.name)
    ]
    if paper.template.body != body:
        said.append(str(_("le texte du modèle")))
    return tuple(said)
