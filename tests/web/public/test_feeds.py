"""The calendar feeds behind secret links."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar as Ical
from tests.plans.factory import running_post

from grappe.clusters.actions import end_mandate
from grappe.clusters.models import Mandate, Membership
from grappe.plans.actions import clear, move, open_calendar, open_feed, place, release, renew_feed
from grappe.plans.queries import facts_of

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def month(world):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))
    return open_calendar(by=world.colette, pool=pool, month=world.today)


@pytest.fixture
def days(month) -> list[date]:
    facts = facts_of(month)
    return [day for day in facts.days if day not in facts.holidays]


@pytest.fixture
def hers(world):
    return open_feed(by=world.ines, about=world.ines)


@pytest.fixture
def firms(world):
    return open_feed(by=world.marius, about=Membership.objects.get(firm=world.disquaire))


def url(link) -> str:
    return reverse("public:feed", kwargs={"token": link.token})


def events(client, link) -> list:
    answer = client.get(url(link))
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return list(Ical.from_ical(answer.content).walk("VEVENT"))


def put(world, month, firm, day, part="am"):
    return place(by=world.colette, calendar=month, firm=firm, day=day, part=part)


def test_drafts_are_not_in_it_releases_are(client, world, month, days, hers):
    put(world, month, world.scene, days[0])
    assert events(client, hers) == []
    release(by=world.colette, calendar=month)
    (event,) = events(client, hers)
    assert event["SUMMARY"] == "Scène"
    assert event.decoded("DTSTART") == datetime.combine(days[0], datetime.min.time(), PARIS).replace(hour=9)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=3, minutes=30)
    assert "1 rue des Vignes" in event["LOCATION"]


def test_an_afternoon_is_from_two_to_half_past_five(client, world, month, days, hers):
    put(world, month, world.scene, days[0], "pm")
    release(by=world.colette, calendar=month)
    (event,) = events(client, hers)
    assert (event.decoded("DTSTART").hour, event.decoded("DTEND").hour, event.decoded("DTEND").minute) == (14, 17, 30)
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"


def test_a_firm_sees_its_own_half_days_only(client, world, month, days, firms):
    put(world, month, world.scene, days[0])
    put(world, month, world.disquaire, days[1])
    release(by=world.colette, calendar=month)
    (event,) = events(client, firms)
    assert event["SUMMARY"] == "Inès · Communication web"


def test_events_keep_their_identity_and_what_is_cancelled_goes(client, world, month, days, hers):
    kept, gone = put(world, month, world.scene, days[0]), put(world, month, world.disquaire, days[1])
    moved = put(world, month, world.disquaire, days[2])
    release(by=world.colette, calendar=month)
    before = {event["UID"]: event["SEQUENCE"] for event in events(client, hers)}
    clear(by=world.colette, slot=gone)
    move(by=world.colette, slot=moved, day=days[2], part="pm")
    release(by=world.colette, calendar=month)
    after = {event["UID"]: event["SEQUENCE"] for event in events(client, hers)}
    assert len(before) == 3 and len(after) == 2
    shared = before.keys() & after.keys()
    assert [uid.split("-")[1] for uid in shared] == [str(kept.firm_id)]
    assert {after[uid] for uid in shared} == {2}


def test_an_unchanged_feed_is_not_sent_again(client, world, month, days, hers):
    put(world, month, world.scene, days[0])
    release(by=world.colette, calendar=month)
    first = client.get(url(hers))
    assert first["Last-Modified"].endswith("GMT")
    again = client.get(url(hers), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b""
    put(world, month, world.disquaire, days[1])
    assert client.get(url(hers), headers={"If-None-Match": first["ETag"]}).status_code == 304  # still a draft
    release(by=world.colette, calendar=month)
    assert client.get(url(hers), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_renewed_link_dies(client, world, hers):
    fresh = renew_feed(by=world.ines, about=world.ines)
    assert client.get(url(hers)).status_code == 404
    assert client.get(url(fresh)).status_code == 200


def test_the_link_lives_as_long_as_the_mandate(client, world, firms, hers):
    assert client.get(url(firms)).status_code == client.get(url(hers)).status_code == 200
    for person in (world.marius, world.ines):
        end_mandate(by=world.colette, mandate=Mandate.objects.get(person=person), on=world.today)
    assert client.get(url(firms)).status_code == client.get(url(hers)).status_code == 404


def test_a_feed_is_only_ones_own(client, world):
    assert client.get(url(open_feed(by=world.colette, about=world.ines))).status_code == 404


@pytest.mark.parametrize("token", ["x", "1-abc", "-", "zz-" + "0" * 32, "ffffffffffffffffffff-0"])
def test_a_token_that_is_none(client, world, hers, token):
    assert client.get(reverse("public:feed", kwargs={"token": token})).status_code == 404


def test_no_cookie_and_not_for_search_engines(client, world, hers):
    answer = client.get(url(hers))
    assert not answer.cookies and answer["X-Robots-Tag"] == "noindex" and "private" in answer["Cache-Control"]
