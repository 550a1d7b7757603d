"""An employee whose two firms are 60 km apart; a firm in two groups. The scene by public deeds, then the browser."""

from __future__ import annotations

import json
import re

import pytest
from tests.screen import violations
from tests.site import ROOT
from tests.stories.conftest import set_password

pytestmark = [pytest.mark.story, pytest.mark.slow]
FAR = """
from datetime import timedelta
from django_scopes import scope
from tests.world import make_world
from tests.plans.factory import quiet_monday, running_post
from grappe.clusters.models import Firm
from grappe.plans.actions import open_calendar, place
world = make_world()
Firm.objects.filter(pk=world.scene.pk).update(latitude=48.34, longitude=2.35)  # 60 km south of Disquaire
Firm.objects.filter(pk=world.studio.pk).update(latitude=48.97, longitude=2.35)  # 10 km north of it
monday = quiet_monday(world.today)
with scope(cluster=world.vigne):
    pool = running_post(
        world, [(world.disquaire, 8), (world.scene, 8), (world.studio, 8)], starts_on=world.today - timedelta(days=60)
    )
    calendar = open_calendar(by=world.colette, pool=pool, month=monday)
    place(by=world.colette, calendar=calendar, firm=world.disquaire, day=monday, part="am")
print(calendar.pk, world.scene.pk)
"""
PLACED = """
import json
from django_scopes import scopes_disabled
from grappe.plans.models import Slot
with scopes_disabled():
    print(json.dumps([[str(s.day), s.part, s.firm.name] for s in Slot.objects.select_related("firm").order_by("day", "part")]))
"""
TWO_GROUPS = """
from dataclasses import replace
from datetime import timedelta
from django_scopes import scope
from tests.charges.factory import post
from tests.world import make_world
world = make_world()
with scope(cluster=world.vigne):
    post(world, prices={world.disquaire: 12000, world.scene: 12000}, name="Communication web")
with scope(cluster=world.treille):
    post(replace(world, vigne=world.treille), prices={world.disquaire: 9000, world.ailleurs: 9000}, month_cents=120000, name="Régie")
from grappe.charges.solidarity import position
for cluster in (world.vigne, world.treille):
    with scope(cluster=cluster):
        found = position(cluster, on=world.today).of_firm(world.disquaire.pk)
        print(found.exposure_cents // 100)
"""


def shell(site, code: str) -> str:
    return site.run("shell", "-v", "0", "-c", code).stdout.strip()


def text(page) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", page.inner_text("main"))


def axe_clean(page) -> None:
    assert violations(page) == []


def test_an_employee_whose_two_firms_are_sixty_kilometres_apart(site, visitor):
    """By hand it is barred, with the journey in words; a draft never has both on one day, and keeps what was placed."""
    site.environment["PYTHONPATH"] += f":{ROOT}"
    calendar, scene = shell(site, FAR).splitlines()[-1].split()
    set_password(site, "colette@vigne.example")
    colette = visitor(site)
    page = colette.sign_in("colette@vigne.example")
    page = colette.go(f"/c/vigne/calendriers/{calendar}/?poser={scene}#planner")
    barred = page.locator("[title*='de route']").first.get_attribute("title")
    assert "de Disquaire à Scène il y a 1 h 44 de route" in re.sub(r"[\u00a0\u202f]", " ", barred)

    page = colette.go(f"/c/vigne/calendriers/{calendar}/")
    page.get_by_role("button", name=re.compile("Proposer")).click()
    page.get_by_text("8/8").nth(2).wait_for(timeout=120_000)
    placed = json.loads(shell(site, PLACED).splitlines()[-1])
    by_day: dict[str, set[str]] = {}
    for day, _part, firm in placed:
        by_day.setdefault(day, set()).add(firm)
    assert len(placed) == 24
    assert not [firms for firms in by_day.values() if {"Disquaire", "Scène"} <= firms or {"Scène", "Studio"} <= firms]
    axe_clean(page)


def test_a_firm_in_two_groups_sees_each_apart(site, visitor):
    site.environment["PYTHONPATH"] += f":{ROOT}"
    here, there = shell(site, TWO_GROUPS).splitlines()[-2:]
    set_password(site, "paul@disquaire.example")
    paul = visitor(site, phone=True)
    paul.sign_in("paul@disquaire.example")
    seen = {}
    for slug in ("vigne", "treille"):
        page = paul.go(f"/c/{slug}/ma-structure/")
        seen[slug] = text(page)
        axe_clean(page)
    assert here != there
    assert f"au plus {int(here):,}".replace(",", " ") in seen["vigne"]
    assert f"au plus {int(there):,}".replace(",", " ") in seen["treille"]
    for slug, others in (("vigne", ("Ailleurs", "Régie")), ("treille", ("Scène", "Communication web"))):
        assert not [name for name in others if name in seen[slug]]
    assert paul.page.context.request.get(f"{site.url}/c/treille/calendriers/").status == 404
