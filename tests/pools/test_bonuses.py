"""A differential bonus: who may say it, when it stands, what it shows and prints, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope
from tests.pools.factory import invited, part_of, running

from grappe.clusters.models import Firm
from grappe.papers.models import Paper
from grappe.people.models import Mail
from grappe.pools import bonuses, contracts, queries
from grappe.pools.actions import (
    UnableToAnswer,
    UnableToRecordBonus,
    agree_bonus,
    make_contracts,
    record_bonus,
    withdraw_bonus,
)
from grappe.pools.enums import BonusBasis
from grappe.pools.models import Bonus, Part, Pool


@pytest.fixture
def pool(world) -> Pool:
    return running(world)


def say(world, pool: Pool, by=None, firm: Firm | None = None, **more) -> Bonus:
    said = {
        "cents": 1_000,
        "basis": BonusBasis.HALF_DAY,
        "valid_from": pool.starts_on,
        "reason": "prime d’ancienneté",
        **more,
    }
    return record_bonus(by=by or world.marius, part=part_of(pool, firm or world.disquaire), **said)


class TestWho:
    def test_the_firm_declares_and_it_stands(self, world, pool):
        before = Mail.objects.filter(person=world.colette).count()
        bonus = say(world, pool, document="grille du 3 mars")
        assert (bonus.agreed_by, bonus.charges_bp, bonus.loaded_cents) == (world.marius, 4_200, 1_420)
        assert Mail.objects.filter(person=world.colette).count() == before + 1

    def test_the_coordination_writes_and_the_firm_agrees(self, world, pool):
        asked = say(world, pool, by=world.colette)
        assert asked.agreed_at is None
        assert bonuses.agreed([asked.part_id]) == {}
        assert "prime" in Mail.objects.filter(person=world.marius).latest("pk").subject
        for stranger in (world.ancien, world.elise, world.colette, None):
            with pytest.raises(UnableToAnswer):
                agree_bonus(by=stranger, bonus=asked)
        told = Mail.objects.filter(person=world.colette).count()
        agreed = agree_bonus(by=world.marius, bonus=asked)
        assert Mail.objects.filter(person=world.colette).count() == told + 1
        assert agreed.agreed_by == world.marius
        assert agree_bonus(by=world.paul, bonus=asked).agreed_by == world.marius

    @pytest.mark.parametrize("who", ["ancien", "ines", "bruno", "elise"])
    def test_nobody_else(self, world, pool, who):
        with pytest.raises(UnableToAnswer):
            say(world, pool, by=getattr(world, who))
        assert not Bonus.objects.exists()

    def test_what_asks_for_no_more_stands_at_once(self, world, pool):
        say(world, pool)
        assert say(world, pool, by=world.colette, cents=900).agreed_at is not None
        assert say(world, pool, by=world.colette, cents=0, reason="grille relevée").agreed_at is not None
        assert say(world, pool, by=world.colette, cents=901).agreed_at is None

    def test_one_waits_at_a_time_and_may_be_taken_back(self, world, pool):
        first = say(world, pool, by=world.colette)
        second = say(world, pool, by=world.colette, cents=2_000)
        assert list(Bonus.objects.all()) == [second]
        with pytest.raises(UnableToRecordBonus):
            agree_bonus(by=world.marius, bonus=first)
        withdraw_bonus(by=world.colette, bonus=second)
        withdraw_bonus(by=world.colette, bonus=second)
        assert not Bonus.objects.exists()

    def test_agreed_to_it_is_frozen(self, world, pool):
        bonus = say(world, pool)
        with pytest.raises(UnableToRecordBonus):
            withdraw_bonus(by=world.colette, bonus=bonus)
        for wrong in (lambda: Bonus.objects.update(cents=1), lambda: bonus.delete()):
            with pytest.raises(IntegrityError), transaction.atomic():
                wrong()

    def test_another_clusters_part_is_not_there(self, world, pool):
        part = part_of(pool, world.disquaire)
        with scope(cluster=world.treille), pytest.raises(UnableToAnswer):
            record_bonus(by=world.paul, part=part, cents=1, basis="half_day", valid_from=pool.starts_on, reason="x")


class TestRefused:
    @pytest.mark.parametrize(
        ("more", "word"),
        [
            ({"cents": -1}, "négative"),
            ({"cents": 7_778}, "salaire lui-même"),  # 33,600.00 / (12 x 36) = 77.77
            ({"cents": 46_663, "basis": "month"}, "salaire lui-même"),
            ({"basis": "year"}, "demi-journée"),
            ({"charges_bp": 30_000}, "300"),
            ({"reason": "  "}, "raison"),
        ],
    )
    def test_what_cannot_be(self, world, pool, more, word):
        with pytest.raises(UnableToRecordBonus) as refusal:
            say(world, pool, **more)
        assert word in refusal.value.message
        assert not Bonus.objects.exists()

    def test_a_day_before_the_post_too_far_or_inside_a_month(self, world, pool):
        for day in (pool.starts_on - timedelta(days=1), date(world.today.year + 3, 1, 1)):
            with pytest.raises(UnableToRecordBonus):
                say(world, pool, valid_from=day)
        inside = world.today.replace(day=2)
        with pytest.raises(UnableToRecordBonus):
            say(world, pool, basis=BonusBasis.MONTH, valid_from=inside)
        assert say(world, pool, valid_from=inside).agreed_at is not None

    def test_a_firm_that_has_left(self, world, pool):
        part = part_of(pool, world.disquaire)
        Part.objects.filter(pk=part.pk).update(leaves_on=world.today)
        with pytest.raises(UnableToRecordBonus) as refusal:
            say(world, pool, valid_from=world.today)
        assert "quitte" in refusal.value.message

    def test_the_firm_alone_does_not_lower_months_gone_by(self, world, pool):
        """Ten euros due for months past, paid to the employee: the firm ends it from this month, the coordination corrects the past."""
        Pool.objects.filter(pk=pool.pk).update(starts_on=world.today - timedelta(days=200))
        pool.refresh_from_db()
        say(world, pool, valid_from=pool.starts_on)
        for less in ({"cents": 0}, {"cents": 10}):
            with pytest.raises(UnableToRecordBonus, match="mois passés"):
                say(world, pool, valid_from=pool.starts_on, **less)
        assert Bonus.objects.count() == 1
        assert say(world, pool, valid_from=world.today.replace(day=1), cents=0).agreed_at is not None

    def test_what_was_proposed_is_checked_anew_when_agreed_to(self, world, pool):
        asked = say(world, pool, by=world.colette)
        Part.objects.filter(pk=asked.part_id).update(leaves_on=asked.valid_from)
        with pytest.raises(UnableToRecordBonus, match="quitte"):
            agree_bonus(by=world.marius, bonus=asked)
        assert Bonus.objects.get().agreed_at is None


class TestWhatItShows:
    def test_the_price_that_the_firm_sees(self, world, pool):
        before = queries.price_card(part_of(pool, world.disquaire))
        say(world, pool)
        card = queries.price_card(part_of(pool, world.disquaire))
        assert (card.month_cents, card.bonus_cents) == (before.month_cents, 6 * 1_420)
        assert card.pay_cents == before.month_cents + 8_520
        assert card.price_cents == before.price_cents
        assert card.one_less_cents == before.one_less_cents + 8_520
        assert card.cap_cents == before.cap_cents + 8_520
        other = queries.price_card(part_of(pool, world.scene))
        assert other.bonus is None

    def test_before_any_commitment_too(self, world, client):
        pool = invited(world)
        say(world, pool, cents=10_000, basis=BonusBasis.MONTH)
        client.force_login(world.marius)
        page = client.get(
            reverse("member:commitment", args=["vigne", part_of(pool, world.disquaire).pk])
        ).content.decode()
        assert "142,00" in page
        assert "prime différentielle" in page

    def test_the_equal_pay_sheet_is_to_be_made_again_and_says_it(self, world, pool):
        world.vigne.refresh_from_db()
        Pool.objects.filter(pk=pool.pk).update(qualification="Groupe 4")
        pool.refresh_from_db()
        make_contracts(by=world.colette, pool=pool)
        say(world, pool, document="grille du 3 mars")
        row = next(
            row for row in contracts.rows(pool, on=world.today)
            if row.draft.kind is contracts.EQUAL_PAY and row.draft.about.firm_id == world.disquaire.pk
        )  # fmt: skip
        assert row.stale
        make_contracts(by=world.colette, pool=pool)
        paper = Paper.objects.filter(kind="equal_pay", about_id=row.draft.about.pk).latest("pk")
        assert "14,20" in paper.facts["prime"]
        assert "grille du 3 mars" in paper.facts["prime"]

    def test_as_many_queries_for_thirty_as_for_one(self, world, pool, django_assert_num_queries):
        parts = list(Part.objects.filter(pool=pool).select_related("pool"))
        say(world, pool)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as one:
            queries.price_cards(parts[:1])
        with django_assert_num_queries(len(one)):
            queries.price_cards(parts)


class TestPages:
    SAID = {"cents": "10", "basis": "half_day", "charges": "42", "reason": "ancienneté", "document": "grille"}

    def said(self, world, **more):
        return {**self.SAID, "valid_from": f"{world.today:%Y-%m}", **more}

    def test_the_desk_writes_the_member_agrees(self, world, pool, client):
        part = part_of(pool, world.disquaire)
        client.force_login(world.colette)
        url = reverse("desk:part_bonus", args=["vigne", part.pk])
        assert 'value="42"' in client.get(url).content.decode()
        assert client.post(url, self.said(world)).status_code == 302
        assert "est attendu" in client.get(url).content.decode()
        bonus = Bonus.objects.get()
        client.force_login(world.marius)
        assert (
            "une prime différentielle à accepter" in client.get(reverse("member:home", args=["vigne"])).content.decode()
        )
        here = reverse("member:commitment", args=["vigne", part.pk])
        assert client.post(here, {"answer": "accepter-prime", "bonus": bonus.pk + 1}).status_code == 409
        assert client.post(here, {"answer": "accepter-prime", "bonus": bonus.pk}).status_code == 302
        assert "85,20" in client.get(here).content.decode()
        client.force_login(world.colette)
        assert "accord de Marius Blanc" in client.get(url).content.decode()

    def test_the_member_declares(self, world, pool, client):
        part = part_of(pool, world.disquaire)
        client.force_login(world.marius)
        url = reverse("member:bonus", args=["vigne", part.pk])
        assert client.post(url, self.said(world)).status_code == 302
        assert Bonus.objects.get().agreed_by == world.marius
        assert "Ce qui a été déclaré" in client.get(url).content.decode()
        other = reverse("member:bonus", args=["vigne", part_of(pool, world.scene).pk])
        assert client.get(other).status_code == 404
        refused = client.post(url, self.said(world, cents="300"))
        assert refused.status_code == 409
        assert "salaire lui-même" in refused.content.decode()
        assert 'value="300"' in refused.content.decode()
        assert client.post(url, self.said(world, cents="-3")).status_code == 400

    def test_the_desk_takes_back(self, world, pool, client):
        asked = say(world, pool, by=world.colette)
        client.force_login(world.colette)
        assert client.post(reverse("desk:bonus_withdraw", args=["vigne", asked.part_id])).status_code == 302
        assert not Bonus.objects.exists()
