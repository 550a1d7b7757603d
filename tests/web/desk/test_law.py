from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from grappe.law.actions import set_rule
from grappe.law.models import RuleValue

PAGE = "/c/vigne/reglages/droit/"


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_what_applies_what_applied_and_what_comes(client, world):
    client.force_login(world.colette)
    soon = world.today + timedelta(days=40)
    set_rule(by=None, rule="vat.standard_bp", valid_from=soon, value=2_200, article="278 CGI", source="projet de loi")
    page = text(client.get(PAGE))
    assert "Taux normal de la TVA" in page
    assert "20 %" in page
    assert "22 % à partir du" in page
    assert "19,6 % du" in page
    assert "règles restent à confirmer" in page
    assert "L3121-20 du code du travail" in page


def test_a_rule_without_a_value_is_told(client, world):
    client.force_login(world.colette)
    RuleValue.objects.filter(key="vat.standard_bp", valid_to=None).update(valid_to=world.today)
    assert "aucune valeur" in text(client.get(PAGE))


def test_few_queries_whatever_the_number_of_values(client, world):
    client.force_login(world.colette)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(PAGE)
        return len(seen)

    queries()
    before = queries()
    for days in range(30):
        set_rule(
            by=None,
            rule="vat.standard_bp",
            valid_from=world.today + timedelta(days=days + 1),
            value=2_000 + days,
            article="278",
            source="x",
        )
    assert queries() == before
