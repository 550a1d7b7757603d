"""A committed database that several processes and threads share: the one under test, moved to a file when it is in memory."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections
from django_scopes import scope
from tests.world import World, make_world

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Disk:
    """The world, in a database at `url`."""

    url: str
    folder: Path
    world: World

    def python(self, code: str) -> subprocess.Popen[bytes]:
        """A separate process with Django set up on this database."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "GRAPPE_VAR": str(self.folder),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "grappe.config.settings",
        }
        return subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"], env=environment, cwd=self.folder
        )


@pytest.fixture
def disk(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker) -> Iterator[Disk]:
    if connections["default"].vendor == "postgresql":
        request.getfixturevalue("transactional_db")
        set_up = connections["default"].settings_dict
        url = f"postgres://{set_up['USER']}:{set_up['PASSWORD']}@{set_up['HOST']}:{set_up['PORT']}/{set_up['NAME']}"
        yield from _open(url, tmp_path)
        return
    request.getfixturevalue("django_db_setup")
    file = tmp_path / "disk.sqlite3"
    with django_db_blocker.unblock():
        memory = connections["default"]
        memory.ensure_connection()
        with sqlite3.connect(file) as target:
            memory.connection.backup(target)
        target.close()
        settings = memory.settings_dict
        in_memory = settings["NAME"]
        del connections["default"]
        settings["NAME"] = str(file)
        try:
            yield from _open(f"sqlite:///{file}", tmp_path)
        finally:
            connections["default"].close()
            settings["NAME"] = in_memory
            connections["default"] = memory


def _open(url: str, folder: Path) -> Iterator[Disk]:
    world = make_world()
    with scope(cluster=world.vigne):
        yield Disk(url, folder, world)
