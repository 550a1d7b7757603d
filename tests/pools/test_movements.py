"""Who joins, leaves or changes its part while a post runs: figures of docs/algorithms/leaving-a-post.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pools.factory import first_of_month, need, part_of, running, speaker, welcome

from grappe.clusters.models import Membership
from grappe.needs.enums import NeedState
from grappe.people.models import Mail
from grappe.pools import queries
from grappe.pools.actions import (
    StalePrice,
    UnableToAnswer,
    UnableToMove,
    accept,
    accept_leave,
    ask_change,
    ask_to_leave,
    cancel_leave,
    close_past,
    decline,
    end_post,
    keep_as_it_was,
    leave_cluster,
    offer_room,
    withdraw_leave,
)
from grappe.pools.enums import PartState, PoolState
from grappe.pools.leaving import earliest_day, leaving
from grappe.pools.models import Commitment, Part

ALL, WITHOUT_STUDIO = 15_953, 24_815  # 53,600.00 / 336 and / 216, rounded up


@pytest.fixture
def pool(world):
    return running(world)


@pytest.fixture
def soon(world) -> date:
    return first_of_month(world.today, 3)


def state(pool, firm) -> str:
    return part_of(pool, firm).state


def gone(world, pool, firm, on):
    return accept_leave(by=world.colette, part=part_of(pool, firm), on=on)


class TestLeaving:
    @pytest.mark.parametrize(
        ("today", "notice", "earliest"),
        [
            (date(2026, 11, 24), 2, date(2027, 2, 1)),
            (date(2026, 11, 1), 2, date(2027, 1, 1)),
            (date(2026, 12, 31), 1, date(2027, 2, 1)),
            (date(2026, 12, 2), 0, date(2027, 1, 1)),
        ],
    )
    def test_the_notice_runs_to_the_first_of_a_month(self, pool, today, notice, earliest):
        pool.notice_months = notice
        assert earliest_day(pool, on=today) == earliest

    def test_what_it_does_to_the_others_is_seen_before(self, world, pool, soon):
        seen = leaving(part_of(pool, world.studio), on=soon)
        assert (seen.price_before_cents, seen.price_after_cents) == (ALL, WITHOUT_STUDIO)
        assert [str(one.part.firm) for one in seen.effects] == ["Disquaire", "Édition", "Scène"]
        assert sum(one.after_cents for one in seen.effects) in {446_666, 446_667}
        assert all(one.asked_again and one.more_cents > 0 for one in seen.effects)
        assert (seen.half_days, seen.filled, seen.enough_firms, seen.viable) == (18, False, True, False)
        assert state(pool, world.disquaire) == PartState.ACCEPTED  # looking changes nothing

    def test_an_open_need_could_take_the_place(self, world, pool, soon):
        gone(world, pool, world.edition, soon)
        other = need(world, world.edition, 9)  # the very firm that leaves is no candidate
        assert leaving(part_of(pool, world.studio), on=soon).candidates == ()
        other.delete()

    def test_the_firm_asks_and_the_coordination_accepts(self, world, pool, soon):
        part = ask_to_leave(by=world.marius, part=part_of(pool, world.disquaire), on=soon, words="Fin de saison")
        assert "Disquaire veut partir" in Mail.objects.filter(to=world.colette.email).first().subject
        again = ask_to_leave(by=world.marius, part=part, on=soon)
        assert again.leave_words == "Fin de saison"
        gone(world, pool, world.disquaire, soon)
        assert "départ est noté" in Mail.objects.filter(to=world.marius.email).first().subject
        assert world.disquaire.pk in queries.commitments_of(pool, on=soon - timedelta(days=1))
        assert world.disquaire.pk not in queries.commitments_of(pool, on=soon)
        with pytest.raises(UnableToMove, match="déjà accepté"):
            ask_to_leave(by=world.marius, part=part_of(pool, world.disquaire), on=soon)

    def test_twice_is_once_and_another_day_is_refused(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        mails = Mail.objects.count()
        gone(world, pool, world.studio, soon)
        assert Mail.objects.count() == mails
        with pytest.raises(UnableToMove, match="déjà accepté"):
            gone(world, pool, world.studio, first_of_month(soon, 1))

    def test_the_others_are_asked_for_the_new_price_from_that_day(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        part = part_of(pool, world.disquaire)
        assert (part.state, part.asked_from) == (PartState.REPRICED, soon)
        card = queries.price_card(part)
        assert (card.price_cents, card.since) == (WITHOUT_STUDIO, soon)
        accept(by=world.marius, part=part, price_cents=WITHOUT_STUDIO)
        newest = Commitment.objects.filter(part=part).first()
        assert (newest.valid_from, newest.price_cents, newest.half_days) == (soon, WITHOUT_STUDIO, 6)
        before = queries.commitments_of(pool, on=soon - timedelta(days=1))[world.disquaire.pk]
        assert before.price_cents == ALL  # nothing above what was accepted until the day comes
        assert state(pool, world.scene) == PartState.REPRICED

    def test_whoever_does_not_accept_keeps_its_price(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        keep_as_it_was(by=world.marius, part=part_of(pool, world.disquaire), words="Trop cher")
        assert state(pool, world.disquaire) == PartState.ACCEPTED
        assert queries.commitments_of(pool, on=soon)[world.disquaire.pk].price_cents == ALL
        with pytest.raises(UnableToAnswer, match="Rien n’est demandé"):
            keep_as_it_was(by=world.marius, part=part_of(pool, world.disquaire))

    def test_a_stale_page_is_refused(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        with pytest.raises(StalePrice):
            accept(by=world.marius, part=part_of(pool, world.disquaire), price_cents=ALL)

    def test_staying_after_all_asks_nobody_any_more(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        cancel_leave(by=world.colette, part=part_of(pool, world.studio))
        assert {state(pool, firm) for firm in world.firms} == {PartState.ACCEPTED}
        assert world.studio.pk in queries.commitments_of(pool, on=soon)

    def test_a_request_is_taken_back(self, world, pool, soon):
        ask_to_leave(by=world.marius, part=part_of(pool, world.disquaire), on=soon)
        assert withdraw_leave(by=world.marius, part=part_of(pool, world.disquaire)).leave_asked_for is None

    @pytest.mark.parametrize("days", [-400, -1, 0])
    def test_never_in_the_past(self, world, pool, days):
        with pytest.raises(UnableToMove, match="passé"):
            gone(world, pool, world.studio, world.today + timedelta(days=days))

    def test_notice_and_months_are_kept(self, world, pool, soon):
        part = part_of(pool, world.disquaire)
        with pytest.raises(UnableToMove, match="préavis"):
            ask_to_leave(by=world.marius, part=part, on=first_of_month(world.today, 1))
        with pytest.raises(UnableToMove, match="premier jour"):
            ask_to_leave(by=world.marius, part=part, on=soon + timedelta(days=3))

    def test_nobody_else_gives_notice_for_the_firm(self, world, pool, soon):
        for who in (world.ancien, world.colette, world.elise, world.ines):
            with pytest.raises(UnableToAnswer, match="mandat"):
                ask_to_leave(by=who, part=part_of(pool, world.disquaire), on=soon)

    def test_the_last_firm_does_not_leave_the_post_ends(self, world, pool, soon):
        for firm in (world.studio, world.scene, world.edition):
            gone(world, pool, firm, soon)
        with pytest.raises(UnableToMove, match="plus personne"):
            gone(world, pool, world.disquaire, soon)
        end_post(by=world.colette, pool=pool, on=soon)
        assert queries.commitments_of(pool, on=soon) == {}
        with pytest.raises(UnableToMove, match="finit déjà"):
            end_post(by=world.colette, pool=pool, on=first_of_month(soon, 1))

    def test_it_is_put_away_a_month_later_and_its_past_still_counts(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        close_past(by=None, cluster=world.vigne, on=soon + timedelta(days=30))
        assert state(pool, world.studio) == PartState.ACCEPTED
        assert queries.has_past(on=soon + timedelta(days=31))
        close_past(by=None, cluster=world.vigne, on=soon + timedelta(days=31))
        assert state(pool, world.studio) == PartState.LEFT
        assert not queries.has_past(on=soon + timedelta(days=31))
        assert world.studio.pk in queries.commitments_of(pool, on=world.today)
        assert world.studio.pk not in queries.commitments_of(pool, on=soon)


class TestLeavingTheCluster:
    def leave(self, world, firm):
        return leave_cluster(by=world.colette, cluster=world.vigne, firm=firm, on=world.today)

    def test_not_while_it_shares_a_post(self, world, pool, soon):
        with pytest.raises(UnableToMove, match="Scène partage encore Communication web"):
            self.leave(world, world.scene)
        gone(world, pool, world.scene, soon)
        with pytest.raises(UnableToMove):  # its notice still runs
            self.leave(world, world.scene)
        assert Membership.objects.filter(firm=world.scene, valid_to=None).exists()

    def test_what_was_only_offered_is_taken_back(self, world, pool, soon):
        newcomer = welcome(world)
        asked = need(world, newcomer, 2)
        part = offer_room(by=world.colette, pool=pool, need=asked, on=soon)
        self.leave(world, newcomer)
        part.refresh_from_db()
        assert part.state == PartState.LEFT
        assert not Membership.objects.filter(firm=newcomer, valid_to=None).exists()


class TestJoining:
    def test_the_room_is_offered_seen_and_taken(self, world, pool, soon):
        gone(world, pool, world.studio, soon)
        newcomer = welcome(world)
        asked = need(world, newcomer, 8)
        part = offer_room(by=world.colette, pool=pool, need=asked, on=soon)
        card = queries.price_card(part)
        assert (card.price_cents, card.since) == (17_180, soon)  # 53,600.00 / (12 x 26)
        assert state(pool, world.scene) == PartState.REPRICED  # until it has accepted, the others reckon without it
        accept(by=speaker(world, newcomer), part=part, price_cents=17_180)
        assert queries.commitments_of(pool, on=soon)[newcomer.pk].half_days == 8
        assert queries.price_cents(pool, on=soon) == 17_180
        assert newcomer.pk not in queries.commitments_of(pool, on=soon - timedelta(days=1))
        assert queries.price_card(part_of(pool, world.scene)).price_cents == 17_180

    def test_declining_an_offer_frees_the_need(self, world, pool, soon):
        newcomer = welcome(world)
        asked = need(world, newcomer, 6)
        part = offer_room(by=world.colette, pool=pool, need=asked, on=soon)
        decline(by=speaker(world, newcomer), part=part)
        asked.refresh_from_db()
        assert asked.state == NeedState.OPEN
        assert {state(pool, firm) for firm in world.firms} == {PartState.ACCEPTED}

    def test_no_more_than_the_room_not_twice_not_in_the_past(self, world, pool, soon):
        newcomer = welcome(world)
        with pytest.raises(UnableToMove, match="Il ne reste que"):
            offer_room(by=world.colette, pool=pool, need=need(world, newcomer, 9), on=soon)
        small = need(world, newcomer, 2)
        with pytest.raises(UnableToMove, match="premier jour d’un mois à venir"):
            offer_room(by=world.colette, pool=pool, need=small, on=world.today.replace(day=1))
        offer_room(by=world.colette, pool=pool, need=small, on=soon)
        with pytest.raises(UnableToMove, match="n’attend plus"):
            offer_room(by=world.colette, pool=pool, need=small, on=soon)
        with pytest.raises(UnableToMove, match="déjà une part"):
            offer_room(by=world.colette, pool=pool, need=need(world, world.scene, 2), on=soon)


class TestChanging:
    def test_another_quantity_needs_a_new_acceptance(self, world, pool, soon):
        ask_change(by=world.colette, part=part_of(pool, world.disquaire), half_days=2, on=soon)
        part = part_of(pool, world.disquaire)
        assert queries.commitments_of(pool, on=soon)[world.disquaire.pk].half_days == 6
        card = queries.price_card(part)
        assert (card.half_days, card.price_cents) == (2, 18_612)  # 53,600.00 / (12 x 24)
        accept(by=world.marius, part=part, price_cents=18_612)
        assert queries.commitments_of(pool, on=soon)[world.disquaire.pk].half_days == 2
        assert queries.commitments_of(pool, on=world.today)[world.disquaire.pk].half_days == 6
        assert state(pool, world.scene) == PartState.REPRICED  # the price rises for the others, from that day
        assert queries.price_card(part_of(pool, world.scene)).since == soon

    def test_more_lowers_the_price_and_asks_nobody(self, world, pool, soon):
        ask_change(by=world.colette, part=part_of(pool, world.disquaire), half_days=8, on=soon)
        part = part_of(pool, world.disquaire)
        accept(by=world.marius, part=part, price_cents=queries.price_card(part).price_cents)
        assert {state(pool, firm) for firm in world.firms} == {PartState.ACCEPTED}

    def test_refused_it_stays_as_it_was(self, world, pool, soon):
        ask_change(by=world.colette, part=part_of(pool, world.disquaire), half_days=8, on=soon)
        keep_as_it_was(by=world.marius, part=part_of(pool, world.disquaire))
        part = part_of(pool, world.disquaire)
        assert (part.state, part.half_days, part.asked_half_days) == (PartState.ACCEPTED, 6, None)

    @pytest.mark.parametrize("half_days", [0, -4, 15, 6])
    def test_what_is_no_part_is_refused(self, world, pool, soon, half_days):
        with pytest.raises(UnableToMove):
            ask_change(by=world.colette, part=part_of(pool, world.disquaire), half_days=half_days, on=soon)
        assert state(pool, world.disquaire) == PartState.ACCEPTED


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(1, 5)), max_size=6))
def test_nobody_is_ever_bound_above_what_it_accepted(world, pool, steps):
    """Whatever goes on, on every first of a month: a firm stands at the price it accepted, or is asked before it pays more."""
    with transaction.atomic():
        kept: set[int] = set()  # those who did not accept what was asked, and stay at their price
        for which, what, later in steps:
            part, on = part_of(pool, world.firms[which]), first_of_month(world.today, later)
            try:
                if what == 0:
                    accept_leave(by=world.colette, part=part, on=on)
                elif what == 1:
                    cancel_leave(by=world.colette, part=part)
                elif what == 2:
                    ask_change(by=world.colette, part=part, half_days=2 * later, on=on)
                elif what == 3:
                    keep_as_it_was(by=speaker(world, part.firm), part=part)
                    kept.add(part.pk)
                elif part.state in queries.LIVE:
                    price = queries.price_card(part).price_cents
                    accept(by=speaker(world, part.firm), part=part, price_cents=price)
            except (UnableToMove, UnableToAnswer):
                continue
            _holds(pool, world, kept)
        transaction.set_rollback(True)


def _holds(pool, world, kept) -> None:
    for later in range(7):
        on = first_of_month(world.today, later)
        price = queries.price_cents(pool, on=on)
        for firm_id, one in queries.commitments_of(pool, on=on).items():
            part = Part.objects.get(pool=pool, firm_id=firm_id)
            asked = part.state == PartState.REPRICED and part.asked_from is not None
            assert price <= one.price_cents or asked or part.pk in kept
            assert one.half_days >= 1
    assert pool.state == PoolState.RUNNING
