"""What a post's price is made of: figures by hand in docs/algorithms/price-of-a-post.md."""

from __future__ import annotations

from datetime import date

import holidays
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pools.factory import invited, part_of, post

from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster
from grappe.pools import pricing, queries
from grappe.pools.actions import set_cost
from grappe.pools.enums import CostBasis, CostPart
from grappe.pools.kinds import post as kind
from grappe.pools.kinds.post import Line
from grappe.pools.refusals import UnableToSetCost
from grappe.web.shared import formats

PAY = [
    Line("Salaire brut", CostBasis.CENTS_A_YEAR, 2_400_000, part=CostPart.GROSS),
    Line("13e mois", CostBasis.CENTS_A_YEAR, 200_000, part=CostPart.THIRTEENTH),
    Line("Cotisations", CostBasis.RATE_OF_PAY, rate_bp=4_200, part=CostPart.CHARGES),
    Line("Avantages", CostBasis.CENTS_A_YEAR, 108_000, part=CostPart.BENEFITS),
]


def coefficient(basis: str, bp: int) -> Line:
    return Line("Marge", basis, rate_bp=bp, part=CostPart.MARGIN)


def test_charges_bear_on_the_thirteenth_month_too():
    assert kind.amounts(PAY) == [2_400_000, 200_000, 1_092_000, 108_000]


def test_a_coefficient_on_the_gross_makes_the_price_and_shows_what_it_adds():
    amounts = kind.amounts([*PAY, coefficient(CostBasis.TIMES_GROSS, 18_700)])
    assert sum(amounts) == 4_488_000
    assert amounts[-1] == 688_000


def test_a_coefficient_on_the_loaded_cost_adds_its_part():
    amounts = kind.amounts([*PAY, coefficient(CostBasis.TIMES_LOADED, 10_800)])
    assert amounts[-1] == 304_000


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.integers(100, 10**8), st.integers(0, 10**7), st.integers(10_000, 30_000))
def test_a_coefficient_makes_the_price_to_the_cent(gross, more, bp):
    lines = [Line("b", CostBasis.CENTS_A_YEAR, gross, part=CostPart.GROSS), Line("a", CostBasis.CENTS_A_YEAR, more)]
    assert kind.year_cents([*lines, coefficient(CostBasis.TIMES_GROSS, bp)]) == (gross * bp + 5_000) // 10_000
    assert kind.year_cents([*lines, coefficient(CostBasis.TIMES_LOADED, bp)]) == ((gross + more) * bp + 5_000) // 10_000


class TestRefused:
    @pytest.mark.parametrize("bp", [30_001, 300_000])
    def test_a_coefficient_that_is_a_slip(self, world, bp):
        with pytest.raises(UnableToSetCost):
            set_cost(by=None, pool=post(world), lines=[*PAY, coefficient(CostBasis.TIMES_GROSS, bp)])

    def test_a_rate_of_300_per_cent(self, world):
        with pytest.raises(UnableToSetCost) as refusal:
            set_cost(
                by=None, pool=post(world), lines=[PAY[0], Line("Cotisations", CostBasis.RATE_OF_GROSS, rate_bp=30_000)]
            )
        assert "Cotisations" in refusal.value.message

    def test_one_that_does_not_cover_the_cost(self, world):
        with pytest.raises(UnableToSetCost) as refusal:
            set_cost(by=None, pool=post(world), lines=[*PAY, coefficient(CostBasis.TIMES_GROSS, 12_000)])
        assert "couvre pas" in refusal.value.message

    @pytest.mark.parametrize(
        ("basis", "bp"),
        [(CostBasis.TIMES_GROSS, 18_700), (CostBasis.TIMES_LOADED, 10_500), (CostBasis.RATE_OF_LOADED, 500)],
    )
    def test_an_exempt_group_has_neither_coefficient_nor_flat_fee(self, world, basis, bp):
        pool = post(world)
        Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime=VatRegime.EXEMPT)
        pool.cluster.refresh_from_db()
        with pytest.raises(UnableToSetCost) as refusal:
            set_cost(by=None, pool=pool, lines=[*PAY, Line("Marge", basis, rate_bp=bp, part=CostPart.MARGIN)])
        assert "261 B" in refusal.value.message


def test_the_facts_of_the_work_are_kept_with_the_cost(world):
    pool = post(world)
    set_cost(by=None, pool=pool, lines=PAY, facts={"qualification": "Groupe 4", "training_days": 2, "name": "x"})
    pool.refresh_from_db()
    assert (pool.qualification, pool.training_days) == ("Groupe 4", 2)
    assert pool.name != "x"
    assert [line.part for line in pool.cost_lines.all()] == [line.part for line in PAY]


def test_an_exempt_price_is_accepted_with_its_ceiling(world):
    pool = invited(world)
    part = part_of(pool, world.disquaire)
    assert queries.price_card(part).ceiling_cents is None
    Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime=VatRegime.EXEMPT)
    card = queries.price_card(part_of(pool, world.disquaire))
    assert card.ceiling_cents == card.price_cents * 11 // 10
    assert pricing.regularised_at_most(13_138, 1_000) == 14_451


def test_a_members_card_says_what_the_price_is_made_of(world, client):
    pool = invited(world)
    card = queries.price_card(part_of(pool, world.disquaire))
    assert sum(cents for _line, cents in card.lines) == card.year_cents
    client.force_login(world.marius)
    page = client.get(reverse("member:commitment", args=["vigne", part_of(pool, world.disquaire).pk])).content.decode()
    assert "price-parts" in page
    assert "Cotisations patronales" in page


def test_the_cost_page_takes_a_coefficient_and_shows_it_again(world, client):
    pool = post(world)
    client.force_login(world.colette)
    url = reverse("desk:pool_cost", args=["vigne", pool.pk])
    said = {
        "gross": "24 000", "thirteenth": "2 000", "charges": "42", "benefits": "1 080", "management": "", "guarantee": "",
        "management_basis": "cents", "guarantee_basis": "cents", "coefficient": "1,87", "coefficient_basis": "times_gross",
        "qualification": "Groupe 4", "agreement": "CCNEAC", "training_days": "2",
    }  # fmt: skip
    assert client.post(url, said).status_code == 302
    assert queries.year_cost_cents(pool) == 4_488_000
    page = client.get(url).content.decode()
    assert "price-parts" in page
    assert 'value="1,87"' in page
    assert 'value="CCNEAC"' in page
    assert client.post(url, {**said, "coefficient": "300"}).status_code == 400


def year_2027(subdivision: str | None = None, training: int = 2) -> kind.Billable:
    calendar = holidays.country_holidays("FR", subdiv=subdivision, years=[2027, 2028])
    return kind.billable(
        date(2027, 1, 1), holidays=frozenset(calendar), leave_tenths_a_month=25, leave_most=30, training=training
    )


def test_the_half_days_of_2027_by_hand():
    """261 weekdays, 7 public holidays among them, 30 working days of leave (25 worked), 2 of training: 227 days."""
    year = year_2027()
    assert (year.weekdays, year.holidays, year.leave, year.training) == (261, 7, 25, 2)
    assert (year.half_days, year.half_days_a_month) == (454, 37)
    assert year_2027("57").holidays == 8  # Good Friday; 26 December is a Sunday


def test_the_calendar_of_a_post_reads_the_law_and_the_place(world):
    pool = post(world)
    found = queries.billable(pool)
    assert found.leave == 25
    assert 440 <= found.half_days <= 462


@given(st.integers(0, 400))
def test_no_year_has_less_than_nothing_to_sell(training):
    assert year_2027(training=training).half_days >= 0


TIME = kind.Billable(weekdays=261, holidays=7, leave=25, training=2, week_minutes=2_100)


class TestTheHour:
    def test_what_the_pay_pays_for_by_hand(self):
        """A weekday costs 100.00 of gross pay and 40.00 of charges: 25 of leave, 7 holidays, 2 of training, 227 of work."""
        lines = [
            Line("Salaire brut", CostBasis.CENTS_A_YEAR, 2_610_000, part=CostPart.GROSS),
            Line("Cotisations", CostBasis.RATE_OF_GROSS, rate_bp=4_000, part=CostPart.CHARGES),
            Line("Fonds", CostBasis.RATE_OF_GROSS, rate_bp=100, part=CostPart.GUARANTEE),
        ]
        assert kind.made_of(lines, kind.amounts(lines), TIME) == [
            ("Salaire brut", 2_270_000), ("Cotisations", 908_000), ("Fonds", 26_100),
            ("Congés payés (25 jours)", 350_000), ("Jours fériés (7)", 98_000), ("Temps de formation (2 jours)", 28_000),
        ]  # fmt: skip

    def test_an_hour_is_rounded_up(self):
        assert TIME.hour_cents(8_700) == 2_486  # 87.00 for three hours and a half
        assert TIME.hour_cents(350) == 100
        assert kind.Billable(261, 7, 25, 2).hour_cents(8_700) is None

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(100, 10**8), st.integers(0, 400), st.integers(0, 20_000))
    def test_the_parts_make_the_year_to_the_cent(self, gross, training, bp):
        lines = [*PAY, Line("Fonds", CostBasis.RATE_OF_GROSS, rate_bp=bp, part=CostPart.GUARANTEE)]
        lines[0] = Line("b", CostBasis.CENTS_A_YEAR, gross, part=CostPart.GROSS)
        made = kind.made_of(lines, kind.amounts(lines), kind.Billable(261, 7, 25, training))
        assert sum(cents for _label, cents in made) == kind.year_cents(lines)
        assert all(cents >= 0 for _label, cents in made)

    def test_it_is_shown_to_the_member_and_to_the_coordination(self, world, client):
        pool = invited(world)
        part = part_of(pool, world.disquaire)
        hour = queries.billable(pool).hour_cents(queries.price_card(part).price_cents)
        for who, name, pk in ((world.marius, "member:commitment", part.pk), (world.colette, "desk:pool_cost", pool.pk)):
            client.force_login(who)
            page = client.get(reverse(name, args=["vigne", pk])).content.decode()
            assert "Congés payés (25 jours)" in page
            assert "Jours fériés" in page
            assert formats.euros(hour, "fr") in page


class TestMargin:
    SAID = {
        "gross": "24 000", "charges": "42", "management_basis": "cents", "guarantee_basis": "cents", "regularisation": "6",
    }  # fmt: skip

    def test_the_page_sets_it_for_what_is_accepted_from_then_on(self, world, client):
        pool = invited(world)
        Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime=VatRegime.EXEMPT)
        client.force_login(world.colette)
        url = reverse("desk:pool_cost", args=["vigne", pool.pk])
        assert 'name="regularisation" value="10"' in client.get(url).content.decode()
        assert client.post(url, self.SAID).status_code == 302
        pool.refresh_from_db()
        assert pool.regularisation_bp == 600
        card = queries.price_card(part_of(pool, world.disquaire))
        assert card.ceiling_cents == card.price_cents * 106 // 100
        assert client.post(url, {**self.SAID, "regularisation": ""}).status_code == 302
        pool.refresh_from_db()
        assert pool.regularisation_bp == 600
        assert client.post(url, {**self.SAID, "regularisation": "300"}).status_code == 400

    def test_with_vat_there_is_nothing_to_set(self, world, client):
        pool = post(world)
        client.force_login(world.colette)
        assert (
            'name="regularisation"'
            not in client.get(reverse("desk:pool_cost", args=["vigne", pool.pk])).content.decode()
        )

    @pytest.mark.parametrize("bp", [-1, 5_001, 30_000])
    def test_a_margin_that_cannot_be_is_refused(self, world, bp):
        pool = post(world)
        with pytest.raises(UnableToSetCost) as refusal:
            set_cost(by=None, pool=pool, lines=PAY, facts={"regularisation_bp": bp})
        assert "50" in refusal.value.message
        pool.refresh_from_db()
        assert pool.regularisation_bp == 1_000
