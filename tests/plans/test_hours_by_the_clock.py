"""Hours by the clock, and what is not written over: the deeds of the employee's phone."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans.factory import running_post

from grappe.plans.actions import (
    HoursChanged,
    UnableToRecord,
    close_month,
    record_hours,
    reopen_month,
    sign_hours,
)
from grappe.plans.clock import clock_span, minutes_between, spans_overlap
from grappe.plans.models import Hours


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=90))


def note(world, pool, firm=None, *, part="am", day=None, **said):
    return record_hours(
        by=world.ines, pool=pool, firm=firm or world.disquaire, day=day or world.today, part=part, **said
    )


def test_a_start_an_end_and_a_pause_make_the_minutes(world, pool):
    hours = note(world, pool, starts_at=time(9), ends_at=time(13), pause_minutes=15, minutes=1)
    assert (hours.minutes, hours.starts_at, hours.ends_at, hours.pause_minutes) == (225, time(9), time(13), 15)


def test_an_evening_on_a_stage_ends_the_next_day(world, pool):
    assert note(world, pool, part="pm", starts_at=time(21), ends_at=time(1, 30)).minutes == 270


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"starts_at": time(9)}, "Il manque une heure"),
        ({"starts_at": time(9), "ends_at": time(10), "pause_minutes": 90}, "La pause est plus longue"),
        ({"starts_at": time(9), "ends_at": time(8)}, "entre 0 et 10 heures"),
        ({"minutes": 601}, "entre 0 et 10 heures"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(world, pool, said, why):
    with pytest.raises(UnableToRecord, match=why):
        note(world, pool, **said)
    assert not Hours.objects.exists()


def test_two_firms_at_the_same_hour_are_refused(world, pool):
    note(world, pool, starts_at=time(9), ends_at=time(13))
    with pytest.raises(UnableToRecord, match=r"en recouvrent d’autres : .* de 9\u202fh à 13\u202fh"):
        note(world, pool, world.scene, part="pm", starts_at=time(12, 30), ends_at=time(16))
    assert note(world, pool, world.scene, part="pm", starts_at=time(13), ends_at=time(16)).minutes == 180


def test_a_night_that_runs_into_the_next_morning_is_refused(world, pool):
    yesterday = world.today - timedelta(days=1)
    note(world, pool, world.scene, part="pm", day=yesterday, starts_at=time(22), ends_at=time(2))
    with pytest.raises(UnableToRecord, match="recouvrent"):
        note(world, pool, starts_at=time(1), ends_at=time(3))


@given(st.times(), st.times(), st.times(), st.times())
def test_overlap_is_the_same_both_ways_and_minutes_fill_the_span(a, b, c, d):
    one, other = clock_span(date(2026, 1, 5), a, b), clock_span(date(2026, 1, 5), c, d)
    assert spans_overlap(one, other) == spans_overlap(other, one)
    assert one[1] - one[0] == minutes_between(a, b) < 24 * 60


def test_what_was_changed_unseen_is_not_written_over(world, pool):
    first = note(world, pool, minutes=210, seen="")
    mark = first.mark
    note(world, pool, minutes=240, seen=mark)
    with pytest.raises(HoursChanged, match="ont changé entre-temps : 4\u202fh chez Disquaire") as conflict:
        note(world, pool, minutes=200, seen=mark)
    assert conflict.value.standing.minutes == 240
    assert note(world, pool, minutes=240, seen=mark).minutes == 240  # the same again is no conflict
    assert note(world, pool, minutes=200, seen=Hours.objects.get().mark).minutes == 200


def test_what_was_signed_meanwhile_is_a_conflict_with_what_stands(world, pool):
    hours = note(world, pool)
    sign_hours(by=world.marius, hours=hours, on=world.today)
    with pytest.raises(HoursChanged, match="déjà contresignées par Disquaire : 3\u202fh\u202f30") as conflict:
        note(world, pool, minutes=240, seen=hours.mark)
    assert conflict.value.standing.signed_at is not None
    assert note(world, pool, minutes=210, seen=hours.mark).pk == hours.pk


def test_a_closed_month_takes_no_more_hours_until_it_is_opened_again(world, pool):
    kept = note(world, pool)
    calendar = close_month(by=world.colette, pool=pool, month=world.today, on=world.today)
    with pytest.raises(UnableToRecord, match=r"est émis .* ce mois est clos") as refused:
        note(world, pool, world.scene, part="pm")
    assert "coordination" in refused.value.remedy
    assert note(world, pool, minutes=180).pk == kept.pk  # what was noted before may still be put right, and signed
    sign_hours(by=world.marius, hours=kept, on=world.today)
    reopen_month(by=world.colette, calendar=calendar, on=world.today)
    assert note(world, pool, world.scene, part="pm").minutes == 210
    calendar.refresh_from_db()
    assert calendar.open_until == world.today + timedelta(days=7)
