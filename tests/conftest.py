"""What every test stands on: one small world of named people, in the scope of its cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_scopes import scope
from hypothesis import settings as hypothesis

from tests.screen import browser  # noqa: F401
from tests.site import bare, demo, run_folder, site, static_folder  # noqa: F401
from tests.world import World, make_world

hypothesis.register_profile("grappe", deadline=None)  # how fast a machine is tells nothing of the code
hypothesis.load_profile("grappe")


# The same whatever the database: run once, on SQLite (see scripts/test.py).
ONCE = (
    "engines", "house", "cli/bench", "cli/test_bench.py", "cli/test_solve.py", "cli/test_territory.py", "stories/test_every_page.py",
    "web/shared/test_pages_in_a_browser.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what runs once. Stories come last, since a browser's loop stays in its process; the long ones, which have a group, first."""
    for item in items:
        if item.nodeid.removeprefix("tests/").startswith(ONCE):
            item.add_marker("once")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("story") is None:
        return 0
    return 1 if item.get_closest_marker("xdist_group") else 2


@pytest.fixture(autouse=True)
def _plain_settings(settings) -> None:
    """Static files without the collected manifest; passwords quick to check; mails kept in memory."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["*"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def world(db) -> Iterator[World]:
    """Two clusters, Vigne and Treille, with their people; the scope is Vigne's."""
    built = make_world()
    with scope(cluster=built.vigne):
        yield built
