"""A committed database that several processes and threads share: the one under test, moved to a file when it is in memory."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
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
    processes: list[subprocess.Popen[bytes]]

    def python(self, code: str) -> subprocess.Popen[bytes]:
        """A separate process with Django set up on this database."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "GRAPPE_VAR": str(self.folder),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "grappe.config.settings",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"], env=environment, cwd=self.folder
        )
        self.processes.append(process)
        return process


def _on_postgres(transactional_db: None, tmp_path: Path) -> Iterator[Disk]:
    """The database under test, its rows really committed, emptied afterwards."""
    said = connections["default"].settings_dict
    yield from _open(
        f"postgres://{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}/{said['NAME']}", tmp_path
    )


def _on_sqlite(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Disk]:
    """A copy, in a file, of the empty database in memory."""
    file = tmp_path / "disk.sqlite3"
    with django_db_blocker.unblock():
        memory = connections["default"]
        memory.ensure_connection()
        with closing(sqlite3.connect(file)) as target:
            memory.connection.backup(target)
        settings_dict = memory.settings_dict
        in_memory = settings_dict["NAME"]
        del connections["default"]
        settings_dict["NAME"] = str(file)
        try:
            yield from _open(f"sqlite:///{file}", tmp_path)
        finally:
            connections["default"].close()
            settings_dict["NAME"] = in_memory
            connections["default"] = memory


POSTGRES = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
disk = pytest.fixture(_on_postgres if POSTGRES else _on_sqlite, name="disk")


def _open(url: str, folder: Path) -> Iterator[Disk]:
    world = make_world()
    with scope(cluster=world.vigne):
        opened = Disk(url, folder, world, [])
        yield opened
        for process in opened.processes:
            process.kill()
            process.wait()
