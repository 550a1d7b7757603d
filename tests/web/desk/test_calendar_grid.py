"""The month's grid in a real browser: by keyboard, by pointer, and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.screen import violations
from tests.site import ROOT
from tests.stories.conftest import visitor  # noqa: F401
from tests.world import PASSWORD

pytestmark = [pytest.mark.story, pytest.mark.slow]

SEED = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from datetime import date
from django_scopes import scope
from tests.plans.factory import running_post
from tests.world import make_world
from grappe.plans.actions import open_calendar, place, state_wish
world = make_world()
with scope(cluster=world.vigne):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=date(2026, 9, 1))
    month = open_calendar(by=world.colette, pool=pool, month=date(2027, 1, 1))
    place(by=world.colette, calendar=month, firm=world.disquaire, day=date(2027, 1, 4), part="am")
    place(by=world.colette, calendar=month, firm=world.scene, day=date(2027, 1, 4), part="pm")
    state_wish(by=world.colette, pool=pool, firm=world.disquaire, day=date(2027, 1, 6), kind="refused")
"""
MONTH = "/c/vigne/calendriers/1/"


def cell(page: Page, at: str):
    return page.locator(f"td[data-at='{at}'] > .slot")


def said(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


@pytest.fixture
def colette(site, visitor):  # noqa: F811
    site.run("shell", "-v", "0", "-c", SEED)
    someone = visitor(site)
    someone.sign_in("colette@vigne.example", PASSWORD)
    return someone


def test_the_grid_by_keyboard_by_pointer_and_without_a_script(colette):
    page = colette.go(MONTH)
    by_keyboard(page)
    by_pointer(page)
    assert violations(page) == []
    without_a_script(colette)


def by_keyboard(page: Page) -> None:
    cell(page, "2027-01-04-am").focus()
    page.keyboard.press("Enter")
    said(page, "Disquaire. Demi-journée en main.")
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    said(page, "mercredi 6 janvier au matin")
    page.keyboard.press("Enter")  # refused: the firm refused that day; the half-day stays in hand
    said(page, "Disquaire a refusé ce jour.")
    expect(page.locator("#hand")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    said(page, "Disquaire : du lundi 4 janvier au matin au mardi 5 janvier au matin.")
    expect(cell(page, "2027-01-05-am")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    said(page, "Rien n’est en main.")
    page.keyboard.press("Delete")
    said(page, "Disquaire : mardi 5 janvier au matin, retirée.")
    expect(page.locator("a.slot[data-slot]")).to_have_count(1)


def by_pointer(page: Page) -> None:
    page.locator("[data-pick]", has_text="Disquaire").click()
    cell(page, "2027-01-07-am").click()
    said(page, "Disquaire : jeudi 7 janvier au matin.")
    cell(page, "2027-01-08-am").click()  # the firm stays in hand: one click a half-day
    said(page, "Disquaire : vendredi 8 janvier au matin.")
    page.keyboard.press("Escape")
    cell(page, "2027-01-08-am").drag_to(cell(page, "2027-01-05-pm"))
    said(page, "Disquaire : du vendredi 8 janvier au matin au mardi 5 janvier après-midi.")
    cell(page, "2027-01-05-pm").click()
    cell(page, "2027-01-04-pm").click()
    said(page, "Inès est déjà chez Scène cet après-midi-là.")
    page.get_by_role("button", name="Échanger Disquaire et Scène").click()
    expect(page.locator("#messages")).to_contain_text("Échangées")
    expect(cell(page, "2027-01-04-pm")).to_have_attribute("data-name", "Disquaire")


def without_a_script(colette) -> None:
    plain = colette.context.browser.new_context(java_script_enabled=False, locale="fr-FR")
    plain.add_cookies(colette.context.cookies())
    page = plain.new_page()
    page.goto(colette.site.url + MONTH)
    cell(page, "2027-01-04-pm").click()
    page.get_by_role("button", name=re.compile("Poser Disquaire : lundi 11 janvier au matin")).click()
    expect(page.locator("#messages")).to_contain_text(
        "Disquaire : du lundi 4 janvier après-midi au lundi 11 janvier au matin."
    )
    page.locator(".firms a", has_text="Scène").click()
    page.get_by_role("button", name=re.compile("Poser Scène : lundi 4 janvier au matin")).click()
    expect(page.locator("#messages")).to_contain_text("Scène : lundi 4 janvier au matin.")
    plain.close()
