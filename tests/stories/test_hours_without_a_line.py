"""The employee's phone with a poor line: noted offline, reloaded, sent once; what changed meanwhile is shown, nothing lost."""

from __future__ import annotations

import json
import re
import time

import pytest
from django.utils import timezone
from tests.screen import violations
from tests.stories.conftest import set_password

pytestmark = [pytest.mark.story, pytest.mark.slow]
SCENE = """
from datetime import timedelta
from django.utils import timezone
from django_scopes import scope
from tests.world import make_world
from tests.plans.factory import running_post
from grappe.plans.actions import open_calendar
from grappe.plans.models import Release, ReleasedSlot
world = make_world()
with scope(cluster=world.vigne):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=90))
    calendar = open_calendar(by=world.colette, pool=pool, month=world.today)
    version = Release.objects.create(cluster=world.vigne, calendar=calendar, number=1, released_by=world.colette)
    for firm, part in ((world.disquaire, "am"), (world.scene, "pm")):
        ReleasedSlot.objects.create(
            cluster=world.vigne, release=version, person=world.ines, firm=firm, day=world.today, part=part
        )
"""
NOTED = """
import json
from django_scopes import scopes_disabled
from grappe.plans.models import Hours
from grappe.audit.models import Line
with scopes_disabled():
    rows = list(Hours.objects.order_by("part").values_list("part", "minutes", "words"))
print(json.dumps([rows, Line.objects.filter(deed="plans.record_hours").count()]))
"""
SIGN = """
from django_scopes import scope
from django.utils import timezone
from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.plans.actions import sign_hours
from grappe.plans.models import Hours
with scope(cluster=Cluster.objects.get(slug="vigne")):
    marius = Person.objects.get(email="marius@disquaire.example")
    sign_hours(by=marius, hours=Hours.objects.get(part="am"), on=timezone.localdate())
"""
WEEK = "/c/vigne/mon-planning/"
# The phone can do without a line once its worker is ready, and the page and each of its files are kept.
AT_HAND = """async () => {
    await navigator.serviceWorker.ready;
    const store = await caches.open("grappe-week");
    const files = [...document.querySelectorAll("link[rel='stylesheet'], link[rel='icon'], link[rel='preload'], script[src]")];
    const kept = [location.href, ...files.map(file => file.href || file.src)].map(url => store.match(url, { ignoreVary: true }));
    return (await Promise.all(kept)).every(Boolean);
}"""


def shell(site, code: str) -> str:
    return site.run("shell", "-v", "0", "-c", code).stdout


def noted(site):
    """The hours in the database, and how many times the deed was done."""
    return json.loads(shell(site, NOTED).strip().splitlines()[-1])


@pytest.fixture
def phone(site, browser):
    """Inès's phone, signed in, her week at hand."""
    from tests.site import ROOT

    site.environment["PYTHONPATH"] += f":{ROOT}"
    shell(site, SCENE)
    set_password(site, "ines@vigne.example")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", has_touch=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"{site.url}/compte/login/")
    page.get_by_label("Adresse e-mail").fill("ines@vigne.example")
    page.get_by_label("Mot de passe", exact=True).fill("raisin-mur-de-septembre")
    page.locator("form[method=post] button[type=submit]", has_text="Se connecter").first.click()
    page.wait_for_url(lambda url: "/compte/login" not in url)
    page.goto(site.url + WEEK)
    end = time.monotonic() + 60
    while not page.evaluate(AT_HAND):  # wait_for_function takes the promise itself for a yes
        assert time.monotonic() < end
        page.wait_for_timeout(50)
    yield page
    assert page.errors == []
    context.close()


def half(page, part: str):
    return page.locator(f"[id='{timezone.localdate().isoformat()}-{part}']")


def text(page) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", page.inner_text("main"))


def test_offline_recorded_reloaded_sent_once(site, phone):
    page = phone
    page.context.set_offline(True)
    half(page, "am").get_by_role("button", name=re.compile("Noter")).click()
    page.get_by_text("3 h 30, gardé sur ce téléphone").wait_for()
    page.reload()  # without a line: the page that the phone keeps, and the hours with it
    page.get_by_text("1 demi-journée gardée sur ce téléphone").wait_for()
    page.get_by_text("une autre durée").locator("visible=true").first.click()
    form = half(page, "pm").locator("form.duration")
    form.get_by_label("De", exact=True).fill("14:00")
    form.get_by_label("À", exact=True).fill("18:30")
    form.get_by_label("Pause").fill("30")
    form.get_by_label("Un mot").fill("Balance son")
    form.get_by_role("button", name="Noter").click()
    assert "2 demi-journées gardées" in text(page) and "4 h, gardé sur ce téléphone" in text(page)
    assert violations(page) == []
    assert noted(site) == [[], 0]

    page.context.set_offline(False)
    page.get_by_text("3 h 30, noté").wait_for()  # sent by itself, and the page shown again
    assert not page.locator("[data-kept]").is_visible()
    assert noted(site) == [[["am", 210, ""], ["pm", 240, "Balance son"]], 2]
    page.reload()
    page.wait_for_timeout(1500)
    assert noted(site)[1] == 2


def test_an_answer_that_is_lost_is_asked_for_again_and_done_once(site, phone):
    page = phone

    def swallow(route):
        if route.request.method == "POST":
            route.fetch()  # it reached the site; its answer never comes back
            route.abort()
        else:
            route.continue_()

    page.context.route("**/noter/", swallow)
    half(page, "am").get_by_role("button", name=re.compile("Noter")).click()
    page.get_by_text("3 h 30, gardé sur ce téléphone").wait_for()
    page.wait_for_timeout(1500)
    assert noted(site) == [[["am", 210, ""]], 1]
    page.context.unroute("**/noter/")
    page.get_by_role("button", name="Envoyer maintenant").click()
    page.get_by_text("3 h 30, noté").wait_for()
    assert noted(site) == [[["am", 210, ""]], 1]


def test_signed_meanwhile_is_shown_and_nothing_is_lost(site, phone):
    page = phone
    half(page, "am").get_by_role("button", name=re.compile("Noter")).click()
    page.get_by_text("3 h 30, noté").wait_for()
    page.context.set_offline(True)
    half(page, "am").get_by_text("changer").click()
    form = half(page, "am").locator("form.duration")
    form.get_by_label("Heures").fill("5")
    form.get_by_label("Minutes", exact=True).fill("0")
    form.get_by_role("button", name="Noter").click()
    page.get_by_text("5 h, gardé sur ce téléphone").wait_for()
    shell(site, SIGN)
    page.context.set_offline(False)
    page.get_by_text("sont déjà contresignées par Disquaire").wait_for()
    page.reload()
    page.get_by_text("sont déjà contresignées par Disquaire").wait_for()  # still there, for as long as she has not said
    page.get_by_role("button", name="Garder celles de Grappe").click()
    assert not page.locator("[data-kept]").is_visible()
    assert noted(site)[0] == [["am", 210, ""]]


def test_someone_elses_hours_do_not_leave_under_another_name(site, phone):
    """Signed out with hours still on the phone: the page is no longer at hand, and what is kept waits for its owner."""
    page = phone
    page.context.set_offline(True)
    half(page, "am").get_by_role("button", name=re.compile("Noter")).click()
    page.get_by_text("gardé sur ce téléphone").first.wait_for()
    page.context.clear_cookies()
    page.context.set_offline(False)  # the line is back: the phone tries by itself
    page.get_by_text("Reconnectez-vous pour les envoyer : rien n’est perdu.").wait_for()
    assert noted(site) == [[], 0]
    page.goto(site.url + WEEK)
    page.get_by_role("heading", name=re.compile("Se connecter|Connexion|Entrer|Bonjour")).first.wait_for()
    page.wait_for_function("caches.has('grappe-week').then((has) => !has)")
    assert page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('grappe.hours.'))")
