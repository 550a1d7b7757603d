"""A firm leaves a running post, in a browser: notice, what it changes, a new price accepted, papers anew, signed by link."""

from __future__ import annotations

import re

import pytest
from tests.stories.conftest import set_password
from tests.stories.test_every_page import enter
from tests.stories.test_the_loop import figures

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.xdist_group("engagement")]


def test_a_firm_leaves_a_running_post(demo, visitor):
    marius, colette, paola = visitor(demo, phone=True), visitor(demo), visitor(demo, phone=True)
    gives_notice(marius)
    accepts_the_going(colette)
    price = accepts_the_new_price(demo, paola)
    makes_the_papers_anew(colette)
    signs_by_link(demo, visitor, price)
    assert "0 breach(es)" in demo.run("check").stdout


def gives_notice(marius):
    enter(marius, "member")
    page = marius.go("/c/paris-mix/ma-structure/partages/")
    page.get_by_role("link", name=re.compile("Communication web")).first.click()
    page.get_by_role("heading", name="Vos documents").wait_for()
    assert page.get_by_text("signé par tous").count() == 2
    page.get_by_role("link", name="Quitter ce poste").click()
    page.get_by_label("Un mot pour la coordination").fill("Nous déménageons à Lyon.")
    page.get_by_role("button", name="Demander à partir").click()
    page.get_by_role("link", name=re.compile("reprendre ma demande")).wait_for()


def accepts_the_going(colette):
    """What it does to the others is read before it is accepted."""
    enter(colette, "coordinator")
    page = colette.go("/c/paris-mix/mises-en-commun/")
    page.get_by_role("link", name="Communication web").first.click()
    page.get_by_role("link", name="Voir ce que cela change").click()
    told = figures(page.inner_text("main"))
    for word in (
        "Nous déménageons à Lyon",
        "Ce que paieraient les autres",
        "Ombrelle Label",
        "doit accepter",
        "Remplissage",
    ):
        assert word in told, word
    page.get_by_role("button", name="Accepter ce départ").click()
    page.get_by_text("Le départ de Kiosque Spectacles est noté.").wait_for()


def accepts_the_new_price(demo, paola) -> str:
    """Another member reads its new part and accepts it; returns the price of its half-day."""
    told = demo.run(
        "shell", "-v", "0", "-c",
        "from grappe.people.models import Person; print(Person.objects.get(name='Paola Ricci').email)",
    )  # fmt: skip
    set_password(demo, told.stdout.strip())
    paola.sign_in(told.stdout.strip())
    page = paola.go("/c/paris-mix/ma-structure/partages/")
    page.get_by_role("link", name=re.compile("Communication web")).first.click()
    page.get_by_role("button", name=re.compile("^Accepter .* par mois")).click()
    page.get_by_role("heading", name="Votre engagement").wait_for()
    return re.search(r"([\d ]+,\d\d) € la demi-journée", figures(page.inner_text("main"))).group(1)


def makes_the_papers_anew(colette):
    """The list says of which day the papers change; they are made for that day, and everyone is asked to sign."""
    page = colette.go("/c/paris-mix/mises-en-commun/")
    page.get_by_role("link", name="Communication web").first.click()
    page.get_by_role("link", name="Contrats").click()
    assert "14 documents signés sur 14" in figures(page.inner_text("main"))
    page.get_by_role("link", name=re.compile("Les préparer pour le")).click()
    told = figures(page.inner_text("main"))
    for word in ("à refaire", "les structures utilisatrices", "le prix de la demi-journée"):
        assert word in told, word
    page.get_by_role("button", name="Préparer 2 documents").click()
    page.get_by_role("button", name="Demander les signatures").click()
    page.get_by_text("Chaque personne reçoit son lien").wait_for()


def signs_by_link(demo, visitor, price):
    """Whoever holds the link reads the new price and signs; nobody signs in."""
    token = demo.run(
        "shell", "-v", "0", "-c",
        "from grappe.people.models import AccessLink;"
        "print(AccessLink.objects.filter(person__name='Paola Ricci', purpose='signature').latest('pk').token)",
    ).stdout.strip()  # fmt: skip
    someone = visitor(demo, phone=True)
    page = someone.go(f"/signature/{token}/")
    told = figures(page.inner_text("main"))
    assert f"{price} € la demi-journée" in told
    page.get_by_label("Votre prénom et votre nom").fill("Paola Ricci")
    page.get_by_label(re.compile("J’ai lu ce texte")).check()
    page.get_by_role("button", name="Signer").click()
    page.get_by_role("heading", name="C’est signé").wait_for()
    address = page.get_by_role("link", name="Télécharger le document signé").get_attribute("href")
    assert page.request.get(f"{demo.url}{address}").body().startswith(b"%PDF")
