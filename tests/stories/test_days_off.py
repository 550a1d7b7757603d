"""An absence in a month already sent out, in a real browser: the new plan is shown, accepted, sent; the employee's week follows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.screen import overflow, violations
from tests.stories.test_every_page import enter

pytestmark = [pytest.mark.story, pytest.mark.slow]


def clean(someone) -> None:
    assert violations(someone.page) == []
    assert overflow(someone.page) == 0


def test_leave_asked_on_the_phone_is_granted_at_the_desk(demo, visitor):
    employee = visitor(demo, phone=True)
    enter(employee, "employee")
    employee.go("/c/paris-mix/mon-planning/conges/")
    clean(employee)
    first = timezone.localdate() + timedelta(days=200)
    first += timedelta(days=7 - first.weekday())
    page = employee.page
    page.fill("input[name=first_day]", first.isoformat())
    page.fill("input[name=last_day]", (first + timedelta(days=4)).isoformat())
    page.get_by_role("button", name="Envoyer la demande").click()
    page.get_by_text("Demande envoyée").wait_for()
    desk = visitor(demo)
    enter(desk, "coordinator")
    desk.go("/c/paris-mix/absences/")
    clean(desk)
    waiting = desk.page.locator("ul.requests > li").count()
    desk.page.get_by_role("button", name=re.compile("Accorder")).last.click()
    desk.page.get_by_text("Accordé").wait_for()
    assert desk.page.locator("ul.requests > li").count() == waiting - 1
    employee.go("/c/paris-mix/mon-planning/conges/")
    employee.page.get_by_text("accordée").first.wait_for()


def test_an_absence_is_replanned_and_sent_out(demo, visitor):
    """Théo is ill from tomorrow to the end of his next week; whatever half-days he had are placed again or let go."""
    desk = visitor(demo)
    enter(desk, "coordinator")
    page, on = desk.page, timezone.localdate()
    desk.go("/c/paris-mix/absences/")
    page.select_option("select[name=person]", label="Théo Marchal")
    page.select_option("select[name=kind]", "sickness")
    page.fill("input[name=first_day]", on.isoformat())
    page.fill("input[name=last_day]", (on + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Noter l’absence").click()
    page.get_by_text("Théo M. : absence").or_(page.get_by_text(re.compile("Théo M.. : absence"))).first.wait_for()
    if "/replanifier/" not in page.url:  # no half-day of his in those days: the end of a month, a week with none
        return
    page.get_by_text("Ce qui changerait").wait_for(timeout=60_000)
    clean(desk)
    agreed = page.get_by_label("Accord donné de vive voix")
    if agreed.count():
        agreed.fill("Au téléphone, ce matin")
    page.get_by_role("button", name=re.compile("Accepter et diffuser")).click()
    page.get_by_text("chacun est prévenu").wait_for()
    assert page.locator(".callout.error").count() == 0
    desk.go("/c/paris-mix/calendriers/mur/")
    clean(desk)
    page.keyboard.press("Tab")


def test_the_year_is_laid_out(demo, visitor):
    desk = visitor(demo)
    enter(desk, "coordinator")
    desk.go("/c/paris-mix/calendriers/")
    desk.page.get_by_role("link", name="l’année").first.click()
    desk.page.get_by_role("button", name="Répartir douze mois").click()
    desk.page.get_by_text("Demi-journées ouvertes").wait_for()
    clean(desk)


def test_the_firms_month_on_a_phone(demo, visitor):
    member = visitor(demo, phone=True)
    enter(member, "member")
    member.go("/c/paris-mix/ma-structure/mois/")
    clean(member)
