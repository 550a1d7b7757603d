"""The papers of a post: what they print, when they no longer tell the truth, who signs them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
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
from grappe.pools.models import Commitment, Part, Pool


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
    text = " ".join(text_of(bytes(convention.pdf)).split())
    for said in (
        "Association Vigne", "Disquaire", "Inès Besson", "chargée de communication", "3 jours par mois", "159,53 €", "préavis de 2 mois",
        "L1253-8", "mis à disposition par un groupement d’employeurs", "Salaire brut",
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


def test_as_many_queries_whatever_the_firms(world, pool, django_assert_num_queries):
    make_contracts(by=world.colette, pool=pool)
    with CaptureQueriesContext(connection) as few:
        contracts.rows(pool, on=world.today)
    join(world, pool, welcome(world), first_of_month(world.today, 0))
    make_contracts(by=world.colette, pool=pool)
    with django_assert_num_queries(len(few)):
        assert len(contracts.rows(pool, on=world.today)) == 12


def test_a_cluster_without_an_address_is_told_so(world, pool):
    Cluster.objects.filter(pk=world.vigne.pk).update(street="", postcode="", town="")
    pool.refresh_from_db()
    assert "l’adresse de la grappe" in rows(world, Pool.objects.get(pk=pool.pk))["convention", "Scène"].draft.missing


def test_a_newcomer_has_its_papers_to_make(world, pool):
    make_contracts(by=world.colette, pool=pool)
    assert not any(row.to_make for row in contracts.rows(pool, on=world.today))
    join(world, pool, welcome(world), first_of_month(world.today, 0))
    todo = {(row.draft.kind.key, row.state) for row in contracts.rows(pool, on=world.today) if row.to_make}
    assert todo == {("convention", "todo"), ("equal_pay", "todo"), ("users_annex", "stale")}


def join(world, pool, firm, on, half_days=4):
    """The firm in the post from that day, as an accepted offer would leave it."""
    part = Part.objects.create(cluster=world.vigne, pool=pool, firm=firm, half_days=half_days, state="accepted")
    Commitment.objects.create(
        cluster=world.vigne, part=part, half_days=half_days, price_cents=15_953, month_cents=15_953 * half_days,
        accepted_by=world.marius, valid_from=on,
    )  # fmt: skip
    return part


def test_what_changed_is_named(world, pool):
    make_contracts(by=world.colette, pool=pool)
    join(world, pool, welcome(world), first_of_month(world.today, 0))
    assert rows(world, pool)["users_annex", ""].changed == ("les structures utilisatrices",)
    mine = part_of(pool, world.disquaire)
    Commitment.objects.create(
        cluster=world.vigne, part=mine, half_days=6, price_cents=17_000, month_cents=102_000, accepted_by=world.marius,
        valid_from=world.today,
    )  # fmt: skip
    said = rows(world, pool)["convention", "Disquaire"].changed
    assert {"le prix de la demi-journée", "la part d’un mois", "le premier jour"} <= set(said)
    assert rows(world, pool)["equal_pay", "Disquaire"].state == "made"  # a price says nothing of the wage
    keep_template(by=world.colette, cluster=world.vigne, kind="equal_pay", body="# Fiche\n{{ structure }}")
    assert rows(world, pool)["equal_pay", "Scène"].changed == ("le texte du modèle",)


def test_papers_made_ahead_are_true_from_their_day_and_stand_until_it_comes(world, pool):
    make_contracts(by=world.colette, pool=pool)
    soon = first_of_month(world.today, 3)
    accept_leave(by=world.colette, part=part_of(pool, world.studio), on=soon)
    books = contracts.Books.of(pool)
    assert contracts.ahead(pool, on=world.today, books=books) == [(soon, 1)]
    make_contracts(by=world.colette, pool=pool, on=soon)
    annex = rows(world, pool)["users_annex", ""].sheet.paper
    assert annex.version == 2
    assert "Studio" not in text_of(bytes(annex.pdf))
    assert rows(world, pool)["users_annex", ""].state == "made"  # not said to be untrue meanwhile
    assert contracts.ahead(pool, on=world.today, books=contracts.Books.of(pool)) == []
    with pytest.raises(UnableToMakeContracts, match="à jour"):
        make_contracts(by=world.colette, pool=pool, on=soon)


def test_tasks_safety_siren_ceiling_and_vat_are_printed(world, pool):
    Pool.objects.filter(pk=pool.pk).update(tasks="site et infolettre", safety="bouchons d’oreille en concert")
    Cluster.objects.filter(pk=world.vigne.pk).update(siren="000000018", vat_regime="exempt_261b")
    Part.objects.filter(pool=pool, firm=world.disquaire).update(leaves_on=first_of_month(world.today, 4))
    mine = part_of(pool, world.disquaire)
    Commitment.objects.create(
        cluster=world.vigne, part=mine, half_days=6, price_cents=15_953, month_cents=95_718, ceiling_cents=17_548,
        accepted_by=world.marius, valid_from=first_of_month(world.today, -1), notice_months=3,
    )  # fmt: skip
    fresh = Pool.objects.get(pk=pool.pk)
    make_contracts(by=world.colette, pool=fresh)
    text = text_of(bytes(rows(world, fresh)["convention", "Disquaire"].sheet.paper.pdf))
    for said in (
        "site et infolettre", "bouchons d’oreille", "SIREN du groupement : 000 000 018", "au-dessus de 175,48 €", "article 261 B",
        "Accepté par Marius", "préavis de 3 mois", "jusqu’au", "30 jours", "L8241-1",
    ):  # fmt: skip
        assert said in text, said
    assert "Ce prix est un plafond" not in text
    contract = text_of(bytes(rows(world, fresh)["work_contract", ""].sheet.paper.pdf))
    for said in (
        "durée indéterminée",
        "35 heures par semaine",
        "au moins 7 jours avant",
        "L1253-10",
        "site et infolettre",
    ):
        assert said in contract, said


def test_without_tasks_or_safety_the_texts_say_what_is_always_so(world, pool):
    make_contracts(by=world.colette, pool=pool)
    text = text_of(bytes(rows(world, pool)["convention", "Scène"].sheet.paper.pdf))
    assert "celles de sa qualification" in text
    assert "présente les risques du poste" in text
    assert "TVA à 20 % en sus" in text
    assert "Ce prix est un plafond" in text
