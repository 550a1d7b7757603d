from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.clusters.books import ods, xlsx

from grappe.clusters.sheets import (
    COLUMNS_MAX,
    LINES_MAX,
    Formula,
    Unreadable,
    Why,
    as_text,
    read,
    safe_cell,
    write_csv,
    write_xlsx,
)

TABLE = "Structure;Ville\r\nÉcluse Œuvres;Orléans\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_is_read_in_the_encoding_it_was_saved_in(encoding):
    sheet = read(TABLE.encode(encoding))
    assert sheet.headings == ("Structure", "Ville")
    assert sheet.rows[0].cells == ("Écluse Œuvres", "Orléans")


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_the_heading(mark):
    sheet = read(f'Structure{mark}"Jours; mois, ou an"{mark}Prix\nA{mark}2{mark}3\n'.encode())
    assert sheet.headings == ("Structure", "Jours; mois, ou an", "Prix")


def test_lines_are_numbered_as_in_the_file_even_past_a_blank_line_and_a_cell_on_two_lines():
    sheet = read(b'Nom;Mot\nA;"deux\nlignes"\n;;\nB;c\n\n\n')
    assert [row.line for row in sheet.rows] == [2, 5]
    assert sheet.rows[0].cells == ("A", "deux\nlignes")
    assert sheet.line_count == 3  # the blank line between the two, not those after the last


def test_a_short_line_is_filled_and_a_long_one_keeps_what_is_too_much():
    sheet = read(b"a;b\n1\n1;2;3;4\n")
    assert sheet.rows[0].cells == ("1", "")
    assert sheet.rows[1].cells == ("1", "2", "3 4")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", Why.EMPTY),
        (b"\r\n \r\n", Why.EMPTY),
        (b"Nom;Ville\n", Why.NO_LINES),
        (b"Nom;nom\n1;2\n", Why.SAME_HEADING),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), Why.NOT_A_TABLE),
        (b"<!DOCTYPE html><table><tr><td>Structure</td></tr></table>", Why.NOT_A_TABLE),
        (b"%PDF-1.7\nobj", Why.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Why.OLD_WORKBOOK),
        (b"PK\x03\x04 not a zip", Why.BROKEN_WORKBOOK),
        (b"Nom\n" + b"a\n" * (LINES_MAX + 1), Why.TOO_MANY_LINES),
        (";".join(f"c{n}" for n in range(COLUMNS_MAX + 1)).encode() + b"\n1\n", Why.TOO_MANY_COLUMNS),
        (b"Nom;Ville\n" + b";" * 20_000 + b"\n", Why.TOO_MANY_COLUMNS),
        (b'Nom\n"' + b"a" * 6000 + b'"\n', Why.TOO_MUCH_TEXT),
        (b'Nom\n"' + b"never closed\n" * 20_000, Why.TOO_MUCH_TEXT),
    ],
)
def test_what_is_not_a_table_is_refused_with_its_reason(raw, why):
    with pytest.raises(Unreadable) as refused:
        read(raw)
    assert refused.value.why == why


def test_the_most_lines_are_read():
    assert len(read(b"Nom\n" + b"a\n" * LINES_MAX).rows) == LINES_MAX


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    try:
        sheet = read(raw)
    except Unreadable:
        return
    assert all(len(row.cells) >= len(sheet.headings) for row in sheet.rows)


def test_a_workbook_gives_numbers_dates_and_formulas_as_such():
    raw = xlsx(
        ["Nom", "Jours", "Depuis", "Double"], ["A", 3.5, date(2027, 1, 1), "=B2*2"], [None] * 4, ["B", 18, "2009", 4]
    )
    sheet = read(raw)
    assert [row.line for row in sheet.rows] == [2, 4]
    name, days, since, double = sheet.rows[0].cells
    assert (name, days, since) == ("A", 3.5, date(2027, 1, 1))
    assert isinstance(double, Formula)
    assert sheet.rows[1].cells[1] == 18


def test_an_opendocument_sheet_is_read_and_its_formulas_are_seen():
    sheet = read(ods([["Nom", "Jours"], ["Écluse", 3.5], ["Zinc", ("of:=1+1", 2.0)]]))
    assert sheet.rows[0].cells == ("Écluse", 3.5)
    assert sheet.rows[1].cells == ("Zinc", Formula(2.0))


def test_the_first_sheet_that_has_something_is_read():
    book = Workbook()
    book.active.title = "vide"
    hidden = book.create_sheet("cachée")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    shown = book.create_sheet("réponses")
    shown.append(["Nom"])
    shown.append(["A"])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).headings == ("Nom",)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 1 23", "'+33 1 23"),
        ("-2", "'-2"),
        ("@somme", "'@somme"),
        ("\t=1", "'\t=1"),
        ("Dérive Films", "Dérive Films"),
        (-2, -2),
        (None, ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_written_as_a_text(value, written):
    assert safe_cell(value) == written


def test_what_is_written_is_read_again():
    rows = [["=danger()", 3.5, date(2027, 1, 1)], ["Écluse", None, None]]
    from_csv = read(write_csv(["Nom", "Jours", "Depuis"], rows))
    assert from_csv.rows[0].cells == ("'=danger()", "3,5", "2027-01-01")
    raw = write_xlsx("Besoins / 2027", ["Nom", "Jours", "Depuis"], rows)
    from_xlsx = read(raw)
    assert from_xlsx.rows[0].cells == ("'=danger()", 3.5, date(2027, 1, 1))
    assert load_workbook(io.BytesIO(raw)).active.freeze_panes == "A2"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (18.0, "18"),
        (3.5, "3.5"),
        ("  a   b ", "a b"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2027-01-01"),
        (Formula(2), "2"),
        (None, ""),
    ],
)
def test_a_cell_as_one_reads_it(cell, text):
    assert as_text(cell) == text
