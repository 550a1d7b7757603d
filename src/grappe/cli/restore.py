"""`grappe restore FILE`: bring back a backup, into an empty database unless told otherwise."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from grappe.cli.backup import MANIFEST, connection_environment, connection_options, program
from grappe.cli.commands import parser


def run(argv: list[str]) -> int:
    arguments = parser("restore", "Restore a backup. Stop the site first.")
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--replace", action="store_true", help="replace what the database holds")
    chosen = arguments.parse_args(argv)
    try:
        read(chosen.file, replace=chosen.replace)
    except UnableToRestore as refusal:
        print(f"Nothing was restored: {refusal}", file=sys.stderr)
        return 2
    except (OSError, tarfile.TarError, sqlite3.Error, subprocess.CalledProcessError) as fault:
        print(f"Nothing was restored: {getattr(fault, 'stderr', None) or fault}", file=sys.stderr)
        return 1
    print(f"{chosen.file}: restored. Verify it: grappe check")
    return 0


class UnableToRestore(Exception):
    pass


def read(source: Path, *, replace: bool) -> None:
    """Unpack and verify the whole archive first; only then touch the database."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    kind = "sqlite" if "sqlite" in database["ENGINE"] else "postgresql"
    if not replace and _holds_clusters():
        raise UnableToRestore("the database holds clusters; --replace replaces them")
    with tempfile.TemporaryDirectory(prefix="grappe-restore-") as name:
        folder = Path(name)
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        if not (folder / MANIFEST).exists() or not (folder / "database").exists():
            raise UnableToRestore(f"{source} is not a backup of Grappe")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if manifest["database"] != kind:
            raise UnableToRestore(f"this backup is of {manifest['database']}, and DATABASE_URL is {kind}")
        if kind == "sqlite":
            _restore_sqlite(folder / "database", Path(database["NAME"]))
        else:
            _restore_postgresql(folder / "database", database)
        if (folder / "media").exists():
            shutil.copytree(folder / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)


def _holds_clusters() -> bool:
    from django.db import DatabaseError, connection

    from grappe.clusters.models import Cluster

    try:
        return Cluster.objects.exists()
    except DatabaseError:
        return False  # no table yet: an empty database
    finally:
        connection.close()


def _restore_sqlite(copy: Path, target: Path) -> None:
    """Write the backup into the live file by SQLite's own copy, so that a connection left open reads the new content."""
    with sqlite3.connect(copy) as source:
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the backup fails its integrity check")
        target.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(target, timeout=20) as live:
            source.backup(live)
        live.close()
    source.close()


def _restore_postgresql(copy: Path, database: dict[str, Any]) -> None:
    subprocess.run(
        [program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction", *connection_options(database), str(copy)],
        env=connection_environment(database), check=True, capture_output=True, text=True,
    )  # fmt: skip
