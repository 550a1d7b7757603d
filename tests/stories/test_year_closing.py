"""A group's year closed in a browser: eleven firms, two posts, one firm gone in June, an absence; exempt of VAT, then with VAT."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from tests.screen import violations
from tests.stories.conftest import set_password

pytestmark = [pytest.mark.story, pytest.mark.slow]
YEAR = timezone.localdate().year - 1
SCENE = """
from django.utils import timezone
from django_scopes import scope
from grappe.demo import exempt
from grappe.demo.state import settle_mails
from grappe.pools.models import Part
year = timezone.localdate().year - 1
grappe = exempt.run_year(year, regime="{regime}", paid=False)
settle_mails()
with scope(cluster=grappe):
    gone = Part.objects.get(leaves_on__isnull=False, pool__name=exempt.PLANS[0].name, leaves_on__lt=f"{{year}}-12-31")
    print(gone.firm.name, "|", gone.firm.mandates.get().person.email)
"""
REAL = {"Accueil et billetterie": (1, "1 410"), "Administration": (2, "320")}  # charges, benefits: as they turned out


def scene(site, regime: str) -> tuple[str, str]:
    """The year run by the ordinary deeds up to its last invoice; the firm gone in June, and who speaks for it."""
    said = site.run("shell", "-v", "0", "-c", SCENE.format(regime=regime)).stdout.strip().splitlines()[-1]
    name, email = said.split(" | ")
    set_password(site, "nadia@demo.example", email)
    return name, email


def text(page) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", page.inner_text("main"))


def write_real_costs(page) -> None:
    page.get_by_role("button", name=re.compile(f"Commencer.*{YEAR}")).click()
    for post, (rank, euros) in REAL.items():
        heading = page.get_by_role("heading", name=post).first
        fields = heading.locator("xpath=following-sibling::div[1]").locator("input")
        fields.nth(rank).fill(euros)
    page.get_by_role("button", name="Enregistrer les coûts réels").click()
    page.get_by_text("Les coûts réels sont enregistrés.").wait_for()
    assert violations(page) == []


def row_of(page, firm: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", page.get_by_role("row", name=re.compile(firm)).first.inner_text())


def test_exempt_each_pays_the_real_cost_and_nothing_is_left(site, visitor):
    gone, email = scene(site, "exempt_261b")
    desk = visitor(site)
    desk.sign_in("nadia@demo.example")
    page = desk.go("/c/le-pressoir/comptes/clotures/")
    write_real_costs(page)
    shown = text(page)
    assert "8 190,00 €" in shown and "7 320,00 €" in shown  # 63 half-days at 130.00, 60 at 122.00
    assert "dont 31,44 € de prime différentielle" in shown
    assert "650,00 €" in row_of(page, gone) and "+50,00 €" in row_of(page, gone)
    page.get_by_role("button", name="Clore l’année et émettre").click()
    page.get_by_role("heading", name=re.compile(f"{YEAR} est close, résultat : 0,00")).wait_for()
    assert "50,00 €" in text(page)
    assert violations(page) == []
    assert "0 breach(es)" in site.run("check").stdout

    member = visitor(site, phone=True)
    member.sign_in(email)
    page = member.go("/c/le-pressoir/ma-structure/factures/")
    page.locator("main a").filter(has_text="LP-").first.click()
    assert "Les vôtres (5) en font 650,00 €" in text(page)
    assert "50,00 € à régler" in text(page)


def test_with_vat_the_result_is_told_and_what_becomes_of_it(site, visitor):
    scene(site, "taxable_20")
    desk = visitor(site)
    desk.sign_in("nadia@demo.example")
    page = desk.go("/c/le-pressoir/comptes/clotures/")
    write_real_costs(page)
    assert "42,00 €" in text(page)  # 8,352 less 8,190, and 7,200 less 7,320
    page.get_by_role("button", name="Clore l’année").click()
    page.get_by_text("Il manque ce que devient le résultat.").wait_for()
    page.get_by_label("Ce que devient le résultat").select_option("reserve")
    page.get_by_label("Qui l’a décidé, et quand").fill("AG du 12 mars")
    page.get_by_role("button", name="Clore l’année").click()
    page.get_by_role("heading", name=re.compile(f"{YEAR} est close, résultat : 42,00")).wait_for()
    assert "mis en réserve (AG du 12 mars)" in text(page)
    assert violations(page) == []
    assert "0 breach(es)" in site.run("check").stdout
