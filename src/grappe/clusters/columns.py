"""Which column holds what, and what is wrong in a line: shared by every import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused
from grappe.clusters import sheets
from grappe.clusters.cells import Unfit, fold, shown
from grappe.clusters.sheets import Row, Sheet, Unreadable, Why

T = TypeVar("T")


class UnableToReadFile(Refused):
    pass


class UnableToFindColumns(Refused):
    pass


@dataclass(frozen=True, slots=True)
class Column:
    """Something that an import reads; `headings` (folded) name it, the column whose key is `instead` will do for it."""

    key: str
    label: str | Promise
    headings: tuple[str, ...]
    required: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not written: its number in the file, the first faulty column as headed there, its cell, why."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A line that adds nothing, and why."""

    line: int
    reason: str


def open_sheet(raw: bytes) -> Sheet:
    """The table in a file; refused in words when it is not one."""
    try:
        return sheets.read(raw)
    except Unreadable as fault:
        raise UnableToReadFile(*_words(fault)) from None


def _words(fault: Unreadable) -> tuple[str, str]:
    """What to tell, what to do."""
    save = _("Enregistrez-le au format XLSX, ou CSV, depuis votre tableur.")
    limits = {"lines": f"{sheets.LINES_MAX:,}".replace(",", "\u202f"), "columns": sheets.COLUMNS_MAX}
    return {
        Why.EMPTY: (_("Ce fichier est vide."), _("Vérifiez que le tableau est bien sur la première feuille.")),
        Why.NO_LINES: (
            _("Ce fichier n’a que des en-têtes, aucune ligne."),
            _("Ajoutez une ligne par réponse sous les en-têtes."),
        ),
        Why.NOT_A_TABLE: (_("Ce fichier n’est pas un tableau."), save),
        Why.OLD_WORKBOOK: (_("Ce classeur est d’un ancien format (XLS), ou protégé par un mot de passe."), save),
        Why.BROKEN_WORKBOOK: (_("Ce classeur ne peut pas être ouvert : il est abîmé ou incomplet."), save),
        Why.TOO_MANY_LINES: (
            _("Ce tableau a plus de %(lines)s lignes.") % limits,
            _("Chargez-le en plusieurs fichiers."),
        ),
        Why.TOO_MANY_COLUMNS: (
            _("Ce tableau a plus de %(columns)s colonnes.") % limits,
            _("Ne gardez que les colonnes utiles."),
        ),
        Why.TOO_MUCH_TEXT: (
            _("Ce fichier contient bien plus de texte qu’un tableau de besoins ou d’adhérents."),
            _("Vérifiez qu’aucun guillemet n’est resté ouvert et qu’aucune cellule n’est démesurée."),
        ),
        Why.SAME_HEADING: (
            _("Deux colonnes s’appellent « %(heading)s ».") % {"heading": shown(fault.about)},
            _("Renommez l’une des deux, ou supprimez celle qui ne sert pas."),
        ),
    }[fault.why]


def recognise(headings: Sequence[str], columns: Iterable[Column]) -> dict[str, int]:
    """The place of each column that a heading names, by key; the first heading that fits is taken."""
    folded = [fold(heading) for heading in headings]
    places: dict[str, int] = {}
    for column in columns:
        names = {fold(str(column.label)), *column.headings}
        place = next((at for at, heading in enumerate(folded) if heading in names and at not in places.values()), None)
        if place is not None:
            places[column.key] = place
    return places


def missing(places: Mapping[str, int], columns: Iterable[Column]) -> list[Column]:
    """The columns without which nothing can be read."""
    return [c for c in columns if c.required and c.key not in places and not (c.instead and c.instead in places)]


def require(places: Mapping[str, int], columns: Iterable[Column], headings: Sequence[str]) -> None:
    """Refuse, naming what is missing and what the file has."""
    if lacking := missing(places, columns):
        raise UnableToFindColumns(
            _("Aucune colonne pour %(columns)s.") % {"columns": ", ".join(f"« {column.label} »" for column in lacking)},
            _("Indiquez laquelle parmi : %(headings)s.")
            % {"headings": ", ".join(shown(heading) for heading in headings if heading)},
        )


def unused(sheet: Sheet, places: Mapping[str, int]) -> list[str]:
    """The headings that the import leaves aside."""
    return [heading for at, heading in enumerate(sheet.headings) if heading and at not in places.values()]


@dataclass(slots=True)
class Reading:
    """One line being read: what its cells say, and every fault met on the way."""

    row: Row
    headings: tuple[str, ...]
    places: Mapping[str, int]
    faults: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.row.cells) > len(self.headings):
            extra = self.row.cells[-1]
            self._add("", shown(extra), _("plus de cellules que d’en-têtes : un séparateur de trop ?"))

    def get(self, key: str, reader: Callable[..., T], **how: Any) -> T | None:
        """The value of the column `key`; None when the file does not have it, or when the cell is faulty."""
        place = self.places.get(key)
        if place is None:
            return None
        try:
            return reader(self.row.cells[place], **how)
        except Unfit as fault:
            self.fault(key, str(fault))
            return None

    def fault(self, key: str, reason: str) -> None:
        place = self.places.get(key)
        if place is None:
            self._add("", "", reason)
        else:
            self._add(self.headings[place], shown(self.row.cells[place]), reason)

    def _add(self, heading: str, value: str, reason: str) -> None:
        self.faults.append(Refusal(self.row.line, heading, value, reason))

    def refusal(self) -> Refusal:
        """All the faults of the line in one, under the column of the first."""
        first, *others = self.faults
        reasons = [
            first.reason,
            *(f"{other.column} : {other.reason}" if other.column else other.reason for other in others),
        ]
        return Refusal(first.line, first.column, first.value, " ; ".join(reasons))
