from __future__ import annotations

from datetime import date

import pytest
from tests.clusters.books import xlsx
from tests.needs.conftest import SAMPLES, TODAY

from grappe.clusters.cells import Unfit
from grappe.clusters.columns import open_sheet, recognise
from grappe.needs.imports import COLUMNS, NeedCheck, check_needs, names_chosen

HEADING = (
    "Structure;SIREN;Ville;Latitude;Longitude;Compétence recherchée;Jours / mois;À partir de;Jusqu'à;Prix maximum / jour;"
    "Prix payé seul / jour;Preuve;Jours achetés seul / mois;Courriel\n"
)
REFUSED = {
    9: ("SIREN", "clé"),
    18: ("Jours / mois", "demi-journée"),
    27: ("Jours / mois", "nombre"),
    36: ("Jusqu'à", "avant le début"),
    45: ("Latitude", "98,88"),
    54: ("Jours / mois", "31"),
    64: ("Compétence recherchée", "formule"),
    65: ("Courriel", "adresse"),
}


def _check(raw: str | bytes) -> NeedCheck:
    sheet = open_sheet(raw.encode() if isinstance(raw, str) else raw)
    return check_needs(sheet, recognise(sheet.headings, COLUMNS), survey=None, on=TODAY)


def _one(**cells: str):
    """One line about Dérive Films, with some of its cells changed."""
    given = {
        "Structure": "Dérive Films",
        "SIREN": "000000018",
        "Compétence recherchée": "presse",
        "Jours / mois": "2",
    } | cells
    check = _check(HEADING + ";".join(given.get(heading, "") for heading in HEADING.strip().split(";")) + "\n")
    return check.refused[0] if check.refused else check.ready[0]


def test_the_sample_gives_55_needs_one_repetition_and_8_refusals(mix, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        check = _check((SAMPLES / "besoins.csv").read_bytes())
    assert (check.line_count, len(check.ready)) == (65, 55)
    assert [(skip.line, skip.reason) for skip in check.skipped] == [(66, "répétition de la ligne 2")]
    assert {refusal.line: refusal.column for refusal in check.refused} == {
        line: column for line, (column, _) in REFUSED.items()
    }
    for refusal in check.refused:
        assert REFUSED[refusal.line][1] in refusal.reason
    assert "Zinc Fantôme" in check.refused[0].reason


def test_the_sample_as_a_workbook_says_the_same(mix):
    text = (SAMPLES / "besoins.csv").read_bytes().decode("cp1252")
    import csv
    import io

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    from_xlsx = _check(xlsx(*rows))
    from_csv = _check((SAMPLES / "besoins.csv").read_bytes())
    assert [line.source for line in from_xlsx.ready] == [line.source for line in from_csv.ready]
    assert [refusal.line for refusal in from_xlsx.refused] == [refusal.line for refusal in from_csv.refused]


def test_the_spellings_of_the_sample_are_proposed_by_skill(mix):
    check = _check((SAMPLES / "besoins.csv").read_bytes())
    proposed = {group.name: set(group.written) for group in check.groups}
    assert proposed == {
        "communication web": {"Comm. web", "communication web", "Communication Web", "community management"},
        "comptabilité": {"compta", "comptabilité", "Comptabilité"},
        "régie technique": {"régie technique", "Régie", "regie"},
        "administratif": {"administratif", "administration", "Admin."},
    }
    assert check.names()["comm web"] == "communication web"
    assert check.names(keep_spellings=True)["comm web"] == "Comm. web"


def test_a_line_is_read_into_half_days_months_and_cents(mix):
    line = _one(
        **{
            "Jours / mois": "3,5 jours",
            "À partir de": "janv. 2027",
            "Jusqu'à": "31/12/2027",
            "Prix maximum / jour": "249,99",
            "Prix payé seul / jour": "394,00 €",
            "Preuve": "tarif public",
            "Jours achetés seul / mois": "2 j",
            "Latitude": "48,8837",
            "Longitude": "2,3557",
            "Courriel": "contact@belvedère66.example",
        }
    )
    assert line.half_days == 7
    assert (line.first_month, line.last_month, line.ends_before) == (
        date(2027, 1, 1),
        date(2027, 12, 1),
        date(2028, 1, 1),
    )
    assert line.max_price_cents == 12499  # never above the maximum
    assert (line.price_cents, line.grade, line.alone_half_days, line.document) == (19700, "B", 4, "tarif public")
    assert (line.latitude, line.longitude) == (48.8837, 2.3557)
    assert line.email == "contact@belvedère66.example"


@pytest.mark.parametrize(
    ("proof", "grade"),
    [
        ("facture", "A"),
        ("Devis du 3 mars", "A"),
        ("tarif public", "B"),
        ("déclaration", "C"),
        ("", "C"),
        ("estimation", "D"),
    ],
)
def test_a_price_alone_is_graded_by_its_proof(mix, proof, grade):
    assert _one(**{"Prix payé seul / jour": "300", "Preuve": proof}).grade == grade


def test_without_a_place_the_need_is_at_the_firms_own(mix):
    line = _one()
    assert (line.latitude, line.longitude, line.town) == (48.8837, 2.3557, "Paris")
    assert _one(Ville="Lyon").latitude is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"SIREN": "000000026"}, "SIREN"),  # Kiosque Films: the name says another
        ({"SIREN": "000000026", "Structure": "Zinc Fantôme"}, "SIREN"),
        ({"SIREN": "", "Structure": "Zinc Fantôme"}, "Structure"),
        ({"SIREN": "732829320"}, "SIREN"),
        ({"SIREN": "", "Structure": ""}, "Structure"),
        ({"Compétence recherchée": "…"}, "Compétence recherchée"),
        ({"Compétence recherchée": "x" * 81}, "Compétence recherchée"),
        ({"Jours / mois": ""}, "Jours / mois"),
        ({"Jours / mois": "0,25"}, "Jours / mois"),
        ({"Latitude": "48,88"}, "Longitude"),
        ({"Preuve": "facture"}, "Preuve"),
        ({"Jours achetés seul / mois": "2"}, "Jours achetés seul / mois"),
        ({"Prix payé seul / jour": "300", "Preuve": "ouï-dire"}, "Preuve"),
        ({"Prix maximum / jour": "0"}, "Prix maximum / jour"),
        ({"À partir de": "bientôt"}, "À partir de"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused_at_its_column(mix, cells, column):
    refusal = _one(**cells)
    assert (refusal.line, refusal.column) == (2, column)
    assert refusal.reason


@pytest.mark.parametrize(
    "cells",
    [{"SIREN": ""}, {"Structure": ""}, {"SIREN": "", "Structure": "DERIVE FILMS"}, {"Structure": "Dérive Films SARL"}],
)
def test_a_firm_is_found_by_its_siren_or_by_its_name(mix, cells):
    assert _one(**cells).firm.name == "Dérive Films"


def test_two_lines_that_say_the_same_otherwise_are_one(mix):
    check = _check(
        f"{HEADING}Dérive Films;000000018;;;;presse;2 j;01/2027;;;;;;\nDérive Films;;;;;Presse;2,0;janv. 2027;;;;;;\n"
    )
    assert (len(check.ready), [skip.line for skip in check.skipped]) == (1, [3])


def test_a_formula_of_a_workbook_is_refused_as_a_text_and_read_as_a_number(mix):
    check = _check(xlsx(["Structure", "Compétence", "Jours"], ["Dérive Films", '="pres"&"se"', 2]))
    assert check.refused[0].column == "Compétence"


def test_the_names_that_a_coordinator_chose_are_cleaned(mix):
    assert names_chosen([("comm web", "  Communication   web ")]) == {"comm web": "Communication web"}
    for bad in ("", "=1", "x" * 81, "…"):
        with pytest.raises(Unfit):
            names_chosen([("comm web", bad)])
