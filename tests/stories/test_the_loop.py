"""The whole loop, as people do it, in a browser: from two spreadsheets to « payé, seule, économisé »."""

from __future__ import annotations

import re

import pytest
from tests.stories.conftest import SAMPLES, set_password

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.xdist_group("loop")]
COLETTE = "colette@paris-mix.example"


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


def test_the_loop(site, colette, visitor):
    load_members_and_needs(colette)


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
