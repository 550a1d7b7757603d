"""The shared pages in a real browser: what axe finds, what overflows, what a script or the policy breaks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.screen import overflow, violations

pytestmark = pytest.mark.story
ROOT = Path(__file__).resolve().parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site, in a process of its own; nobody signs in, so it needs no table."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "grappe.config.settings",
        "GRAPPE_VAR": str(tmp_path_factory.mktemp("var")),
        "GRAPPE_URL": f"http://127.0.0.1:{port}",
        "DEBUG": "yes",
    }
    server = subprocess.Popen([sys.executable, "-m", "tests.web.shared.server", str(port)], env=environment)
    url = f"http://127.0.0.1:{port}"
    for _try in range(200):
        try:
            urllib.request.urlopen(f"{url}/parle/", timeout=5).close()
            break
        except OSError:
            assert server.poll() is None
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(timeout=10)


def open_page(browser: Browser, url: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 844}, locale="fr-FR")
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page, complaints


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("url", ["/styleguide/", "/compte/login/", "/compte/password/reset/"])
def test_axe_finds_nothing_and_nothing_overflows(browser, address, url, width):
    page, complaints = open_page(browser, address + url, width)
    assert violations(page) == []
    assert complaints == []
    assert overflow(page) == 0
    assert page.evaluate("document.fonts.check('16px Inter')")
    page.close()


def test_a_half_day_is_moved_by_keyboard(browser, address):
    page, _complaints = open_page(browser, address + "/styleguide/", 1440)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.locator('[data-slot="I0"]').focus()
    for key in (" ", "ArrowDown", "ArrowRight", "ArrowRight", " "):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert len(sent) == 1
    assert sent[0].endswith("slot=I0&lane=I&to=2027-01-06-pm")
    page.close()


def test_escape_lets_a_half_day_go(browser, address):
    page, _complaints = open_page(browser, address + "/styleguide/", 1440)
    page.locator('[data-slot="I0"]').focus()
    for key in (" ", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    assert page.locator("[data-held], [data-drop]").count() == 0
    assert page.locator("[data-move-said]").first.inner_text() == "Déplacement abandonné."
    page.close()


def test_the_menu_of_a_narrow_screen_opens_and_closes(browser, address):
    page, _complaints = open_page(browser, address + "/styleguide/", 390)
    rail, button = page.locator("#rail"), page.locator("[data-menu]")
    assert not rail.is_visible()
    button.click()
    assert rail.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not rail.is_visible()
    page.close()


def test_a_form_pressed_twice_is_sent_once(browser, address):
    page, _complaints = open_page(browser, address + "/compte/login/", 390)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.fill("#id_login", "personne@vigne.example")
    page.fill("#id_password", "un mot de passe")
    with page.expect_navigation():
        page.evaluate(
            """() => { const button = document.querySelector('main form .btn.main'); button.click(); button.click(); }"""
        )
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1
    page.close()


def test_a_page_works_without_script(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address + "/styleguide/")
    assert page.locator("#rail").is_visible()
    context.close()
