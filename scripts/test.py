"""Run everything: style, types, the house's rules, then the suites on SQLite and on a private PostgreSQL, side by side.

`--only check|sqlite|postgres` runs a part; what follows `--` goes to pytest.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
POSTGRES = "suite on PostgreSQL (engines, house and looks once, on SQLite)"
sys.path[:0] = [str(ROOT), str(ROOT / "src")]


def run(title: str, command: list[str], **environment: str) -> bool:
    """Run and print as it goes."""
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=_environment(environment), check=False)
    return _say(title, done.returncode, started)


def run_together(commands: dict[str, tuple[list[str], dict[str, str]]]) -> dict[str, bool]:
    """Run at once: a story waits for its server and its browser while others work. The first prints as it goes, the others at their end."""
    started, codes = time.monotonic(), {}
    with ExitStack() as stack:
        said = {title: stack.enter_context(tempfile.TemporaryFile()) for title in list(commands)[1:]}
        running = {}
        for title, (command, environment) in commands.items():
            print(f"\n== {title}", flush=True)
            running[title] = subprocess.Popen(
                command, cwd=ROOT, env=_environment(environment), stdout=said.get(title), stderr=said.get(title)
            )
        for title, process in running.items():
            codes[title] = process.wait()
            if title in said:
                said[title].seek(0)
                print(f"\n== {title}\n{said[title].read().decode(errors='replace')}", flush=True)
            _say(title, codes[title], started)
    return {title: code == 0 for title, code in codes.items()}


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "src", **more}


def _say(title: str, code: int, started: float) -> bool:
    print(f"== {title}: {'ok' if code == 0 else f'FAILED ({code})'} in {time.monotonic() - started:.0f} s", flush=True)
    return code == 0


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


def suite(extra: list[str], **environment: str) -> tuple[list[str], dict[str, str]]:
    workers = os.environ.get("GRAPPE_TEST_WORKERS", str(max(2, os.cpu_count() or 2)))
    return [str(BIN / "pytest"), "-q", "-n", workers, "--dist", "loadgroup", *extra], {**_var(), **environment}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["check", "sqlite", "postgres"])
    parser.add_argument("rest", nargs="*", help="arguments for pytest")
    chosen = parser.parse_args()
    results: dict[str, bool] = {}
    if chosen.only in (None, "check"):
        results["style, types, house rules"] = check()
    suites: dict[str, tuple[list[str], dict[str, str]]] = {}
    if chosen.only in (None, "sqlite"):
        suites["suite on SQLite"] = suite(chosen.rest, DATABASE_URL="")
    with ExitStack() as stack:
        if chosen.only in (None, "postgres"):
            from tests.postgres import private_postgres

            url = stack.enter_context(private_postgres())
            suites[POSTGRES] = suite(["-m", "not once", *chosen.rest], DATABASE_URL=url)
        results |= run_together(suites)
    print()
    for title, fine in results.items():
        print(f"{'ok    ' if fine else 'FAILED'} {title}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
