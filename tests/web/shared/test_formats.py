from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from grappe.web.shared import formats

N, S = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (0, f"0,00{S}€", "€0.00"),
        (5, f"0,05{S}€", "€0.05"),
        (123_450, f"1{N}234,50{S}€", "€1,234.50"),
        (-123_450, f"−1{N}234,50{S}€", "−€1,234.50"),
        (123_456_789_00, f"123{N}456{N}789,00{S}€", "€123,456,789.00"),
        (None, "", ""),
    ],
)
def test_money_is_written_as_each_language_writes_it(cents, french, english):
    assert formats.euros(cents, "fr") == french
    assert formats.euros(cents, "en") == english


def test_money_rounds_half_up_when_asked_without_cents():
    assert formats.euros(123_450, places=0) == f"1{N}235{S}€"
    assert formats.euros(123_449, places=0) == f"1{N}234{S}€"
    assert formats.euros(4200, sign=True) == f"+42,00{S}€"


@pytest.mark.parametrize(
    ("half_days", "short", "long"),
    [
        (7, f"3,5{S}j", f"3,5{S}jours"),
        (6, f"3{S}j", f"3{S}jours"),
        (3, f"1,5{S}j", f"1,5{S}jour"),
        (0, f"0{S}j", f"0{S}jour"),
    ],
)
def test_half_days_are_written_in_days(half_days, short, long):
    assert formats.days(half_days) == short
    assert formats.days(half_days, long=True) == long


def test_hours_shares_and_distances():
    assert formats.hours(450) == f"7{S}h{S}30"
    assert formats.hours(420) == f"7{S}h"
    assert formats.percent(0.61) == f"61{S}%"
    assert formats.percent(Fraction(2, 3), places=1) == f"66,7{S}%"
    assert formats.percent(0.61, "en") == "61%"
    assert formats.kilometres(29_000) == f"29{S}km"
    assert formats.kilometres(4_200) == f"4,2{S}km"


def test_dates_in_both_languages():
    on = date(2027, 1, 4)
    assert formats.day(on) == "lundi 4 janvier 2027"
    assert formats.day(on, form="short") == "4 janv. 2027"
    assert formats.day(date(2027, 1, 1), form="plain") == "1er janvier 2027"
    assert formats.day(on, form="month") == "janvier 2027"
    assert formats.day(on, "en") == "Monday 4 January 2027"
    assert formats.day(None) == ""


def test_a_moment_is_told_at_the_place_where_people_work():
    assert formats.moment(datetime(2027, 7, 4, 12, 5, tzinfo=UTC)) == f"4 juil. 2027 à 14{S}h{S}05"
    assert formats.moment(datetime(2027, 7, 4, 7, 5, tzinfo=UTC), "en") == "4 Jul 2027 at 09:05"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2027, 1, 1), date(2028, 1, 1), "janvier à décembre 2027"),
        (date(2026, 11, 1), date(2027, 3, 1), "novembre 2026 à février 2027"),
        (date(2027, 1, 1), date(2027, 2, 1), "janvier 2027"),
        (date(2027, 1, 4), date(2027, 3, 13), "du 4 janvier au 12 mars 2027"),
        (date(2027, 1, 4), date(2027, 1, 5), "le 4 janvier 2027"),
        (date(2027, 1, 4), None, "depuis le 4 janvier 2027"),
    ],
)
def test_a_period_is_told_by_its_first_and_last_days(start, end, text):
    assert formats.period(start, end) == text


def test_a_siren_is_read_by_threes():
    assert formats.siren("732829320") == f"732{formats.THIN}829{formats.THIN}320"
    assert formats.siren(None) == formats.siren("") == "—"
