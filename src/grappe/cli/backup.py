"""`grappe backup FILE`: one archive of database and files, taken while the site runs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from grappe import __version__
from grappe.cli.commands import parser

MANIFEST = "grappe-backup.json"


def run(argv: list[str]) -> int:
    arguments = parser("backup", "Back up the database and the files; safe while the site runs.")
    arguments.add_argument("file", type=Path, help="a .tar.gz that does not exist yet")
    chosen = arguments.parse_args(argv)
    if chosen.file.exists():
        print(f"{chosen.file}: exists already; a backup never overwrites another.", file=sys.stderr)
        return 2
    try:
        write(chosen.file)
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as fault:
        print(f"No backup was written: {getattr(fault, 'stderr', None) or fault}", file=sys.stderr)
        return 1
    print(f"{chosen.file}: {chosen.file.stat().st_size / 1e6:.1f} MB")
    return 0


def write(target: Path) -> None:
    """Write the archive beside its place, then rename: it is there whole or not at all."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    with tempfile.TemporaryDirectory(prefix="grappe-backup-") as name:
        folder = Path(name)
        kind = "sqlite" if "sqlite" in database["ENGINE"] else "postgresql"
        copy = folder / "database"
        if kind == "sqlite":
            _copy_sqlite(Path(database["NAME"]), copy)
        else:
            subprocess.run([program("pg_dump"), "-Fc", "--no-owner", "-f", str(copy), *connection_options(database)],
                           env=connection_environment(database), check=True, capture_output=True, text=True)  # fmt: skip
        manifest = {"grappe": __version__, "database": kind}
        (folder / MANIFEST).write_text(json.dumps(manifest))
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with tarfile.open(partial, "w:gz") as archive:
                archive.add(folder / MANIFEST, MANIFEST)
                archive.add(copy, "database")
                if Path(settings.MEDIA_ROOT).exists():
                    archive.add(settings.MEDIA_ROOT, "media")
            partial.chmod(0o600)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online copy: consistent while others write. The copy is checked before it is kept."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as live, sqlite3.connect(target) as copy:
        live.backup(copy, pages=2000, sleep=0.01)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the copy fails its integrity check")
    live.close()
    copy.close()


def program(name: str) -> str:
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(name)
    if not found:
        raise OSError(f"{name} is not installed (apt-get install postgresql-client)")
    return found


def connection_options(database: dict[str, Any]) -> list[str]:
    words = {"--host": "HOST", "--port": "PORT", "--username": "USER", "--dbname": "NAME"}
    return [word for option, key in words.items() if database.get(key) for word in (option, str(database[key]))]


def connection_environment(database: dict[str, Any]) -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": str(database.get("PASSWORD") or "")}
