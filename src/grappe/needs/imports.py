"""The answers to a survey, as a spreadsheet: what each line would do, why some are refused. Nothing is written here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.clusters import cells
from grappe.clusters import queries as clusters
from grappe.clusters.cells import Unfit, fold
from grappe.clusters.columns import Column, Reading, Refusal, Skip, require
from grappe.clusters.models import Firm
from grappe.clusters.sheets import Cell, Sheet
from grappe.needs import queries
from grappe.needs.enums import Grade
from grappe.needs.models import Need, Survey
from grappe.needs.rules import DAYS_A_MONTH_MAX, PRICE_CENTS_A_DAY_MAX, half_day_cents
from grappe.needs.spellings import Group, Spelling, collect, groups

SKILL_CHARACTERS_MAX = 80

COLUMNS = (
    Column(
        "firm",
        gettext_lazy("Structure"),
        (
            *(
                "structure",
                "structures",
                "nom",
                "nom de la structure",
                "raison sociale",
                "adherent",
                "entreprise",
                "membre",
            ),
            *("association", "firm", "company", "name", "organisation", "organization", "member"),
        ),
        required=True,
        instead="siren",
    ),
    Column(
        "siren",
        "SIREN",
        ("siren", "n siren", "no siren", "numero siren", "siret", "n siret", "numero siret", "siren siret"),
    ),
    Column("town", gettext_lazy("Ville"), ("ville", "commune", "lieu", "lieu de travail", "town", "city", "place")),
    Column("latitude", gettext_lazy("Latitude"), ("latitude", "lat")),
    Column("longitude", gettext_lazy("Longitude"), ("longitude", "lon", "lng", "long")),
    Column(
        "skill",
        gettext_lazy("Compétence recherchée"),
        (
            *(
                "competence recherchee",
                "competence",
                "competences",
                "metier",
                "metier recherche",
                "profil",
                "poste",
                "fonction",
            ),
            *("besoin", "skill", "skill wanted", "skills", "job", "trade"),
        ),
        required=True,
    ),
    Column(
        "days",
        gettext_lazy("Jours par mois"),
        (
            *(
                "jours mois",
                "jours par mois",
                "nombre de jours par mois",
                "nb jours mois",
                "nb de jours par mois",
                "j mois",
            ),
            *("jours", "days", "days month", "days per month", "days a month"),
        ),
        required=True,
    ),
    Column(
        "first",
        gettext_lazy("À partir de"),
        ("a partir de", "a partir du", "debut", "date de debut", "des", "from", "start", "starting", "start date"),
    ),
    Column(
        "last",
        gettext_lazy("Jusqu’à"),
        ("jusqu a", "jusqu au", "fin", "date de fin", "to", "until", "till", "end", "end date"),
    ),
    Column(
        "max_price",
        gettext_lazy("Prix maximum par jour"),
        (
            *(
                "prix maximum jour",
                "prix maximum par jour",
                "prix max jour",
                "prix maximum",
                "prix max",
                "budget par jour",
            ),
            *(
                "budget jour",
                "maximum price",
                "maximum price day",
                "maximum price per day",
                "max price per day",
                "max price day",
            ),
        ),
    ),
    Column(
        "price",
        gettext_lazy("Prix payé seul par jour"),
        (
            *(
                "prix paye seul jour",
                "prix paye seul par jour",
                "prix seul jour",
                "prix seul par jour",
                "prix seul",
                "prix paye seul",
            ),
            *(
                "prix actuel par jour",
                "price alone",
                "price alone day",
                "price alone per day",
                "price paid alone per day",
            ),
        ),
    ),
    Column(
        "proof",
        gettext_lazy("Preuve"),
        ("preuve", "preuve du prix", "justificatif", "source du prix", "source", "proof", "evidence"),
    ),
    Column(
        "alone",
        gettext_lazy("Jours achetés seul par mois"),
        (
            *(
                "jours achetes seul mois",
                "jours achetes seul par mois",
                "jours achetes seul",
                "jours seul mois",
                "jours seul",
            ),
            *("days bought alone", "days bought alone month", "days bought alone per month", "days alone per month"),
        ),
    ),
    Column(
        "email",
        gettext_lazy("Courriel"),
        ("courriel", "e mail", "email", "mail", "adresse e mail", "adresse mail", "adresse electronique", "contact"),
    ),
)

# What proves a price alone, by the first word of the cell (reference: impact measurement, section 3.1).
PROOFS = {
    **dict.fromkeys(("facture", "factures", "invoice", "devis", "quote"), Grade.A),
    **dict.fromkeys(("tarif", "tarifs", "grille", "tariff"), Grade.B),
    **dict.fromkeys(("declaration", "declare", "declaratif", "statement"), Grade.C),
    **dict.fromkeys(("estimation", "estime", "estimate"), Grade.D),
}


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A good line. Prices are in cents per half-day, quantities in half-days a month, months by their first day."""

    line: int
    firm: Firm
    skill: str
    half_days: int
    first_month: date | None
    last_month: date | None
    max_price_cents: int | None
    price_cents: int | None
    alone_half_days: int
    grade: str
    document: str
    latitude: float | None
    longitude: float | None
    town: str
    email: str
    beside: bool = False
    """The firm already has a need for this skill in the survey, with other figures."""

    @property
    def ends_before(self) -> date | None:
        return Need(last_month=self.last_month).ends_before

    @property
    def source(self) -> str:
        """The fingerprint of the answer, however it is laid out: the same answer loaded again is the same need."""
        said = [
            self.firm.pk,
            fold(self.skill),
            self.half_days,
            str(self.first_month),
            str(self.last_month),
            *(self.max_price_cents, self.price_cents, self.alone_half_days, self.grade),
            *(self.latitude, self.longitude, self.email),
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(slots=True)
class NeedCheck:
    """What loading the file would do. Each line that is not blank is in one list; blank ones are only counted."""

    line_count: int
    ready: list[NeedLine] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    spellings: list[Spelling] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def beside(self) -> list[NeedLine]:
        return [line for line in self.ready if line.beside]

    def names(self, *, keep_spellings: bool = False) -> dict[str, str]:
        """The name proposed for each new spelling, folded; with `keep_spellings`, its own."""
        proposed = {spelling.folded: spelling.shown for spelling in self.spellings if not spelling.known_as}
        if not keep_spellings:
            proposed |= {spelling.folded: group.name for group in self.groups for spelling in group.spellings}
        return proposed


class _Members:
    """The member firms, by SIREN and by name."""

    def __init__(self, on: date) -> None:
        firms = list(clusters.firms(on=on))
        self.by_siren = {firm.siren: firm for firm in firms if firm.siren}
        self.by_name: dict[str, list[Firm]] = {}
        for firm in firms:
            self.by_name.setdefault(fold(firm.name), []).append(firm)

    def find(self, reading: Reading, name: str, siren: str | None) -> Firm | None:
        """The firm that the line names: by its SIREN first, else by its name; a line that names two is faulty."""
        named = self.by_name.get(fold(name), []) if name else []
        if siren and siren in self.by_siren:
            firm = self.by_siren[siren]
            if name and firm not in named and (named or not cells.alike(name, firm.name)):
                reading.fault(
                    "siren",
                    _("ce SIREN est celui de %(firm)s, pas de « %(name)s »")
                    % {"firm": firm, "name": cells.shown(name)},
                )
            return firm
        if siren and any(firm.siren for firm in named):
            reading.fault(
                "siren",
                _("%(firm)s a un autre SIREN, %(siren)s") % {"firm": named[0], "siren": named[0].siren},
            )
            return None
        if len(named) > 1:
            reading.fault("firm", _("plusieurs structures portent ce nom : donnez le SIREN"))
            return None
        if not named:
            reading.fault(
                "firm" if name else "siren",
                _("aucune structure de la grappe ne s’appelle « %(name)s »") % {"name": cells.shown(name)}
                if name
                else _("aucune structure de la grappe n’a ce SIREN"),
            )
            return None
        return named[0]


def check_needs(sheet: Sheet, places: Mapping[str, int], *, survey: Survey | None, on: date) -> NeedCheck:
    """Read every line and say what loading it into `survey` (None: a new one) would do. Raises UnableToFindColumns."""
    require(places, COLUMNS, sheet.headings)
    check = NeedCheck(sheet.line_count)
    members = _Members(on)
    loaded = queries.sources(survey)
    standing = queries.standing_pairs(survey)
    known = queries.known_spellings()
    seen: dict[str, int] = {}
    for row in sheet.rows:
        reading = Reading(row, sheet.headings, places)
        line = _read(reading, members)
        if reading.faults or line is None:
            check.refused.append(reading.refusal())
            continue
        source = line.source
        earlier = seen.setdefault(source, line.line)
        if earlier != line.line:
            check.skipped.append(Skip(line.line, _("répétition de la ligne %(line)s") % {"line": earlier}))
        elif source in loaded:
            check.skipped.append(Skip(line.line, _("déjà enregistrée")))
        else:
            skill = known.get(fold(line.skill))
            check.ready.append(_beside(line) if skill and (line.firm.pk, skill.pk) in standing else line)
    names = {folded: skill.name for folded, skill in known.items()}
    check.spellings = collect((line.skill for line in check.ready), names)
    check.groups = groups(check.spellings, names)
    return check


def _beside(line: NeedLine) -> NeedLine:
    return NeedLine(**{name: getattr(line, name) for name in NeedLine.__slots__} | {"beside": True})


def _read(reading: Reading, members: _Members) -> NeedLine | None:
    """What the line says; None, with its faults on the reading, when it cannot be kept."""
    name = reading.get("firm", cells.text, longest=200) or ""
    siren = reading.get("siren", cells.siren)
    firm = _firm(reading, members, name, siren)
    skill = _skill(reading)
    half_days = reading.get("days", cells.half_days, most_days=DAYS_A_MONTH_MAX)
    if half_days is None and not _faulty(reading, "days"):
        reading.fault("days", _("le nombre de jours manque"))
    first = reading.get("first", cells.month)
    last = reading.get("last", cells.month, last=True)
    if first and last and last < first:
        reading.fault("last", _("la fin est avant le début"))
    max_price = reading.get("max_price", cells.cents, units=_PRICE_UNITS, most=PRICE_CENTS_A_DAY_MAX)
    price, grade, document, alone = _price_alone(reading)
    latitude, longitude = _place(reading)
    town = reading.get("town", cells.text, longest=100) or ""
    email = reading.get("email", cells.email) or ""
    if reading.faults or firm is None or half_days is None:
        return None
    if latitude is None and not town:  # nothing said: at the firm's own place
        latitude, longitude, town = firm.latitude, firm.longitude, firm.town
    return NeedLine(
        line=reading.row.line,
        firm=firm,
        skill=skill,
        half_days=half_days,
        first_month=first,
        last_month=last,
        max_price_cents=half_day_cents(max_price) if max_price else None,
        price_cents=half_day_cents(price) if price else None,
        alone_half_days=alone or 0,
        grade=grade,
        document=document,
        latitude=latitude,
        longitude=longitude,
        town=town,
        email=email,
    )


_PRICE_UNITS = (
    "eur",
    "euro",
    "euros",
    "eur j",
    "eur jour",
    "euros jour",
    "eur par jour",
    "euros par jour",
    "eur ht",
    "eur day",
)


def _faulty(reading: Reading, key: str) -> bool:
    place = reading.places.get(key)
    return place is not None and any(fault.column == reading.headings[place] for fault in reading.faults)


def _firm(reading: Reading, members: _Members, name: str, siren: str | None) -> Firm | None:
    """A faulty SIREN refuses the line; that the name is nobody's either is said with it."""
    if _faulty(reading, "siren"):
        if name and fold(name) not in members.by_name:
            reading.fault(
                "firm",
                _("aucune structure de la grappe ne s’appelle « %(name)s »") % {"name": cells.shown(name)},
            )
        return None
    if _faulty(reading, "firm"):
        return None
    if not name and not siren:
        reading.fault("firm" if "firm" in reading.places else "siren", _("la structure n’est pas nommée"))
        return None
    return members.find(reading, name, siren)


def _skill(reading: Reading) -> str:
    skill = reading.get("skill", cells.text, longest=SKILL_CHARACTERS_MAX) or ""
    if not fold(skill) and not _faulty(reading, "skill"):
        reading.fault("skill", _("la compétence manque"))
    return skill


def _place(reading: Reading) -> tuple[float | None, float | None]:
    latitude = reading.get("latitude", cells.coordinate, most=90, name=_("latitude"))
    longitude = reading.get("longitude", cells.coordinate, most=180, name=_("longitude"))
    if (latitude is None) != (longitude is None) and not (
        _faulty(reading, "latitude") or _faulty(reading, "longitude")
    ):
        reading.fault("longitude" if longitude is None else "latitude", _("latitude et longitude vont ensemble"))
    return latitude, longitude


def _price_alone(reading: Reading) -> tuple[int | None, str, str, int | None]:
    """Per day in cents, the grade of its proof, the proof in the firm's words, and the half-days bought alone."""
    price = reading.get("price", cells.cents, units=_PRICE_UNITS, most=PRICE_CENTS_A_DAY_MAX)
    document = reading.get("proof", _proof) or ""
    alone = reading.get("alone", cells.half_days, most_days=DAYS_A_MONTH_MAX, may_be_zero=True)
    if price is None and not _faulty(reading, "price"):
        if document:
            reading.fault("proof", _("une preuve, mais pas de prix payé seul"))
        elif alone:
            reading.fault("alone", _("des jours achetés seul, mais pas de prix payé seul"))
    # A price without a proof is what the firm says: its own statement.
    grade = PROOFS[fold(document).split()[0]] if document else Grade.C
    return price, grade.value if price else "", document, alone


def _proof(cell: Cell) -> str:
    document = cells.text(cell, longest=120)
    words = fold(document).split()
    if words and words[0] not in PROOFS:
        raise Unfit(
            _("« %(cell)s » : une preuve est une facture, un devis, un tarif public, une déclaration ou une estimation")
            % {"cell": cells.shown(cell)}
        )
    return document if words else ""


def names_chosen(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Spelling (folded) -> name, as a coordinator confirmed them; names are cleaned like any text. Raises Unfit."""
    chosen: dict[str, str] = {}
    for folded, name in wanted:
        clean = re.sub(r"\s+", " ", cells.text(name, longest=SKILL_CHARACTERS_MAX)).strip()
        if not fold(clean):
            raise Unfit(_("un nom de compétence est vide"))
        chosen[folded] = clean
    return chosen
