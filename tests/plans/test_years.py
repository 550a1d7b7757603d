"""A year laid out at once: what a short month cannot hold moves, and each month is drafted with its counts."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.urls import reverse
from tests.plans.factory import running_post
from tests.plans.test_gateway import answered
from tests.web.staff.test_week import text

from grappe.plans import drafts
from grappe.plans.actions import UnableToPlan, draft_year, lay_out_year, open_calendar, place, record_absence
from grappe.plans.models import Calendar, YearPlan
from grappe.plans.queries import facts_of, year_grid
from grappe.pools.models import Pool
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

JANUARY = date(2027, 1, 1)


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 10), (world.scene, 16)], starts_on=date(2026, 9, 1))


@pytest.fixture
def plan(world, pool):
    """August 2027: away for three weeks of the month's 22 working days."""
    record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind="leave",
        first_day=date(2027, 8, 2), last_day=date(2027, 8, 22),
    )  # fmt: skip
    return lay_out_year(by=world.colette, pool=pool, first=JANUARY)


def counts(plan: YearPlan, month: int) -> dict[str, int]:
    grid = year_grid(plan)
    return {row.firm: row.cells[month - 1].count for row in grid.rows}


def test_the_short_month_goes_to_its_neighbours(world, plan):
    grid = year_grid(plan)
    assert grid.room[7] == 14  # seven days left
    assert sum(counts(plan, 8).values()) == 14
    assert sum(counts(plan, 7).values()) + sum(counts(plan, 9).values()) == 2 * 26 + 12
    assert {row.firm: (row.count, row.asked) for row in grid.rows} == {"Disquaire": (120, 120), "Scène": (192, 192)}
    assert any("août 2027" in reason and "septembre 2027" in reason for reason in grid.reasons)


def test_a_month_is_drafted_with_the_counts_of_the_year(world, plan):
    draft_year(by=world.colette, plan=plan, since=date(2027, 9, 1))
    assert Calendar.objects.filter(pool=plan.pool).count() == 4
    calendar = Calendar.objects.get(pool=plan.pool, month=date(2027, 9, 1))
    solve = calendar.solve
    solve.result, solve.state = answered(solve.problem), SolveState.DONE
    solve.save()
    drafts.receive(solve)
    placed = Counter(slot.firm.name for slot in calendar.slots.select_related("firm"))
    assert dict(placed) == counts(plan, 9)
    assert sum(placed.values()) > 26


def test_a_month_already_begun_by_hand_is_left_alone(world, plan):
    march = open_calendar(by=world.colette, pool=plan.pool, month=date(2027, 3, 1))
    place(by=world.colette, calendar=march, firm=world.scene, day=date(2027, 3, 1), part="am")
    draft_year(by=world.colette, plan=plan, since=JANUARY)
    assert Solve.objects.count() == 11
    march.refresh_from_db()
    assert march.solve is None
    assert facts_of(march).targets


def test_laid_out_again_the_new_counts_stand(world, plan):
    again = lay_out_year(by=world.colette, pool=plan.pool, first=date(2027, 1, 15))
    assert again.pk == plan.pk
    assert again.counts == plan.counts


def test_a_post_that_has_not_begun_is_refused(world, pool):
    Pool.objects.filter(pk=pool.pk).update(state="draft")
    pool.refresh_from_db()
    with pytest.raises(UnableToPlan, match="pas encore commencé"):
        lay_out_year(by=world.colette, pool=pool, first=JANUARY)


def test_on_the_desk(client, world, pool):
    client.force_login(world.colette)
    url = reverse("desk:year", args=["vigne", pool.pk])
    assert "Répartir douze mois" in text(client.get(url))
    page = text(client.post(url, {"first": "2027-01"}, follow=True))
    assert "janvier 2027" in page and "Préparer 12 calendriers" in page
    client.post(reverse("desk:year_draft", args=["vigne", pool.pk]), follow=True)
    assert Calendar.objects.filter(pool=pool).count() == 12
    assert client.post(url, {"first": "n’importe"}).status_code == 302
