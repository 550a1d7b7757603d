"""One real Chromium for all the browser tests of a process (Playwright's door opens once), and what axe finds on a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


# `preload` fetches the stylesheets a second time, for a rule that needs it to judge the turning of a phone.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"], "preload": False,
}  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now: the rule and where. Only that comes back from the browser: the rest is slow."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(
        "options => axe.run(options).then(found => found.violations.map(one => `${one.id} ${one.nodes[0].target}`))",
        AXE,
    )


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
