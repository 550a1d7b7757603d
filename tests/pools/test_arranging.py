"""Posts arranged by hand: what a move costs before it is done, rules named, stale and double requests, opened as posts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pools.factory import JANUARY, need, proposed
from tests.world import World

from grappe.audit.deeds import AlreadyDone
from grappe.needs.actions import refuse_need, withdraw_need
from grappe.needs.enums import NeedState
from grappe.pools import arranging
from grappe.pools.actions import (
    UnableToArrange,
    UnableToOpenPost,
    arrange,
    form_again,
    keep_post,
    move_need,
    open_post,
)
from grappe.pools.arranging import FRESH, OUT
from grappe.pools.models import Pool


@pytest.fixture
def needs(world):
    """Disquaire 12, Scène 12 in a first post with Studio 10; Édition 7 in a second, alone."""
    return {
        "d": need(world, world.disquaire, 12),
        "s": need(world, world.scene, 12),
        "t": need(world, world.studio, 10, max_price_cents=13_000),
        "e": need(world, world.edition, 7),
    }


@pytest.fixture
def proposal(world, needs):
    return proposed(world, [[needs["d"], needs["s"], needs["t"]], [needs["e"]]])


@pytest.fixture
def hand(world, proposal):
    return arrange(by=world.colette, proposal=proposal, aim="serve")


def move(world: World, hand, need_, to: str, version: int = 1, **more):
    return move_need(by=world.colette, arrangement=hand, need=need_, to=to, version=version, **more)


def sizes(proposal) -> list[list[str]]:
    return [[str(row.need.firm) for row in post.rows] for post in arranging.arranged(proposal).reply.posts]


def test_it_starts_as_the_answer_was(proposal, hand):
    assert sizes(proposal) == [["Disquaire", "Scène", "Studio"], ["Édition"]]
    first, second = arranging.arranged(proposal).reply.posts
    assert (first.half_days, first.price_cents) == (34, 11_275)
    assert second.price_cents == -(-4_600_000 // 84)


def test_the_rules_that_a_post_breaks_are_named(proposal, hand):
    found = arranging.arranged(proposal)
    assert found.broken[0] == ()
    said = " ".join(rule.words for rule in found.broken[1]).replace("\u202f", " ")
    assert "Rempli à 19 %, pour 80 % au moins." in said
    assert "1 structure, pour 2 au moins." in said
    assert not any(rule.hard for rule in found.broken[1])


def test_what_a_move_costs_each_firm_is_known_before(world, proposal, hand, needs):
    preview = arranging.preview(proposal, hand, needs["s"].pk, "1")
    left, joined = preview.changes
    assert (left.before.half_days, left.after.half_days) == (34, 22)
    assert (joined.before.half_days, joined.after.half_days) == (7, 19)
    shares = {firm: (before, after) for firm, before, after in joined.rows}
    assert shares["Scène"][0] is None
    assert sum(after for _before, after in shares.values()) == 383_333  # January of 46,000.00, to the cent
    assert "Studio" in " ".join(rule.words for rule in left.broken)  # 174.25 a half-day, 130.00 at most
    assert arranging.arranged(proposal).arrangement.version == 1  # nothing is done


def test_too_much_for_a_post_is_said_to_be_impossible_and_is_not_opened(world, proposal, hand, needs):
    preview = arranging.preview(proposal, hand, needs["e"].pk, "0")
    assert preview.impossible
    move(world, hand, needs["e"], "0")
    with pytest.raises(UnableToOpenPost, match="Les parts font"):
        open_post(by=world.colette, cluster=world.vigne, proposal=proposal, aim="hand", post=0, starts_on=JANUARY)


def test_a_season_above_the_capacity_in_one_month_is_named(world, needs):
    busy = need(world, world.edition, season=[0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0])
    proposal = proposed(world, [[needs["d"], needs["s"]], [busy]])
    hand = arrange(by=world.colette, proposal=proposal, aim="near")
    preview = arranging.preview(proposal, hand, busy.pk, "0")
    assert any(rule.hard for rule in preview.changes[0].broken)


def test_two_skills_and_far_places_are_named(world, needs):
    press = need(world, world.studio, 4, skill="presse")
    far = need(world, world.edition, 4, latitude=45.0, longitude=5.0, town="Vienne")
    proposal = proposed(world, [[needs["d"], press], [needs["s"], far]])
    arrange(by=world.colette, proposal=proposal, aim="serve")
    mixed, distant = arranging.arranged(proposal).broken
    assert any("Plusieurs métiers" in rule.words for rule in mixed)
    assert any("km" in rule.words for rule in distant)


def test_moved_out_moved_to_a_fresh_post_and_the_empty_one_goes(world, proposal, hand, needs):
    hand = move(world, hand, needs["e"], OUT)
    assert sizes(proposal) == [["Disquaire", "Scène", "Studio"]]
    assert [str(row.need.firm) for row in arranging.arranged(proposal).out] == ["Édition"]
    hand = move(world, hand, needs["s"], FRESH, version=2)
    hand = move(world, hand, needs["e"], "1", version=3)
    assert sizes(proposal) == [["Disquaire", "Studio"], ["Édition", "Scène"]]
    assert hand.version == 4


def test_a_stale_page_and_a_double_click_change_nothing(world, proposal, hand, needs):
    move(world, hand, needs["s"], "1", key="k")
    with pytest.raises(AlreadyDone):
        move(world, hand, needs["s"], "1", version=2, key="k")
    with pytest.raises(UnableToArrange, match="ont changé"):
        move(world, hand, needs["d"], "1")
    assert sizes(proposal) == [["Disquaire", "Studio"], ["Édition", "Scène"]]


@pytest.mark.parametrize("to", ["7", "-1", "ailleurs", "", "0"])
def test_a_place_that_is_not_there_is_refused(world, hand, needs, to):
    with pytest.raises(UnableToArrange, match="ne peut pas aller là"):
        move(world, hand, needs["d"], to)


def test_another_clusters_or_a_withdrawn_need_does_not_move(world, proposal, hand, needs):
    withdraw_need(by=None, need=needs["d"])
    with pytest.raises(UnableToArrange):
        move(world, hand, needs["d"], "1")
    assert sizes(proposal)[0] == ["Scène", "Studio"]  # it is in no post any more


def test_a_need_come_since_may_be_put_in_by_hand(world, proposal, hand):
    late = need(world, world.scene, 3)
    assert [row.need for row in arranging.arranged(proposal).out] == [late]
    move(world, hand, late, "1")
    assert sizes(proposal)[1] == ["Édition", "Scène"] or sizes(proposal)[1] == ["Scène", "Édition"]


def test_an_adjusted_post_is_opened_once_and_is_then_fixed(world, proposal, hand, needs):
    move(world, hand, needs["t"], "1")
    asked = {"by": world.colette, "cluster": world.vigne, "proposal": proposal, "aim": "hand", "starts_on": JANUARY}
    seen = arranging.arranged(proposal).reply.posts[1].fingerprint
    pool = open_post(**asked, post=1, seen=seen)
    assert open_post(**asked, post=1) == pool
    assert Pool.objects.count() == 1
    assert {str(part.firm): part.half_days for part in pool.parts.all()} == {"Studio": 10, "Édition": 7}
    needs["t"].refresh_from_db()
    assert needs["t"].state == NeedState.POOLED
    for key, to in (("t", "0"), ("d", "1")):
        with pytest.raises(UnableToArrange):
            move(world, hand, needs[key], to, version=2)


def test_a_post_that_is_no_longer_the_one_seen_is_not_opened(world, proposal, hand, needs):
    seen = arranging.arranged(proposal).reply.posts[0].fingerprint
    move(world, hand, needs["s"], "1")
    with pytest.raises(UnableToOpenPost, match="a changé pendant"):
        open_post(
            by=world.colette, cluster=world.vigne, proposal=proposal, aim="hand", post=0, starts_on=JANUARY, seen=seen
        )


def test_kept_posts_are_put_to_the_engine(world, proposal, hand, needs):
    with pytest.raises(UnableToArrange, match="Aucun poste n’est gardé"):
        form_again(by=world.colette, arrangement=hand, version=1)
    hand = keep_post(by=world.colette, arrangement=hand, post=0, kept=True, version=1)
    again = form_again(by=world.colette, arrangement=hand, version=2)
    problem = again.answers.first().solve.problem
    assert problem["keep"] == [[str(needs[key].pk) for key in "dst"]]
    assert again.rules["kept"] == 1
    hand = keep_post(by=world.colette, arrangement=hand, post=0, kept=False, version=2)
    assert not arranging.arranged(proposal).keeps


def test_a_kept_post_loses_what_was_refused_since(world, proposal, hand, needs):
    hand = keep_post(by=world.colette, arrangement=hand, post=0, kept=True, version=1)
    refuse_need(by=world.colette, need=needs["s"], reason="Trop loin.")
    again = form_again(by=world.colette, arrangement=hand, version=2)
    assert again.answers.first().solve.problem["keep"] == [[str(needs["d"].pk), str(needs["t"].pk)]]


def test_started_again_only_over_the_version_seen(world, proposal, hand, needs):
    move(world, hand, needs["s"], "1")
    assert arrange(by=world.colette, proposal=proposal, aim="solid").version == 2  # kept as it is
    with pytest.raises(UnableToArrange):
        arrange(by=world.colette, proposal=proposal, aim="solid", over=1)
    arrange(by=world.colette, proposal=proposal, aim="solid", over=2)
    assert sizes(proposal) == [["Disquaire", "Scène", "Studio"], ["Édition"]]


@given(st.data())
def test_no_move_loses_or_doubles_a_need(data):
    posts = [["1", "2"], ["3"], ["4", "5", "6"]]
    for _step in range(6):
        need_ = data.draw(st.sampled_from("1234567"))
        to = data.draw(st.sampled_from([OUT, FRESH, *(str(rank) for rank in range(len(posts)))]))
        before = {key for post in posts for key in post}
        posts = [post for post in arranging.moved(posts, need_, to) if post]
        placed = [key for post in posts for key in post]
        assert len(placed) == len(set(placed))
        assert set(placed) | {need_} == before | {need_}
        assert (need_ in placed) == (to != OUT)
