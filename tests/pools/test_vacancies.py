"""Room left on posts that run: which open needs fit; what a firm that has not joined may be told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans.factory import running_post
from tests.pools.factory import COST, need, speaker, survey

from grappe.clusters.actions import give_mandate, welcome_firm
from grappe.clusters.models import Firm
from grappe.needs.models import Skill
from grappe.needs.queries import open_needs
from grappe.pools import vacancies
from grappe.pools.actions import offer_room, set_cost
from grappe.pools.models import Pool


@pytest.fixture
def running(world) -> Pool:
    """Disquaire 6, Scène 8, Studio 10 of 36: twelve half-days left; « communication web »."""
    pool = running_post(
        world, [(world.disquaire, 6), (world.scene, 8), (world.studio, 10)], starts_on=world.today - timedelta(days=60)
    )
    skill, _new = Skill.objects.get_or_create(cluster=world.vigne, name="communication web")
    Pool.objects.filter(pk=pool.pk).update(skill=skill)
    pool.refresh_from_db()
    return set_cost(by=world.colette, pool=pool, lines=COST)


def newcomer(world, name: str = "Nouvelle", latitude: float = 48.87, longitude: float = 2.35) -> Firm:
    firm = Firm.objects.create(name=name, latitude=latitude, longitude=longitude, town="Paris")
    welcome_firm(by=None, cluster=world.vigne, firm=firm, on=world.today)
    return firm


def fits(world):
    return vacancies.fits(open_needs(survey(world)), on=world.today)


def test_a_need_that_fits_is_found_with_the_price_it_makes(world, running):
    asked = need(world, world.edition, 6)
    (fit,) = fits(world)
    year = vacancies.vacancies(on=world.today)[0].year_cents
    assert (fit.need, fit.vacancy.pool, fit.half_days) == (asked, running, 6)
    assert fit.price_cents == -(-year // (12 * 30))
    assert fit.day_cents < fit.vacancy.day_cents


@pytest.mark.parametrize(
    "said",
    [
        {"half_days": 13},
        {"skill": "presse"},
        {"max_price_cents": 100},
        {"season": [0] * 11 + [13]},
    ],
    ids=["too large", "another skill", "too dear", "too much in one month"],
)
def test_what_does_not_fit(world, running, said):
    need(world, world.edition, **said)
    assert fits(world) == []


def test_far_away_fits_only_at_a_distance(world, running):
    far = newcomer(world, latitude=45.0, longitude=5.0)
    need(world, far, 4)
    assert fits(world) == []
    need(world, far, 3, remote=True)
    assert [fit.half_days for fit in fits(world)] == [3]


def test_a_firm_of_the_post_does_not_fit_twice(world, running):
    need(world, world.disquaire, 2)
    assert fits(world) == []


def test_all_at_once_the_smallest_first_never_past_the_room(world, running):
    for name, half_days in [("Une", 7), ("Deux", 6), ("Trois", 4)]:
        need(world, newcomer(world, name), half_days)
    assert [str(fit.need.firm) for fit in fits(world)] == ["Deux", "Trois"]


def test_a_full_or_ended_post_has_no_room(world, running):
    Pool.objects.update(capacity=24)
    assert vacancies.vacancies(on=world.today) == []
    Pool.objects.update(capacity=36, ends_on=world.today)
    assert vacancies.vacancies(on=world.today) == []


def test_thirty_posts_cost_as_many_queries_as_one(world, running, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert len(vacancies.vacancies(on=world.today)) == 1
    for rank in range(4):
        running_post(world, [(world.edition, 2 + rank)], starts_on=world.today - timedelta(days=60))
    with django_assert_num_queries(4):
        assert len(vacancies.vacancies(on=world.today)) == 5


# ---------------------------------------------------------------- the estimate


def web(running: Pool, half_days: int, world):
    return vacancies.estimate(skill_id=running.skill_id, half_days=half_days, on=world.today)


def test_the_share_on_a_running_post(world, running):
    found = web(running, 6, world)
    (post,) = vacancies.vacancies(on=world.today)
    assert (found.running, found.others) == (True, 3)
    assert found.price_cents == post.price_with(6)
    assert found.month_cents == -(-post.year_cents * 6 // 360)
    # An equal part of 8 half-days unpaid, shared by the 22 others of 30.
    assert found.exposure_cents == -(-post.year_cents * 8 * 6 // (12 * 30 * 22))


def test_the_exposure_follows_the_statutes(world, running):
    """The same unpaid part of 8 half-days of 30: a third of it equally, all of it when each answers for the whole."""
    (post,) = vacancies.vacancies(on=world.today)
    asked = {"skill_id": running.skill_id, "half_days": 6, "on": world.today}
    equal, whole = (vacancies.estimate(**asked, solidarity=rule).exposure_cents for rule in ("equal", "whole"))
    assert equal == -(-post.year_cents * 8 // (12 * 30 * 3))
    assert whole == -(-post.year_cents * 8 // (12 * 30))


def test_the_exposure_tells_no_real_part(world, running):
    """The same sum shared otherwise among as many firms gives the same estimate, to the cent."""
    before = web(running, 6, world)
    other = running_post(
        world, [(world.disquaire, 2), (world.scene, 2), (world.studio, 20)], starts_on=world.today - timedelta(days=60)
    )
    set_cost(by=world.colette, pool=other, lines=COST)
    Pool.objects.filter(pk=running.pk).update(capacity=24)
    assert web(other, 6, world) == before


def test_what_is_offered_is_no_longer_free(world, running):
    asked = need(world, world.edition, 10)
    speaker(world, world.edition)
    offer_room(by=world.colette, pool=running, need=asked, on=vacancies.offer_day(asked, on=world.today))
    assert [one.half_days for one in vacancies.vacancies(on=world.today)] == [2]
    need(world, newcomer(world), 3)
    assert fits(world) == []


def test_no_post_of_few_firms_is_told(world):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))
    set_cost(by=world.colette, pool=pool, lines=[{"label": "Brut", "basis": "cents", "cents": 9_999_900}])
    found = vacancies.estimate(skill_id=pool.skill_id, half_days=6, on=world.today)
    assert not found.running
    assert found.price_cents == -(-4_600_000 // (12 * 29))  # the usual post, not theirs


def test_an_unknown_skill_is_a_usual_post_filled_as_the_rules_ask(world, running):
    found = vacancies.estimate(skill_id=None, half_days=6, on=world.today)
    assert (found.running, found.others) == (False, 4)
    assert found.full_month_cents < found.month_cents


@pytest.mark.parametrize("half_days", [0, -1, 37])
def test_no_post_holds_that(world, half_days):
    with pytest.raises(ValueError, match="no post"):
        vacancies.estimate(skill_id=None, half_days=half_days, on=world.today)


@given(half_days=st.integers(1, 36))
def test_an_estimate_never_flatters(half_days):
    least = 29
    load = max(least, half_days) if half_days < least else 36
    others = max(1, round((load - half_days) / 6)) if load > half_days else 0
    found = vacancies._estimate(4_600_000, half_days, load - half_days, others, capacity=36, running=False)
    assert found.month_cents * 12 >= 4_600_000 * half_days / load  # rounded up, never down
    assert found.month_cents <= found.price_cents * half_days
    assert 0 <= found.full_month_cents <= found.month_cents
    assert found.exposure_cents >= 0


def test_only_names_of_skills_that_several_firms_share_are_told(world, running):
    need(world, world.edition, 4, skill="magie")
    told = {skill.name for skill in vacancies.skills_told(on=world.today)}
    assert told == {"communication web"}


def test_a_mandate_is_not_needed_to_be_counted(world, running):
    firm = newcomer(world)
    give_mandate(by=None, cluster=world.vigne, person=world.ancien, role="member", firm=firm, on=world.today)
    need(world, firm, 3, first_month=date(world.today.year + 2, 1, 1))
    assert len(fits(world)) == 1
