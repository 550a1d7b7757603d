from __future__ import annotations

import pytest

from grappe.clusters.cells import text
from grappe.clusters.columns import (
    Reading,
    UnableToFindColumns,
    UnableToReadFile,
    open_sheet,
    recognise,
    require,
    unused,
)
from grappe.clusters.imports import COLUMNS
from grappe.clusters.sheets import read
from grappe.needs.imports import COLUMNS as NEED_COLUMNS


@pytest.mark.parametrize(
    "heading",
    [
        "Structure;Code postal;Adhérent depuis",
        "STRUCTURE ; code postal;adherent  depuis",
        "Company;Postcode;Member since",
    ],
)
def test_headings_are_recognised_in_french_and_in_english(heading):
    sheet = read(f"{heading}\nA;75018;2009\n".encode())
    assert recognise(sheet.headings, COLUMNS) == {"name": 0, "postcode": 1, "valid_from": 2}


def test_the_headings_that_no_column_names_are_told():
    sheet = read(b"Nom;Humeur\nA;bonne\n")
    assert unused(sheet, recognise(sheet.headings, COLUMNS)) == ["Humeur"]


def test_every_column_is_recognised_by_its_own_label():
    for columns in (COLUMNS, NEED_COLUMNS):
        headings = [str(column.label) for column in columns]
        assert recognise(headings, columns) == {column.key: at for at, column in enumerate(columns)}


def test_a_file_without_its_columns_is_refused_with_what_it_has():
    with pytest.raises(UnableToFindColumns) as refused:
        require({}, NEED_COLUMNS, ["Humeur", "Météo"])
    assert "Compétence recherchée" in refused.value.message
    assert "Humeur, Météo" in refused.value.remedy


def test_a_firm_may_be_named_by_its_siren_alone():
    require({"siren": 0, "skill": 1, "days": 2}, NEED_COLUMNS, [])


def test_what_is_no_table_is_refused_in_words_with_a_remedy():
    with pytest.raises(UnableToReadFile) as refused:
        open_sheet(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert "pas un tableau" in refused.value.message
    assert refused.value.remedy


def test_two_columns_called_alike_are_named():
    with pytest.raises(UnableToReadFile, match="Nom"):
        open_sheet(b"Nom;Ville;Nom\nA;B;C\n")


def test_all_the_faults_of_a_line_are_in_its_refusal():
    sheet = read(b"Structure;Ville\n=1;+2\n")
    reading = Reading(sheet.rows[0], sheet.headings, {"name": 0, "town": 1})
    reading.get("name", text, longest=10)
    reading.get("town", text, longest=10)
    refusal = reading.refusal()
    assert (refusal.line, refusal.column, refusal.value) == (2, "Structure", "=1")
    assert refusal.reason.count("une formule") == 2
    assert "Ville" in refusal.reason


def test_a_line_with_more_cells_than_headings_is_faulty():
    sheet = read(b"Nom;Ville\nA;B;C\n")
    assert Reading(sheet.rows[0], sheet.headings, {}).refusal().value == "C"
