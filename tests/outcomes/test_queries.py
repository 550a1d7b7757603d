from __future__ import annotations

from datetime import date

import pytest
from django_scopes import scope
from tests.charges.factory import months_ago, post, sign

from grappe.acts.actions import record, reverse
from grappe.charges.actions import draw_up, issue
from grappe.outcomes.queries import acts_of_cells, cluster_sheet, funder_sheet, member_sheet, years_with_acts
from grappe.outcomes.savings import Range

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def pool(world):
    return post(world)


@pytest.fixture
def year(world):
    return (months_ago(world.today, 12), world.today.replace(year=world.today.year + 1))


def take(pool, firm, day, *, quantity=1, paid=13150, alone=19700, month_quantity=4, grade="A", **fields):
    return record(
        by=None,
        cluster=pool.cluster,
        pool=pool,
        firm=firm,
        day=day,
        quantity=quantity,
        paid_cents=paid,
        alone_unit_cents=alone,
        alone_month_quantity=month_quantity if alone is not None else None,
        grade=grade,
        source=f"t:{pool.pk}:{firm.pk}:{day}:{quantity}:{paid}:{alone}:{grade}",
        **fields,
    )


def test_the_month_of_the_docs_page(world, pool):
    for rank in range(6):
        take(pool, world.disquaire, NOVEMBER.replace(day=2 + rank))
    sheet = member_sheet(world.disquaire.pk, NOVEMBER, date(2026, 12, 1))
    assert sheet.figures.paid_cents == 78900
    assert sheet.figures.alone_cents == 118200
    assert sheet.figures.proved == Range(26200, 32750, 39300)
    assert not sheet.figures.has_declared


def test_an_act_taken_back_leaves_no_trace_in_the_figures(world, pool):
    reverse(by=None, act=take(pool, world.disquaire, NOVEMBER), label="")
    figures = member_sheet(world.disquaire.pk, NOVEMBER, date(2026, 12, 1)).figures
    assert (figures.paid_cents, figures.alone_cents, figures.proved) == (0, 0, Range())


def test_proved_and_declared_are_never_one_figure(world, pool):
    take(pool, world.disquaire, NOVEMBER)
    take(pool, world.disquaire, date(2026, 10, 1), grade="C")
    figures = member_sheet(world.disquaire.pk, date(2026, 1, 1), date(2027, 1, 1)).figures
    assert figures.proved == Range(6550, 6550, 6550)
    assert figures.declared == Range(0, 6550, 6550)
    assert figures.proof_share is not None
    assert figures.proof_share * 2 == 1


def test_without_a_price_alone_an_act_is_counted_apart(world, pool):
    take(pool, world.disquaire, NOVEMBER, alone=None, grade="")
    figures = member_sheet(world.disquaire.pk, NOVEMBER, date(2026, 12, 1)).figures
    assert (figures.unpriced_quantity, figures.unpriced_paid_cents) == (1, 13150)
    assert figures.proof_share is None
    assert figures.proved == figures.declared == Range()


def test_a_transfer_is_a_figure_of_its_own(world, pool):
    take(pool, world.disquaire, NOVEMBER, financed_cents=5000, financed_by="Ville")
    figures = member_sheet(world.disquaire.pk, NOVEMBER, date(2026, 12, 1)).figures
    assert figures.financed_cents == 5000
    assert figures.proved.high == 6550


def test_every_way_to_cut_the_sheet_gives_the_same_total(world, pool, year):
    for month in (1, 2, 3):
        for firm in world.firms[:3]:
            sign(pool, firm, months_ago(world.today, month), 3 + month)
    month = months_ago(world.today, 3)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=world.today)
    whole = cluster_sheet(*year)
    for rows in (
        [row.figures for row in whole.services],
        [figures for _month, figures in whole.months],
        [row.figures for row in whole.firms],
        [member_sheet(firm.pk, *year).figures for firm in world.firms],
    ):
        assert sum(row.paid_cents for row in rows) == whole.figures.paid_cents
        assert sum(row.alone_cents for row in rows) == whole.figures.alone_cents
        assert Range.total(row.proved for row in rows) == whole.figures.proved


def test_a_figure_opens_onto_acts_whose_total_it_is(world, pool, year):
    for month in (1, 2):
        sign(pool, world.disquaire, months_ago(world.today, month), 5)
    take(pool, world.disquaire, months_ago(world.today, 1), alone=None, grade="")
    take(pool, world.disquaire, months_ago(world.today, 4), grade="D", paid=100)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=months_ago(world.today, 2)), on=world.today)
    sheet = member_sheet(world.disquaire.pk, *year).figures
    proved, _shown = acts_of_cells(*year, firm_id=world.disquaire.pk, grades="AB")
    declared, _shown = acts_of_cells(*year, firm_id=world.disquaire.pk, grades="CD")
    unpriced, _shown = acts_of_cells(*year, firm_id=world.disquaire.pk, kind="unpriced")
    everything, shown = acts_of_cells(*year, firm_id=world.disquaire.pk)
    assert proved.proved == sheet.proved
    assert declared.declared == sheet.declared
    assert unpriced.unpriced_paid_cents == sheet.unpriced_paid_cents
    assert everything.paid_cents == sheet.paid_cents
    assert sum(act.paid_cents for one in shown for act in one.acts or ()) == sheet.paid_cents
    closed, shown = acts_of_cells(*year, firm_id=world.disquaire.pk, most=1)
    assert closed == everything
    assert all(one.acts is None for one in shown)


def test_another_cluster_has_its_own_figures(world, pool, year):
    sign(pool, world.disquaire, months_ago(world.today, 1), 5)
    with scope(cluster=world.treille):
        assert member_sheet(world.disquaire.pk, *year).is_empty
        assert years_with_acts() == []


@pytest.mark.parametrize("count", [1, 30])
def test_a_sheet_takes_three_queries_however_many_acts(world, pool, year, count, django_assert_num_queries):
    for firm in world.firms[:3]:
        sign(pool, firm, months_ago(world.today, 1), count)
    with django_assert_num_queries(3):
        sheet = cluster_sheet(*year)
        assert sheet.figures.proved.high > 0


# ---------------------------------------------------------------- what a funder may see


def firms_of(world, count):
    from grappe.clusters.models import Firm

    return [Firm.objects.create(name=f"Structure {rank}") for rank in range(count)]


def test_below_five_firms_a_funder_sees_nothing(world, pool):
    for firm in firms_of(world, 4):
        take(pool, firm, NOVEMBER)
    sheet = funder_sheet(NOVEMBER, date(2026, 12, 1))
    assert (sheet.firm_count, sheet.figures, sheet.services) == (4, None, ())


def test_from_five_firms_a_funder_sees_totals(world, pool):
    for firm in firms_of(world, 5):
        take(pool, firm, NOVEMBER)
    sheet = funder_sheet(NOVEMBER, date(2026, 12, 1))
    assert sheet.figures is not None
    assert sheet.figures.proved == Range(5 * 6550, 5 * 6550, 5 * 6550)
    assert sheet.cents_per_half_day == 13150
    assert [row.label for row in sheet.services] == ["Communication web"]


def test_a_small_service_cannot_be_told_by_subtraction(world, pool):
    firms = firms_of(world, 8)
    small = post(world, name="Paie", prices={})
    large = post(world, name="Comptabilité", prices={})
    for firm in firms[:6]:
        take(pool, firm, NOVEMBER)
    for firm in firms:
        take(large, firm, NOVEMBER)
    take(small, firms[0], NOVEMBER)
    sheet = funder_sheet(NOVEMBER, date(2026, 12, 1))
    assert [(row.label, row.figures.firm_count) for row in sheet.services] == [("Comptabilité", 8), ("", 6)]


def test_a_grade_that_few_firms_have_hides_the_split(world, pool):
    for rank, firm in enumerate(firms_of(world, 6)):
        take(pool, firm, NOVEMBER, grade="C" if rank == 0 else "A")
    sheet = funder_sheet(NOVEMBER, date(2026, 12, 1))
    assert sheet.figures is not None
    assert not sheet.shows_proof


def test_firms_stand_in_the_order_of_a_directory(world, pool):
    for firm in (world.studio, world.edition, world.disquaire):
        take(pool, firm, NOVEMBER)
    rows = cluster_sheet(NOVEMBER, date(2026, 12, 1)).firms
    assert [row.label for row in rows] == ["Disquaire", "Édition", "Studio"]
