"""A survey put to the real pooling engine, and its posts opened."""

from __future__ import annotations

from datetime import date

import pytest
from tests.pools.factory import JANUARY, need, part_of, speaker, survey
from tests.world import World

from grappe.clusters.models import Firm
from grappe.needs.actions import withdraw_need
from grappe.needs.enums import NeedState
from grappe.pools import queries
from grappe.pools.actions import (
    UnableToOpenPost,
    UnableToPropose,
    decline,
    invite,
    open_post,
    open_post_by_hand,
    propose,
    stop_proposal,
)
from grappe.pools.enums import Aim
from grappe.pools.models import Answer, Pool, Proposal
from grappe.solves import runner
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

RULES = {"capacity": 36, "min_fill": 0.8, "min_firms": 2, "max_firms": 6, "max_km": 30.0}


def ask(world: World, cost: int = 4_600_000, **rules) -> Proposal:
    """The proposal, answered by the engine in its child process."""
    proposal = propose(
        by=world.colette,
        cluster=world.vigne,
        survey=survey(world),
        rules={**RULES, "year": 2027, **rules},
        post_cents_per_year=cost,
    )
    for solve in Solve.objects.filter(state=SolveState.QUEUED):
        runner.run(world.vigne.pk, solve.pk)
    return proposal


def serve(proposal: Proposal):
    return queries.replies(proposal, queries.answers_of(proposal))[Aim.SERVE]


@pytest.fixture
def asked(world):
    """Four firms of one town: three that fill a post, and one that would overfill it."""
    need(world, world.disquaire, 12)
    need(world, world.scene, 12)
    need(world, world.studio, 10, weekdays=[1, 2])
    need(world, world.edition, 7)
    return world


def test_three_aims_are_asked_and_answered(asked):
    proposal = ask(asked)
    assert set(Answer.objects.values_list("aim", flat=True)) == set(Aim.values)
    assert set(Solve.objects.values_list("state", flat=True)) == {SolveState.DONE}
    reply = serve(proposal)
    assert reply.proved
    assert [post.half_days for post in reply.posts] == [34]
    assert reply.served_half_days == 408
    assert reply.posts[0].price_cents == 11_275  # 46,000.00 / 408
    assert [str(one.need.firm) for one in reply.unmet] == ["Édition"]
    assert reply.unmet[0].reason


def test_a_proposed_post_is_opened_once_with_its_needs(asked):
    proposal = ask(asked)
    pool = open_post(by=asked.colette, cluster=asked.vigne, proposal=proposal, aim="serve", post=0, starts_on=JANUARY)
    again = open_post(by=asked.colette, cluster=asked.vigne, proposal=proposal, aim="solid", post=0, starts_on=JANUARY)
    assert pool == again
    assert Pool.objects.count() == 1
    assert queries.price_cents(pool) == 11_275
    assert part_of(pool, asked.studio).weekdays == [1, 2]
    taken = {part.need for part in pool.parts.select_related("need")}
    assert {one.state for one in taken} == {NeedState.POOLED}
    assert serve(proposal).posts[0].pool == pool


def test_a_post_whose_need_was_withdrawn_is_not_opened(asked):
    proposal = ask(asked)
    gone = serve(proposal).posts[0].rows[0].need
    withdraw_need(by=None, need=gone)
    with pytest.raises(UnableToOpenPost) as refused:
        open_post(by=None, cluster=asked.vigne, proposal=proposal, aim="serve", post=0, starts_on=JANUARY)
    assert str(gone.firm) in refused.value.message
    assert not Pool.objects.exists()
    with pytest.raises(UnableToOpenPost):
        open_post(by=None, cluster=asked.vigne, proposal=proposal, aim="serve", post=7, starts_on=JANUARY)


def test_the_page_is_told_when_the_needs_have_changed(asked):
    proposal = ask(asked)
    answers = queries.answers_of(proposal)
    assert not queries.needs_changed(proposal, answers)
    pool = open_post(by=None, cluster=asked.vigne, proposal=proposal, aim="serve", post=0, starts_on=JANUARY)
    assert not queries.needs_changed(proposal, answers)  # opening is not a change
    for firm in asked.firms:
        speaker(asked, firm)
    invite(by=asked.colette, pool=pool)
    decline(by=asked.marius, part=part_of(pool, asked.disquaire))
    assert not queries.needs_changed(proposal, answers)  # it waits again
    need(asked, asked.edition, 4, skill="presse")
    assert queries.needs_changed(proposal, answers)


def test_candidates_for_a_free_place_come_from_the_open_needs(asked):
    pool = open_post(by=None, cluster=asked.vigne, proposal=ask(asked), aim="serve", post=0, starts_on=JANUARY)
    for firm in asked.firms:
        speaker(asked, firm)
    invite(by=asked.colette, pool=pool)
    decline(by=asked.marius, part=part_of(pool, asked.disquaire))
    left = queries.remaining(queries.pool_sheet(pool, on=asked.today))
    assert [(str(one.need.firm), one.half_days) for one in left.candidates] == [("Édition", 7)]
    assert left.candidates[0].price_cents == 13_219  # 46,000.00 / (12 x 29)
    assert not left.filled


def test_a_need_of_half_the_year_is_spread_over_the_year(world):
    need(world, world.disquaire, 18, first_month=date(2027, 1, 1), last_month=date(2027, 6, 1))
    need(world, world.scene, 27)
    proposal = ask(world, min_fill=0.7)
    pool = open_post(
        by=None,
        cluster=world.vigne,
        proposal=ask(world, capacity=45, min_fill=0.5),
        aim="serve",
        post=0,
        starts_on=JANUARY,
    )
    assert serve(proposal).posts == ()  # 45 half-days in January do not fit in 36
    assert part_of(pool, world.disquaire).half_days == 9


def test_a_proposal_about_nothing_is_refused(world):
    with pytest.raises(UnableToPropose):
        ask(world)
    need(world, world.disquaire, first_month=date(2027, 1, 1), last_month=date(2027, 12, 1))
    with pytest.raises(UnableToPropose):
        ask(world, year=2029)
    with pytest.raises(UnableToPropose):
        ask(world, min_firms=4, max_firms=3)
    assert not Solve.objects.exists()


def test_without_a_cost_no_maximum_price_binds(world):
    need(world, world.disquaire, 18, max_price_cents=100)
    need(world, world.scene, 18, max_price_cents=100)
    assert serve(ask(world)).posts == ()
    assert serve(ask(world)).unmet[0].reason
    free = serve(ask(world, cost=0))
    assert [post.price_cents for post in free.posts] == [None]


def test_a_proposal_is_stopped_before_it_begins(asked):
    proposal = propose(by=None, cluster=asked.vigne, survey=survey(asked), rules=RULES, post_cents_per_year=4_600_000)
    stop_proposal(by=None, proposal=proposal)
    assert set(Solve.objects.values_list("state", flat=True)) == {SolveState.STOPPED}
    assert queries.replies(proposal, queries.answers_of(proposal)) == {}


def test_a_post_by_hand_holds_within_its_capacity(world):
    asked = need(world, world.disquaire)
    with pytest.raises(UnableToOpenPost):
        open_post_by_hand(
            by=None,
            cluster=world.vigne,
            name="Web",
            skill=asked.skill,
            starts_on=JANUARY,
            parts=[(firm, 10, []) for firm in Firm.objects.filter(pk__in=[firm.pk for firm in world.firms])],
        )
    assert not Pool.objects.exists()
