"""`grappe bench ENGINE`: an engine against known instances and a naive baseline, measured in the same run.

Each engine's bench is a module here with `rows(instances, seconds)`, which yields one row (a dict) per instance as soon
as it is measured: instance, best_known, ours, bound, gap (a fraction), seconds, peak_mb, baseline, baseline_seconds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

BENCHES = ("pooling", "planning", "sharing")
COLUMNS = ("instance", "best_known", "ours", "bound", "gap", "seconds", "peak_mb", "baseline", "baseline_seconds")
WIDTHS = {"instance": 54, "best_known": 21, "ours": 21}
WIDTH = 16


def run(argv: list[str]) -> int:
    """Print the table that `argv` asks for; the exit code."""
    parser = argparse.ArgumentParser(prog="grappe bench", description="Measure an engine on known instances.")
    parser.add_argument("engine", choices=BENCHES)
    parser.add_argument("--instances", type=Path, metavar="DIR", help="where the public instances are")
    parser.add_argument("--seconds", type=float, help="time limit per instance")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    try:
        options = parser.parse_args(argv)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    if options.seconds is not None and not options.seconds > 0:
        print("--seconds: must be more than 0", file=sys.stderr)
        return 2
    if options.instances is not None and not options.instances.is_dir():
        print(f"--instances: there is no folder {options.instances}", file=sys.stderr)
        return 2
    bench = importlib.import_module(f"grappe.cli.bench.{options.engine}")
    if not options.json:
        print(_line({column: column for column in COLUMNS}), flush=True)
    for row in bench.rows(options.instances, options.seconds):
        print(json.dumps(row, ensure_ascii=False) if options.json else _line(row), flush=True)
    return 0


def _line(row: dict[str, Any]) -> str:
    cells = (_cell(column, row.get(column)) for column in COLUMNS)
    return " ".join(
        cell.ljust(width) if column == "instance" else cell.rjust(width)
        for column, cell in zip(COLUMNS, cells, strict=True)
        for width in (WIDTHS.get(column, WIDTH),)
    ).rstrip()


def _cell(column: str, value: object) -> str:
    if value is None:
        return "-"
    if column == "gap" and isinstance(value, int | float):
        return f"{value:.3%}"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
