"""A member's hours and agenda, through the browser's requests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.plans.factory import running_post

from grappe.acts.models import Act
from grappe.people.models import AccessLink
from grappe.plans.actions import correct_hours, open_calendar, record_hours, sign_hours, state_wish
from grappe.plans.models import Hours, Release, ReleasedSlot, Wish
from grappe.plans.queries import prices_of
from grappe.pools.models import Commitment


@pytest.fixture
def member(client, world):
    client.force_login(world.marius)
    return client


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=date(2026, 6, 1))


@pytest.fixture
def noted(world, pool):
    def note(days_ago=0, *, firm=None, part="am", minutes=210):
        day = world.today - timedelta(days=days_ago)
        return record_hours(by=world.ines, pool=pool, firm=firm or world.disquaire, day=day, part=part, minutes=minutes)

    return note


def at(name: str, *args) -> str:
    return reverse(f"member:{name}", args=["vigne", *args])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


class TestSigning:
    def test_nothing_yet(self, member, pool):
        assert "Rien à contresigner" in text(member.get(at("hours")))

    def test_each_with_its_price_and_all_at_once(self, member, world, noted):
        rows = [noted(2), noted(1), noted(1, part="pm", minutes=0)]
        page = text(member.get(at("hours")))
        assert "3 demi-journées à contresigner" in page
        assert "Soit 275,00 € hors taxe" in page and "Tout contresigner (275,00 €)" in page
        assert page.count("btn main") == 1 and "n’a pas eu lieu" in page
        answer = member.post(
            at("hours_sign"), {"seen": [f"{row.pk}-{row.minutes}" for row in rows], "deed_key": "k"}, follow=True
        )
        assert "3 demi-journées contresignées." in text(answer)
        assert Act.objects.count() == 2
        again = member.post(at("hours_sign"), {"seen": [f"{row.pk}-{row.minutes}" for row in rows], "deed_key": "k"})
        assert again.status_code == 302 and Act.objects.count() == 2

    def test_one_by_one(self, member, world, noted):
        first, _second = noted(2), noted(1)
        member.post(at("hours_sign"), {"seen": f"{first.pk}-210"})
        assert Act.objects.get().source == f"hours:{first.pk}"

    def test_what_changed_since_it_was_seen_is_not_signed(self, member, noted):
        row = noted(1)
        noted(1, minutes=300)
        page = text(member.post(at("hours_sign"), {"seen": f"{row.pk}-210"}, follow=True))
        assert "a changé ses heures" in page and not Act.objects.exists()

    def test_another_firms_hours_are_not_found_and_none_is_signed(self, member, world, noted):
        mine, theirs = noted(1), noted(1, firm=world.scene, part="pm")
        answer = member.post(at("hours_sign"), {"seen": [f"{mine.pk}-210", f"{theirs.pk}-210"]})
        assert answer.status_code == 404 and not Act.objects.exists()
        assert "Scène" not in text(member.get(at("hours")))

    @pytest.mark.parametrize("seen", ["", "x", "1", "-", "1-", "999999999999999999999999-210", "²-210"])
    def test_what_cannot_be_read_signs_nothing(self, member, noted, seen):
        noted(1)
        assert member.post(at("hours_sign"), {"seen": seen}).status_code in (302, 404)
        assert not Act.objects.exists()

    def test_the_price_shown_is_the_price_that_is_signed(self, member, world, pool, noted):
        """Also when the post began before the day that was planned, and after a new acceptance."""
        part = pool.parts.get(firm=world.disquaire)
        Commitment.objects.create(
            cluster=world.vigne, part=part, half_days=6, price_cents=20_000, month_cents=120_000,
            valid_from=world.today - timedelta(days=3),
        )  # fmt: skip
        rows = [noted(days) for days in (5, 3, 1)]
        shown = prices_of(rows)
        for row in rows:
            sign_hours(by=world.marius, hours=row, on=world.today)
        assert [shown[row.pk] for row in rows] == [13_750, 20_000, 20_000]
        assert list(Act.objects.values_list("paid_cents", flat=True)) == [13_750, 20_000, 20_000]

    def test_the_month_so_far(self, member, world, noted):
        sign_hours(by=world.marius, hours=noted(0), on=world.today)
        page = text(member.get(at("hours")))
        assert "1 demi-journée contresignée sur 6" in page
        assert "137,50 €" in page


class TestSigned:
    def test_opens_onto_its_act_and_what_was_corrected(self, member, world, noted):
        hours = sign_hours(by=world.marius, hours=noted(1), on=world.today)
        page = text(member.get(at("hours_signed", hours.pk)))
        assert "137,50 €" in page and "seul 240,00 €" in page and "Marius Blanc" in page
        correct_hours(by=world.colette, hours=hours, minutes=180, words="Partie plus tôt")
        page = text(member.get(at("hours_signed", hours.pk)))
        assert "Acte annulé" in page and "Partie plus tôt" in page and "En attente de votre contresignature" in page
        assert "corrigé, à contresigner à nouveau" in text(member.get(at("hours")))

    def test_another_firms_is_not_found(self, member, world, noted):
        theirs = noted(1, firm=world.scene)
        assert member.get(at("hours_signed", theirs.pk)).status_code == 404


class TestAgenda:
    def test_days_to_come_are_those_released_to_the_firm(self, member, world, pool):
        calendar = open_calendar(by=world.colette, pool=pool, month=world.today)
        version = Release.objects.create(cluster=world.vigne, calendar=calendar, number=1)
        for firm, part in ((world.disquaire, "am"), (world.scene, "pm")):
            ReleasedSlot.objects.create(
                cluster=world.vigne, release=version, person=world.ines, firm=firm, day=world.today, part=part
            )
        page = text(member.get(at("agenda")))
        assert "Inès B. vient" in page and "après-midi" not in page.split("Ce qui vous irait")[0]

    def test_a_day_that_is_not_possible_is_said_and_withdrawn(self, member, world, pool):
        asked = {
            "post": f"{pool.pk}-{world.disquaire.pk}",
            "day": (world.today + timedelta(days=9)).isoformat(),
            "kind": "refused",
        }
        assert "pas possible" in text(member.post(at("agenda"), asked, follow=True))
        assert Wish.objects.get().firm == world.disquaire
        member.post(at("wish_withdraw", Wish.objects.get().pk))
        assert not Wish.objects.exists()

    def test_for_another_firm_nothing_is_said_or_withdrawn(self, member, world, pool):
        asked = {
            "post": f"{pool.pk}-{world.scene.pk}",
            "day": (world.today + timedelta(days=9)).isoformat(),
            "kind": "refused",
        }
        assert member.post(at("agenda"), asked).status_code == 400
        theirs = state_wish(
            by=world.colette, pool=pool, firm=world.scene, day=world.today + timedelta(days=9), kind="refused"
        )
        assert member.post(at("wish_withdraw", theirs.pk)).status_code == 404
        assert Wish.objects.get() == theirs

    def test_the_link_is_asked_for_by_firm(self, member, world, pool):
        assert member.post(at("feed"), {"firm": world.scene.pk}).status_code == 404
        member.post(at("feed"), {"firm": world.disquaire.pk})
        assert AccessLink.objects.get().token in text(member.get(at("agenda")))


def test_as_many_queries_for_one_line_as_for_thirty(member, world, pool):
    def queries(name) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert member.get(at(name)).status_code == 200
        return len(caught)

    def line(number: int) -> None:
        day = date(2026, 7, 1) + timedelta(days=number)
        shared = {"cluster": world.vigne, "pool": pool, "person": world.ines, "firm": world.disquaire, "day": day}
        Hours.objects.create(part="am", **shared)
        sign_hours(by=world.marius, hours=Hours.objects.create(part="pm", **shared), on=world.today)
        state_wish(by=None, pool=pool, firm=world.disquaire, day=world.today + timedelta(days=number), kind="wanted")

    line(0)
    member.get(at("hours"))
    one = [queries("hours"), queries("agenda")]
    for number in range(1, 30):
        line(number)
    assert [queries("hours"), queries("agenda")] == one
