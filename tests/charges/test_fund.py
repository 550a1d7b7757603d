"""The line of a price that feeds the guarantee fund: figures by hand in docs/algorithms/solidarity.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charges.factory import months_ago, post, sign
from tests.charges.test_bonuses import bonus, issued
from tests.charges.test_closings import breaches, close, exempt, last_year, use, year_post
from tests.world import World

from grappe.charges.actions import cancel_invoice, record_payment
from grappe.charges.actions.closings import open_closing, write_costs
from grappe.charges.actions.guarantees import UnableToGuarantee, use_guarantee
from grappe.charges.models import ClosingCost, Invoice
from grappe.charges.reckoning import Taken, fund_parts, reckon_month
from grappe.charges.solidarity import pot_balances
from grappe.cli.check import fund_is_fed
from grappe.ledger import actions as ledger
from grappe.ledger.queries import balance, trial_balance
from grappe.pools.enums import CostBasis, CostPart
from grappe.pools.models import CostLine, Pool


def with_fund(pool: Pool, cents: int = 12_000) -> Pool:
    """Of the month's cost, so much feeds the fund."""
    line = CostLine.objects.get(pool=pool)
    CostLine.objects.filter(pk=line.pk).update(cents=line.cents - 12 * cents)
    CostLine.objects.create(
        cluster=pool.cluster, pool=pool, position=2, label="Fonds de garantie", basis=CostBasis.CENTS_A_YEAR,
        part=CostPart.GUARANTEE, cents=12 * cents,
    )  # fmt: skip
    return pool


def held(world: World) -> dict[str, int]:
    return {firm.name: -balance("1034", firm=firm) for firm in world.firms[:3]}


def month_of(world: World, pool: Pool, back: int, counts=(12, 10, 8)):
    month = months_ago(world.today, back)
    for firm, count in zip(world.firms, counts, strict=False):
        sign(pool, firm, month, count)
    return issued(pool, month, world.today)


@pytest.fixture
def pool(world) -> Pool:
    return with_fund(post(world, prices={world.disquaire: 12_000, world.scene: 12_000, world.studio: 11_000}))


class TestAMonth:
    def test_each_part_goes_to_its_firms_balance(self, world, pool):
        bonus(world, pool, world.scene)  # a bonus feeds nothing
        month_of(world, pool, 2)
        assert held(world) == {"Disquaire": 4_800, "Scène": 4_000, "Studio": 2_933}
        invoices = sum(Invoice.objects.values_list("net_cents", flat=True))
        assert -balance("706") == invoices - 11_733
        assert trial_balance().is_balanced
        assert breaches() == []

    def test_a_credit_note_takes_it_back_and_the_next_statement_puts_it_again(self, world, pool):
        month_of(world, pool, 2)
        cancel_invoice(by=None, invoice=Invoice.objects.get(firm=world.studio), on=world.today)
        assert held(world)["Studio"] == 0
        assert breaches() == []
        issued(pool, months_ago(world.today, 1), world.today)
        assert held(world)["Studio"] == 2_933
        assert breaches() == []

    def test_signed_late_it_moves_with_what_is_charged(self, world, pool):
        month_of(world, pool, 2)
        sign(pool, world.studio, months_ago(world.today, 2), 2)
        issued(pool, months_ago(world.today, 1), world.today)
        assert held(world) == {"Disquaire": 4_500, "Scène": 3_750, "Studio": 3_667}  # 3,575.00 of 3,600.00 are paid
        assert breaches() == []

    def test_what_is_not_paid_is_not_there_to_be_used(self, world, pool):
        month_of(world, pool, 2)
        pot = pot_balances("fund")
        assert (pot.paid_cents, pot.billed_cents) == (0, 11_733)
        one = Invoice.objects.get(firm=world.disquaire)
        record_payment(by=None, invoice=one, day=world.today, cents=one.total_cents // 2)
        assert pot_balances("fund").paid == {world.disquaire.pk: 2_400}
        late = Invoice.objects.select_related("cluster", "firm").get(firm=world.studio)
        with pytest.raises(UnableToGuarantee) as refusal:
            use_guarantee(by=None, invoice=late, pot="fund", cents=2_401, day=late.due_on + timedelta(days=1))
        assert "24,00" in refusal.value.message


def test_a_year_closed_brings_it_to_what_it_really_was(world):
    exempt(world)
    pool = with_fund(year_post(world))
    year_of(world, pool)
    assert sum(held(world).values()) == 2 * 12_000
    closing = open_closing(by=None, cluster=world.vigne, year=last_year(world))
    costs = {cost.pk: cost.planned_cents for cost in ClosingCost.objects.all()}
    costs[ClosingCost.objects.get(part="guarantee").pk] = 27_500
    write_costs(by=None, closing=closing, costs=costs)
    close(world, closing)
    assert held(world) == {"Disquaire": 11_000, "Scène": 10_000, "Studio": 6_500}  # 22, 20 and 13 of 55
    closing.refresh_from_db()
    assert closing.result_cents == 0
    assert breaches() == []


def year_of(world: World, pool: Pool) -> None:
    for month, counts in ((11, (12, 10, 8)), (12, (10, 10, 5))):
        first = date(last_year(world), month, 1)
        for firm, count in zip(world.firms, counts, strict=False):
            use(pool, firm, first, count)
        issued(pool, first, world.today)


def test_a_fund_that_nobody_fed_is_a_breach(world, pool):
    month_of(world, pool, 2)
    assert list(fund_is_fed()) == []
    ledger.post(
        by=None, cluster=world.vigne, day=world.today, label="x", source="invoice:planted",
        lines=[("706", 5, 0, None), ("1034", 0, 5, world.scene)],
    )  # fmt: skip
    assert len(list(fund_is_fed())) == 1


MONEY = st.dictionaries(st.integers(1, 40), st.integers(0, 900_000), min_size=1, max_size=12)


@pytest.mark.once
@given(MONEY, st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_fund_is_the_sum_of_its_parts_and_never_above_what_is_paid(pays, fund, more):
    cost = sum(pays.values()) + more
    parts = fund_parts(min(fund, cost), cost, pays)
    whole = sum(parts.values())
    assert whole <= sum(pays.values())
    assert all(0 <= parts[pk] <= pays[pk] for pk in pays)
    if more == 0 and cost:
        assert whole == min(fund, cost)
    taken = {pk: Taken(1, cents) for pk, cents in pays.items()}
    month = reckon_month(
        month=date(2026, 3, 1), cost_cents=cost, taken=taken, billed={}, shares=pays, own={}, fund_cents=min(fund, cost)
    )
    assert sum(part.new_fund_cents for part in month.values()) == whole
