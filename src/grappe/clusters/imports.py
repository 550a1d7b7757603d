"""The list of member firms, as a spreadsheet: what each line would do, why some are refused. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.clusters import cells, queries
from grappe.clusters.cells import fold
from grappe.clusters.columns import Column, Reading, Refusal, Skip, require
from grappe.clusters.models import Cluster, Firm, Membership
from grappe.clusters.sheets import Sheet

HEADCOUNT_MAX = 100_000
FIRM_FIELDS = ("name", "siren", "street", "postcode", "town", "latitude", "longitude", "vat_number")
MEMBERSHIP_FIELDS = ("valid_from", "headcount", "sector", "email")

COLUMNS = (
    Column(
        "name",
        gettext_lazy("Structure"),
        (
            *("structure", "structures", "nom", "nom de la structure", "raison sociale", "denomination", "adherent"),
            *(
                "entreprise",
                "association",
                "membre",
                "firm",
                "company",
                "name",
                "organisation",
                "organization",
                "member",
            ),
        ),
        required=True,
    ),
    Column(
        "siren",
        "SIREN",
        ("siren", "n siren", "no siren", "numero siren", "siret", "n siret", "numero siret", "siren siret"),
    ),
    Column("street", gettext_lazy("Adresse"), ("adresse", "rue", "voie", "adresse postale", "address", "street")),
    Column(
        "postcode",
        gettext_lazy("Code postal"),
        ("code postal", "cp", "c p", "postcode", "post code", "postal code", "zip", "zip code"),
    ),
    Column("town", gettext_lazy("Ville"), ("ville", "commune", "localite", "town", "city")),
    Column(
        "headcount",
        gettext_lazy("Effectif"),
        ("effectif", "effectifs", "salaries", "nombre de salaries", "nb salaries", "headcount", "staff", "employees"),
    ),
    Column(
        "sector",
        gettext_lazy("Métier"),
        ("metier", "activite", "secteur", "secteur d activite", "sector", "trade", "activity"),
    ),
    Column("latitude", gettext_lazy("Latitude"), ("latitude", "lat")),
    Column("longitude", gettext_lazy("Longitude"), ("longitude", "lon", "lng", "long")),
    Column(
        "valid_from",
        gettext_lazy("Adhérent depuis"),
        (
            *(
                "adherent depuis",
                "adherente depuis",
                "adhesion",
                "date d adhesion",
                "membre depuis",
                "depuis",
                "entree",
            ),
            *("date d entree", "member since", "since", "joined", "joined on"),
        ),
    ),
    Column(
        "email",
        gettext_lazy("Courriel"),
        ("courriel", "e mail", "email", "mail", "adresse e mail", "adresse mail", "adresse electronique", "contact"),
    ),
    Column(
        "vat_number",
        gettext_lazy("Numéro de TVA"),
        ("numero de tva", "n tva", "tva", "tva intracommunautaire", "vat", "vat number"),
    ),
)
LABELS = {column.key: column.label for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Change:
    """A value that the file would change."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class FirmLine:
    """A good line: the firm as the file gives it, the one that stands if any, and what would change."""

    line: int
    values: dict[str, object]
    since: date | None
    headcount: int | None
    sector: str
    email: str
    firm: Firm | None = None
    membership: Membership | None = None
    changes: list[Change] = field(default_factory=list)
    firm_fields: list[str] = field(default_factory=list)
    membership_fields: list[str] = field(default_factory=list)

    @property
    def of_membership(self) -> dict[str, object]:
        """What the line says of the membership: a value per MEMBERSHIP_FIELDS."""
        return {"valid_from": self.since, "headcount": self.headcount, "sector": self.sector, "email": self.email}

    @property
    def name(self) -> str:
        return str(self.firm.name if self.firm is not None else self.values["name"])

    @property
    def is_new(self) -> bool:
        return self.membership is None


@dataclass(slots=True)
class FirmCheck:
    """What loading the file would do. Every line that is not blank is in exactly one list."""

    line_count: int
    ready: list[FirmLine] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def arrivals(self) -> list[FirmLine]:
        return [line for line in self.ready if line.is_new]

    @property
    def updates(self) -> list[FirmLine]:
        return [line for line in self.ready if not line.is_new]


class _Standing:
    """The firms that the file may speak of, found in a fixed number of queries."""

    def __init__(self, cluster: Cluster, sirens: Iterable[str]) -> None:
        memberships = list(queries.all_memberships())
        self.by_siren = {firm.siren: firm for firm in queries.firms_by_siren(sirens)}
        self.by_name: dict[str, list[Firm]] = {}
        self.open: dict[int, Membership] = {}
        self.left: dict[int, date] = {}
        for membership in memberships:
            firm = membership.firm
            if membership.valid_to is None:
                self.open[firm.pk] = membership
            else:
                self.left[firm.pk] = max(membership.valid_to, self.left.get(firm.pk, membership.valid_to))
            named = self.by_name.setdefault(fold(firm.name), [])
            if firm not in named:
                named.append(firm)
            if firm.siren:
                self.by_siren[firm.siren] = firm
        ids = [firm.pk for firm in [*self.by_siren.values(), *(f for named in self.by_name.values() for f in named)]]
        self.elsewhere = queries.members_elsewhere(ids, cluster=cluster)


def check_firms(sheet: Sheet, places: Mapping[str, int], *, cluster: Cluster) -> FirmCheck:
    """Read every line and say what loading it would do. Raises UnableToFindColumns."""
    require(places, COLUMNS, sheet.headings)
    check = FirmCheck(sheet.line_count)
    read = [_read(Reading(row, sheet.headings, places)) for row in sheet.rows]
    standing = _Standing(cluster, [str(line.values["siren"]) for _reading, line in read if line.values["siren"]])
    seen: dict[str, FirmLine] = {}
    for reading, line in read:
        if not reading.faults:
            _match(reading, line, standing)
        if not reading.faults:
            _compare_with_file(reading, line, seen, check)
        if reading.faults:
            check.refused.append(reading.refusal())
    return check


def _read(reading: Reading) -> tuple[Reading, FirmLine]:
    """What the line says; its faults stay on the reading."""
    name = reading.get("name", cells.text, longest=200) or ""
    if not name and not reading.faults:
        reading.fault("name", _("le nom de la structure manque"))
    latitude = reading.get("latitude", cells.coordinate, most=90, name=_("latitude"))
    longitude = reading.get("longitude", cells.coordinate, most=180, name=_("longitude"))
    if (latitude is None) != (longitude is None) and not reading.faults:
        reading.fault("longitude" if longitude is None else "latitude", _("latitude et longitude vont ensemble"))
    values: dict[str, object] = {
        "name": name,
        "siren": reading.get("siren", cells.siren),
        "street": reading.get("street", cells.text, longest=200) or "",
        "postcode": reading.get("postcode", cells.text, longest=10) or "",
        "town": reading.get("town", cells.text, longest=100) or "",
        "latitude": latitude,
        "longitude": longitude,
        "vat_number": reading.get("vat_number", cells.text, longest=20) or "",
    }
    return reading, FirmLine(
        reading.row.line,
        values,
        since=reading.get("valid_from", cells.day),
        headcount=reading.get("headcount", cells.whole, most=HEADCOUNT_MAX),
        sector=reading.get("sector", cells.text, longest=60) or "",
        email=reading.get("email", cells.email) or "",
    )


def _match(reading: Reading, line: FirmLine, standing: _Standing) -> None:
    """Find the firm by its SIREN, else by its name among the members, and what the line would change."""
    siren, name = line.values["siren"], fold(str(line.values["name"]))
    firm = standing.by_siren.get(str(siren)) if siren else None
    if firm is None:
        namesakes = standing.by_name.get(name, [])
        if siren and any(namesake.siren for namesake in namesakes):
            other = next(namesake for namesake in namesakes if namesake.siren)
            reading.fault(
                "siren",
                _("%(firm)s est déjà connue avec un autre SIREN, %(siren)s")
                % {"firm": other.name, "siren": other.siren},
            )
            return
        if len(namesakes) > 1:
            reading.fault("name", _("plusieurs structures portent ce nom : donnez le SIREN"))
            return
        firm = namesakes[0] if namesakes else None
    line.firm = firm
    line.membership = standing.open.get(firm.pk) if firm else None
    left = standing.left.get(firm.pk) if firm else None
    if line.membership is None and left is not None and (line.since is None or line.since < left):
        reading.fault(
            "valid_from",
            _("%(firm)s a quitté la grappe le %(day)s : donnez la date de son retour")
            % {"firm": firm, "day": date_format(left)},
        )
        return
    if firm is not None:
        guarded = firm.pk in standing.elsewhere
        if guarded and not cells.alike(str(line.values["name"]), firm.name):
            reading.fault("siren", _("ce SIREN est celui de %(firm)s") % {"firm": firm})
            return
        _compare(line, firm, guarded=guarded)


def _compare(line: FirmLine, firm: Firm, *, guarded: bool) -> None:
    """List what would change. An empty cell changes nothing; what another cluster relies on is only completed."""
    for key in FIRM_FIELDS:
        before, after = getattr(firm, key), line.values[key]
        if after in (None, "") or before == after or (guarded and before not in (None, "")):
            continue
        line.firm_fields.append(key)
        line.changes.append(Change(str(LABELS[key]), _plain(before), _plain(after)))
    if line.membership is None:
        return
    for key, after in line.of_membership.items():
        before = getattr(line.membership, key)
        if after not in (None, "") and before != after:
            line.membership_fields.append(key)
            line.changes.append(Change(str(LABELS[key]), _plain(before), _plain(after)))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return date_format(value)
    return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _compare_with_file(reading: Reading, line: FirmLine, seen: dict[str, FirmLine], check: FirmCheck) -> None:
    """A firm is written once: the same line again is skipped, another version of it is refused."""
    key = str(line.values["siren"] or (line.firm and line.firm.siren) or fold(str(line.values["name"])))
    earlier = seen.setdefault(key, line)
    if earlier is not line:
        if _content(earlier) == _content(line):
            check.skipped.append(Skip(line.line, _("répétition de la ligne %(line)s") % {"line": earlier.line}))
        else:
            reading.fault(
                "siren" if line.values["siren"] else "name",
                _("déjà donnée à la ligne %(line)s, avec d’autres valeurs") % {"line": earlier.line},
            )
    elif line.is_new or line.changes:
        check.ready.append(line)
    else:
        check.skipped.append(Skip(line.line, _("déjà enregistrée, sans changement")))


def _content(line: FirmLine) -> Sequence[object]:
    return [*line.values.values(), *line.of_membership.values()]
