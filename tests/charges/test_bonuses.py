"""A differential bonus in statements, invoices and the year: figures by hand in docs/algorithms/bonus.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.charges.factory import months_ago, paid, post, sign
from tests.charges.test_closings import billed_year, breaches, close, exempt, last_year, ready
from tests.pools.factory import speaker
from tests.world import World

from grappe.acts.actions import reverse
from grappe.charges import queries
from grappe.charges.actions import cancel_invoice, draw_up, issue
from grappe.charges.models import ClosingLine, Invoice, Statement, StatementLine
from grappe.charges.reckoning import Billed, Part, Taken, reckon_month
from grappe.cli.check import bonuses_are_agreed
from grappe.clusters.models import Firm
from grappe.pools import bonuses
from grappe.pools.actions import agree_bonus, record_bonus
from grappe.pools.enums import BonusBasis
from grappe.pools.models import Bonus, Pool
from grappe.pools.models import Part as PoolPart


def bonus(world: World, pool: Pool, firm: Firm, cents: int = 1_000, basis: str = "half_day", **more) -> Bonus:
    """Declared by the firm itself: it stands at once, with 42 % of charges."""
    said = {"valid_from": pool.starts_on, "reason": "prime d’ancienneté", "charges_bp": 4_200, **more}
    part = PoolPart.objects.get(pool=pool, firm=firm)
    return record_bonus(by=said.pop("by", None) or speaker(world, firm), part=part, cents=cents, basis=basis, **said)


def month_of(world: World, pool: Pool, month: date, counts=(12, 10, 8)) -> Statement:
    for firm, count in zip(world.firms, counts, strict=False):
        sign(pool, firm, month, count)
    return issued(pool, month, world.today)


def issued(pool: Pool, month: date, on: date) -> Statement:
    return issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=on)


def charged(statement: Statement) -> dict[str, int]:
    return {line.firm.name: line.charged_cents for line in statement.lines.select_related("firm")}


class TestAMonth:
    def test_it_falls_on_its_firm_alone(self, world):
        pool, month = post(world), months_ago(world.today, 2)
        bonus(world, pool, world.scene)
        statement = month_of(world, pool, month)
        assert charged(statement) == {"Disquaire": 144_000, "Scène": 134_200, "Studio": 96_000}
        assert (statement.cost_cents, statement.own_cents, statement.kept_cents) == (374_200, 14_200, 0)
        assert statement.month_cost_cents == 360_000
        invoice = Invoice.objects.get(firm=world.scene)
        assert [(line.quantity, line.net_cents) for line in invoice.lines.all()] == [(10, 120_000), (0, 14_200)]
        assert "prime différentielle" in invoice.lines.last().label
        assert "142,00" in " ".join(queries.why_invoice(invoice))
        assert paid(pool, world.scene) == 134_200
        assert breaches() == []

    def test_by_month_it_is_due_once_and_only_to_who_came(self, world):
        pool = post(world)
        bonus(world, pool, world.studio, 10_000, BonusBasis.MONTH)
        assert charged(month_of(world, pool, months_ago(world.today, 3)))["Studio"] == 96_000 + 14_200
        second = month_of(world, pool, months_ago(world.today, 2), (12, 10))
        assert "Studio" not in charged(second)
        assert breaches() == []

    def test_by_month_it_owes_nothing_before_it_begins(self):
        """Begun in March: nothing for January, its 142.00 for March; with a post that begins inside a month, that month too."""
        march = Bonus(cents=10_000, charges_bp=4_200, basis=BonusBasis.MONTH, valid_from=date(2026, 3, 1))
        assert bonuses.owed([march], date(2026, 1, 1), {date(2026, 1, 9): 2}) == 0
        assert bonuses.owed([march], date(2026, 3, 1), {date(2026, 3, 9): 2}) == 14_200
        late = Bonus(cents=10_000, charges_bp=4_200, basis=BonusBasis.MONTH, valid_from=date(2026, 3, 16))
        assert bonuses.owed([late], date(2026, 3, 1), {date(2026, 3, 20): 1}) == 14_200

    def test_a_firm_at_its_ceiling_pays_its_bonus_above_it(self, world):
        pool = post(world, prices={world.disquaire: 12_000, world.scene: 12_000, world.studio: 11_000})
        bonus(world, pool, world.studio)
        statement = month_of(world, pool, months_ago(world.today, 1))
        assert charged(statement)["Studio"] == 88_000 + 8 * 1_420
        assert statement.kept_cents == 8_000
        assert breaches() == []

    def test_signed_late_it_follows_the_half_days(self, world):
        pool, month = post(world), months_ago(world.today, 2)
        bonus(world, pool, world.scene)
        month_of(world, pool, month)
        sign(pool, world.scene, month, 2)
        later = issued(pool, months_ago(world.today, 1), world.today)
        assert charged(later) == {"Disquaire": -9_000, "Scène": 152_040 - 134_200, "Studio": -6_000}
        assert later.own_cents == 2_840
        assert queries.results_of_year(month.year)[pool.pk].charged_cents >= 0
        assert breaches() == []

    def test_what_was_not_agreed_to_is_not_charged_and_once_agreed_is_caught_up(self, world):
        pool, month = post(world), months_ago(world.today, 2)
        asked = bonus(world, pool, world.scene, by=world.colette)
        assert asked.agreed_at is None
        assert charged(month_of(world, pool, month))["Scène"] == 120_000
        agree_bonus(by=speaker(world, world.scene), bonus=asked)
        later = issued(pool, months_ago(world.today, 1), world.today)
        assert charged(later) == {"Scène": 14_200}
        assert [row.net_cents for row in Invoice.objects.first().lines.all()] == [14_200]
        assert breaches() == []

    def test_a_bonus_that_ends_is_no_longer_charged_from_its_day(self, world):
        pool = post(world)
        bonus(world, pool, world.scene)
        bonus(
            world,
            pool,
            world.scene,
            0,
            by=world.colette,
            valid_from=months_ago(world.today, 1),
            reason="grille relevée",
        )
        assert charged(month_of(world, pool, months_ago(world.today, 2)))["Scène"] == 134_200
        assert charged(month_of(world, pool, months_ago(world.today, 1)))["Scène"] == 120_000

    def test_a_cancelled_invoice_is_charged_again_bonus_and_all(self, world):
        pool, month = post(world), months_ago(world.today, 2)
        bonus(world, pool, world.scene)
        month_of(world, pool, month)
        cancel_invoice(by=None, invoice=Invoice.objects.get(firm=world.scene), on=world.today)
        assert charged(issued(pool, months_ago(world.today, 1), world.today)) == {"Scène": 134_200}
        assert breaches() == []

    def test_half_days_taken_back_take_their_bonus(self, world):
        pool, month = post(world), months_ago(world.today, 2)
        bonus(world, pool, world.scene)
        for firm, count in ((world.disquaire, 2), (world.scene, 1)):
            acts = sign(pool, firm, month, count)
        issued(pool, month, world.today)
        reverse(by=None, act=acts[0], label="erreur")
        later = issued(pool, months_ago(world.today, 1), world.today)
        assert charged(later)["Scène"] == -(12_000 + 1_420)
        assert breaches() == []


def test_a_year_closed_adds_it_to_its_firms_share(world):
    """docs/algorithms/closing.md with a bonus of 14.20 on Scène's 20 half-days: 284.00 on it alone, the result nil."""
    exempt(world)
    pool = billed_year(world)
    bonus(world, pool, world.scene)
    closing = ready(world, 615_000)
    close(world, closing)
    lines = {line.firm.name: line for line in ClosingLine.objects.select_related("firm")}
    assert (lines["Scène"].share_cents, lines["Scène"].own_cents) == (223_636, 28_400)
    assert lines["Scène"].regularisation_cents == 3_636 + 28_400
    assert lines["Disquaire"].regularisation_cents == 6_000
    closing.refresh_from_db()
    assert closing.result_cents == 0
    assert paid(pool, world.scene) == 223_636 + 28_400
    assert last_year(world) == closing.year
    assert breaches() == []


def test_a_bonus_charged_to_whom_did_not_agree_is_a_breach(world):
    pool, month = post(world), months_ago(world.today, 2)
    statement = Statement.objects.create(
        cluster=world.vigne, pool=pool, month=month, key="signed_half_days", cost_cents=5, own_cents=5, charged_cents=5
    )
    part = Part(month, 0, 0, 0, 0, 0, own_cents=5)
    StatementLine.objects.create(
        cluster=world.vigne, statement=statement, firm=world.scene, quantity=0, share_cents=5, ceiling_cents=5,
        charged_cents=5, why={"parts": [part.to_json()]},
    )  # fmt: skip
    Statement.objects.filter(pk=statement.pk).update(issued_at=timezone.now())
    assert len(list(bonuses_are_agreed())) == 1
    bonus(world, pool, world.scene, valid_from=months_ago(world.today, 1))
    assert len(list(bonuses_are_agreed())) == 1  # in force too late for that month
    bonus(world, pool, world.scene)
    assert list(bonuses_are_agreed()) == []


MONTH = date(2026, 3, 1)
ROWS = st.lists(
    st.builds(
        Bonus,
        cents=st.integers(0, 20_000),
        charges_bp=st.integers(0, 20_000),
        basis=st.just("half_day"),
        valid_from=st.dates(MONTH - timedelta(days=40), MONTH + timedelta(days=40)),
    ),
    max_size=4,
)


@pytest.mark.once
@given(ROWS, st.dictionaries(st.integers(0, 30), st.integers(0, 2), max_size=12))
def test_each_half_day_owes_the_bonus_of_its_day(rows, counts):
    rows.sort(key=lambda row: row.valid_from)
    taken = {MONTH + timedelta(days=rank): count for rank, count in counts.items()}
    expected = 0
    for day, count in taken.items():
        standing = [row for row in rows if row.valid_from <= day]
        expected += count * standing[-1].loaded_cents if standing else 0
    assert bonuses.owed(rows, MONTH, taken) == expected


@pytest.mark.once
@given(
    st.dictionaries(
        st.integers(1, 9), st.tuples(st.integers(0, 90), st.integers(0, 9_000), st.integers(0, 900)), min_size=1
    ),
    st.integers(0, 20_000),
)
def test_what_a_month_charges_is_the_capped_shares_and_each_ones_bonus(firms, before):
    taken = {pk: Taken(1, ceiling) for pk, (_share, ceiling, _own) in firms.items()}
    shares, own = ({pk: row[rank] for pk, row in firms.items()} for rank in (0, 2))
    billed = {min(firms): Billed(1, before, min(before, own[min(firms)]))}
    parts = reckon_month(month=MONTH, cost_cents=0, taken=taken, billed=billed, shares=shares, own=own)
    for pk, part in parts.items():
        assert part.due_cents == min(shares[pk], firms[pk][1]) + own[pk] <= part.most_cents
        assert Part.from_json(part.to_json()) == part
    assert sum(part.charged_cents for part in parts.values()) == sum(part.due_cents for part in parts.values()) - before
