"""The operator sets values of law in the admin."""

from __future__ import annotations

from datetime import date

import pytest

from grappe.law.models import RuleValue
from grappe.law.queries import rule_on, value_on

NEW = {
    "key": "vat.standard_bp", "valid_from": "2027-01-01", "value": "2100", "article": "278 CGI", "source": "loi de finances 2027",
    "mark": "T", "confirmed_on": "2026-12-30", "words": "",
}  # fmt: skip


@pytest.fixture
def operator(client, world):
    world.colette.is_staff = world.colette.is_superuser = True
    world.colette.save()
    client.force_login(world.colette)
    return client


def test_a_new_value_closes_the_one_before(operator):
    assert operator.get("/operateur/law/rulevalue/").status_code == 200
    assert operator.post("/operateur/law/rulevalue/add/", NEW).status_code == 302
    assert value_on("vat.standard_bp", date(2027, 1, 1)) == 2_100
    assert rule_on("vat.standard_bp", date(2026, 6, 1)).valid_to == date(2027, 1, 1)


def test_a_standing_value_is_confirmed_without_moving_its_days(operator):
    row = rule_on("work.week_minutes", date(2026, 6, 1))
    page = f"/operateur/law/rulevalue/{row.pk}/change/"
    assert operator.get(page).status_code == 200
    given = {**NEW, "value": "2100", "article": "L3121-27", "source": "legifrance.gouv.fr"}
    assert operator.post(page, given).status_code == 302
    row.refresh_from_db()
    assert (row.mark, row.valid_from, row.valid_to, row.key) == ("T", date(2016, 8, 10), None, "work.week_minutes")


@pytest.mark.parametrize(
    "wrong", [{"value": "30000"}, {"value": "beaucoup"}, {"article": ""}, {"key": "x"}, {"valid_from": ""}]
)
def test_a_slip_is_told_on_the_form_and_nothing_is_written(operator, wrong):
    before = list(RuleValue.objects.values())
    answer = operator.post("/operateur/law/rulevalue/add/", {**NEW, **wrong})
    assert answer.status_code == 200
    assert "errornote" in answer.content.decode() or "errorlist" in answer.content.decode()
    assert list(RuleValue.objects.values()) == before


def test_nothing_is_deleted_there(operator):
    row = rule_on("vat.standard_bp", date(2026, 6, 1))
    assert operator.post(f"/operateur/law/rulevalue/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_ordinary_coordinator_does_not_enter(client, world):
    client.force_login(world.colette)
    assert client.get("/operateur/law/rulevalue/").status_code == 302
