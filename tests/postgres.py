"""A private PostgreSQL for the tests: own folder, free port, started as an ordinary user, used through a role without superpowers."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREPARE = "CREATE ROLE grappe LOGIN CREATEDB NOSUPERUSER PASSWORD '{password}'; CREATE DATABASE grappe OWNER grappe;"
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


def _programs() -> Path:
    """The folder of the newest PostgreSQL on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise SystemExit("No PostgreSQL here; install it with: apt-get install -y postgresql")


def _as_ordinary_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: as root, run it as its own user, or as nobody."""
    if os.getuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    raise SystemExit("No ordinary user to run PostgreSQL as")


@contextmanager
def private_postgres() -> Iterator[str]:
    """Start a server, yield the URL of an empty database owned by an ordinary role, stop the server and remove it all."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="grappe-pg-", dir="/tmp"))
    prefix = _as_ordinary_user(folder)
    password = secrets.token_hex(12)
    data = folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str | Path, text: str | None = None) -> None:
        done = subprocess.run(
            [*prefix, *map(str, command)], cwd="/", input=text, text=True, capture_output=True, check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{Path(command[0]).name}: {done.stderr or done.stdout}")

    run(
        programs / "initdb",
        "-D",
        data,
        "-U",
        "owner",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
    )
    options = " ".join(f"-c {name}={value}" for name, value in QUICK.items())
    run(
        programs / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log",
        "-o", f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {options}", "start",
    )  # fmt: skip
    try:
        for statement in PREPARE.format(password=password).split("; "):
            run(
                programs / "psql",
                "-h",
                folder,
                "-p",
                str(port),
                "-U",
                "owner",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
                "postgres",
            )
        yield f"postgres://grappe:{password}@127.0.0.1:{port}/grappe"
    finally:
        run(programs / "pg_ctl", "-D", data, "-s", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":  # python -m tests.postgres COMMAND …: run it with DATABASE_URL set
    with private_postgres() as url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode)
