from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grappe.audit.models import Line
from grappe.law.actions import set_rule
from grappe.law.enums import Mark
from grappe.law.known import BY_KEY, RULES
from grappe.law.models import RuleValue
from grappe.law.queries import MissingRule, periods_of, rule_on, rules_of, value_in, value_on
from grappe.law.rules import UnableToSetRule
from grappe.law.seeds import SEEDS
from grappe.law.words import shown

VAT = "vat.standard_bp"
NEXT_YEAR = date(2027, 1, 1)


def say(value: int = 2_100, since: date = NEXT_YEAR, rule: str = VAT, **others):
    said = {"article": "278 CGI", "source": "loi de finances", "mark": Mark.TEXT} | others
    return set_rule(by=None, rule=rule, valid_from=since, value=value, **said)


@pytest.mark.django_db
class TestSetting:
    def test_a_later_value_closes_the_one_before_at_its_date(self):
        say()
        assert value_on(VAT, date(2026, 12, 31)) == 2_000
        assert value_on(VAT, NEXT_YEAR) == 2_100
        assert rule_on(VAT, date(2026, 11, 1)).valid_to == NEXT_YEAR
        assert value_on(VAT, date(2013, 12, 31)) == 1_960

    def test_a_value_set_in_the_past_ends_where_the_next_begins(self):
        say(1_990, since=date(2010, 6, 1))
        assert [(one.value, one.valid_to) for one in periods_of([VAT])[VAT]] == [
            (1_960, date(2010, 6, 1)),
            (1_990, date(2014, 1, 1)),
            (2_000, None),
        ]

    def test_a_value_that_begins_the_same_day_is_corrected_and_the_rest_stands(self):
        say()
        say(2_050, mark=Mark.SECONDARY)
        assert RuleValue.objects.filter(key=VAT).count() == 3
        assert value_on(VAT, NEXT_YEAR) == 2_050
        assert Line.objects.filter(deed="law.set_rule").count() == 2

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"value": 30_000}, "300"),
            ({"value": -1}, "entre 0"),
            ({"rule": "vat.unheard_of"}, "vat.unheard_of"),
            ({"article": "  "}, "article"),
            ({"source": ""}, "source"),
        ],
    )
    def test_what_no_law_says_is_refused_in_words_and_changes_nothing(self, wrong, said):
        before = list(RuleValue.objects.values())
        with pytest.raises(UnableToSetRule) as refusal:
            say(**wrong)
        assert said in refusal.value.message
        assert refusal.value.remedy
        assert list(RuleValue.objects.values()) == before

    def test_a_missing_rule_is_a_refusal_with_its_name_and_day(self):
        with pytest.raises(MissingRule) as refusal:
            value_on(VAT, date(1999, 1, 1))
        assert "Taux normal de la TVA" in refusal.value.message
        assert "01/01/1999" in refusal.value.message
        assert rules_of([VAT, "unheard.of"], date(1999, 1, 1)) == {}


@pytest.mark.django_db
class TestTheDatabase:
    @pytest.mark.parametrize(
        ("since", "until"),
        [
            (date(2005, 1, 1), date(2006, 1, 1)),  # inside one
            (date(1990, 1, 1), date(2001, 1, 1)),  # over a beginning
            (date(2013, 12, 31), date(2014, 1, 2)),  # over an end
            (date(1990, 1, 1), None),  # over all
            (date(2030, 1, 1), None),  # while one is open
        ],
    )
    def test_overlapping_periods_of_one_rule_are_refused(self, since, until):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleValue.objects.create(key=VAT, valid_from=since, valid_to=until, value=1, unit="bp")

    def test_a_period_stretched_over_the_next_is_refused(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleValue.objects.filter(key=VAT, value=1_960).update(valid_to=date(2014, 1, 2))

    def test_periods_that_touch_stand(self):
        RuleValue.objects.create(
            key=VAT, valid_from=date(1995, 1, 1), valid_to=date(2000, 4, 1), value=2_060, unit="bp"
        )
        assert value_on(VAT, date(2000, 3, 31)) == 2_060

    def test_nothing_is_deleted(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleValue.objects.filter(key=VAT).delete()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 5_000)), min_size=1, max_size=6))
def test_on_every_day_one_value_at_most_and_the_last_said_of_that_period(said):
    with transaction.atomic():
        first = date(2005, 1, 1)
        told: dict[date, int] = {}
        for days, value in said:
            since = first + timedelta(days=days)
            say(value, since=since)
            told[since] = value
        periods = periods_of([VAT])
        for since, value in told.items():
            assert value_in(periods, VAT, since) == value_on(VAT, since) == value
        values = periods[VAT]
        for one, following in itertools.pairwise(values):
            assert one.valid_to == following.valid_from
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_rule_that_grappe_reads_is_seeded_with_its_source():
    today = date(2026, 11, 24)
    standing = rules_of(BY_KEY, today)
    assert set(standing) == set(BY_KEY)
    assert all(rule.article and rule.source for rule in standing.values())
    assert all((rule.confirmed_on is None) == (rule.mark == Mark.UNCONFIRMED) for rule in standing.values())
    assert len(BY_KEY) == len(RULES)
    assert {seed[0] for seed in SEEDS} == set(BY_KEY)


def test_values_are_read_as_people_say_them():
    said = [
        shown(2_000, "bp"), shown(1_960, "bp"), shown(2_100, "minutes"), shown(20, "minutes"), shown(96_450, "minutes"),
        shown(25, "tenths_of_day"), shown(20, "tenths_of_day"), shown(4_000, "cents"),
        shown(1, "years"), shown(30, "days"), shown(15, "months"),
    ]  # fmt: skip
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in said] == [
        "20 %", "19,6 %", "35 h", "20 min", "1 607 h 30", "2,5 jours", "2 jours", "40 €", "1 an", "30 jours", "15 mois",
    ]  # fmt: skip


def test_no_figure_of_law_stands_in_the_rooms():
    """The figures that were once written in the code are read from here."""
    source = Path(__file__).resolve().parents[2] / "src" / "grappe"
    rooms = [path for path in source.rglob("*.py") if not {"engines", "migrations", "law", "demo"} & {*path.parts}]
    for gone in ("FRENCH_RULES", "35 * 60", ": 2000, ", "MaxValueValidator(60)"):
        assert [path.name for path in rooms if gone in path.read_text()] == []
