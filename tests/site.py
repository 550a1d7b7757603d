"""A real site: `grappe serve` with its worker, on a database of its own, SQLite or the PostgreSQL under test."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Site:
    """A running site: its address, its folder, its command line, the mails it sent."""

    url: str
    folder: Path
    environment: dict[str, str]
    server: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "server.log"

    def run(self, *arguments: str, check: bool = True, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """One `grappe` command on this site's database."""
        done = subprocess.run(
            [sys.executable, "-m", "grappe.cli", *arguments],
            env=self.environment, cwd=self.folder, input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self) -> None:
        port = self.url.rsplit(":", 1)[1]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "grappe.cli", "serve", "--port", port, "--background", "1"],
                env=self.environment, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        for _try in range(600):
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except OSError:
                assert self.server.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(f"the site did not start: {self.log.read_text()}")

    def stop(self) -> None:
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(timeout=30)

    def mails(self, *, to: str | None = None, at_least: int = 1, seconds: float = 30) -> list[str]:
        """The bodies of the mails sent so far (to someone), oldest first; waits until there are enough."""
        end = time.monotonic() + seconds
        while True:
            found = [body for address, body in self._read_mails() if to is None or address == to]
            if len(found) >= at_least:
                return found
            assert time.monotonic() < end, (
                f"{len(found)} mails to {to}, {at_least} wanted\n{self.log.read_text()[-3000:]}"
            )
            time.sleep(0.2)

    def _read_mails(self) -> Iterator[tuple[str, str]]:
        for path in sorted((self.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
            for raw in re.split(rb"\n-{79}\n", path.read_bytes()):
                if raw.strip():
                    message = message_from_bytes(raw.lstrip(), policy=policy.default)
                    yield str(message["To"]), message.get_content()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected static files, shared by the sites of this run."""
    return tmp_path_factory.mktemp("static")


def _database(folder: Path, wanted: str) -> Iterator[str]:
    """The URL of a new empty database: a file, or a database of the PostgreSQL under test."""
    if not wanted:
        yield f"sqlite:///{folder / 'story.sqlite3'}"
        return
    import psycopg

    name = f"story_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(wanted, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{wanted.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(wanted, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _site(folder: Path, static: Path, database: str) -> Site:
    url = f"http://127.0.0.1:{_free_port()}"
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    environment = {
        **kept, "PYTHONPATH": str(ROOT / "src"), "GRAPPE_VAR": str(folder), "GRAPPE_STATIC": str(static), "DATABASE_URL": database,
        "GRAPPE_URL": url, "GRAPPE_MAIL": "file",
    }  # fmt: skip
    return Site(url, folder, environment)


@pytest.fixture
def bare(tmp_path: Path, static_folder: Path) -> Iterator[Site]:
    """A migrated database with no cluster; nothing is served."""
    for database in _database(tmp_path, os.environ.get("DATABASE_URL", "")):
        built = _site(tmp_path, static_folder, database)
        built.run("migrate", "--verbosity", "0")
        yield built


@pytest.fixture
def site(bare: Site) -> Iterator[Site]:
    """A running site with no cluster."""
    bare.start()
    yield bare
    bare.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, static_folder: Path) -> Iterator[Site]:
    """The running demo, built once per process; tests on it read, or undo what they write."""
    folder = tmp_path_factory.mktemp("demo")
    for database in _database(folder, os.environ.get("DATABASE_URL", "")):
        built = _site(folder, static_folder, database)
        built.environment["GRAPPE_DEMO"] = "yes"
        built.run("demo", "--build-only")
        built.start()
        yield built
        built.stop()
