"""Someone at a screen: real Chromium on a real site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.site import Site

SAMPLES = Path(__file__).resolve().parent / "samples"
PICTURES = os.environ.get("STORY_PICTURES")  # a folder for the last screen of each visitor, to see why a story failed
PASSWORD = "raisin-mur-de-septembre"


class Visitor:
    """Someone at a screen. Complains at once of a console error, a failed request or a request to anywhere else."""

    def __init__(self, browser: Browser, site: Site, *, phone: bool = False) -> None:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        self.site = site
        self.context: BrowserContext = browser.new_context(viewport=size, locale="fr-FR", has_touch=phone)
        self.context.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("request", lambda request: self._outside(request.url))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(f"console: {text}")

    def _outside(self, url: str) -> None:
        if not url.startswith((self.site.url, "data:", "blob:")):
            self.complaints.append(f"outside request: {url}")

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.site.url + path)
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        self.go("/compte/login/")
        self.page.get_by_label("Adresse e-mail").fill(email)
        self.page.get_by_label("Mot de passe", exact=True).fill(password)
        self.page.locator("form[method=post] button[type=submit]", has_text="Se connecter").first.click()
        self.page.wait_for_url(lambda url: "/compte/login" not in url)
        return self.page

    def close(self) -> None:
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{id(self)}.png", full_page=True)
        self.context.close()
        assert self.complaints == []


@pytest.fixture
def visitor(browser: Browser) -> Iterator[type[Visitor]]:
    """A maker of visitors: `visitor(site, phone=True)`; each is closed, and must have met no error, at the end."""
    came: list[Visitor] = []

    def come(site: Site, *, phone: bool = False) -> Visitor:
        came.append(Visitor(browser, site, phone=phone))
        return came[-1]

    yield come  # type: ignore[misc]
    for each in came:
        each.close()


def set_password(site: Site, *emails: str) -> None:
    code = (
        "from grappe.people.models import Person\n"
        f"for person in Person.objects.filter(email__in={emails!r}): person.set_password({PASSWORD!r}); person.save()"
    )
    site.run("shell", "-v", "0", "-c", code)
