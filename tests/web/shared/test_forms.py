from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from grappe.web.shared import formats
from grappe.web.shared.forms import CentsField, DayField, DeedForm, HalfDaysField, MonthField


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 234,50", 123_450),
        ("1\u202f234,50\u00a0€", 123_450),
        ("1234.5 €", 123_450),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("1.234.567", 123_456_700),
        ("789", 78_900),
        ("0,005", None),
        ("0,05", 5),
        ("12 EUR HT", 1200),
        ("١٢", None),
        ("1.234", None),
        ("1,234", None),
        ("1,2,3", None),
        ("12,", None),
        ("cher", None),
        ("€", None),
        ("-5", None),
        ("1e5", None),
        ("nan", None),
        ("999999999999", None),
    ],
)
def test_amounts_are_read_as_people_write_them_and_nonsense_is_refused(text, cents):
    field = CentsField()
    if cents is None:
        with pytest.raises(ValidationError):
            field.clean(text)
    else:
        assert field.clean(text) == cents


@given(st.integers(min_value=0, max_value=10**11))
def test_an_amount_written_for_a_reader_is_read_back_the_same(cents):
    field = CentsField()
    assert field.clean(formats.euros(cents)) == cents
    assert field.clean(field.prepare_value(cents)) == cents


def test_a_negative_amount_is_read_where_it_makes_sense():
    assert CentsField(least=None).clean("−12,50") == -1250


@pytest.mark.parametrize(
    ("text", "half_days"), [("3,5", 7), ("3.5 j", 7), ("3 jours", 6), ("½", 1), ("2½", 5), ("0", 0)]
)
def test_days_are_read_to_the_half(text, half_days):
    assert HalfDaysField().clean(text) == half_days


@pytest.mark.parametrize("text", ["3,25", "trois", "-1", "j", "1/2"])
def test_what_is_not_a_number_of_half_days_is_refused(text):
    with pytest.raises(ValidationError):
        HalfDaysField().clean(text)


def test_bounds_are_told_in_days():
    with pytest.raises(ValidationError, match="Au plus 21,5"):
        HalfDaysField(most=43).clean("30")


@given(st.integers(min_value=0, max_value=200))
def test_days_written_are_read_back_the_same_in_both_languages(half_days):
    for language in ("fr", "en"):
        with translation.override(language):
            field = HalfDaysField()
            assert field.clean(field.prepare_value(half_days)) == half_days


@pytest.mark.parametrize(
    "text", ["2027-02", "02/2027", "2/2027", "février 2027", "Févr. 2027", "february 2027", "2027-02-14"]
)
def test_a_month_is_read_as_its_first_day(text):
    assert MonthField().clean(text) == date(2027, 2, 1)


@pytest.mark.parametrize("text", ["2027-13", "bientôt", "2027", "30 février 2027"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValidationError):
        MonthField().clean(text)


class Order(DeedForm):
    price = CentsField(label="Prix", required=False)
    month = MonthField(label="Mois")
    day = DayField(label="Jour", required=False)


def test_a_form_keeps_its_key_through_a_refusal_and_gives_it_to_the_deed():
    fresh = Order()
    key = fresh["deed_key"].value()
    assert len(key) >= 20
    assert Order()["deed_key"].value() != key
    refused = Order({"deed_key": key, "month": ""})
    assert not refused.is_valid()
    assert refused["deed_key"].value() == key
    assert refused.errors["month"] == ["Il manque cette réponse."]
    accepted = Order({"deed_key": key, "month": "2027-01", "day": "04/01/2027"})
    assert accepted.is_valid()
    assert accepted.key == key
    assert accepted.cleaned_data["price"] is None
    assert accepted.cleaned_data["day"] == date(2027, 1, 4)


def test_an_untouched_amount_has_not_changed():
    assert not Order(
        {"price": "420", "month": "2027-01"}, initial={"price": 42_000, "month": date(2027, 1, 1)}
    ).has_changed()


def test_figures_are_typed_with_a_decimal_keyboard():
    assert isinstance(CentsField().widget, forms.TextInput)
    assert 'inputmode="decimal"' in str(Order()["price"])
    assert 'type="month"' in str(Order()["month"])
