"""The employee's week, through the browser's requests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope
from tests.plans.factory import running_post

from grappe.clusters.actions import give_mandate
from grappe.people.models import AccessLink
from grappe.plans.actions import open_calendar, record_absence, release, sign_hours
from grappe.plans.models import Calendar, Hours, Release, ReleasedSlot, Slot
from grappe.plans.public_holidays import public_holidays
from grappe.plans.queries import facts_of


@pytest.fixture
def staff(client, world):
    client.force_login(world.ines)
    return client


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=90))


def at(name: str) -> str:
    return reverse(f"staff:{name}", args=["vigne"])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def released(world, pool, *halves) -> None:
    """A version with these half-days (firm, day, part), whatever the weekday, so that tests hold on any day of the year."""
    months = {day.replace(day=1) for _firm, day, _part in halves}
    for month in months:
        calendar = open_calendar(by=world.colette, pool=pool, month=month)
        version = Release.objects.create(cluster=world.vigne, calendar=calendar, number=1, released_by=world.colette)
        for firm, day, part in halves:
            if day.replace(day=1) == month:
                ReleasedSlot.objects.create(
                    cluster=world.vigne, release=version, person=world.ines, firm=firm, day=day, part=part
                )


def note(staff, pool, firm, day, **more):
    said = {"day": day.isoformat(), "part": "am", "pool": pool.pk, "firm": firm.pk, **more}
    return staff.post(at("record"), said, follow=True)


def test_before_any_calendar_it_says_so(staff, pool):
    assert "Rien n’est diffusé pour l’instant" in text(staff.get(at("week")))


def test_today_comes_first_and_a_half_day_is_noted_in_one_tap(staff, world, pool):
    released(world, pool, (world.disquaire, world.today, "am"), (world.scene, world.today, "pm"))
    page = text(staff.get(at("week")))
    assert "Aujourd’hui chez Disquaire, puis Scène" in page
    assert "2 demi-journées à noter." in page
    assert page.count("btn main") == 1
    page = text(note(staff, pool, world.disquaire, world.today))
    assert "Noté : 3 h 30 chez Disquaire" in page and "3 h 30 sur 35 h" in page
    assert Hours.objects.get().minutes == 210


def test_another_duration_and_a_word(staff, world, pool):
    released(world, pool, (world.disquaire, world.today, "am"))
    note(staff, pool, world.disquaire, world.today, hours="4", minutes="15", words="Montage long")
    hours = Hours.objects.get()
    assert (hours.minutes, hours.words) == (255, "Montage long")
    page = text(note(staff, pool, world.disquaire, world.today, hours="0", minutes="0"))
    assert "Noté : n’a pas eu lieu" in page
    assert Hours.objects.get().minutes == 0


@pytest.mark.parametrize(("hours", "minutes"), [("11", "0"), ("-1", "0"), ("3", "70"), ("x", "0")])
def test_a_duration_that_is_none_changes_nothing(staff, world, pool, hours, minutes):
    released(world, pool, (world.disquaire, world.today, "am"))
    page = text(note(staff, pool, world.disquaire, world.today, hours=hours, minutes=minutes))
    assert "pas lisible" in page and not Hours.objects.exists()


def test_more_than_ten_hours_is_refused_in_words(staff, world, pool):
    released(world, pool, (world.disquaire, world.today, "am"), (world.scene, world.today, "pm"))
    note(staff, pool, world.disquaire, world.today, hours="7", minutes="0")
    page = text(note(staff, pool, world.scene, world.today, part="pm", hours="4", minutes="0"))
    assert "Cela ferait 11 h le même jour, et la loi en permet 10 h." in page


def test_what_the_firm_signed_is_shown_and_not_changed(staff, world, pool):
    released(world, pool, (world.disquaire, world.today, "am"))
    note(staff, pool, world.disquaire, world.today)
    sign_hours(by=world.marius, hours=Hours.objects.get(), on=world.today)
    page = text(staff.get(at("week")))
    assert "3 h 30, contresigné" in page and "changer" not in page
    assert "déjà contresignées" in text(note(staff, pool, world.disquaire, world.today, hours="5", minutes="0"))


def test_only_what_was_released_is_shown(staff, world, pool):
    calendar = open_calendar(by=world.colette, pool=pool, month=world.today)
    facts = facts_of(calendar)
    day = next(d for d in facts.days if d not in facts.holidays)
    Slot.objects.create(cluster=world.vigne, calendar=calendar, person=world.ines, firm=world.scene, day=day, part="am")
    week = text(staff.get(at("week"), {"semaine": day.isoformat()}))
    assert "Scène" not in week
    release(by=world.colette, calendar=calendar)
    assert "Scène" in text(staff.get(at("week"), {"semaine": day.isoformat()}))


def test_absences_and_holidays_are_shown(staff, world, pool):
    year = world.today.year
    easter_monday = next(
        d for d, name in public_holidays("", date(year, 1, 1), date(year + 1, 1, 1)).items() if "Pâques" in name
    )
    off = easter_monday + timedelta(days=2)
    record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind="sickness", first_day=off, last_day=off + timedelta(days=1)
    )  # fmt: skip
    page = text(staff.get(at("week"), {"semaine": easter_monday.isoformat()}))
    assert "Lundi de Pâques" in page and f"Arrêt du {off.day}" in page


@pytest.mark.parametrize("asked", ["", "hier", "0001-01-01", "9999-12-31", "2026-02-31"])
def test_a_week_that_is_none_is_this_week(staff, pool, asked):
    assert staff.get(at("week"), {"semaine": asked}).status_code == 200


def test_a_post_where_one_does_not_work_is_not_found(staff, world):
    other = running_post(world, [(world.scene, 4)], starts_on=world.today - timedelta(days=9), person=world.paul)
    assert note(staff, other, world.scene, world.today).status_code == 404


def test_the_same_half_day_in_another_cluster_is_counted_in_the_day(staff, world, pool):
    with scope(cluster=world.treille):
        give_mandate(by=None, cluster=world.treille, person=world.ines, role="employee", on=world.today)
        Hours.objects.create(
            cluster=world.treille,
            pool=pool,
            person=world.ines,
            firm=world.ailleurs,
            day=world.today,
            part="pm",
            minutes=420,
        )
        assert not Calendar.objects.exists()
    page = text(note(staff, pool, world.disquaire, world.today, hours="4", minutes="0"))
    assert "11 h le même jour" in page


def test_the_link_is_asked_for_shown_and_changed(staff, world, pool):
    assert AccessLink.objects.count() == 0
    staff.get(at("week"))
    assert AccessLink.objects.count() == 0  # a page that is read changes nothing
    staff.post(at("feed"), {})
    first = AccessLink.objects.get()
    assert first.token in text(staff.get(at("week")))
    staff.post(at("feed"), {"renew": "1"})
    page = text(staff.get(at("week")))
    assert first.token not in page and AccessLink.objects.filter(revoked_at=None).get().token in page


def test_as_many_queries_for_one_half_day_as_for_a_full_week(staff, world, pool):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert staff.get(at("week")).status_code == 200
        return len(caught)

    monday = world.today - timedelta(days=world.today.weekday())
    calendar = open_calendar(by=world.colette, pool=pool, month=monday)
    version = Release.objects.create(cluster=world.vigne, calendar=calendar, number=1)

    def one_more(number: int) -> None:
        day, part = monday + timedelta(days=number // 2), ("am", "pm")[number % 2]
        shared = {"cluster": world.vigne, "person": world.ines, "firm": world.scene, "day": day, "part": part}
        ReleasedSlot.objects.create(release=version, **shared)
        Hours.objects.create(pool=pool, **shared)

    one_more(0)
    staff.get(at("week"))
    one = queries()
    for number in range(1, 14):
        one_more(number)
    assert queries() == one
