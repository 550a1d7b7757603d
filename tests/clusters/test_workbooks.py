from __future__ import annotations

import io
import zipfile

import pytest
from tests.clusters.books import ods, sheet_xml, with_part, xlsx

from grappe.clusters import workbooks
from grappe.clusters.sheets import Unreadable, Why, read
from grappe.clusters.workbooks import TooMuchText, survey

SHEET = "xl/worksheets/sheet1.xml"


def _why(raw: bytes) -> Why:
    with pytest.raises(Unreadable) as refused:
        read(raw)
    return refused.value.why


def test_a_survey_says_how_far_a_sheet_goes_and_where_its_formulas_are():
    (found,) = survey(xlsx(["Nom", "Double"], ["A", "=2*2"]))
    assert (found.rows, found.columns) == (2, 2)
    assert found.formulas == {(2, 2)}


def test_one_cell_very_far_away_reserves_nothing():
    far = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert _why(with_part(xlsx(["a"]), SHEET, far)) == Why.TOO_MANY_LINES
    wide = sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>')
    assert _why(with_part(xlsx(["a"]), SHEET, wide)) == Why.TOO_MANY_COLUMNS


def test_a_workbook_that_unfolds_into_gigabytes_is_refused_by_what_it_declares():
    bomb = with_part(xlsx(["a"]), SHEET, b" " * (workbooks.UNFOLDED_BYTES_MAX + 1))
    assert len(bomb) < 200_000
    assert _why(bomb) == Why.TOO_MUCH_TEXT


def test_a_workbook_that_lies_about_its_size_is_broken():
    raw = bytearray(with_part(xlsx(["a"]), SHEET, sheet_xml("") + b" " * 1_000_000))
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        size = archive.getinfo(SHEET).file_size
    lie = bytes(raw).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != bytes(raw)
    assert _why(lie) == Why.BROKEN_WORKBOOK


def test_one_long_text_that_many_cells_share_is_counted_for_each(monkeypatch):
    monkeypatch.setattr(workbooks, "TEXT_CHARACTERS_MAX", 10_000)
    raw = xlsx(["Nom"], *[["x" * 1_000]] * 11)
    with pytest.raises(TooMuchText):
        survey(raw)


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "CELLS_MAX", 10)
    with pytest.raises(TooMuchText):
        survey(xlsx(*[["a", "b"]] * 6))


def test_an_opendocument_row_repeated_a_million_times_is_refused():
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    assert _why(ods([["Nom"]], row)) == Why.TOO_MANY_LINES
    filled = row.replace(
        'office:value="1"/>',
        'office:value="1"><text:p>1234567890</text:p><text:p>1234567890</text:p></table:table-cell>',
    )
    assert _why(ods([["Nom"]], filled)) == Why.TOO_MUCH_TEXT


def test_the_empty_rows_that_end_every_opendocument_sheet_are_nothing():
    cell = '<table:table-cell table:number-columns-repeated="1000"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{cell}</table:table-row>'
    assert len(read(ods([["Nom"], ["A"]], empty)).rows) == 1


def test_entities_that_multiply_are_refused():
    laughs = '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {after} "{"&" + before + ";" + ("&" + before + ";") * 30}">'
        for before, after in zip("abcdef", "bcdefg", strict=True)
    )
    raw = with_part(xlsx(["a"]), SHEET, f"{laughs}]><worksheet><row><c><v>&g;</v></c></row></worksheet>".encode())
    assert _why(raw) == Why.BROKEN_WORKBOOK


def test_a_zip_that_is_no_workbook_is_none():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    assert survey(out.getvalue()) is None
