"""Grappe's own commands; what is not among them goes to Django (`grappe migrate`)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("grappe.cli.demo", "build the demo and serve it"),
    "serve": ("grappe.cli.serve", "serve the site, with its background workers"),
    "worker": ("grappe.cli.worker", "run background work"),
    "daily": ("grappe.cli.daily", "do the day's work once: reminders (the worker does it by itself)"),
    "cluster": ("grappe.cli.cluster", "cluster new SLUG --name NAME --coordinator EMAIL"),
    "import": ("grappe.cli.imports", "import firms|needs FILE --cluster SLUG [--commit] [--json]"),
    "backup": ("grappe.cli.backup", "write a backup of a running site into a file"),
    "restore": ("grappe.cli.restore", "restore a backup"),
    "check": ("grappe.cli.check", "verify every invariant on the database"),
}
ENGINES = {
    "solve": "solve pooling|planning|sharing FILE: an engine on a JSON problem",
    "bench": "bench pooling|planning|sharing: an engine at its yardsticks",
}
WITHOUT_DATABASE = {"demo"}  # chooses its own database before Django is set up


def run(command: str, argv: list[str]) -> int:
    if command in {"help", "-h", "--help"}:
        print(_help())
        return 0
    if command == "--version":
        from grappe import __version__

        print(f"grappe {__version__}")
        return 0
    if command in COMMANDS:
        if command not in WITHOUT_DATABASE:
            _set_up_django()
        from importlib import import_module

        runner: Callable[[list[str]], int] = import_module(COMMANDS[command][0]).run
        return runner(argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["grappe", command, *argv])
    return 0


def _help() -> str:
    lines = ["grappe COMMAND …", ""]
    lines += [f"  {name:8} {what}" for name, (_module, what) in COMMANDS.items()]
    lines += [f"  {name:8} {what}" for name, what in ENGINES.items()]
    return "\n".join([*lines, "", "  Any other command is Django's: grappe migrate, grappe createsuperuser, …"])


def _set_up_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as fault:
        print(f"grappe: {fault}", file=sys.stderr)
        raise SystemExit(2) from fault


def parser(name: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"grappe {name}", description=description)


def source_folder() -> Path:
    return Path(__file__).resolve().parent.parent.parent


def child_environment() -> dict[str, str]:
    """The environment for a child `python -m grappe.cli …`, wherever it is started from."""
    path = os.pathsep.join(filter(None, [str(source_folder()), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path}
