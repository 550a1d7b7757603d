"""The double-signed sheet of a month: who noted, who countersigned, what is not signed; totals and the year's hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope
from tests.papers.factory import text_of
from tests.plans.factory import running_post

from grappe.law.models import RuleValue
from grappe.plans.actions import correct_hours, dispute_hours, record_hours, sign_hours
from grappe.plans.queries import SheetState, timesheet, timesheets
from grappe.plans.timesheets import render


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=date(2026, 6, 1))


@pytest.fixture
def monday(world):
    """A Monday two months ago, whose week lies in one month."""
    first = (world.today.replace(day=1) - timedelta(days=40)).replace(day=1)
    return first + timedelta(days=-first.weekday() % 7)


@pytest.fixture
def note(world, pool):
    def record(day, part="am", firm=None, minutes=210):
        return record_hours(by=world.ines, pool=pool, firm=firm or world.disquaire, day=day, part=part, minutes=minutes)

    return record


def printed(sheet, world, firms=()) -> str:
    body = render(sheet, cluster=world.vigne, at=timezone.now(), firms=firms)
    return " ".join(text_of(body).replace("\u202f", " ").replace("\u00a0", " ").split())


def test_each_half_day_with_both_signatures_and_what_is_missing_said(world, note, monday):
    signed = note(monday)
    sign_hours(by=world.marius, hours=signed, on=world.today)
    note(monday, "pm", firm=world.scene, minutes=180)
    disputed = note(monday + timedelta(days=1), minutes=240)
    dispute_hours(by=world.paul, hours=disputed, words="Trop long", on=world.today)
    sheet = timesheet(world.ines, monday)
    assert [line.state for line in sheet.weeks[0].lines] == [
        SheetState.SIGNED,
        SheetState.WAITING,
        SheetState.DISPUTED,
    ]
    assert [(row.firm, row.signed, row.waiting, row.disputed) for row in sheet.firms] == [
        (world.disquaire, 210, 0, 240),
        (world.scene, 0, 180, 0),
    ]
    assert sheet.minutes == sheet.weeks[0].minutes == 630
    assert {line.noted_by for line in sheet.weeks[0].lines} == {"Inès Besson"}
    text = printed(sheet, world)
    assert "Feuille incomplète : 1 demi-journée sans contresignature et 1 demi-journée contestée" in text
    assert "NON CONTRESIGNÉE" in text and "CONTESTÉE par la structure" in text
    assert f"Marius Blanc, le {timezone.localdate():%d/%m/%Y}" in text
    assert "Total de la semaine 10 h 30" in text


def test_all_signed_says_so(world, note, monday):
    sign_hours(by=world.marius, hours=note(monday), on=world.today)
    text = printed(timesheet(world.ines, monday), world)
    assert "Toutes les demi-journées de cette feuille sont contresignées" in text
    assert "incomplète" not in text


def test_a_firm_reads_its_own_lines_only(world, note, monday):
    note(monday)
    note(monday, "pm", firm=world.scene, minutes=180)
    sheet = timesheet(world.ines, monday, firm_ids=[world.disquaire.pk])
    assert (sheet.minutes, sheet.year_minutes, sheet.weeks[0].whole_minutes) == (210, 210, 210)
    text = printed(sheet, world, firms=[world.disquaire])
    assert "ne porte que les heures faites chez Disquaire" in text
    assert "Scène" not in text
    assert timesheet(world.ines, monday, firm_ids=[]) is None


def test_another_cluster_reads_nothing(world, note, monday):
    note(monday)
    with scope(cluster=world.treille):
        assert timesheet(world.ines, monday) is None
        assert timesheets(monday, world.today) == []


def test_a_correction_shows_its_author_and_leaves_no_double(world, note, monday):
    hours = sign_hours(by=world.marius, hours=note(monday), on=world.today)
    correct_hours(by=world.colette, hours=hours, minutes=120, words="partie plus tôt")
    line = timesheet(world.ines, monday).weeks[0].lines[0]
    assert (line.hours.minutes, line.state, line.noted_by) == (120, SheetState.WAITING, "Colette Roy")
    gone = sign_hours(by=world.marius, hours=line.hours, on=world.today)
    correct_hours(by=world.colette, hours=gone, minutes=0, words="n’a pas eu lieu")
    sheet = timesheet(world.ines, monday)
    assert sheet.weeks[0].lines[0].state is SheetState.GONE and sheet.minutes == 0
    assert "n’a pas eu lieu (Colette Roy" in printed(sheet, world)


def test_hours_sent_again_after_the_signature_are_noted_when_they_were(world, note, monday):
    sign_hours(by=world.marius, hours=note(monday), on=world.today)
    before = timesheet(world.ines, monday).weeks[0].lines[0]
    note(monday)  # the same again: changes nothing, though the journal has a further line
    after = timesheet(world.ines, monday).weeks[0].lines[0]
    assert after.noted_at == before.noted_at <= after.hours.signed_at


def test_a_week_across_two_months_tells_its_whole(world, pool, note):
    first = world.today.replace(day=1)
    while first.weekday() in (0, 6, 5):
        first = (first - timedelta(days=1)).replace(day=1)
    note(first - timedelta(days=1))
    note(first, minutes=120)
    week = timesheet(world.ines, first).weeks[0]
    assert (week.minutes, week.whole_minutes) == (120, 330)
    assert "semaine entière, avec l’autre mois : 5 h 30" in printed(timesheet(world.ines, first), world)


def test_the_years_hours_over_those_of_the_law_on_that_day(world, note, monday):
    sign_hours(by=world.marius, hours=note(monday), on=world.today)
    note(monday, "pm")
    sheet = timesheet(world.ines, monday)
    assert (sheet.year_minutes, sheet.year_signed, sheet.rule.value) == (420, 210, 1720)
    text = printed(sheet, world)
    assert "3 h 30 contresignées sur 1 720 h" in text and "0,2 %" in text and "2021/1060" in text
    RuleValue.objects.filter(key="eu.hours_per_year").update(valid_from=world.today)
    unknown = timesheet(world.ines, monday)
    assert unknown.rule is None and "Aucune règle" in printed(unknown, world)


def test_the_list_counts_once_and_reads_the_same_whatever_its_length(world, pool, note, monday):
    note(monday)
    with CaptureQueriesContext(connection) as few:
        assert [(row.count, row.unsigned, row.minutes) for row in timesheets(monday, world.today)] == [(1, 1, 210)]
    signed = sign_hours(by=world.marius, hours=note(monday + timedelta(days=1)), on=world.today)
    correct_hours(by=world.colette, hours=signed, minutes=60, words="moins")
    for days in (7, 8, 9):
        note(monday + timedelta(days=days))
    with CaptureQueriesContext(connection) as many:
        assert [(row.count, row.unsigned) for row in timesheets(monday, world.today)] == [(5, 5)]
    assert len(few) == len(many) == 2
    with CaptureQueriesContext(connection) as one:
        timesheet(world.ines, monday)
    assert len(one) == 6
