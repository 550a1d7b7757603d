"""A real site: `grappe serve` with its worker, on a database of its own, SQLite or the PostgreSQL under test."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
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
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all the processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def static_folder(run_folder: Path) -> Path:
    """Collected static files, shared by the sites of this run."""
    return run_folder / "static"


class Database:
    """Where a site's data are: a file, or a database of the PostgreSQL under test. Made empty, or as a copy of another."""

    def __init__(self, folder: Path) -> None:
        self.server = os.environ.get("DATABASE_URL", "")
        self.name = f"story_{uuid.uuid4().hex[:12]}" if self.server else str(folder / "story.sqlite3")

    @property
    def url(self) -> str:
        return f"{self.server.rsplit('/', 1)[0]}/{self.name}" if self.server else f"sqlite:///{self.name}"

    def create(self, *, like: str = "") -> None:
        """A copy on SQLite is made with the site's folder, which holds the file."""
        if self.server:
            self._tell(f"CREATE DATABASE {self.name} {f'TEMPLATE {like}' if like else ''}")

    def drop(self) -> None:
        if self.server:
            self._tell(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


def _site(folder: Path, static: Path, database: str) -> Site:
    url = f"http://127.0.0.1:{_free_port()}"
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    environment = {
        **kept, "PYTHONPATH": str(ROOT / "src"), "GRAPPE_VAR": str(folder), "GRAPPE_STATIC": str(static), "DATABASE_URL": database,
        "GRAPPE_URL": url, "GRAPPE_MAIL": "file",
    }  # fmt: skip
    return Site(url, folder, environment)


def _copy(run_folder: Path, static: Path, kind: str, folder: Path, *command: str) -> Iterator[Site]:
    """A site of its own, copied from what `command` makes once in a run: its database and its files."""
    model = run_folder / kind
    with (run_folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (model / "database").exists():
            model.mkdir(exist_ok=True)
            database = Database(model)
            database.create()
            built = _site(model, static, database.url)
            built.environment["GRAPPE_DEMO"] = "yes" if kind == "demo" else "no"
            built.run(*command)
            (model / "database").write_text(database.name)
    shutil.copytree(model, folder, dirs_exist_ok=True)
    database = Database(folder)
    database.create(like=(model / "database").read_text())
    yield _site(folder, static, database.url)
    database.drop()


@pytest.fixture
def bare(tmp_path: Path, static_folder: Path, run_folder: Path) -> Iterator[Site]:
    """A migrated database with no cluster; nothing is served."""
    yield from _copy(run_folder, static_folder, "bare", tmp_path / "site", "migrate", "--verbosity", "0")


@pytest.fixture
def site(bare: Site) -> Iterator[Site]:
    """A running site with no cluster."""
    bare.start()
    yield bare
    bare.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, static_folder: Path, run_folder: Path) -> Iterator[Site]:
    """The running demo, one for each process; tests on it read, or undo what they write."""
    folder = tmp_path_factory.mktemp("site")
    for copied in _copy(run_folder, static_folder, "demo", folder, "demo", "--build-only"):
        copied.environment["GRAPPE_DEMO"] = "yes"
        copied.start()
        yield copied
        copied.stop()
