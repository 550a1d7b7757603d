from __future__ import annotations

import pytest
from tests.charges.factory import months_ago, post, sign

from grappe.charges.actions import draw_up, issue
from grappe.charges.models import Invoice, Statement
from grappe.plans.models import Hours


@pytest.fixture
def month(world):
    return months_ago(world.today, 1)


@pytest.fixture
def pool(world):
    return post(world, since=1)


@pytest.fixture
def desk(client, world):
    client.force_login(world.colette)
    return client


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")


def key_of(page):
    return text(page).split('name="deed_key" value="')[1].split('"')[0]


def issued(world, pool, month):
    return issue(by=world.colette, statement=draw_up(by=None, pool=pool, month=month), on=world.today)


def test_from_signed_half_days_to_money_received(desk, world, pool, month):
    """The whole way: draw up, check, issue, open the invoice, record what came, see the books balance."""
    sign(pool, world.disquaire, month, 6)
    page = desk.get("/c/vigne/comptes/")
    assert "Un décompte à faire" in text(page)
    drawn = desk.post(f"/c/vigne/comptes/decomptes/{pool.pk}/{month:%Y-%m}/", follow=True)
    assert "720,00 € à une structure" in text(drawn)
    url = drawn.redirect_chain[-1][0]
    done = desk.post(url, {"deed_key": key_of(drawn)}, follow=True)
    assert "Le décompte est émis" in text(done)
    invoice = Invoice.objects.get()
    page = desk.get(f"/c/vigne/comptes/factures/{invoice.pk}/")
    assert "Disquaire doit 864,00 €" in text(page)
    paid = desk.post(
        f"/c/vigne/comptes/factures/{invoice.pk}/",
        {"deed_key": key_of(page), "cents": "864,00", "day": world.today.isoformat(), "method": "transfer"},
        follow=True,
    )
    assert "Disquaire : 864,00 €, soldé" in text(paid)
    balance = text(desk.get("/c/vigne/comptes/balance/"))
    assert "Les écritures sont équilibrées" in balance
    assert "512" in balance


def test_the_form_sent_twice_issues_once(desk, world, pool, month):
    sign(pool, world.disquaire, month, 6)
    statement = draw_up(by=None, pool=pool, month=month)
    url = f"/c/vigne/comptes/decomptes/{statement.pk}/"
    key = key_of(desk.get(url))
    desk.post(url, {"deed_key": key})
    again = desk.post(url, {"deed_key": key}, follow=True, headers={"referer": f"http://testserver{url}"})
    assert "C’était déjà fait." in text(again)
    assert Invoice.objects.count() == 1


def test_what_is_not_signed_is_said_before_issuing(desk, world, pool, month):
    sign(pool, world.disquaire, month, 2)
    for part in ("am", "pm"):
        Hours.objects.create(cluster=world.vigne, pool=pool, person=world.ines, firm=world.scene, day=month, part=part)
    statement = draw_up(by=None, pool=pool, month=month)
    page = text(desk.get(f"/c/vigne/comptes/decomptes/{statement.pk}/"))
    assert "ne sont pas contresignées" in page
    assert "Scène (2)" in page


def test_a_draft_that_moved_offers_to_draw_up_again_and_is_not_issued(desk, world, pool, month):
    sign(pool, world.disquaire, month, 2)
    statement = draw_up(by=None, pool=pool, month=month)
    sign(pool, world.scene, month, 1)
    page = desk.get(f"/c/vigne/comptes/decomptes/{statement.pk}/")
    assert "n’est plus à jour" in text(page)
    assert "Émettre la facture" not in text(page)
    refused = desk.post(f"/c/vigne/comptes/decomptes/{statement.pk}/", {})
    assert refused.status_code == 409
    assert "a changé" in text(refused)


def test_what_stays_with_the_cluster_is_said_with_its_reason(desk, world, pool, month):
    sign(pool, world.disquaire, month, 2)
    statement = draw_up(by=None, pool=pool, month=month)
    page = text(desk.get(f"/c/vigne/comptes/decomptes/{statement.pk}/"))
    assert "3 360,00 €" in page
    assert "Le prix accepté plafonne la part de Disquaire." in page
    assert "2 demi-journées contresignées sur 2 font une part de 3 600,00 €" in page


def test_missing_legal_mentions_are_named_before_issuing(desk, world, pool, month):
    world.disquaire.street = ""
    world.disquaire.save()
    sign(pool, world.disquaire, month, 2)
    statement = draw_up(by=None, pool=pool, month=month)
    page = text(desk.get(f"/c/vigne/comptes/decomptes/{statement.pk}/"))
    assert "Disquaire : adresse" in page


def test_the_board_reads_and_does_not_issue(client, world, pool, month):
    sign(pool, world.disquaire, month, 2)
    statement = draw_up(by=None, pool=pool, month=month)
    client.force_login(world.bruno)
    url = f"/c/vigne/comptes/decomptes/{statement.pk}/"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 403
    assert Statement.objects.get().issued_at is None


@pytest.mark.parametrize("month_text", ["2026-13", "novembre", "2026"])
def test_a_month_that_is_none_is_not_found(desk, pool, month_text):
    assert desk.post(f"/c/vigne/comptes/decomptes/{pool.pk}/{month_text}/").status_code == 404


def test_too_much_money_is_refused_with_what_is_due(desk, world, pool, month):
    sign(pool, world.disquaire, month, 6)
    issued(world, pool, month)
    invoice = Invoice.objects.get()
    answer = desk.post(
        f"/c/vigne/comptes/factures/{invoice.pk}/",
        {"cents": "1000", "day": world.today.isoformat(), "method": "transfer"},
    )
    assert answer.status_code == 409
    assert "Il reste 864,00 € à régler" in text(answer)


def test_a_credit_note_by_the_page(desk, world, pool, month):
    sign(pool, world.disquaire, month, 6)
    issued(world, pool, month)
    invoice = Invoice.objects.get()
    asked = desk.get(f"/c/vigne/comptes/factures/{invoice.pk}/avoir/")
    done = desk.post(f"/c/vigne/comptes/factures/{invoice.pk}/avoir/", {"deed_key": key_of(asked)}, follow=True)
    assert "Annule la facture" in text(done)
    assert "facture annulée" in text(desk.get(f"/c/vigne/comptes/factures/{invoice.pk}/"))


def test_the_pdf_comes_with_its_name(desk, world, pool, month):
    sign(pool, world.disquaire, month, 6)
    issued(world, pool, month)
    invoice = Invoice.objects.get()
    answer = desk.get(f"/c/vigne/comptes/factures/{invoice.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert invoice.reference in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("state", ["", "late", "open", "paid", "refund", "cancelled", "autre"])
def test_every_filter_of_the_list_answers(desk, world, pool, month, state):
    sign(pool, world.disquaire, month, 6)
    issued(world, pool, month)
    page = desk.get("/c/vigne/comptes/factures/", {"etat": state})
    assert page.status_code == 200
    assert (Invoice.objects.get().reference in text(page)) == (state in {"", "open", "autre"})


def test_the_list_takes_as_many_queries_for_thirty_invoices_as_for_one(desk, world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pool = post(world, since=12, prices=dict.fromkeys(world.firms, 12000))
    first = months_ago(world.today, 12)
    sign(pool, world.disquaire, first, 1)
    issued(world, pool, first)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert desk.get("/c/vigne/comptes/factures/").status_code == 200
    for count in range(11, 3, -1):
        for firm in world.firms:
            sign(pool, firm, months_ago(world.today, count), 1)
        issued(world, pool, months_ago(world.today, count))
    assert Invoice.objects.count() > 30
    with django_assert_num_queries(len(one)):
        assert desk.get("/c/vigne/comptes/factures/").status_code == 200
