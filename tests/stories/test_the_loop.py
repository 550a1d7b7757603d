"""The whole loop, as people do it, in a browser: from two spreadsheets to « payé, seule, économisé »."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from django.utils import timezone
from tests.stories.conftest import SAMPLES, set_password

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.xdist_group("loop")]
COLETTE = "colette@paris-mix.example"
# Those of the first post who accept, by the addresses of their needs; Tangente Éditions declines nothing and proves its price alone.
DECLINES = "Nacelle Management"
EMAILS = [f"contact@{name}.example" for name in ("ecluse06", "faubourg34", "hublot33", "tangente80")]


def figures(text: str) -> str:
    """Text with ordinary spaces, to compare amounts."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.fixture
def colette(site, visitor):
    """The coordinator of an empty cluster, signed in."""
    site.run("cluster", "new", "paris-mix", "--name", "Paris Mix", "--coordinator", COLETTE)
    set_password(site, COLETTE)
    someone = visitor(site)
    someone.sign_in(COLETTE)
    return someone


def load(someone, kind: str, name: str, button: str):
    """Choose a file, look at what would be written, confirm."""
    page = someone.go(f"/c/paris-mix/importer/{kind}/")
    page.locator("input[type=file]").set_input_files(SAMPLES / name)
    page.get_by_role("button", name="Vérifier le fichier").click()
    page.get_by_role("button", name=re.compile(button)).wait_for()
    return page


def last_month() -> date:
    """The first day of the month before this one: what is planned then can be worked, signed and billed today."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def test_the_loop(site, colette, visitor):
    load_members_and_needs(colette)
    form_posts(colette)
    pool = open_a_post(colette)
    invite_and_accept(site, colette, visitor, pool)
    start(colette, pool)
    plan_and_release(site, colette)
    work_and_sign(site, visitor)
    share_and_bill(site, colette)
    prove(site, visitor, colette)
    assert "0 breach(es)" in site.run("check").stdout


def load_members_and_needs(colette):
    """Step 1. Nothing is written before the confirmation; the same file again changes nothing."""
    page = load(colette, "structures", "adherents.csv", "Enregistrer")
    assert "46" in page.locator("h1").inner_text()
    page.get_by_role("button", name=re.compile("Enregistrer")).click()
    page.get_by_role("heading", level=1, name=re.compile("46 structures enregistrées")).wait_for()

    page = load(colette, "besoins", "besoins.csv", "Enregistrer ces 55 besoins")
    assert "55 besoins prêts" in figures(page.locator("h1").inner_text())
    refused = figures(page.inner_text("main"))
    for reason in ("SIREN", "98,88", "beaucoup", "45", "pas-un-courriel"):
        assert reason in refused
    page.get_by_role("button", name="Enregistrer ces 55 besoins").click()
    page.get_by_role("heading", level=1, name=re.compile("55 besoins enregistrés")).wait_for()
    page = colette.go("/c/paris-mix/besoins/")
    assert "55 besoins" in figures(page.locator("h1").inner_text())


def form_posts(colette):
    """Step 2. The engine runs in the background; the best answer serves 840 half-days with 2 posts, 10 of 11 firms."""
    page = colette.go("/c/paris-mix/mises-en-commun/former/")
    page.get_by_role("button", name="Former les postes").click()
    page.get_by_role("heading", level=2, name=re.compile("Poste 1")).wait_for(timeout=240_000)
    told = figures(page.inner_text("main"))
    assert "10 structures sur 11" in told
    assert "840 demi-journées par an" in told
    for aim in ("Servir le plus", "Postes les plus solides", "Au plus près"):
        assert aim in told
    assert page.get_by_role("heading", level=2, name=re.compile("Poste 2")).is_visible()
    assert "non servi" in told


def open_a_post(colette) -> str:
    """Step 3, the coordinator's half: what it costs, made up in sight; returns the post's address."""
    page = colette.page
    page.get_by_role("link", name="Ouvrir le poste 1").click()
    page.get_by_label(re.compile("Premier jour|Commence le|À partir du")).first.fill(last_month().isoformat())
    page.get_by_role("textbox", name=re.compile("Salaire brut")).fill("30 500")
    page.get_by_role("textbox", name=re.compile("Cotisations patronales")).fill("31")
    page.get_by_role("button", name="Recalculer").click()
    assert "39 955,00" in figures(page.inner_text("main")) or "41 952,75" in figures(page.inner_text("main"))
    page.get_by_role("button", name="Ouvrir le poste", exact=True).click()
    page.get_by_role("button", name=re.compile("Inviter les")).click()
    page.get_by_text("invitée", exact=True).first.wait_for()
    return page.url


def invite_and_accept(site, colette, visitor, pool):
    """Step 3, the members' half: each sees share and price before it commits; one declines, and what remains is said."""
    links = {}
    for body in site.mails(at_least=5):
        if found := re.search(r"http://\S+/invitation/\S+", body):
            links[re.search(r"pour (.+?) : ", figures(body)).group(1)] = found.group(0)
    assert len(links) == 5
    for firm in [DECLINES, *sorted(set(links) - {DECLINES})]:
        someone = visitor(site, phone=True)
        page = someone.go(links[firm])
        told = figures(page.inner_text("main"))
        assert "par mois, hors taxe" in told
        assert "Une structure de plus" in told
        assert "Une structure de moins" in told
        if firm == DECLINES:
            page.get_by_text("Non, merci").click()
            page.get_by_role("button", name=re.compile("Décliner")).click()
            page.get_by_role("button", name=re.compile("Décliner")).wait_for(state="detached")
        else:
            page.get_by_role("button", name=re.compile("engager")).click()
            page.get_by_role("heading", name="Votre engagement").wait_for()
    page = colette.go(pool)
    told = figures(page.inner_text("main"))
    assert "a décliné" in told


def start(colette, pool):
    page = colette.go(pool)
    page.get_by_role("link", name="Faire démarrer le poste").click()
    page.get_by_label("Son nom").fill("Inès Besson")
    page.get_by_label("Son adresse e-mail").fill("ines@paris-mix.example")
    page.get_by_label("Premier jour").fill(last_month().isoformat())
    page.get_by_role("button", name="Faire démarrer le poste").click()
    page.get_by_text("en route", exact=True).first.wait_for()


def plan_and_release(site, colette):
    """Step 4. The month is drafted by the engine, adjusted by hand, released; a later change makes a second version."""
    page = colette.go("/c/paris-mix/calendriers/")
    month = format_date(last_month(), "MMMM y", locale="fr")
    page.get_by_role("button", name=re.compile(f"Préparer {month}")).first.click()
    page.get_by_role("button", name="Proposer un calendrier").click()
    page.get_by_role("link", name=re.compile("Diffuser")).wait_for(timeout=120_000)
    page.get_by_role("link", name=re.compile("Diffuser")).click()
    page.get_by_role("button", name="Diffuser le calendrier").click()
    page.get_by_text(re.compile("[Vv]ersion 1")).first.wait_for()


def work_and_sign(site, visitor):
    """Step 5. The employee records each half-day on a phone; a member countersigns them all."""
    set_password(site, "ines@paris-mix.example", *EMAILS)
    ines = visitor(site, phone=True)
    ines.sign_in("ines@paris-mix.example")
    monday = last_month() - timedelta(days=last_month().weekday())
    recorded = 0
    for week in range(6):
        page = ines.go(f"/c/paris-mix/mon-planning/?semaine={monday + timedelta(weeks=week)}")
        while page.get_by_role("button", name=re.compile("^Noter 3")).count():
            before = page.get_by_role("button", name=re.compile("^Noter 3")).count()
            page.get_by_role("button", name=re.compile("^Noter 3")).first.click()
            page.wait_for_function(
                "before => [...document.querySelectorAll('button')].filter(b => /^Noter 3/.test(b.innerText)).length < before",
                arg=before,
            )
            recorded += 1
    assert recorded >= 20
    for email in EMAILS:
        member = visitor(site, phone=True)
        member.sign_in(email)
        page = member.go("/c/paris-mix/ma-structure/heures/")
        page.get_by_role("button", name=re.compile("Tout contresigner")).click()
        page.get_by_role("heading", level=1, name="Rien à contresigner").wait_for()


def share_and_bill(site, colette):
    """Step 6. The month's cost is shared to the cent, the invoices issued with their PDF, a payment recorded."""
    page = colette.go("/c/paris-mix/reglages/")
    for label, text in {
        "Raison sociale": "Association Paris Mix", "SIREN": "000000018", "Adresse": "20 rue Léon", "Code postal": "75018", "Ville": "Paris",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=False).first.fill(text)
    page.get_by_role("button", name="Enregistrer").click()
    page = colette.go("/c/paris-mix/comptes/")
    page.get_by_role("button", name=re.compile("^Dresser")).first.click()
    page.get_by_role("button", name=re.compile("^Émettre les 4 factures")).click()
    page.get_by_text(re.compile("émis le")).first.wait_for()
    page = colette.go("/c/paris-mix/comptes/factures/")
    page.locator("main a[href*='/factures/']").filter(has_text=re.compile(r"\d{4}")).first.click()
    address = page.get_by_role("link", name="PDF").get_attribute("href")
    assert page.request.get(f"{colette.site.url}{address}").body().startswith(b"%PDF")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text(re.compile("payée|réglée|soldée", re.IGNORECASE)).first.wait_for()
    balance = figures(colette.go("/c/paris-mix/comptes/balance/").inner_text("main"))
    assert "équilibr" in balance


def prove(site, visitor, colette):
    """Step 7. A member reads paid, alone, saved, and opens a figure onto its acts; the coordinator reads the totals."""
    member = visitor(site, phone=True)
    member.sign_in("contact@tangente80.example")
    page = member.go("/c/paris-mix/ma-structure/releve/")
    told = figures(page.inner_text("main"))
    for word in ("Payé à la grappe", "Seule, pour la même chose", "Économisé", "entre"):
        assert word in told
    page.get_by_role("link", name="Voir les actes").first.click()
    assert "6" in page.locator("h1").inner_text() or page.locator("table tbody tr").count() >= 6
    assert "documentées" in colette.go("/c/paris-mix/retombees/").locator("h1").inner_text()
    assert colette.go("/c/paris-mix/aujourdhui/").locator("h1").is_visible()
