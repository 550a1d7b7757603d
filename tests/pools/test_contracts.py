"""The papers of a post: what they print, when they no longer tell the truth, who signs them."""

from __future__ import annotations

import pytest
from tests.papers.factory import text_of
from tests.pools.factory import first_of_month, part_of, running, welcome

from grappe.clusters.models import Cluster
from grappe.papers.actions import keep_template, sign_paper
from grappe.papers.markup import read
from grappe.papers.models import Paper
from grappe.people.models import Mail
from grappe.pools import contracts
from grappe.pools.actions import UnableToMakeContracts, accept_leave, ask_contracts, make_contracts
from grappe.pools.contracts import ANNEX, CONTRACT, CONVENTION, EQUAL_PAY
from grappe.pools.models import Pool


@pytest.fixture
def pool(world) -> Pool:
    found = running(world)
    Pool.objects.filter(pk=found.pk).update(
        qualification="chargée de communication", agreement="Éditions phonographiques"
    )
    found.refresh_from_db()
    return found


def rows(world, pool) -> dict[tuple[str, str], contracts.Row]:
    return {
        (row.draft.kind.key, str(getattr(row.draft.about, "firm", ""))): row
        for row in contracts.rows(pool, on=world.today)
    }


@pytest.mark.parametrize("kind", [CONTRACT, ANNEX, CONVENTION, EQUAL_PAY])
def test_each_text_to_begin_with_can_be_printed(kind):
    assert read(kind.body, kind)


def test_two_papers_for_the_post_and_two_for_each_firm(world, pool):
    make_contracts(by=world.colette, pool=pool)
    assert Paper.objects.count() == 2 + 2 * 4
    assert {row.state for row in contracts.rows(pool, on=world.today)} == {"made"}
    convention = rows(world, pool)["convention", "Disquaire"].sheet.paper
    text = text_of(bytes(convention.pdf))
    for said in (
        "Association Vigne", "Disquaire", "Inès Besson", "chargée de communication", "3 jours par mois", "159,53 €", "préavis de 2 mois",
        "L1253-8", "mise à disposition par Association Vigne", "Salaire brut",
    ):  # fmt: skip
        assert said in text, said
    contract = text_of(bytes(rows(world, pool)["work_contract", ""].sheet.paper.pdf))
    for said in ("Éditions phonographiques", "33 600 €", "Scène", "Studio", "égale à celle d’un salarié"):
        assert said in contract, said


def test_what_is_missing_is_named_and_the_rest_is_made(world, pool):
    Pool.objects.filter(pk=pool.pk).update(qualification="")
    pool.refresh_from_db()
    with pytest.raises(UnableToMakeContracts, match="sa qualification"):
        make_contracts(by=world.colette, pool=pool)
    assert not Paper.objects.exists()


def test_twice_is_once(world, pool):
    make_contracts(by=world.colette, pool=pool)
    with pytest.raises(UnableToMakeContracts, match="à jour"):
        make_contracts(by=world.colette, pool=pool)


def test_a_firm_that_leaves_makes_the_annex_untrue_and_nothing_else(world, pool, monkeypatch):
    make_contracts(by=world.colette, pool=pool)
    soon = first_of_month(world.today, 3)
    accept_leave(by=world.colette, part=part_of(pool, world.studio), on=soon)
    assert {row.state for row in contracts.rows(pool, on=world.today)} == {"made"}  # not before the day
    then = {(row.draft.kind.key, row.state) for row in contracts.rows(pool, on=soon)}
    assert ("users_annex", "stale") in then
    assert ("work_contract", "made") in then


def test_a_changed_text_and_a_changed_wage_are_to_be_made_anew(world, pool):
    make_contracts(by=world.colette, pool=pool)
    keep_template(by=world.colette, cluster=world.vigne, kind="convention", body="# Notre convention\n{{ structure }}")
    assert rows(world, pool)["convention", "Scène"].state == "stale"
    assert rows(world, pool)["equal_pay", "Scène"].state == "made"
    Pool.objects.filter(pk=pool.pk).update(qualification="responsable de communication")
    pool.refresh_from_db()
    assert rows(world, pool)["work_contract", ""].state == "stale"
    make_contracts(by=world.colette, pool=pool)
    assert Paper.objects.filter(kind="work_contract").count() == 2


def test_everyone_is_asked_once_and_the_post_is_signed_by_all(world, pool):
    make_contracts(by=world.colette, pool=pool)
    ask_contracts(by=world.colette, pool=pool)
    assert Mail.objects.filter(to=world.marius.email, subject__startswith="Convention").count() == 1
    assert Mail.objects.filter(to=world.ines.email).count() == 2
    with pytest.raises(UnableToMakeContracts, match="Aucune signature"):
        ask_contracts(by=world.colette, pool=pool)
    for row in contracts.rows(pool, on=world.today):
        for line in row.sheet.rows:
            who = line.asked[0].person
            sign_paper(
                by=who, paper=row.sheet.paper, party=line.party["key"], name=str(who), sha256=row.sheet.paper.sha256
            )
    assert {row.state for row in contracts.rows(pool, on=world.today)} == {"signed"}


def test_as_many_queries_whatever_the_firms(world, pool, django_assert_max_num_queries):
    make_contracts(by=world.colette, pool=pool)
    with django_assert_max_num_queries(40):
        contracts.rows(pool, on=world.today)


def test_a_cluster_without_an_address_is_told_so(world, pool):
    Cluster.objects.filter(pk=world.vigne.pk).update(street="", postcode="", town="")
    pool.refresh_from_db()
    assert "l’adresse de la grappe" in rows(world, Pool.objects.get(pk=pool.pk))["convention", "Scène"].draft.missing


def test_a_newcomer_has_its_papers_to_make(world, pool):
    make_contracts(by=world.colette, pool=pool)
    assert not any(row.to_make for row in contracts.rows(pool, on=world.today))
    assert welcome(world)
