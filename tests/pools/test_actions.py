"""Deeds of pools: nobody pays more than it accepted, and whatever cannot be is refused in words, with nothing changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_scopes import scope
from tests.pools.factory import COST, JANUARY, invited, need, part_of, post, says_yes, speaker
from tests.world import World

from grappe.audit.deeds import AlreadyDone, Refused
from grappe.audit.models import Line as AuditLine
from grappe.clusters.actions import end_mandate
from grappe.clusters.models import Cluster, Mandate
from grappe.needs.enums import NeedState
from grappe.people.models import AccessLink, Mail
from grappe.pools import queries
from grappe.pools.actions import (
    StalePrice,
    UnableToAnswer,
    UnableToChangeParts,
    UnableToInvite,
    UnableToSetCost,
    UnableToStart,
    accept,
    add_part,
    ask_else,
    decline,
    invite,
    open_post_by_hand,
    remind,
    set_cost,
    start,
    withdraw,
)
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Commitment, Part, Pool
from grappe.pools.queries import price_card


def states(pool: Pool) -> dict[str, str]:
    return {part.firm.name: part.state for part in pool.parts.select_related("firm")}


def everyone_says_yes(world: World, pool: Pool) -> None:
    for firm in world.firms:
        says_yes(world, pool, firm)


def with_gross(cents: int) -> list[dict]:
    return [{**COST[0], "cents": cents}, *COST[1:]]


def test_the_price_is_that_of_the_cost_over_the_half_days(world):
    pool = post(world)
    assert queries.year_cost_cents(pool) == 5_360_000
    card = price_card(part_of(pool, world.disquaire))
    assert card.price_cents == 15_953  # 53,600.00 / (12 x 28)
    shares = [price_card(part).month_cents for part in pool.parts.select_related("pool")]
    assert sum(shares) == queries.month_cost_cents(pool, JANUARY)


def test_invitation_writes_to_each_mandated_person_with_a_link_of_their_own(world):
    pool = invited(world)
    assert pool.state == PoolState.INVITING
    assert set(states(pool).values()) == {PartState.INVITED}
    mail = Mail.objects.get(to=world.marius.email)
    link = AccessLink.objects.get(person=world.marius)
    assert link.token in mail.body
    assert "3 jours par mois" in mail.body.replace("\u00a0", " ")
    assert Mail.objects.filter(to=world.paul.email).count() == 1  # Paul speaks for Disquaire too
    assert not Mail.objects.filter(to=world.ancien.email).exists()


def test_a_firm_without_a_mandated_person_is_written_to_at_the_address_of_its_need(world):
    asked = need(world, world.scene, email="contact@scene.example")
    pool = open_post_by_hand(
        by=world.colette,
        cluster=world.vigne,
        name="Web",
        skill=asked.skill,
        starts_on=JANUARY,
        parts=[(world.disquaire, 6, [])],
    )
    set_cost(by=world.colette, pool=pool, lines=COST)
    add_part(by=world.colette, pool=pool, need=asked)
    invite(by=world.colette, pool=pool)
    assert Mail.objects.filter(to="contact@scene.example").count() == 1
    assert Mandate.objects.on(world.today).get(firm=world.scene).person.email == "contact@scene.example"


def test_a_firm_that_nobody_speaks_for_is_named(world):
    pool = post(world)
    Mandate.objects.filter(firm=world.scene).delete()
    with pytest.raises(UnableToInvite) as refused:
        invite(by=world.colette, pool=pool)
    assert "Scène" in refused.value.message
    assert not Mail.objects.exists()
    assert states(pool)["Scène"] == PartState.DRAFT
    invite(by=world.colette, pool=pool, addresses={part_of(pool, world.scene).pk: "nouvelle@scene.example"})
    assert Mail.objects.filter(to="nouvelle@scene.example").exists()


def test_no_invitation_before_there_is_a_price(world):
    with pytest.raises(UnableToInvite):
        invite(by=world.colette, pool=post(world, cost=False))


def test_a_commitment_keeps_the_price_seen(world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    commitment = accept(by=world.marius, part=part, price_cents=15_953)
    assert (commitment.price_cents, commitment.half_days, commitment.valid_from) == (15_953, 6, JANUARY)
    assert commitment.month_cents == price_card(part_of(pool, world.disquaire)).month_cents
    assert queries.commitments_of(pool, on=JANUARY) == {world.disquaire.pk: commitment}
    assert queries.commitments_of(pool, on=JANUARY - timedelta(days=1)) == {}


def refused_and_unchanged(kind: type[Refused], what) -> Refused:
    before = list(Part.objects.values()), Commitment.objects.count(), Mail.objects.count(), AuditLine.objects.count()
    with pytest.raises(kind) as refused:
        what()
    assert refused.value.message
    assert refused.value.remedy
    after = list(Part.objects.values()), Commitment.objects.count(), Mail.objects.count(), AuditLine.objects.count()
    assert before == after
    return refused.value


def test_a_stale_price_is_refused_with_the_new_one(world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    decline(by=speaker(world, world.studio), part=part_of(pool, world.studio))
    stale = refused_and_unchanged(StalePrice, lambda: accept(by=world.marius, part=part, price_cents=15_953))
    assert stale.price_cents == 24_815  # 53,600.00 / (12 x 18)


def test_a_double_click_commits_once(world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    accept(by=world.marius, part=part, price_cents=15_953, key="once")
    with pytest.raises(AlreadyDone):
        accept(by=world.marius, part=part, price_cents=15_953, key="once")
    refused_and_unchanged(UnableToAnswer, lambda: accept(by=world.paul, part=part, price_cents=15_953))
    assert Commitment.objects.count() == 1


def test_a_mandate_that_ended_yesterday_commits_nothing(world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    for nobody in (world.ancien, world.colette, world.ines, world.elise, None):
        refused_and_unchanged(UnableToAnswer, lambda who=nobody: accept(by=who, part=part, price_cents=15_953))
    mandate = Mandate.objects.get(person=world.marius)
    end_mandate(by=world.colette, mandate=mandate, on=world.today)
    refused_and_unchanged(UnableToAnswer, lambda: accept(by=world.marius, part=part, price_cents=15_953))
    refused_and_unchanged(UnableToAnswer, lambda: decline(by=world.marius, part=part))


def test_a_part_of_another_cluster_is_refused(world):
    part = part_of(invited(world), world.disquaire)
    with scope(cluster=world.treille):
        with pytest.raises(UnableToAnswer):
            accept(by=world.paul, part=part, price_cents=15_953)
        with pytest.raises(UnableToAnswer):
            set_cost(by=world.elise, pool=part.pool, lines=COST)
    assert not Commitment.objects.exists()


def test_a_decline_that_raises_the_price_asks_the_others_again(world):
    pool = invited(world)
    says_yes(world, pool, world.disquaire)
    Mail.objects.all().delete()
    decline(by=speaker(world, world.studio), part=part_of(pool, world.studio), words="Trop tôt")
    assert states(pool) == {
        "Disquaire": PartState.REPRICED,
        "Scène": PartState.INVITED,
        "Studio": PartState.DECLINED,
        "Édition": PartState.INVITED,
    }
    assert Mail.objects.filter(to=world.marius.email, subject__contains="prix").count() == 1
    assert "Trop tôt" in Mail.objects.get(to=world.colette.email).body
    assert Commitment.objects.get().price_cents == 15_953

    says_yes(world, pool, world.disquaire)
    assert list(Commitment.objects.order_by("pk").values_list("price_cents", flat=True)) == [15_953, 24_815]
    assert queries.commitments_of(pool, on=JANUARY)[world.disquaire.pk].price_cents == 24_815


def test_a_price_that_falls_leaves_acceptances_standing(world):
    pool = invited(world, {world.disquaire: 6, world.scene: 6})
    says_yes(world, pool, world.disquaire)
    add_part(by=world.colette, pool=pool, need=need(world, world.studio, 10))
    assert states(pool)["Disquaire"] == PartState.ACCEPTED
    assert price_card(part_of(pool, world.disquaire)).price_cents < Commitment.objects.get().price_cents


def test_a_price_that_rises_then_falls_back_restores_the_acceptance(world):
    pool = invited(world)
    says_yes(world, pool, world.disquaire)
    set_cost(by=world.colette, pool=pool, lines=with_gross(4_000_000))
    assert states(pool)["Disquaire"] == PartState.REPRICED
    set_cost(by=world.colette, pool=pool, lines=with_gross(3_000_000))
    assert states(pool)["Disquaire"] == PartState.ACCEPTED


def test_the_need_declined_waits_again_and_may_not_be_invited_twice(world):
    pool = post(world, {world.disquaire: 6})
    asked = need(world, world.scene)
    part = add_part(by=world.colette, pool=pool, need=asked)
    asked.refresh_from_db()
    assert asked.state == NeedState.POOLED
    speaker(world, world.scene)
    invite(by=world.colette, pool=pool)
    decline(by=speaker(world, world.scene), part=part)
    asked.refresh_from_db()
    assert asked.state == NeedState.OPEN
    refused_and_unchanged(UnableToChangeParts, lambda: add_part(by=world.colette, pool=pool, need=asked))


def test_a_part_never_overfills_a_post(world):
    pool = post(world)
    asked = need(world, world.disquaire, 9)
    refused_and_unchanged(UnableToChangeParts, lambda: add_part(by=world.colette, pool=pool, need=asked))


def test_words_go_to_the_coordination_and_change_nothing_else(world):
    pool = invited(world)
    part = ask_else(by=world.marius, part=part_of(pool, world.disquaire), words="Plutôt deux jours ?")
    assert part.state == PartState.INVITED
    assert "Plutôt deux jours ?" in Mail.objects.get(to=world.colette.email).body
    refused_and_unchanged(UnableToAnswer, lambda: ask_else(by=world.marius, part=part, words="  "))


def test_a_reminder_goes_once_a_day(world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    refused_and_unchanged(UnableToInvite, lambda: remind(by=world.colette, part=part))
    Part.objects.filter(pk=part.pk).update(invited_at=timezone.now() - timedelta(days=3))
    before = Mail.objects.filter(to=world.marius.email).count()
    remind(by=world.colette, part=part)
    assert Mail.objects.filter(to=world.marius.email).count() == before + 1
    says_yes(world, pool, world.disquaire)
    refused_and_unchanged(UnableToInvite, lambda: remind(by=world.colette, part=part))


def test_a_part_is_taken_back_only_before_it_is_accepted(world):
    pool = invited(world)
    withdraw(by=world.colette, part=part_of(pool, world.scene))
    assert states(pool)["Scène"] == PartState.LEFT
    assert not AccessLink.objects.filter(about_id=part_of(pool, world.scene).pk, revoked_at=None).exists()
    says_yes(world, pool, world.disquaire)
    accepted = part_of(pool, world.disquaire)
    refused_and_unchanged(UnableToChangeParts, lambda: withdraw(by=world.colette, part=accepted))


def test_a_post_starts_when_everybody_has_accepted_todays_price(world):
    pool = invited(world)
    for firm in world.firms[:3]:
        says_yes(world, pool, firm)
    refused = refused_and_unchanged(
        UnableToStart, lambda: start(by=world.colette, pool=pool, person=world.ines, on=JANUARY)
    )
    assert "Édition" in refused.message
    decline(by=speaker(world, world.edition), part=part_of(pool, world.edition))
    refused = refused_and_unchanged(
        UnableToStart, lambda: start(by=world.colette, pool=pool, person=world.ines, on=JANUARY)
    )
    assert "Disquaire" in refused.message
    for firm in world.firms[:3]:
        says_yes(world, pool, firm)
    pool = start(by=world.colette, pool=pool, person=world.ines, on=JANUARY)
    assert (pool.state, pool.person, pool.starts_on) == (PoolState.RUNNING, world.ines, JANUARY)
    assert queries.posts_of_person(world.ines) == [pool] == queries.running_posts()
    refused_and_unchanged(UnableToStart, lambda: start(by=world.colette, pool=pool, person=world.ines, on=JANUARY))


def test_a_first_day_years_away_is_a_slip_of_the_keyboard(world):
    pool = invited(world)
    everyone_says_yes(world, pool)
    for day in (date(1926, 1, 4), world.today - timedelta(days=800), world.today + timedelta(days=800)):
        refused = refused_and_unchanged(
            UnableToStart, lambda day=day: start(by=world.colette, pool=pool, person=world.ines, on=day)
        )
        assert "à plus de deux ans d’aujourd’hui" in refused.message
    assert start(by=world.colette, pool=pool, person=world.ines, on=world.today - timedelta(days=600)).starts_on


def test_the_employee_named_at_the_start_gets_a_mandate(world):
    pool = invited(world)
    everyone_says_yes(world, pool)
    start(by=world.colette, pool=pool, person=world.bruno, on=JANUARY)
    assert Mandate.objects.on(max(world.today, JANUARY)).filter(person=world.bruno, role="employee").count() == 1


def test_a_running_post_keeps_the_old_price_until_the_new_one_is_accepted(world):
    pool = invited(world)
    everyone_says_yes(world, pool)
    pool = start(by=world.colette, pool=pool, person=world.ines, on=world.today)
    set_cost(by=world.colette, pool=pool, lines=with_gross(4_000_000))
    assert set(states(pool).values()) == {PartState.REPRICED}
    assert {row.price_cents for row in queries.commitments_of(pool, on=world.today).values()} == {15_953}
    part = part_of(pool, world.disquaire)
    refused = refused_and_unchanged(UnableToAnswer, lambda: decline(by=world.marius, part=part))
    assert "préavis" in refused.remedy
    says_yes(world, pool, world.disquaire)
    in_force = queries.commitments_of(pool, on=world.today)
    assert in_force[world.disquaire.pk].price_cents > 15_953
    assert in_force[world.scene.pk].price_cents == 15_953


def test_a_cost_that_cannot_be_is_refused(world):
    pool = post(world)
    rate_first = [{"label": "Taux", "basis": "rate_gross", "rate_bp": 100}]
    for lines in ([], rate_first, with_gross(0)[:1], with_gross(90_000_000)):
        refused_and_unchanged(UnableToSetCost, lambda lines=lines: set_cost(by=None, pool=pool, lines=lines))
    Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime="exempt_261b")
    refused = refused_and_unchanged(UnableToSetCost, lambda: set_cost(by=None, pool=pool, lines=COST))
    assert "261 B" in refused.message
    assert queries.year_cost_cents(pool) == 5_360_000


def test_a_commitment_is_never_changed(world):
    pool = invited(world)
    says_yes(world, pool, world.disquaire)
    with pytest.raises(Exception, match="append only"), transaction.atomic():
        Commitment.objects.update(price_cents=1)


def test_what_remains_after_a_decline(world):
    pool = invited(world)
    says_yes(world, pool, world.disquaire)
    candidate = need(world, world.disquaire, 4)  # already in the post: not a candidate
    decline(by=speaker(world, world.studio), part=part_of(pool, world.studio))
    sheet = queries.pool_sheet(pool, on=world.today)
    left = queries.remaining(sheet)
    assert (sheet.half_days, left.firms, left.price_cents) == (18, 3, 24_815)
    assert not left.filled
    assert left.enough_firms
    assert not left.viable
    assert left.to_accept_again == 1
    assert candidate.pk not in [one.need.pk for one in left.candidates]
