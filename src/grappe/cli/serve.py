"""`grappe serve`: the web server, with background workers beside it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from grappe.cli.commands import child_environment, parser

BACKGROUND_MOST = 4  # workers started by themselves: each calculates in a process of its own, so no more than the cores


def run(argv: list[str]) -> int:
    wanted = commands(argv)
    if not _database_is_current():
        print("The database is not up to date. Run: grappe migrate", file=sys.stderr)
        return 2
    _collect_static_files()
    _compile_catalogues_if_missing()
    return _keep_running(wanted)


def commands(argv: Sequence[str]) -> list[list[str]]:
    """What is to run side by side: the web server, then the background workers."""
    arguments = parser("serve", "Serve the site.")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=8000)
    arguments.add_argument("--workers", type=int, default=1, help="web processes")
    arguments.add_argument("--threads", type=int, default=4, help="threads in each")
    arguments.add_argument(
        "--background",
        type=int,
        choices=range(65),
        metavar="N",
        default=background_workers(),
        help="background workers: calculations, mails (one per core, four at most)",
    )
    arguments.add_argument("--no-worker", action="store_true", help="they run elsewhere: the same as --background 0")
    chosen = arguments.parse_args(argv)
    background = 0 if chosen.no_worker else chosen.background
    worker = [sys.executable, "-m", "grappe.cli", "worker"]
    return [_web(chosen.host, chosen.port, chosen.workers, chosen.threads), *[worker] * background]


def background_workers() -> int:
    """As many as the cores this process may use: a long calculation then leaves a worker for mails and short ones."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(BACKGROUND_MOST, cores)


def _database_is_current() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _collect_static_files() -> None:
    """Collect and compress when something is newer than the last collection; several sites may share the folder."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    manifest = settings.STATIC_ROOT / "staticfiles.json"
    collected = manifest.stat().st_mtime if manifest.exists() else 0.0
    sources = (
        storage.get_modified_time(path).timestamp() for finder in get_finders() for path, storage in finder.list([])
    )
    if not collected or max(sources, default=0.0) > collected:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        with (settings.STATIC_ROOT / ".collecting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.map", "*.ts", "*.scss"])


def _compile_catalogues_if_missing() -> None:
    from django.conf import settings

    for folder in settings.LOCALE_PATHS:
        for po in folder.glob("*/LC_MESSAGES/django.po"):
            if not po.with_suffix(".mo").exists():
                print(f"{po.parent.parent.name}: catalogue not compiled (make setup compiles it)", file=sys.stderr)


def _web(host: str, port: int, workers: int, threads: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers", "grappe.config.wsgi:application",
    ]  # fmt: skip


def _keep_running(commands: list[list[str]]) -> int:
    """Run the commands side by side; start again the one that dies; stop them all on SIGTERM or Ctrl-C."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def start(command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=child_environment(), start_new_session=True)

    children = [start(command) for command in commands]
    births = [time.monotonic()] * len(children)
    while not stopping:
        time.sleep(0.2)
        for index, child in enumerate(children):
            if child.poll() is None or stopping:
                continue
            if time.monotonic() - births[index] < 3:
                print(f"{' '.join(commands[index][2:4])} ended at once ({child.returncode}).", file=sys.stderr)
                stopping = True
                break
            children[index], births[index] = start(commands[index]), time.monotonic()
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
        _end_what_is_left(child.pid)
    return 0 if all(child.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM) for child in children) else 1


def _end_what_is_left(session: int) -> None:
    """A web server stopped while it starts leaves its processes behind, on the port: end them with it."""
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
