"""From the question to the post, in a browser: a link on a phone, a proposal, a firm moved by hand, the adjusted post opened."""

from __future__ import annotations

import re

import pytest
from tests.stories.conftest import set_password

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.xdist_group("survey")]
COLETTE = "colette@paris-mix.example"
# firm -> days a month it asks for; the first three fill a post of 17 days, the fourth is too many for it.
FIRMS = {"Kiosque": "6", "Volute": "6", "Zinc": "5", "Ombrelle": "3,5"}
PDF = b"%PDF-1.4\n% une facture\n"


def address(name: str) -> str:
    return f"{name.lower()}@label.example"


@pytest.fixture
def colette(site, visitor):
    """The coordinator of a cluster of four firms, each with someone who speaks for it, save the last."""
    site.run("cluster", "new", "paris-mix", "--name", "Paris Mix", "--coordinator", COLETTE)
    set_password(site, COLETTE)
    site.run(
        "shell", "-v", "0", "-c",
        f"""
from django.utils import timezone
from django_scopes import scope
from grappe.clusters.actions import give_mandate, welcome_firm
from grappe.clusters.models import Cluster, Firm
from grappe.people.actions import person_named
cluster, today = Cluster.objects.get(), timezone.localdate()
with scope(cluster=cluster):
    for rank, name in enumerate({list(FIRMS)!r}):
        firm = Firm.objects.create(name=name, latitude=48.88 + rank / 1000, longitude=2.35, town="Paris")
        welcome_firm(by=None, cluster=cluster, firm=firm, on=today)
        if name != "Ombrelle":
            person = person_named(email=name.lower() + "@label.example", name="Voix " + name)
            give_mandate(by=None, cluster=cluster, person=person, role="member", firm=firm, on=today)
""",
    )  # fmt: skip
    someone = visitor(site)
    someone.sign_in(COLETTE)
    return someone


def test_from_the_question_to_the_post(site, colette, visitor):
    ask(colette)
    phones = {name: answer(site, visitor, name, days) for name, days in FIRMS.items()}
    form(colette)
    adjust(colette)
    open_it(colette)
    refuse(colette, phones["Zinc"])
    assert "0 breach(es)" in site.run("check").stdout


def ask(colette):
    """A survey, sent to all; the firm that nobody speaks for is given an address."""
    page = colette.go("/c/paris-mix/besoins/enquetes/nouvelle/")
    page.get_by_label("Le nom de l’enquête").fill("Besoins de l’année")
    page.get_by_role("button", name="Ouvrir l’enquête").click()
    page.get_by_role("link", name="Envoyer aux structures").first.click()
    page.get_by_role("button", name="Envoyer le lien à 3 structures").click()
    page.get_by_text("parti vers 3 structures").wait_for()
    page.get_by_label(re.compile("Adresse d’une personne à mandater pour Ombrelle")).fill(address("Ombrelle"))
    page.get_by_role("button", name=re.compile("Envoyer aux structures cochées")).click()
    page.get_by_text("parti vers 1 structure").wait_for()


def answer(site, visitor, name: str, days: str):
    """Someone without an account, on a phone: the link of the mail, one need, a correction by the same link."""
    link = re.search(r"http\S+/enquete/\S+", site.mails(to=address(name))[0])[0]
    phone = visitor(site, phone=True)
    page = phone.go(link)
    page.get_by_role("heading", level=1, name=re.compile("pour quels jours et quel travail")).wait_for()
    known = page.get_by_label("Communication web", exact=True)
    if known.count():
        known.check()
    else:
        page.get_by_label("Le métier, en vos mots").fill("Communication web")
    page.get_by_label("Jours par mois").fill("1")
    page.get_by_label(re.compile("sans la grappe, vous payez")).fill("420")
    page.get_by_label("une facture").check()
    page.get_by_label("Sa date").fill("2026-11-02")
    page.locator("input[type=file]").set_input_files(
        {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Envoyer ce besoin").click()
    page.get_by_role("heading", level=1, name="Vous avez dit un besoin").wait_for()
    page.get_by_role("link", name=re.compile("Corriger")).click()
    page.get_by_label("Jours par mois").fill(days)
    page.get_by_role("button", name="Enregistrer la correction").click()
    page.get_by_text("C’est corrigé.").wait_for()
    return phone


def form(colette):
    """All four have answered; the engine forms one post of three."""
    page = colette.go("/c/paris-mix/besoins/")
    assert "4 besoins" in page.locator("h1").inner_text().replace("\xa0", " ")
    page.get_by_role("link", name="Former des postes").click()
    page.get_by_role("button", name="Former les postes").click()
    page.get_by_role("heading", level=2, name=re.compile("Poste 1")).wait_for(timeout=240_000)


def adjust(colette):
    """By the pointer, then by the form that needs no script: what a move costs is seen before it is done."""
    page = colette.page
    page.get_by_role("button", name="Ajuster à la main").click()
    page.wait_for_url("**/a-la-main/")
    page.locator("li[data-need] b", has_text="Zinc").drag_to(page.locator("section[data-to=hors]"))
    page.get_by_role("heading", name=re.compile("Zinc .* hors de tout poste")).wait_for()
    page.get_by_role("link", name="Laisser comme avant").click()
    assert page.locator("section#poste-1 li").count() == 3
    out = page.locator("section[data-to=hors] li", has_text="Ombrelle")
    out.get_by_role("combobox").select_option("0")
    out.get_by_role("button", name=re.compile("Voir")).click()
    page.get_by_text("ne pourrait pas être ouvert").wait_for()
    page.get_by_role("link", name="Laisser comme avant").click()
    for name, to in (("Zinc", "hors"), ("Ombrelle", "0")):
        row = page.locator("li[data-need]", has_text=name)
        row.get_by_role("combobox").select_option(to)
        row.get_by_role("button", name=re.compile("Voir")).click()
        page.get_by_role("button", name="Déplacer", exact=True).click()
        page.get_by_text(f"{name} est déplacée").wait_for()
    assert "Ombrelle" in page.locator("section#poste-1").inner_text()


def open_it(colette):
    page = colette.page
    page.get_by_role("link", name=re.compile("Ouvrir ce poste")).click()
    page.get_by_role("button", name="Ouvrir le poste", exact=True).click()
    page.get_by_text("Le poste est ouvert").wait_for()
    told = page.inner_text("main")
    assert "Ombrelle" in told
    assert "Zinc" not in told


def refuse(colette, zinc):
    """The firm left out reads why, by the link that it already has."""
    page = colette.go("/c/paris-mix/besoins/")
    page.get_by_role("link", name=re.compile("Refuser Zinc")).click()
    page.get_by_label("Pourquoi").fill("Le poste est plein ; nous en reparlons au printemps.")
    page.get_by_role("button", name="Refuser ce besoin").click()
    page.get_by_text("Zinc lira pourquoi").wait_for()
    assert zinc.page.get_by_role("link", name=re.compile("Corriger")).is_visible()  # the page as it was
    zinc.page.reload()
    zinc.page.get_by_text("nous en reparlons au printemps").wait_for()
    assert not zinc.page.get_by_role("link", name=re.compile("Corriger")).count()
