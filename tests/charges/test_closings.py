"""A year closed: real costs, regularisation to the cent, the result, and nothing that moves afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st
from tests.charges.factory import paid, post, sign
from tests.world import World

from grappe.acts.actions import YearIsClosed, reverse
from grappe.acts.models import Act
from grappe.charges import queries
from grappe.charges.actions import UnableToCancel, UnableToDrawUp, cancel_invoice, draw_up, issue, record_payment
from grappe.charges.actions.closings import (
    UnableToAcceptYear,
    UnableToChooseRegime,
    UnableToClose,
    accept_year,
    choose_regime,
    close_year,
    open_closing,
    write_costs,
)
from grappe.charges.models import Closing, ClosingCost, ClosingLine, Invoice
from grappe.charges.regularising import Used, share_year
from grappe.cli.check import invariants
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster
from grappe.ledger.queries import balance, trial_balance
from grappe.people.models import Mail
from grappe.pools.enums import CostBasis
from grappe.pools.models import Commitment, CostLine, Pool


def breaches() -> list[str]:
    return [f"{title}: {breach}" for title, verify in invariants().items() for breach in verify()]


def exempt(world: World, regime: str = VatRegime.EXEMPT) -> None:
    Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime=regime)
    world.vigne.refresh_from_db()


def last_year(world: World) -> int:
    return world.today.year - 1


def year_post(world: World, *, month_cents: int = 300_000, prices=None, margin: int = 1_000, months: int = 2) -> Pool:
    """A post that ran in the last months of last year, each commitment with its ceiling."""
    pool = post(world, month_cents=month_cents, prices=prices, since=1)
    first = date(last_year(world), 13 - months, 1)
    Pool.objects.filter(pk=pool.pk).update(starts_on=first, ends_on=date(last_year(world) + 1, 1, 1))
    pool.refresh_from_db()
    with transaction.atomic():
        for one in Commitment.objects.filter(part__pool=pool):
            twin = Commitment(
                cluster=world.vigne, part=one.part, half_days=10, price_cents=one.price_cents, month_cents=one.month_cents,
                alone_price_cents=one.alone_price_cents, alone_half_days=one.alone_half_days, grade=one.grade,
                ceiling_cents=one.price_cents * (10_000 + margin) // 10_000 if margin else None, valid_from=first,
            )  # fmt: skip
            twin.save()
    return pool


def use(pool: Pool, firm, month: date, count: int) -> None:
    terms = Commitment.objects.filter(part__pool=pool, part__firm=firm).latest("pk")
    from grappe.acts.actions import record

    for rank in range(count):
        record(
            by=None, cluster=pool.cluster, pool=pool, firm=firm, day=month + timedelta(days=rank % 27), quantity=1,
            paid_cents=terms.price_cents, alone_unit_cents=terms.alone_price_cents, alone_month_quantity=4, grade="A",
            label="demi-journée", source=f"use:{pool.pk}:{firm.pk}:{month}:{rank}",
        )  # fmt: skip


def billed_year(world: World, **options) -> Pool:
    """November and December: 12, 10 and 8 half-days, then 10, 10 and 5; both months issued."""
    pool = year_post(world, **options)
    for month, counts in ((11, (12, 10, 8)), (12, (10, 10, 5))):
        first = date(last_year(world), month, 1)
        for firm, count in zip(world.firms, counts, strict=False):
            use(pool, firm, first, count)
        issue(by=world.colette, statement=draw_up(by=world.colette, pool=pool, month=first), on=world.today)
    return pool


def ready(world: World, real_cents: int) -> Closing:
    closing = open_closing(by=world.colette, cluster=world.vigne, year=last_year(world))
    cost = ClosingCost.objects.get(closing=closing)
    return write_costs(by=world.colette, closing=closing, costs={cost.pk: real_cents})


def close(world: World, closing: Closing, **options) -> Closing:
    return close_year(by=world.colette, closing=closing, on=world.today, **options)


class TestExempt:
    def test_each_pays_its_use_of_the_real_cost_and_nothing_is_left(self, world):
        """docs/algorithms/closing.md: 6,150.00 real, 55 half-days, 6,000.00 invoiced."""
        exempt(world)
        pool = billed_year(world)
        closing = ready(world, 615_000)
        assert ClosingCost.objects.get().planned_cents == 600_000
        before = Invoice.objects.count()
        close(world, closing)
        lines = {line.firm.name: line for line in closing.lines.all()}
        assert {name: line.share_cents for name, line in lines.items()} == {
            "Disquaire": 246_000, "Scène": 223_636, "Studio": 145_364,
        }  # fmt: skip
        assert {name: line.regularisation_cents for name, line in lines.items()} == {
            "Disquaire": 6_000, "Scène": 3_636, "Studio": 5_364,
        }  # fmt: skip
        closing.refresh_from_db()
        assert closing.result_cents == 0
        assert sum(Invoice.objects.values_list("net_cents", flat=True)) == 615_000
        assert Invoice.objects.count() == before + 3
        assert trial_balance().is_balanced
        assert -balance("706") == 615_000
        assert [paid(pool, line.firm) for line in lines.values()] == [line.share_cents for line in lines.values()]
        assert breaches() == []

    def test_a_cheaper_year_gives_back_by_credit_notes(self, world):
        exempt(world)
        pool = billed_year(world)
        close(world, ready(world, 580_001))
        notes = Invoice.objects.filter(closing_lines__isnull=False).distinct()
        assert sum(note.total_cents for note in notes) == 580_001 - 600_000
        assert all(note.is_credit_note for note in notes)
        assert {note.vat_note for note in notes} == {"Exonération de TVA, article 261 B du CGI"}
        note = queries.invoice_numbered(notes.first().pk)
        assert "rend" in " ".join(queries.why_invoice(note))
        record_payment(by=None, invoice=note, day=world.today, cents=-note.total_cents)
        assert sum(paid(pool, firm) for firm in world.firms) == 580_001
        assert breaches() == []

    def test_it_is_told_by_mail_and_in_plain_words(self, world):
        exempt(world)
        billed_year(world)
        Mail.objects.all().delete()
        closing = close(world, ready(world, 615_000))
        assert Mail.objects.filter(person=world.marius).count() == 1
        line = closing.lines.get(firm=world.disquaire)
        said = " ".join(queries.why_closed(line)).replace("\xa0", " ").replace("\u202f", " ")
        assert "6 150,00 €" in said
        assert "55 demi-journées" in said
        assert "60,00 € à régler" in said
        assert queries.invoice_pdf(line.invoice).startswith(b"%PDF")

    def test_closing_twice_happens_once(self, world):
        exempt(world)
        billed_year(world)
        closing = ready(world, 615_000)
        close(world, closing)
        count = Invoice.objects.count()
        assert close(world, closing).closed_at is not None
        assert Invoice.objects.count() == count

    def test_above_the_ceiling_a_new_agreement_is_asked(self, world):
        exempt(world)
        pool = billed_year(world)
        closing = ready(world, 750_000)  # a quarter above, ceilings a tenth above
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing)
        assert "Disquaire" in refusal.value.message
        assert Invoice.objects.filter(closing_lines__isnull=False).count() == 0
        asked = queries.years_to_accept([world.disquaire.pk])
        assert [(one.pool, row.share.should_cents) for _closing, one, row in asked] == [(pool, 300_000)]
        with pytest.raises(UnableToAcceptYear):
            accept_year(by=world.ancien, closing=closing, pool=pool, firm=world.disquaire, cents=300_000)
        with pytest.raises(UnableToAcceptYear):
            accept_year(by=world.marius, closing=closing, pool=pool, firm=world.disquaire, cents=299_999)
        accept_year(by=world.marius, closing=closing, pool=pool, firm=world.disquaire, cents=300_000)
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing)
        assert "Disquaire" not in refusal.value.message
        write_costs(by=None, closing=closing, costs={ClosingCost.objects.get().pk: 650_000})
        close(world, closing)
        assert breaches() == []

    def test_without_a_ceiling_the_accepted_price_is_one(self, world):
        exempt(world)
        billed_year(world, margin=0)
        with pytest.raises(UnableToClose):
            close(world, ready(world, 700_000))


class TestTaxable:
    def test_the_margin_is_shown_and_its_use_is_said(self, world):
        billed_year(world)
        closing = ready(world, 560_000)
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing)
        assert "résultat" in refusal.value.message
        count = Invoice.objects.count()
        close(world, closing, use="reserve", words="AG du 12 mars")
        closing.refresh_from_db()
        assert (closing.result_cents, closing.use) == (40_000, "reserve")
        assert Invoice.objects.count() == count
        assert breaches() == []


class TestClosedForGood:
    @pytest.fixture
    def closed(self, world):
        exempt(world)
        pool = billed_year(world)
        return pool, close(world, ready(world, 615_000))

    def test_hours_signed_late_are_refused_in_words(self, world, closed):
        pool, _closing = closed
        with pytest.raises(YearIsClosed) as refusal:
            use(pool, world.disquaire, date(last_year(world), 10, 1), 1)
        assert str(last_year(world)) in refusal.value.message
        with pytest.raises(YearIsClosed):
            reverse(by=None, act=Act.objects.filter(quantity=1).first(), label="x")

    def test_the_database_refuses_what_the_rooms_would_not(self, world, closed):
        pool, closing = closed
        act = Act.objects.filter(quantity=1).first()
        act.pk, act.source = None, "sneaky"
        for wrong in (
            lambda: act.save(force_insert=True),
            lambda: Closing.objects.update(result_cents=1),
            lambda: Closing.objects.all().delete(),
            lambda: ClosingCost.objects.update(cents=1),
            lambda: ClosingLine.objects.update(quantity=1),
            lambda: ClosingCost.objects.create(cluster=world.vigne, closing=closing, pool=pool, position=9, label="x"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                wrong()

    def test_no_statement_no_credit_note_no_cost(self, world, closed):
        pool, closing = closed
        with pytest.raises(UnableToCancel):
            cancel_invoice(by=None, invoice=Invoice.objects.order_by("number").first(), on=world.today)
        with pytest.raises(UnableToCancel):
            cancel_invoice(by=None, invoice=closing.lines.first().invoice, on=world.today)
        with pytest.raises(UnableToDrawUp):
            draw_up(by=None, pool=pool, month=date(last_year(world), 12, 1))
        with pytest.raises(UnableToClose):
            write_costs(by=None, closing=closing, costs={ClosingCost.objects.get().pk: 1})

    def test_next_years_statements_leave_the_closed_months_alone(self, world, closed):
        pool, _closing = closed
        Pool.objects.filter(pk=pool.pk).update(ends_on=None)
        pool.refresh_from_db()
        january = date(last_year(world) + 1, 1, 1)
        use(pool, world.scene, january, 3)
        statement = draw_up(by=None, pool=pool, month=january)
        assert [(line.firm.name, line.quantity) for line in statement.lines.all()] == [("Scène", 3)]
        issue(by=None, statement=statement, on=world.today)
        assert breaches() == []


class TestNotReady:
    @pytest.mark.parametrize("real", [-1, 100_000_001, 3 * 10**12])
    def test_a_cost_that_cannot_be_is_refused(self, world, real):
        billed_year(world)
        with pytest.raises(UnableToClose):
            ready(world, real)
        assert ClosingCost.objects.filter(cents__isnull=False).count() == 0

    def test_a_year_that_is_not_over_a_month_not_issued_a_cost_not_said(self, world):
        exempt(world)
        pool = year_post(world)
        use(pool, world.disquaire, date(last_year(world), 11, 1), 3)
        closing = ready(world, 615_000)
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing)
        assert "novembre" in refusal.value.message
        with pytest.raises(UnableToClose) as refusal:
            close_year(by=None, closing=closing, on=date(last_year(world), 12, 31))
        assert "finie" in refusal.value.message
        with pytest.raises(UnableToClose):
            open_closing(by=None, cluster=world.vigne, year=1999)

    def test_a_year_unused_has_nothing_to_share_by(self, world):
        exempt(world)
        pool = year_post(world)
        for month in (11, 12):
            statement = draw_up(by=None, pool=pool, month=date(last_year(world), month, 1))
            issue(by=None, statement=statement, on=world.today)
        closing = open_closing(by=None, cluster=world.vigne, year=last_year(world))
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing)
        assert "manque" in refusal.value.message
        write_costs(by=None, closing=closing, costs={ClosingCost.objects.get().pk: 100})
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing)
        assert "Personne" in refusal.value.message
        write_costs(by=None, closing=closing, costs={ClosingCost.objects.get().pk: 0})
        close(world, closing)
        assert breaches() == []

    def test_a_page_read_before_a_change_is_refused(self, world):
        exempt(world)
        pool = billed_year(world)
        closing = ready(world, 615_000)
        seen = queries.year_of(closing).mark
        use(pool, world.studio, date(last_year(world), 11, 28), 1)
        with pytest.raises(UnableToClose) as refusal:
            close(world, closing, seen=seen)
        assert "changé" in refusal.value.message
        close(world, closing, seen=queries.year_of(closing).mark)
        assert breaches() == []

    def test_a_further_cost_has_a_name(self, world):
        exempt(world)
        pool = billed_year(world)
        closing = ready(world, 600_000)
        with pytest.raises(UnableToClose):
            write_costs(by=None, closing=closing, costs={}, more={pool.pk: (" ", 1_000)})
        write_costs(by=None, closing=closing, costs={}, more={pool.pk: ("Taxe sur les salaires", 15_000)})
        close(world, closing)
        assert sum(Invoice.objects.values_list("net_cents", flat=True)) == 615_000

    def test_another_clusters_closing_is_not_there(self, world):
        billed_year(world)
        ready(world, 1)
        with scope(cluster=world.treille):
            assert queries.closing_of(last_year(world)) is None
            assert queries.years(on=world.today) == []


class TestRegime:
    def test_a_billed_year_keeps_its_regime(self, world):
        pool = post(world)
        sign(pool, world.disquaire, world.today.replace(day=1), 1)
        issue(by=None, statement=draw_up(by=None, pool=pool, month=world.today.replace(day=1)), on=world.today)
        with pytest.raises(UnableToChooseRegime) as refusal:
            choose_regime(by=None, cluster=world.vigne, regime=VatRegime.EXEMPT, on=world.today)
        assert str(world.today.year) in refusal.value.message
        with pytest.raises(UnableToChooseRegime) as refusal:
            choose_regime(by=None, cluster=world.vigne, regime=VatRegime.EXEMPT, on=date(world.today.year + 1, 1, 2))
        assert "close" in refusal.value.message

    def test_a_flat_fee_stands_in_the_way_of_exemption(self, world):
        pool = post(world)
        CostLine.objects.create(
            cluster=world.vigne, pool=pool, position=2, label="Gestion", basis=CostBasis.RATE_OF_LOADED, rate_bp=500
        )
        with pytest.raises(UnableToChooseRegime) as refusal:
            choose_regime(by=None, cluster=world.vigne, regime=VatRegime.EXEMPT, on=world.today)
        assert "Communication web" in refusal.value.message
        CostLine.objects.filter(position=2).delete()
        assert (
            choose_regime(by=None, cluster=world.vigne, regime=VatRegime.EXEMPT, on=world.today).vat_regime
            == "exempt_261b"
        )

    def test_what_is_no_regime_is_refused(self, world):
        with pytest.raises(UnableToChooseRegime):
            choose_regime(by=None, cluster=world.vigne, regime="x", on=world.today)


USED = st.builds(
    Used,
    quantity=st.integers(-2, 60),
    own_cents=st.integers(0, 90_000),
    invoiced_cents=st.integers(-10_000, 900_000),
    recorded_cents=st.integers(0, 900_000),
    ceiling_cents=st.integers(0, 900_000),
)


@given(st.integers(0, 10**9), st.dictionaries(st.integers(1, 99), USED, min_size=1, max_size=12))
def test_a_years_shares_make_its_real_cost_to_the_cent(cost, used):
    shares = share_year(cost, used)
    own = sum(one.own_cents for one in used.values())
    if any(one.quantity > 0 for one in used.values()):
        assert sum(one.should_cents for one in shares.values()) == cost + own
        invoiced = sum(one.used.invoiced_cents + one.regularisation_cents for one in shares.values())
        assert invoiced - cost - own == 0
    for one in shares.values():
        assert one.used.recorded_cents + one.adjust_cents == one.should_cents
        fair = cost * max(0, one.used.quantity) / one.all_quantity if one.all_quantity else 0
        assert abs(one.share_cents - fair) < 1
        assert one.above_cents >= 0


def test_the_odd_cent_goes_to_the_smallest_identifier():
    shares = share_year(1_000, {2: Used(quantity=1), 1: Used(quantity=1), 3: Used(quantity=1)})
    assert {firm: one.share_cents for firm, one in shares.items()} == {1: 334, 2: 333, 3: 333}
