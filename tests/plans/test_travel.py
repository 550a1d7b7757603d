"""The figures of docs/algorithms/travel.md, and an employee whose two firms are 60 km apart."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

import pytest
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st
from tests.plans.factory import running_post
from tests.plans.test_gateway import drafted, placed

from grappe.clusters.models import Firm
from grappe.plans.actions import UnableToPlan, open_calendar, place, swap
from grappe.plans.gateway import Worked, newly_over, over_the_law, rules, works_of
from grappe.plans.models import Hours
from grappe.plans.public_holidays import public_holidays
from grappe.plans.queries import facts_of
from grappe.plans.travel import groups, holds, journeys, minutes
from grappe.pools.models import Pool

MARCH = date(2027, 3, 1)
PARIS, SIXTY_KM_SOUTH = (48.88, 2.35), (48.34, 2.35)


@pytest.mark.parametrize(
    ("km", "long", "held"),
    [(0.1, 0, True), (5, 18, True), (20, 42, True), (38, 70, True), (39, 71, False), (60, 104, False)],
)
def test_by_hand(km, long, held):
    assert minutes(km) == long
    assert holds(long) is held


PLACES = st.tuples(st.floats(43, 50), st.floats(-1, 7))


@given(st.dictionaries(st.integers(1, 30), st.one_of(st.none(), PLACES), min_size=1, max_size=12))
def test_a_group_never_holds_two_firms_out_of_reach(places):
    between = journeys(places)
    found = groups(places, between)
    assert found.keys() == places.keys()
    for one, two in combinations(places, 2):
        if found[one] == found[two]:
            assert holds(between[frozenset((one, two))])


@pytest.fixture
def far(world):
    """Scène is 60 km from Disquaire."""
    Firm.objects.filter(pk=world.scene.pk).update(latitude=SIXTY_KM_SOUTH[0], longitude=SIXTY_KM_SOUTH[1])
    world.scene.refresh_from_db()
    pool = running_post(world, [(world.disquaire, 15), (world.scene, 15)], starts_on=date(2026, 9, 1))
    return open_calendar(by=world.colette, pool=pool, month=MARCH)


class TestSixtyKilometres:
    def test_a_draft_never_has_both_on_one_day(self, world, far):
        drafted(world, far)
        days = defaultdict(set)
        for (day, _part), firm in placed(far).items():
            days[day].add(firm)
        assert sum(len(firms) for firms in days.values()) >= 15
        assert all(len(firms) == 1 for firms in days.values())
        assert len(placed(far)) == 30

    def test_by_hand_it_is_refused_with_the_reason(self, world, far):
        place(by=world.colette, calendar=far, firm=world.disquaire, day=MARCH, part="am")
        with pytest.raises(UnableToPlan, match=r"De Disquaire à Scène il y a 1.h.44 de route"):
            place(by=world.colette, calendar=far, firm=world.scene, day=MARCH, part="pm")
        place(by=world.colette, calendar=far, firm=world.disquaire, day=MARCH, part="pm")

    def test_nor_by_an_exchange(self, world, far):
        one = place(by=world.colette, calendar=far, firm=world.disquaire, day=MARCH, part="am")
        place(by=world.colette, calendar=far, firm=world.disquaire, day=MARCH, part="pm")
        other = place(by=world.colette, calendar=far, firm=world.scene, day=MARCH + timedelta(days=1), part="am")
        with pytest.raises(UnableToPlan, match="de route"):
            swap(by=world.colette, slot=one, other=other)

    def test_the_whole_day_may_change_hands(self, world, far):
        assert facts_of(far).travel[frozenset((world.disquaire.pk, world.scene.pk))] == 104


def noted_elsewhere(world, day: date, minutes: int) -> None:
    """A morning of Inès's for another cluster."""
    with scope(cluster=world.treille):
        theirs = Pool.objects.create(
            cluster=world.treille, name="Ailleurs", state="running", starts_on=date(2026, 1, 1), person=world.ines
        )
        Hours.objects.create(
            cluster=world.treille, pool=theirs, person=world.ines, firm=world.disquaire, day=day, part="am", minutes=minutes
        )  # fmt: skip


class TestLaw:
    """The journey counts as work; what goes beyond is refused with its article."""

    def test_the_journey_is_working_time(self, db):
        day = [Worked(MARCH, "am", 210, 1, PARIS), Worked(MARCH, "pm", 210, 2, SIXTY_KM_SOUTH)]
        assert sum(work.minutes for work in works_of(day)) == 210 + 210 + 104

    def test_beyond_ten_hours_with_the_journey(self, db):
        day = [Worked(MARCH, "am", 240, 1, PARIS), Worked(MARCH, "pm", 270, 2, SIXTY_KM_SOUTH)]
        found = over_the_law("Inès", day, rules(), start=MARCH, end=MARCH + timedelta(days=1))
        assert [text for text in found.values() if "L3121-18" in text]
        near = [Worked(MARCH, "am", 240, 1, PARIS), Worked(MARCH, "pm", 270, 2, PARIS)]
        assert not over_the_law("Inès", near, rules(), start=MARCH, end=MARCH + timedelta(days=1))

    def test_two_clusters_count_together(self, world):
        """Eight hours noted in the morning for another cluster: no half-day is left in that day here."""
        monday = world.today - timedelta(days=world.today.weekday() + 7)
        while public_holidays("", monday, monday + timedelta(days=1)):
            monday -= timedelta(days=7)
        noted_elsewhere(world, monday, 480)
        pool = running_post(world, [(world.disquaire, 6)], starts_on=date(2026, 1, 1))
        month = open_calendar(by=world.colette, pool=pool, month=monday)
        with pytest.raises(UnableToPlan, match="L3121-18"):
            place(by=world.colette, calendar=month, firm=world.disquaire, day=monday, part="pm")
        assert not month.slots.exists()

    def test_an_exchange_counts_its_journeys(self, world):
        """Five hours and a half in the morning for another cluster, then a firm 38 km away: 10 h 10 with the journey."""
        monday = world.today - timedelta(days=world.today.weekday() + 7)
        while (
            public_holidays("", monday, monday + timedelta(days=2))
            or (monday + timedelta(days=1)).month != monday.month
        ):
            monday -= timedelta(days=7)
        Firm.objects.filter(pk=world.scene.pk).update(latitude=48.88 - 38 / 111.2, longitude=2.35)
        Firm.objects.filter(pk=world.disquaire.pk).update(latitude=48.88, longitude=2.35)
        noted_elsewhere(world, monday, 330)
        pool = running_post(world, [(world.disquaire, 6), (world.scene, 6)], starts_on=date(2026, 1, 1))
        month = open_calendar(by=world.colette, pool=pool, month=monday)
        one = place(by=world.colette, calendar=month, firm=world.disquaire, day=monday, part="pm")
        other = place(by=world.colette, calendar=month, firm=world.scene, day=monday + timedelta(days=1), part="pm")
        with pytest.raises(UnableToPlan, match="L3121-18"):
            swap(by=world.colette, slot=one, other=other)
        assert set(month.slots.values_list("day", "firm")) == {
            (monday, world.disquaire.pk), (monday + timedelta(days=1), world.scene.pk),
        }  # fmt: skip

    def test_only_what_the_change_makes_worse_is_told(self, db):
        long = [Worked(MARCH, "am", 630, 1, PARIS)]
        more = [*long, Worked(MARCH + timedelta(days=1), "am", 210, 1, PARIS)]
        end = MARCH + timedelta(days=1)
        assert newly_over("Inès", long, more, rules(), start=MARCH, end=end) == []
        worse = [*long, Worked(MARCH, "pm", 60, 2, PARIS)]
        assert newly_over("Inès", long, worse, rules(), start=MARCH, end=end)
