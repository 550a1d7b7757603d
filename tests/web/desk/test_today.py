from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.charges.factory import months_ago, post, sign

from grappe.charges.actions import draw_up, issue
from grappe.charges.actions.guarantees import call_guarantee, receive_guarantee
from grappe.clusters.actions import open_cluster
from grappe.clusters.models import Cluster, Firm
from grappe.needs.actions import ask_firms, open_survey, want_nothing
from grappe.needs.models import Addressee
from grappe.people.models import Mail
from grappe.plans.actions import dispute_hours
from grappe.plans.models import Calendar, Hours, Release, ReleasedSlot
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Part


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def home(client, slug="vigne"):
    answer = client.get(f"/c/{slug}/aujourdhui/")
    assert answer.status_code == 200
    return text(answer)


def test_an_empty_cluster_is_told_where_to_begin(client, world):
    open_cluster(by=None, slug="neuve", name="Neuve", coordinator_email=world.colette.email, on=world.today)
    client.force_login(world.colette)
    page = home(client, "neuve")
    assert "Une chose vous attend." in page
    assert "Chargez vos adhérents" in page


def test_a_cluster_with_firms_is_asked_for_their_needs(desk):
    assert "Demandez leurs besoins à vos adhérents" in home(desk)


def test_a_running_post_asks_for_its_calendar(desk, world):
    post(world, since=0)
    page = home(desk)
    assert "Demandez leurs besoins" not in page
    assert "Calendrier à préparer" in page


def test_a_late_invoice_comes_first_with_those_who_answer_for_it(desk, world):
    pool = post(world, since=4)
    month = months_ago(world.today, 4)
    sign(pool, world.disquaire, month, 6)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=months_ago(world.today, 3))
    page = home(desk)
    assert "Facture impayée : Disquaire, 864,00 €" in page
    late = (world.today - months_ago(world.today, 3)).days - 30
    assert f"{late} jours de retard" in page
    assert "chacune des 2 autres structures en répondrait en entier : 864,00 €" in page
    assert page.index("Facture impayée") < page.index("Décompte à dresser")


def test_what_an_unpaid_invoice_costs_follows_the_statutes(desk, world):
    pool = post(world, since=4)
    month = months_ago(world.today, 4)
    for firm, half_days in ((world.disquaire, 6), (world.scene, 3)):
        sign(pool, firm, month, half_days)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=months_ago(world.today, 3))
    Cluster.objects.filter(pk=world.vigne.pk).update(solidarity="use")
    page = home(desk)  # Scène has three half-days in the year, Studio none: all 864.00 of Disquaire's falls on Scène
    assert "2 autres structures se la partageraient : jusqu’à 864,00 € chacune" in page
    Cluster.objects.filter(pk=world.vigne.pk).update(solidarity="equal")
    assert "jusqu’à 432,00 € chacune" in home(desk)
    kept = {"by": None, "cluster": world.vigne, "pot": "deposit", "firm": world.disquaire, "day": world.today}
    call_guarantee(
        by=None, cluster=world.vigne, pot="deposit", cents={world.disquaire: 90_000}, day=world.today, label="AG"
    )
    receive_guarantee(**kept, cents=90_000)
    assert "Sa propre garantie la couvre." in home(desk)


def test_disputed_hours_open_onto_their_thread(desk, world):
    pool = post(world, since=1)
    hours = Hours.objects.create(
        cluster=world.vigne, pool=pool, person=world.ines, firm=world.disquaire, day=world.today, part="am"
    )
    dispute_hours(by=world.marius, hours=hours, words="Elle était absente", on=world.today)
    page = home(desk)
    assert "Heures contestées par Disquaire : Inès B." in page and "« Elle était absente »" in page
    assert f"/heures/{hours.pk}/" in page


def test_firms_that_say_nothing_for_a_week_are_told(desk, world):
    survey = open_survey(by=world.colette, cluster=world.vigne, title="Besoins", on=world.today)
    ask_firms(by=world.colette, survey=survey, firms=[world.disquaire, world.scene], on=world.today)
    asked = Addressee.objects.filter(survey=survey)
    assert "ne répond" not in home(desk)  # asked today
    asked.update(asked_at=timezone.now() - timedelta(days=8))
    silent = {one.firm.name for one in asked}
    page = home(desk)
    assert f"{len(silent)} structure" in page and "à « Besoins »" in page and "Disquaire" in page
    assert f"/besoins/enquetes/{survey.pk}/reponses/" in page
    asked.filter(firm=world.scene).update(reminded_at=timezone.now())  # reminded: a week more
    want_nothing(by=world.marius, survey=survey, firm=world.disquaire, on=world.today)
    assert "ne répond" not in home(desk)


def test_half_days_to_countersign_and_statements(desk, world):
    pool = post(world, since=1)
    month = months_ago(world.today, 1)
    sign(pool, world.disquaire, month, 6)
    draw_up(by=None, pool=pool, month=month)
    for part in ("am", "pm"):
        Hours.objects.create(cluster=world.vigne, pool=pool, person=world.ines, firm=world.scene, day=month, part=part)
    page = home(desk)
    assert "2 demi-journées à faire contresigner" in page
    assert "Scène (2)" in page
    assert "Décompte à émettre : Communication web" in page
    assert "720,00 € à facturer, une fois vérifié." in page


def test_answers_to_invitations(desk, world):
    pool = post(world, since=0)
    type(pool).objects.filter(pk=pool.pk).update(state=PoolState.INVITING)
    Part.objects.filter(pool=pool, firm=world.scene).update(state=PartState.INVITED)
    assert "Communication web : une réponse attendue" in home(desk)
    Part.objects.filter(pool=pool).update(state=PartState.ACCEPTED)
    assert "Communication web : toutes ont répondu" in home(desk)


def test_three_figures_and_the_month(desk, world):
    pool = post(world, since=1)
    sign(pool, world.disquaire, world.today.replace(day=1), 6)
    calendar = Calendar.objects.create(cluster=world.vigne, pool=pool, month=world.today.replace(day=1))
    release = Release.objects.create(cluster=world.vigne, calendar=calendar, number=1)
    day = world.today.replace(day=10)
    while day.weekday() > 4:
        day += timedelta(days=1)
    ReleasedSlot.objects.create(
        cluster=world.vigne, release=release, person=world.ines, firm=world.scene, day=day, part="am"
    )
    page = home(desk)
    assert "Économies documentées" in page
    assert "385 €" in page
    assert "1 poste" in page
    assert "une personne partagée" in page
    assert "Inès B." in page


def test_the_board_reads_the_same_home(client, world):
    client.force_login(world.bruno)
    assert client.get("/c/vigne/aujourdhui/").status_code == 200


def test_the_home_takes_as_many_queries_for_thirty_as_for_one(desk, world, django_assert_num_queries):
    def fill(firms, months):
        pool = post(world, since=months + 1, prices=dict.fromkeys(firms, 12000), name=f"Poste {months}")
        for rank in range(months + 1, 0, -1):
            month = months_ago(world.today, rank)
            for firm in firms:
                sign(pool, firm, month, 2)
            if rank > 1:
                issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=world.today)
        for firm in firms:
            Hours.objects.create(
                cluster=world.vigne, pool=pool, person=fresh_person(firm), firm=firm, day=world.today, part="am"
            )

    fill(world.firms[:1], 1)
    home(desk)
    with CaptureQueriesContext(connection) as one:
        home(desk)
    fill([Firm.objects.create(name=f"Structure {rank}") for rank in range(10)], 3)
    with django_assert_num_queries(len(one)):
        home(desk)


def fresh_person(firm):
    from grappe.people.models import Person

    return Person.objects.create_user(f"p{firm.pk}@vigne.example", None, name=f"Personne {firm.pk}")


def test_an_address_that_refuses_mail_is_told_to_its_own_coordinator(desk, world):
    """Élise's mail is nobody's business in Vigne, of which she is a stranger."""
    for person in (world.marius, world.elise):
        Mail.objects.create(person=person, to=person.email, subject="Votre part", body="", given_up_at=timezone.now())
    page = home(desk)
    assert "Courriel non distribué : Marius Blanc, marius@disquaire.example" in page
    assert f"/structures/{world.disquaire.pk}/" in page
    assert "elise@treille.example" not in page


def test_what_waits_is_told_one_by_one_up_to_a_dozen_then_together(desk, world):
    post(world, since=20)
    page = home(desk)
    assert page.count("<h3>Décompte à dresser : Communication web") == 12
    assert "8 autres décomptes attendent" in page
