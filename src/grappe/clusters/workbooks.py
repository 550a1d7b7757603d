"""What a workbook holds, looked at before it is opened: how large its sheets are, which cells hold a formula.

A workbook is a zip of XML. A few kilobytes can unfold into gigabytes, and one cell far away makes a reader reserve the
whole rectangle, so the XML is streamed once here, under limits, before `python-calamine` is given the file.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

UNFOLDED_BYTES_MAX = 80_000_000
TEXT_CHARACTERS_MAX = 20_000_000
CELLS_MAX = 1_300_000
_PIECE = 1 << 16
_SHEET = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"

Attributes = dict[str, str]


class TooMuchText(Exception):
    """The workbook unfolds into more than anybody would type."""


@dataclass(slots=True)
class Survey:
    """A visible sheet: its name, its last written row and column (from 1), and where its formulas are."""

    name: str
    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)

    def reach(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


def survey(raw: bytes) -> list[Survey] | None:
    """The visible sheets of an XLSX or an ODS, in order; None when it is neither or is broken. Raises TooMuchText."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _refuse_bomb(archive)
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return _survey_xlsx(archive, names)
            if "content.xml" in names:
                return _survey_ods(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        LookupError,
        ValueError,
        EOFError,
        NotImplementedError,  # zipfile: a way of packing that it does not know
        RuntimeError,  # zipfile: a file behind a password
    ):
        return None
    return None


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Refuse by the sizes that the archive declares, then unfold it once to see that it declares the truth."""
    if sum(entry.file_size for entry in archive.infolist()) > UNFOLDED_BYTES_MAX:
        raise TooMuchText
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            while stream.read(_PIECE):
                pass


def _stream(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse one part; names come as "namespace local"."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_doctype
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    with archive.open(name) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece)
    parser.Parse(b"", True)


def _no_doctype(*_declared: object) -> None:
    """No program writes one in a workbook; it could define texts that multiply."""
    raise ValueError("a workbook declares no document type")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _survey_xlsx(archive: zipfile.ZipFile, names: set[str]) -> list[Survey]:
    lengths = _shared_lengths(archive) if "xl/sharedStrings.xml" in names else []
    budget = [TEXT_CHARACTERS_MAX]
    return [_survey_part(archive, name, part, lengths, budget) for name, part in _xlsx_parts(archive) if part in names]


def _xlsx_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The visible worksheets with the parts that hold them."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = inside

    def sheet(name: str, attributes: Attributes) -> None:
        if _local(name) == "sheet" and attributes.get("state", "visible") == "visible":
            ids = [value for key, value in attributes.items() if key.endswith(" id")]
            sheets.append((attributes["name"], ids[0]))

    _stream(archive, "xl/_rels/workbook.xml.rels", relation)
    _stream(archive, "xl/workbook.xml", sheet)
    return [(name, targets[key]) for name, key in sheets if key in targets]


def _shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """How long each shared text is: many cells may point to one long text, and each would become a copy of it."""
    lengths: list[int] = []

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    _stream(archive, "xl/sharedStrings.xml", start, text=text)
    return lengths


def _survey_part(archive: zipfile.ZipFile, name: str, part: str, lengths: list[int], budget: list[int]) -> Survey:
    found = Survey(name)
    row = column = cells = 0
    shared = in_value = False
    value = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, shared, in_value, value, cells
        local = _local(tag)
        if local == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif local == "c":
            column = _column(attributes["r"]) if "r" in attributes else column + 1
            shared = attributes.get("t") == "s"
            cells += 1
            if cells > CELLS_MAX:
                raise TooMuchText
        elif local == "f":
            found.formulas.add((row, column))
            found.reach(row, column)
        elif local in ("v", "is"):
            in_value, value = True, ""
            found.reach(row, column)

    def text(data: str) -> None:
        nonlocal value
        if in_value:
            value += data

    def end(tag: str) -> None:
        nonlocal in_value
        local = _local(tag)
        if local in ("v", "is") and in_value:
            in_value = False
            if value:
                budget[0] -= lengths[int(value)] if shared else len(value)
                if budget[0] < 0:
                    raise TooMuchText

    _stream(archive, part, start, end, text)
    return found


def _column(reference: str) -> int:
    """ "AB12" -> 28."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _survey_ods(archive: zipfile.ZipFile) -> list[Survey]:
    surveys: list[Survey] = []
    row = column = rows = repeated = marked = 0
    written = False
    budget = TEXT_CHARACTERS_MAX

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, rows, repeated, marked, written
        local = _local(tag)
        if local == "table" and tag.startswith(_SHEET):
            surveys.append(Survey(attributes.get(f"{_SHEET} name", "")))
            row = 0
        elif local == "table-row":
            rows, column = int(attributes.get(f"{_SHEET} number-rows-repeated", 1)), 0
            row += rows
        elif local in ("table-cell", "covered-table-cell"):
            repeated = int(attributes.get(f"{_SHEET} number-columns-repeated", 1))
            column += repeated
            formula = f"{_SHEET} formula" in attributes
            if formula:
                marked += rows * repeated
                if marked > CELLS_MAX:
                    raise TooMuchText
                for r in range(row - rows + 1, row + 1):
                    surveys[-1].formulas.update((r, c) for c in range(column - repeated + 1, column + 1))
            written = formula or any(key.endswith(" value-type") for key in attributes)
            if written:
                surveys[-1].reach(row, column)

    def text(data: str) -> None:
        nonlocal budget
        if written:
            budget -= len(data) * max(1, rows) * max(1, repeated)
            if budget < 0:
                raise TooMuchText

    _stream(archive, "content.xml", start, text=text)
    return surveys
