"""The desk's pages of pools, through the browser's requests."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.pools.factory import JANUARY, invited, need, part_of, post, says_yes, speaker, survey

from grappe.pools import queries
from grappe.pools.actions import decline
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Commitment, Pool, Proposal
from grappe.solves import runner
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

RULES = {
    "capacity": "18", "min_fill": "80", "min_firms": "2", "max_firms": "6", "max_km": "30", "cost": "46 000", "deed_key": "once",
}  # fmt: skip
COST = {
    "gross": "33 600", "charges": "42", "benefits": "2 288", "management": "5", "management_basis": "rate_loaded",
    "guarantee": "1 100", "guarantee_basis": "cents",
}  # fmt: skip


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def at(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=["vigne", *args])


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def proposal(desk, world) -> Proposal:
    for firm, half_days in zip(world.firms, (12, 12, 10, 7), strict=True):
        need(world, firm, half_days)
    response = desk.post(at("pools_new"), {**RULES, "survey": survey(world).pk})
    assert response.status_code == 302, text(response)
    return Proposal.objects.get()


def answer(world) -> None:
    for solve in Solve.objects.all():
        runner.run(world.vigne.pk, solve.pk)


def test_an_empty_house_says_what_to_do_first(desk, world):
    assert "Commencez par les besoins" in text(desk.get(at("pools")))
    assert "Aucun besoin n’attend" in text(desk.get(at("pools_new")))
    need(world, world.disquaire)
    page = text(desk.get(at("pools")))
    assert at("pools_new") in page
    form = text(desk.get(at("pools_new")))
    assert "1 besoin à réunir" in form
    assert 'value="46 000"' in form


def test_rules_that_cannot_be_are_said_where_they_are(desk, world):
    need(world, world.disquaire)
    response = desk.post(at("pools_new"), {**RULES, "survey": survey(world).pk, "min_firms": "7"})
    assert response.status_code == 400
    assert "Au moins 7" in text(response)
    assert not Proposal.objects.exists()


def test_the_progress_is_followed_then_the_answers_are_compared(desk, world, proposal):
    page = text(desk.get(at("proposal", proposal.pk)))
    assert at("proposal_stop", proposal.pk) in page
    assert "http-equiv" in page  # without a script, the page asks again
    assert "HX-Refresh" not in desk.get(at("proposal_progress", proposal.pk)).headers
    answer(world)
    assert desk.get(at("proposal_progress", proposal.pk)).headers["HX-Refresh"] == "true"
    page = text(desk.get(at("proposal", proposal.pk)))
    assert "Un poste de communication web" in page
    assert "Les trois réponses sont les mêmes" in page
    assert "225,50 €" in page  # 46 000 / 204 days, rounded up
    assert "Édition" in page
    assert "inconnu" in page  # nobody said what it pays alone
    need(world, world.edition, 4, skill="presse")
    assert "Les besoins ont changé" in text(desk.get(at("proposal", proposal.pk)))


def test_the_progress_tells_the_best_so_far_and_what_no_answer_can_pass(desk, world, proposal):
    loads = [one["half_days"] for one in Solve.objects.first().problem["needs"]]
    asked = sum(12 * load if isinstance(load, int) else sum(load) for load in loads)
    first = Solve.objects.order_by("pk").first()
    Solve.objects.filter(pk=first.pk).update(state=SolveState.RUNNING, best=60, bound=24)
    page = text(desk.get(at("proposal_progress", proposal.pk)))
    assert f"Meilleur jusqu’ici : {asked - 60} demi-journées servies par an." in page
    assert f"Aucune réponse ne peut en servir plus de {asked - 24}." in page
    Solve.objects.filter(pk=first.pk).update(bound=None)
    assert f"{asked} sont demandées." in text(desk.get(at("proposal_progress", proposal.pk)))
    Solve.objects.filter(pk=first.pk).update(best=24, bound=24)
    assert "Rien ne peut en servir plus." in text(desk.get(at("proposal_progress", proposal.pk)))


def test_the_rules_of_a_proposal_come_back_with_the_change_to_try(desk, proposal):
    page = text(desk.get(at("pools_new") + f"?proposition={proposal.pk}&max_km=39"))
    assert 'name="max_km" value="39"' in page
    assert desk.get(at("pools_new") + "?proposition=99999999999999999999&max_km=x").status_code == 200


def test_a_stopped_proposal_without_an_answer_says_so(desk, proposal):
    desk.post(at("proposal_stop", proposal.pk))
    assert "Le calcul n’a pas donné de réponse" in text(desk.get(at("proposal", proposal.pk)))


def test_a_post_is_opened_with_its_cost(desk, world, proposal):
    answer(world)
    url = at("post_open", proposal.pk, "serve", 0)
    assert "Ouvrir un poste pour 3 structures" in text(desk.get(url))
    values = {**COST, "name": "Web", "starts_on": "2027-01-01", "deed_key": "open"}
    page = desk.post(url, {**values, "recalculer": "1"})
    assert page.status_code == 200
    assert "53 600,00 €" in text(page)
    assert not Pool.objects.exists()
    assert desk.post(url, {**values, "gross": "beaucoup"}).status_code == 400
    assert desk.post(url, values).status_code == 302
    pool = Pool.objects.get()
    assert (pool.name, pool.starts_on, queries.year_cost_cents(pool)) == ("Web", JANUARY, 5_360_000)
    assert desk.post(url, values).url == at("pool", pool.pk)
    assert at("pool", pool.pk) in text(desk.get(at("proposal", proposal.pk)))


def test_the_cost_is_changed_and_recalculated(desk, world):
    pool = invited(world)
    says_yes(world, pool, world.disquaire)
    assert 'value="33 600"' in text(desk.get(at("pool_cost", pool.pk)))
    dearer = {**COST, "gross": "40 000"}
    page = text(desk.post(at("pool_cost", pool.pk), {**dearer, "recalculer": "1"}))
    assert "Plus que les 319,06 €" in page
    assert queries.year_cost_cents(pool) == 5_360_000
    assert desk.post(at("pool_cost", pool.pk), dearer).status_code == 302
    assert part_of(pool, world.disquaire).state == PartState.REPRICED


def test_invitations_leave_from_the_page_of_the_post(desk, world):
    pool = post(world)
    page = text(desk.get(at("pool", pool.pk)))
    assert "Inviter les 4 structures" in page
    assert world.marius.email in page
    part = part_of(pool, world.scene)
    bad = desk.post(at("pool_invite", pool.pk), {f"address-{part.pk}": "pas une adresse"})
    assert bad.status_code == 409
    assert Pool.objects.get().state == PoolState.DRAFT
    assert desk.post(at("pool_invite", pool.pk), {"deed_key": "i"}).status_code == 302
    assert Pool.objects.get().state == PoolState.INVITING
    again = desk.post(at("pool_invite", pool.pk), {"deed_key": "i"}, follow=True)
    assert "déjà fait" in text(again)


def test_a_decline_shows_what_remains_and_who_could_join(desk, world):
    pool = invited(world, {world.disquaire: 12, world.scene: 12, world.studio: 10})
    need(world, world.edition, 7)
    says_yes(world, pool, world.disquaire)
    decline(by=speaker(world, world.scene), part=part_of(pool, world.scene), words="Plus tard")
    page = text(desk.get(at("pool", pool.pk)))
    assert "Le poste ne tient plus tel quel" in page
    assert "« Plus tard »" in page
    add = at("pool_add", pool.pk, queries.remaining(queries.pool_sheet(pool, on=world.today)).candidates[0].need.pk)
    assert add in page
    assert desk.post(add, {"deed_key": "a"}).status_code == 302
    assert part_of(pool, world.edition).state == PartState.DRAFT


def test_a_post_starts_from_its_page_with_someone_new(desk, world):
    pool = invited(world)
    start = at("pool_start", pool.pk)
    values = {"name": "Zoé Neuve", "email": "zoe@vigne.example", "on": "2027-01-04"}
    refused = desk.post(start, values)
    assert refused.status_code == 409
    assert "Il manque" in text(refused)
    for firm in world.firms:
        says_yes(world, pool, firm)
    assert start in text(desk.get(at("pool", pool.pk)))
    assert desk.post(start, {"on": "2027-01-04"}).status_code == 400
    slip = desk.post(start, values | {"on": "1927-01-04"})
    assert slip.status_code == 409 and "à plus de deux ans d’aujourd’hui" in text(slip)
    assert desk.post(start, values).status_code == 302
    pool.refresh_from_db()
    assert (pool.state, pool.person.email) == (PoolState.RUNNING, "zoe@vigne.example")
    assert Commitment.objects.count() == 4


def test_the_coordinator_reminds_takes_back_and_writes_a_refusal_down(desk, world):
    pool = invited(world)
    assert desk.post(at("part_remind", part_of(pool, world.scene).pk)).status_code == 409
    assert desk.post(at("part_withdraw", part_of(pool, world.scene).pk)).status_code == 302
    assert desk.post(at("part_decline", part_of(pool, world.studio).pk)).status_code == 302
    assert part_of(pool, world.scene).state == PartState.LEFT
    assert part_of(pool, world.studio).state == PartState.DECLINED


def test_the_list_asks_as_many_queries_for_thirty_posts_as_for_one(desk, world):

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(at("pools")).status_code == 200
        assert all(query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE")) for query in caught.captured_queries)
        return len(caught)

    first = post(world)
    asked()
    one = asked()
    Pool.objects.bulk_create(
        Pool(cluster=world.vigne, name=f"Poste {rank}", skill=first.skill, starts_on=JANUARY) for rank in range(29)
    )
    assert asked() == one


def test_the_board_reads_without_buttons(client, world):
    pool = invited(world)
    client.force_login(world.bruno)
    page = text(client.get(at("pool", pool.pk)))
    assert "Relancer" not in page
    assert at("pool_cost", pool.pk) not in page
