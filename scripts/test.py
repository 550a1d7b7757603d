"""Run everything: style, types, the house's rules, then the suite on SQLite and on a private PostgreSQL, in parallel processes.

`--only check|sqlite|postgres` runs a part; what follows `--` goes to pytest.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]


def run(title: str, command: list[str], **environment: str) -> bool:
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "src", **environment}, check=False)
    print(
        f"== {title}: {'ok' if done.returncode == 0 else f'FAILED ({done.returncode})'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return done.returncode == 0


def check() -> bool:
    return all(
        [
            run("style", [str(BIN / "ruff"), "check", "."]),
            run("format", [str(BIN / "ruff"), "format", "--check", "."]),
            run("one way (import-linter)", [str(BIN / "lint-imports"), "--no-logo"]),
            run("types (mypy)", [str(BIN / "mypy"), "-p", "grappe"], MYPYPATH="src", **_var()),
        ]
    )


def _var() -> dict[str, str]:
    return {"GRAPPE_VAR": os.environ.get("GRAPPE_VAR") or tempfile.mkdtemp(prefix="grappe-test-")}


def suite(title: str, extra: list[str], **environment: str) -> bool:
    workers = os.environ.get("GRAPPE_TEST_WORKERS", str(max(2, os.cpu_count() or 2)))
    return run(
        title, [str(BIN / "pytest"), "-q", "-n", workers, "--dist", "loadgroup", *extra], **_var(), **environment
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["check", "sqlite", "postgres"])
    parser.add_argument("rest", nargs="*", help="arguments for pytest")
    chosen = parser.parse_args()
    results: dict[str, bool] = {}
    if chosen.only in (None, "check"):
        results["style, types, house rules"] = check()
    if chosen.only in (None, "sqlite"):
        results["suite on SQLite"] = suite("suite on SQLite", chosen.rest, DATABASE_URL="")
    if chosen.only in (None, "postgres"):
        from tests.postgres import private_postgres

        with private_postgres() as url:
            results["suite on PostgreSQL (engines, house and looks once, on SQLite)"] = suite(
                "suite on PostgreSQL", ["-m", "not once", *chosen.rest], DATABASE_URL=url
            )
    print()
    for title, fine in results.items():
        print(f"{'ok    ' if fine else 'FAILED'} {title}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
