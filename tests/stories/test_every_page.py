"""Every page of the demo that a role reaches by links, on a desk and on a phone: axe finds nothing, nothing overflows, no error.

The pages are the same whatever the database: this module runs once (see tests/conftest.py).
"""

from __future__ import annotations

import re

import pytest
from tests.screen import overflow, violations

from grappe.demo.cast import GUISES

pytestmark = [pytest.mark.story, pytest.mark.slow]
# Each width has a demo of its own, so that two processes share the work.
WIDTHS = [
    pytest.param(False, marks=pytest.mark.xdist_group("desk"), id="desk"),
    pytest.param(True, marks=pytest.mark.xdist_group("phone"), id="phone"),
]
LEFT_OUT = re.compile(r"\.(ics|pdf|csv|xlsx)|/pdf/$|format=|/compte/logout|^/c/mila|^/operateur")
SHAPE = re.compile(r"/[0-9a-f-]{20,36}(?=/|$)|/\d+(?=/|$)|/\d{4}-\d\d(?=/|$)|=[^&]*")
PHONES = {"member", "employee", "two_clusters"}


def enter(visitor, guise: str):
    visitor.go("/demo/")
    visitor.page.locator(f"form:has(input[value={guise}]) button").click()
    visitor.page.wait_for_url(lambda url: "/demo" not in url)


def pages(visitor, start: str):
    """Walk by links, one page of each shape of address; yields each address when it is on the screen."""
    waiting, shapes = [start], set()
    while waiting:
        path = waiting.pop(0)
        shape = SHAPE.sub("/#", path)
        if shape in shapes or LEFT_OUT.search(path):
            continue
        shapes.add(shape)
        answer = visitor.page.goto(visitor.site.url + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        yield path
        waiting += visitor.page.eval_on_selector_all(
            "a[href^='/']:not([download])", "links => links.map(a => a.getAttribute('href').split('#')[0])"
        )


@pytest.fixture(scope="module")
def judged() -> set[tuple[bool, str]]:
    """The pages that axe saw, by width and shape: who reads what the coordinator writes meets the same page, with less on it."""
    return set()


@pytest.mark.parametrize("guise", [guise.key for guise in GUISES])
@pytest.mark.parametrize("phone", WIDTHS)
def test_pages_of(demo, visitor, judged, guise, phone):
    someone = visitor(demo, phone=phone)
    enter(someone, guise)
    faults, seen = [], 0
    for path in pages(someone, someone.page.url.removeprefix(demo.url)):
        seen += 1
        if overflow(someone.page) > 0:
            faults.append(f"{path}: {overflow(someone.page)} px too wide")
        shape = (phone, SHAPE.sub("/#", path))
        if shape not in judged and (phone == (guise in PHONES) or guise == "coordinator"):
            judged.add(shape)
            faults += [f"{path}: {found}" for found in violations(someone.page)]
    assert seen >= 2
    assert faults == []


@pytest.mark.parametrize(
    "path", ["/", "/demo/", "/styleguide/", "/compte/login/", "/compte/password/reset/", "/nulle-part/"]
)
@pytest.mark.parametrize("phone", WIDTHS)
def test_pages_before_signing_in(demo, visitor, path, phone):
    someone = visitor(demo, phone=phone)
    someone.go(path)
    assert overflow(someone.page) == 0
    assert violations(someone.page) == []
