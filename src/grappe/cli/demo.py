"""`grappe demo`: build the demo in its own database, then serve it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic

from grappe.cli.commands import parser, source_folder


def run(argv: list[str]) -> int:
    arguments = parser("demo", "Build the demo and serve it at http://127.0.0.1:8000.")
    arguments.add_argument("--build-only", action="store_true", help="do not serve")
    arguments.add_argument(
        "--firms", type=int, default=0, help="a large demo, for measuring: one cluster of that many firms"
    )
    arguments.add_argument(
        "--employees", type=int, default=0, help="for measuring: also an employers' group of so many shared people"
    )
    arguments.add_argument("--fresh", action="store_true", help="build anew what stands")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=8000)
    chosen = arguments.parse_args(argv)
    os.environ.setdefault("GRAPPE_DEMO", "yes")
    os.environ.setdefault("GRAPPE_URL", f"http://{chosen.host}:{chosen.port}")
    if os.environ.get("DATABASE_URL"):
        code = _build_in_given_database(chosen.firms, chosen.employees)
    else:
        code = _build_in_own_file(chosen.firms, chosen.employees, fresh=chosen.fresh)
    if code or chosen.build_only:
        return code
    from grappe.cli import serve

    print(f"\nGrappe: {os.environ['GRAPPE_URL']}  (Ctrl-C stops)\n", flush=True)
    return serve.run(["--host", chosen.host, "--port", str(chosen.port)])


def _build_in_own_file(firms: int, employees: int, *, fresh: bool) -> int:
    """Build beside, then rename: a demo half built is never served."""
    folder = Path(os.environ.get("GRAPPE_VAR") or source_folder().parent / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join(["demo", *([str(firms)] if firms else []), *([f"{employees}-people"] if employees else [])])
    finished, building = folder / f"{name}.sqlite3", folder / f"{name}.building.{os.getpid()}.sqlite3"
    os.environ["DATABASE_URL"] = f"sqlite:///{finished}"
    if finished.exists() and not fresh:
        _set_up()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return 0
    os.environ["DATABASE_URL"] = f"sqlite:///{building}"
    try:
        _set_up()
        _build(firms, employees)
        from django.db import connections

        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        for suffix in ("-wal", "-shm"):
            Path(f"{finished}{suffix}").unlink(missing_ok=True)
        building.replace(finished)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{building}{suffix}").unlink(missing_ok=True)
    os.environ["DATABASE_URL"] = f"sqlite:///{finished}"
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = str(finished)
    return 0


def _build_in_given_database(firms: int, employees: int) -> int:
    _set_up()
    from django.core.management import call_command

    from grappe.clusters.models import Cluster
    from grappe.demo import state

    call_command("migrate", verbosity=0)
    if state.is_built():
        return 0
    if Cluster.objects.exists():
        print(
            "DATABASE_URL: this database holds clusters already; the demo is built in an empty one only.",
            file=sys.stderr,
        )
        return 2
    _build(firms, employees)
    return 0


def _set_up() -> None:
    import django

    django.setup()


def _build(firms: int, employees: int) -> None:
    from django.core.management import call_command

    from grappe.demo import build

    started = monotonic()
    print("Building the demo…", flush=True)
    call_command("migrate", verbosity=0)
    build.build(firms=firms, employees=employees)
    print(f"Built in {monotonic() - started:.0f} s.", flush=True)
