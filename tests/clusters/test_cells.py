from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grappe.clusters import cells
from grappe.clusters.cells import Unfit, fold
from grappe.clusters.sheets import Formula


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Comm. web", "comm web"),
        ("  Communication   Web ", "communication web"),
        ("Jours / mois", "jours mois"),
        ("Jusqu'à", "jusqu a"),
        ("Jusqu’à", "jusqu a"),
        ("ÉCLUSE Œuvres", "ecluse oeuvres"),
        ("E\u0301cluse", "ecluse"),
    ],
)
def test_spellings_that_fold_alike(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=40))
@example("𝗔")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("cell", "half_days"),
    [
        ("3,5 jours", 7),
        ("2 j", 4),
        ("1 jours", 2),
        ("0,5", 1),
        (3.5, 7),
        (4, 8),
        ("31", 62),
        ("", None),
        (Formula(2.5), 5),
    ],
)
def test_days_are_read_by_halves(cell, half_days):
    assert cells.half_days(cell, most_days=31) == half_days


@pytest.mark.parametrize(
    "cell", ["-2", "beaucoup", "45", "0", "0,25", "1/2", "nan", float("nan"), float("inf"), True, "1e5", "2 €"]
)
def test_days_that_nobody_can_share_are_refused(cell):
    with pytest.raises(Unfit):
        cells.half_days(cell, most_days=31)


def test_a_quarter_of_a_day_is_refused_in_words():
    with pytest.raises(Unfit, match="demi-journées"):
        cells.half_days("0,25", most_days=31)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("249,00", 24900),
        ("394,00 €", 39400),
        ("394,00\u00a0€", 39400),
        ("294 €", 29400),
        ("1\u202f234,50 €", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("317.5 EUR", 31750),
        (249.99, 24999),
        ("", None),
    ],
)
def test_amounts_as_people_write_them(cell, amount):
    assert cells.cents(cell) == amount


@pytest.mark.parametrize("cell", ["1,234", "-5", "0", "12 $", "1,2,3", "999999999"])
def test_amounts_that_two_readers_would_read_differently_are_refused(cell):
    with pytest.raises(Unfit):
        cells.cents(cell)


@given(st.integers(1, 9_999_999))
def test_an_amount_written_in_french_comes_back_to_the_cent(amount):
    written = f"{amount // 100:,}".replace(",", "\u202f") + f",{amount % 100:02d} €"
    assert cells.cents(written) == amount


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("janv. 2027", date(2027, 1, 1)),
        ("01/2027", date(2027, 1, 1)),
        ("2027-01", date(2027, 1, 1)),
        ("1er janvier 2027", date(2027, 1, 1)),
        ("31/12/2027", date(2027, 12, 1)),
        ("déc. 2027", date(2027, 12, 1)),
        ("août 2027", date(2027, 8, 1)),
        ("December 2027", date(2027, 12, 1)),
        ("2027", date(2027, 1, 1)),
        (2027, date(2027, 1, 1)),
        (datetime(2027, 3, 4, tzinfo=UTC), date(2027, 3, 1)),
        ("", None),
    ],
)
def test_months_as_people_write_them(cell, first):
    assert cells.month(cell) == first


def test_a_year_alone_ends_in_december():
    assert cells.month("2027", last=True) == date(2027, 12, 1)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2009", date(2009, 1, 1)),
        ("15/03/2010", date(2010, 3, 15)),
        ("2011-01-01", date(2011, 1, 1)),
        ("janv. 2012", date(2012, 1, 1)),
    ],
)
def test_days_as_the_sample_writes_them(cell, day):
    assert cells.day(cell) == day


@pytest.mark.parametrize("cell", ["31/02/2027", "12/31/2027", "jui 2027", "01/27", "bientôt", "0027", 45, 3.5, True])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(Unfit):
        cells.month(cell)


@pytest.mark.parametrize(
    ("cell", "siren"),
    [
        ("000 000 406", "000000406"),
        ("000000406", "000000406"),
        (406, "000000406"),
        (406.0, "000000406"),
        ("732 829 320 00074", "732829320"),
        ("", None),
    ],
)
def test_a_siren_however_it_is_spaced(cell, siren):
    assert cells.siren(cell) == siren


@pytest.mark.parametrize("cell", ["123 456 780", "12345", "ABCDEFGHI", "٠٠٠٠٠٠٤٠٦", "73282932000075"])
def test_a_siren_with_a_wrong_key_is_refused(cell):
    with pytest.raises(Unfit):
        cells.siren(cell)


def test_an_address_whose_domain_has_an_accent_is_one():
    assert cells.email("contact@belvedère66.example") == "contact@belvedère66.example"
    with pytest.raises(Unfit):
        cells.email("pas-un-courriel")


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-a", "@a", Formula("presse")])
def test_a_formula_is_no_text(cell):
    with pytest.raises(Unfit, match="formule"):
        cells.text(cell, longest=80)


def test_a_text_too_long_is_refused_and_accents_are_composed():
    with pytest.raises(Unfit, match="80"):
        cells.text("x" * 81, longest=80)
    assert cells.text("E\u0301cluse", longest=80) == "Écluse"


@pytest.mark.parametrize("cell", ["98,88", "-91", "nord"])
def test_a_latitude_off_the_earth_is_refused(cell):
    with pytest.raises(Unfit):
        cells.coordinate(cell, most=90, name="latitude")
