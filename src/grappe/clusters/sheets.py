"""Spreadsheets as people have them: a CSV in some encoding, an XLSX, an ODS. Read into lines, and written back.

Pure functions, no Django: bytes in, a `Sheet` out, or `Unreadable` with the reason. No formula is ever executed: the
cell of a workbook that holds one is read as a `Formula`, with the value worked out by the program that saved it.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from grappe.clusters.workbooks import Survey, TooMuchText, survey

LINES_MAX = 20_000
COLUMNS_MAX = 60
CELL_CHARACTERS_MAX = 5_000
MARKS_MAX = 10_000
DELIMITERS = ";,\t|"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Why(StrEnum):
    """Why a file cannot be read as a table."""

    EMPTY = "empty"
    NO_LINES = "no_lines"
    NOT_A_TABLE = "not_a_table"
    OLD_WORKBOOK = "old_workbook"
    BROKEN_WORKBOOK = "broken_workbook"
    TOO_MANY_LINES = "too_many_lines"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MUCH_TEXT = "too_much_text"
    SAME_HEADING = "same_heading"


class Unreadable(Exception):
    """The file is not a table that can be read: `why`, and the heading that it is about if any."""

    def __init__(self, why: Why, about: str = "") -> None:
        super().__init__(f"{why}: {about}" if about else str(why))
        self.why = why
        self.about = about


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula; `value` is what it showed when the file was saved."""

    value: str | int | float | bool | date | datetime


Cell = str | int | float | bool | date | datetime | Formula | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line that is not blank, numbered as in the file (the heading of an ordinary file is line 1)."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: as many cells in each row as there are headings. `line_count` counts the blank lines in between too."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    line_count: int

    def samples(self, column: int, most: int = 3) -> list[str]:
        """The first different values of a column, as text."""
        seen: dict[str, None] = {}
        for row in self.rows:
            if text := as_text(row.cells[column]):
                seen[text] = None
            if len(seen) == most:
                break
        return list(seen)


def read(raw: bytes) -> Sheet:
    """The table in a file, told by what it holds and not by its name. Raises Unreadable."""
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable(Why.EMPTY)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(Why.OLD_WORKBOOK)
    lines = _workbook_lines(raw) if raw.startswith(b"PK\x03\x04") else _csv_lines(decode(raw))
    return _table(lines)


def decode(raw: bytes) -> str:
    """The text of a CSV: UTF-16 or UTF-8 as its mark says, else UTF-8 if it is, else Windows-1252."""
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = raw.decode("utf-16")
        elif raw.startswith(b"\xef\xbb\xbf"):
            text = raw.decode("utf-8-sig")
        elif b"\0" in raw[:200]:  # without a mark, every other byte of Latin text in UTF-16 is null
            text = raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
        else:
            text = _decode_eight_bits(raw)
    except UnicodeDecodeError:
        raise Unreadable(Why.NOT_A_TABLE) from None
    if _CONTROLS.search(text) or text.lstrip().startswith(("<", "%PDF")):
        raise Unreadable(Why.NOT_A_TABLE)
    return text


def _decode_eight_bits(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def _delimiter(text: str) -> str:
    """The separator that cuts the first written line the most; quoted parts are left out of the count."""
    first = next((line for line in text[:100_000].splitlines() if line.strip(f" {DELIMITERS}")), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count)


Line = tuple[int, Sequence[Cell]]


def _csv_lines(text: str) -> Iterator[Line]:
    mark = _delimiter(text)
    reader = csv.reader(_bounded(io.StringIO(text, newline=""), mark), delimiter=mark)
    number = 1
    try:
        for cells in reader:
            if any(len(cell) > CELL_CHARACTERS_MAX for cell in cells):
                raise Unreadable(Why.TOO_MUCH_TEXT)
            yield number, cells
            number = reader.line_num + 1
    except csv.Error:  # a field past the module's own limit, most often a quote that is never closed
        raise Unreadable(Why.TOO_MUCH_TEXT) from None


def _bounded(lines: Iterable[str], mark: str) -> Iterator[str]:
    """Refuse a line of millions of cells before the csv module makes an object of each."""
    for line in lines:
        if line.count(mark) > MARKS_MAX:
            raise Unreadable(Why.TOO_MANY_COLUMNS)
        yield line


def _workbook_lines(raw: bytes) -> Iterator[Line]:
    """The lines of the first sheet that is neither hidden nor empty."""
    try:
        surveyed = survey(raw)
    except TooMuchText:
        raise Unreadable(Why.TOO_MUCH_TEXT) from None
    if surveyed is None:
        raise Unreadable(Why.BROKEN_WORKBOOK)
    found = next((sheet for sheet in surveyed if sheet.rows), None)
    if found is None:
        raise Unreadable(Why.EMPTY)
    if found.rows > LINES_MAX + 1:
        raise Unreadable(Why.TOO_MANY_LINES)
    if found.columns > COLUMNS_MAX:
        raise Unreadable(Why.TOO_MANY_COLUMNS)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name(found.name)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError):
        raise Unreadable(Why.BROKEN_WORKBOOK) from None
    return _numbered(rows, found)


def _numbered(rows: list[list[Any]], found: Survey) -> Iterator[Line]:
    for number, cells in enumerate(rows, 1):
        yield (
            number,
            [Formula(value) if (number, column) in found.formulas else value for column, value in enumerate(cells, 1)],
        )


def _table(lines: Iterator[Line]) -> Sheet:
    heading_line, heading = next(((n, cells) for n, cells in lines if not _is_blank(cells)), (0, None))
    if heading is None:
        raise Unreadable(Why.EMPTY)
    headings = [as_text(cell) for cell in heading]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > COLUMNS_MAX:
        raise Unreadable(Why.TOO_MANY_COLUMNS)
    seen: dict[str, str] = {}
    for column, text in enumerate(headings):
        if text and text.casefold() in seen:
            raise Unreadable(Why.SAME_HEADING, text)
        seen[text.casefold()] = text
        headings[column] = text[:200]
    rows, line_count = _rows(lines, len(headings), heading_line)
    if not rows:
        raise Unreadable(Why.NO_LINES)
    return Sheet(tuple(headings), tuple(rows), line_count)


def _rows(lines: Iterator[Line], width: int, heading_line: int) -> tuple[list[Row], int]:
    """The rows that are not blank, and how many lines there are up to the last of them."""
    rows: list[Row] = []
    line_count = blank = 0
    for number, cells in itertools.islice(lines, LINES_MAX + 1):
        if _is_blank(cells):
            blank += 1
            continue
        line_count += blank + 1
        blank = 0
        rows.append(Row(number, _fit(cells, width)))
    if line_count + blank > LINES_MAX:
        raise Unreadable(Why.TOO_MANY_LINES)
    return rows, line_count


def _fit(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    """As many cells as headings; what is written past the last heading is kept in one more cell, to be refused."""
    extra = [as_text(cell) for cell in cells[width:] if as_text(cell)]
    fitted = [*cells[:width], *[""] * (width - len(cells))]
    return tuple([*fitted, " ".join(extra)] if extra else fitted)


def _is_blank(cells: Iterable[Cell]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def as_text(cell: Cell) -> str:
    """A cell as one would read it: no useless space, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        return as_text(cell.value)
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.hour == cell.minute == cell.second == 0 else cell.isoformat(" ")
    return str(cell)


# Writing


def safe_cell(value: object) -> object:
    """`value` as it may be written into a spreadsheet: a text that a program would run as a formula gets an apostrophe.

    Source: OWASP, CSV Injection.
    """
    if isinstance(value, str):
        plain = _CONTROLS.sub(" ", value)
        return f"'{plain}" if plain.startswith(FORMULA_STARTS) else plain
    return "" if value is None else value


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Semicolons and a byte-order mark, as French spreadsheets open them; numbers with a decimal comma."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    for row in itertools.chain([headings], rows):
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(value: object) -> object:
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return safe_cell(value)


def write_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet with a bold heading that stays on screen."""
    # Heavy, and only an export needs it: not in every web process.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    bold = []
    for column, text in enumerate(headings):
        cell = WriteOnlyCell(sheet, safe_cell(text))
        cell.font = Font(bold=True)
        bold.append(cell)
        sheet.column_dimensions[chr(ord("A") + column % 26)].width = max(12, len(text) + 2)
    sheet.append(bold)
    for row in rows:
        sheet.append([safe_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
