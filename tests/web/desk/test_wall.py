"""The desk's wall and a firm's month, through the browser's requests."""

from __future__ import annotations

import time
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope
from tests.plans.factory import join, quiet_monday, running_post
from tests.web.staff.test_week import text
from tests.world import person

from grappe.plans.actions import open_calendar, place, record_absence, release
from grappe.plans.models import Calendar, Slot
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool

WALL = "/c/vigne/calendriers/mur/"


def placed(world, who, monday: date, weeks: int, firms) -> None:
    """A post of that person, and five full days a week."""
    pool = running_post(world, [(firm, 8) for firm in firms], starts_on=world.today - timedelta(days=90), person=who)
    months: dict[date, Calendar] = {}
    slots = []
    for number in range(weeks * 7):
        day = monday + timedelta(days=number)
        if day.weekday() > 4:
            continue
        first = day.replace(day=1)
        if first not in months:
            months[first] = Calendar.objects.create(cluster=world.vigne, pool=pool, month=first)
        for part in ("am", "pm"):
            slots.append(Slot(
                cluster=world.vigne, calendar=months[first], person=who, firm=firms[number % len(firms)], day=day, part=part
            ))  # fmt: skip
    Slot.objects.bulk_create(slots)


def test_a_week_is_told_in_words_and_opens_its_month(client, world):
    monday = quiet_monday(world.today)
    placed(world, world.ines, monday, 2, [world.disquaire, world.scene])
    record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind="leave",
        first_day=monday + timedelta(days=14), last_day=monday + timedelta(days=18),
    )  # fmt: skip
    client.force_login(world.colette)
    page = text(client.get(f"{WALL}?de={monday.isoformat()}"))
    assert "Inès Besson" in page and "Disquaire 6, Scène 4" in page and "10 demi-journées d’absence" in page
    assert reverse("desk:calendar", args=["vigne", Calendar.objects.order_by("month").first().pk]) in page


def test_another_cluster_says_no_more_than_that_it_has_the_half_day(client, world):
    monday = quiet_monday(world.today)
    placed(world, world.ines, monday, 1, [world.disquaire])
    Slot.objects.filter(day=monday).delete()
    with scope(cluster=world.treille):
        theirs = Pool.objects.create(
            cluster=world.treille, name="Secret", state=PoolState.RUNNING, starts_on=world.today, person=world.ines
        )
        month = Calendar.objects.create(cluster=world.treille, pool=theirs, month=monday.replace(day=1))
        Slot.objects.create(
            cluster=world.treille, calendar=month, person=world.ines, firm=world.ailleurs, day=monday, part="am"
        )
    client.force_login(world.colette)
    page = text(client.get(f"{WALL}?de={monday.isoformat()}"))
    assert "1 pour une autre grappe" in page
    assert "Ailleurs" not in page and "Secret" not in page


def test_forty_people_in_as_many_queries_as_one_and_quickly(client, world):
    monday = quiet_monday(world.today)
    placed(world, world.ines, monday, 8, world.firms)
    client.force_login(world.colette)
    url = f"{WALL}?de={monday.isoformat()}"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(39):
        placed(world, person(f"p{number}@vigne.example", f"Personne {number}"), monday, 8, world.firms)
    with CaptureQueriesContext(connection) as forty:
        client.get(url)
    assert len(forty) == len(one)
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in forty)
    begun = time.perf_counter()
    assert client.get(url).status_code == 200
    assert time.perf_counter() - begun < 2  # measured in tens of milliseconds on a quiet machine


def test_before_any_post_it_says_how_it_fills(client, world):
    client.force_login(world.colette)
    assert "Le mur se remplit" in text(client.get(WALL))
    assert client.get(f"{WALL}?de=n’importe").status_code == 200
    assert client.get(f"{WALL}?de=9999-12-31").status_code == 200


def test_a_firm_sees_its_own_month(client, world):
    monday = quiet_monday(world.today)
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 6)], starts_on=world.today - timedelta(days=90))
    calendar = open_calendar(by=world.colette, pool=pool, month=monday)
    place(by=world.colette, calendar=calendar, firm=world.disquaire, day=monday, part="am")
    place(by=world.colette, calendar=calendar, firm=world.scene, day=monday, part="pm")
    url = f"{reverse('member:month', args=['vigne'])}?mois={monday:%Y-%m}"
    client.force_login(world.marius)
    assert "Rien n’est diffusé pour ce mois" in text(client.get(url))
    release(by=world.colette, calendar=calendar)
    page = text(client.get(url))
    assert "1 demi-journée en" in page and "Inès" in page and "Scène" not in page
    assert client.get(f"{reverse('member:month', args=['vigne'])}?mois=0000-99").status_code == 200


def test_a_firm_has_one_colour_on_every_page_and_accents_sort_as_in_a_directory(client, world):
    """Édition comes between Disquaire and Studio; this month Disquaire has nothing, and the others keep their colours."""
    monday = quiet_monday(world.today)
    firms = [world.studio, world.edition]
    placed(world, world.ines, monday, 1, firms)
    pool = Pool.objects.get()
    join(world, pool, world.disquaire, 2, pool.starts_on)
    calendar = Calendar.objects.get(month=monday.replace(day=1))
    release(by=world.colette, calendar=calendar)
    client.force_login(world.colette)
    wall = client.get(f"{WALL}?de={monday.isoformat()}").context
    assert [(name, tone) for name, tone, _sign in wall["legend"]] == [("Édition", 2), ("Studio", 3)]
    month = client.get(reverse("desk:calendar", args=["vigne", calendar.pk])).context
    assert [line.firm.name for line in month["grid"].lines] == ["Disquaire", "Édition", "Studio"]
    assert [month["tones"][firm.pk] for firm in (world.disquaire, world.edition, world.studio)] == [1, 2, 3]
    client.force_login(world.ines)
    week = client.get(reverse("staff:week", args=["vigne"]), {"semaine": monday.isoformat()}).context
    shown = {half.slot.firm.name: half.tone for line in week["lines"] for half in line.halves if half.slot}
    assert shown == {"Édition": 2, "Studio": 3}
