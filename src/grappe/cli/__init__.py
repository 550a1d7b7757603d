"""The command line: Grappe's own commands, the engines, and Django's commands."""

from __future__ import annotations

import os
import sys

ENGINE_COMMANDS = {"solve", "bench"}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    command = arguments[0] if arguments else "help"
    if command == "solve":
        from grappe.cli import solve

        return solve.run(arguments[1:])
    if command == "bench":
        from grappe.cli import bench

        return bench.run(arguments[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grappe.config.settings")
    from grappe.cli import commands

    return commands.run(command, arguments[1:])
