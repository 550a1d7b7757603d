"""The simulator: open or shut by the coordination; a price before any engagement; nothing of the others."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.pools.test_vacancies import running  # noqa: F401

from grappe.clusters.actions import describe_cluster
from grappe.clusters.models import Cluster
from grappe.needs.actions import state_reference_price
from grappe.needs.models import Need

ASKED = {"metier": "Communication web", "jours": "3"}


@pytest.fixture
def at(world) -> str:
    describe_cluster(by=world.colette, cluster=world.vigne, facts={"simulator_open": True})
    return reverse("public:simulator", args=["vigne"])


def test_it_is_there_only_when_opened(client, world, at):
    assert client.get(at).status_code == 200
    assert client.get(reverse("public:simulator", args=["treille"])).status_code == 404
    describe_cluster(by=world.colette, cluster=world.vigne, facts={"simulator_open": False})
    assert client.get(at).status_code == 404


def test_a_share_on_a_running_post_with_what_it_exposes_to(client, world, at, running):  # noqa: F811
    page = client.get(at, ASKED | {"prix": "380"}).content.decode()
    assert "Une place existe aujourd’hui" in page
    assert "de moins" in page or "de plus" in page
    assert "Si une autre structure ne payait pas" in page


def test_no_name_of_a_firm_a_person_or_a_post_is_in_it(client, world, at, running):  # noqa: F811
    page = client.get(at, ASKED).content.decode()
    for secret in (
        "Disquaire",
        "Scène",
        "Studio",
        "Inès",
        running.name if running.name != "Communication web" else "Besson",
    ):
        assert secret not in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"jours": "19"}, "Au plus 18"),
        ({"jours": "0"}, "Au moins"),
        ({"jours": "trois"}, "pas un nombre de jours"),
        ({"metier": ""}, "Il manque cette réponse"),
        ({"prix": "-3"}, "Au moins"),
    ],
)
def test_what_no_post_holds_is_told(client, at, said, words):
    page = client.get(at, {**ASKED, **said})
    assert page.status_code == 400
    assert words in page.content.decode()


def test_it_writes_nothing_and_takes_no_post(client, world, at):
    assert client.post(at, ASKED).status_code == 405
    client.get(at, ASKED)
    assert not Need.objects.exists()
    assert client.get(at, {**ASKED, "metier": "a\0"}).status_code == 400


def test_a_member_is_compared_with_the_price_it_gave(client, world, running):  # noqa: F811
    state_reference_price(
        by=world.marius, cluster=world.vigne, firm=world.disquaire, skill=running.skill, price_cents=50_000, half_days=2,
        grade="C", on=world.today,
    )  # fmt: skip
    client.force_login(world.marius)
    page = client.get(reverse("member:simulator", args=["vigne"]), ASKED).content.decode()
    assert "3 000 €" in page.replace("\u202f", " ").replace("\xa0", " ")  # six half-days at 500


def test_it_leads_back_to_where_one_came_from_and_only_inside_the_cluster(client, world, at):
    Cluster.objects.filter(pk=world.vigne.pk).update(simulator_open=True)
    page = client.get(at, {"retour": "/c/vigne/reglages/", "metier": "presse", "jours": "2"}).content.decode()
    assert 'href="/c/vigne/reglages/"' in page and 'name="retour" value="/c/vigne/reglages/"' in page
    for elsewhere in ("https://ailleurs.example/c/vigne/", "//ailleurs.example", "/c/treille/", "javascript:alert(1)"):
        assert "Retour à" not in client.get(at, {"retour": elsewhere}).content.decode()


def test_the_exposure_is_told_by_the_rule_of_the_statutes(client, world, at):
    for rule, words in (("use", "selon leurs jours"), ("equal", "à égalité"), ("whole", "sa part entière")):
        Cluster.objects.filter(pk=world.vigne.pk).update(simulator_open=True, solidarity=rule)
        assert words in client.get(at, {"metier": "presse", "jours": "2"}).content.decode()
