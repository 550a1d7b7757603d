"""How a large employers' group holds: 40 employees shared by 200 firms, twelve months behind them.

Prints the seconds that the drafts of next month take with as many workers as `grappe serve` starts, those of a month's
statements after ten issued months, and the milliseconds of every page of the desk. Exit 1 beyond a limit, or when a draft
or a page fails. On SQLite, in a folder that is thrown away; some two minutes in all.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_pages import Visitor, pages_of

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
from grappe.cli.serve import background_workers  # noqa: E402

SLUG = "grand-groupement"
LIMITS = {"drafts": 60.0, "statements": 10.0, "page": 0.4}  # seconds

ASK = f"""
from datetime import timedelta
from django.utils import timezone
from django_scopes import scope
from grappe.clusters.models import Cluster
from grappe.plans.actions import ask_draft, open_calendar
from grappe.pools.queries import running_posts
group = Cluster.objects.get(slug="{SLUG}")
month = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)
with scope(cluster=group):
    for pool in running_posts():
        ask_draft(by=None, calendar=open_calendar(by=None, pool=pool, month=month))
"""
LOOK = f"""
from collections import Counter
from django_scopes import scope
from grappe.clusters.models import Cluster
from grappe.solves.models import Solve
with scope(cluster=Cluster.objects.get(slug="{SLUG}")):
    for (state, status), count in Counter((s.state, (s.result or {{}}).get("status")) for s in Solve.objects.all()).items():
        print(state, status, count)
"""
STATEMENTS = f"""
import time
from django.utils import timezone
from django_scopes import scope
from grappe.charges.actions import draw_up, issue
from grappe.charges.queries import statements_due
from grappe.clusters.models import Cluster
today = timezone.localdate()
with scope(cluster=Cluster.objects.get(slug="{SLUG}")):
    due = statements_due(on=today)
    last = max(one.month for one in due)
    started = time.perf_counter()
    for one in due:
        if one.month < last:
            issue(by=None, statement=draw_up(by=None, pool=one.pool, month=one.month), on=today)
    print("before", time.perf_counter() - started)
    started = time.perf_counter()
    drawn = [draw_up(by=None, pool=one.pool, month=one.month) for one in due if one.month == last]
    print("drawn", time.perf_counter() - started)
    started = time.perf_counter()
    for statement in drawn:
        issue(by=None, statement=statement, on=today)
    print("issued", time.perf_counter() - started)
    print("count", len(drawn))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=40)
    parser.add_argument("--workers", type=int, default=background_workers())
    parser.add_argument("--times", type=int, default=10, help="how often each page is asked")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grappe-bench-") as folder:
        bench = Bench(folder, chosen.employees)
        print(f"built in {bench.build():.1f} s", flush=True)
        in_time = [bench.drafts(chosen.workers), bench.statements(), bench.pages(chosen.times)]
    return 0 if all(in_time) else 1


class Bench:
    """A site of its own with the group in it."""

    def __init__(self, folder: str, employees: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.demo = ["demo", "--employees", str(employees)]
        database = Path(folder) / f"demo-{employees}-people.sqlite3"
        self.environment = {
            **os.environ, "PYTHONPATH": str(ROOT / "src"), "GRAPPE_VAR": folder, "GRAPPE_DEMO": "yes",
            "GRAPPE_URL": f"http://127.0.0.1:{self.port}",
        }  # fmt: skip
        self.environment.pop("DATABASE_URL", None)
        self.on_site = {**self.environment, "DATABASE_URL": f"sqlite:///{database}"}

    def build(self) -> float:
        started = time.perf_counter()
        self._run(*self.demo, "--build-only", environment=self.environment)
        return time.perf_counter() - started

    def _run(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        command = [sys.executable, "-m", "grappe.cli", *arguments]
        done = subprocess.run(
            command, env=environment or self.on_site, check=True, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
        )
        return done.stdout

    def _shell(self, code: str) -> str:
        return self._run("shell", "-v", "0", "-c", code)

    def drafts(self, workers: int) -> bool:
        """From the first worker's start to the last draft; each must come to an answer."""
        started = time.perf_counter()
        self._shell(ASK)
        asked = time.perf_counter() - started
        started = time.perf_counter()
        command = [sys.executable, "-m", "grappe.cli", "worker", "--batch"]
        running = [subprocess.Popen(command, env=self.on_site, stdout=subprocess.DEVNULL) for _worker in range(workers)]
        try:
            codes = [worker.wait(timeout=10 * LIMITS["drafts"]) for worker in running]
        finally:
            for worker in running:
                worker.kill()
        seconds = time.perf_counter() - started
        print(f"drafts of the month: asked in {asked:.1f} s, made in {seconds:.1f} s by {workers} worker(s)")
        found = [line.split() for line in self._shell(LOOK).splitlines()]
        print("  " + ", ".join(f"{count} {state} ({status})" for state, status, count in found), flush=True)
        answered = all(state == "done" and status in {"optimal", "feasible"} for state, status, _count in found)
        return not any(codes) and bool(found) and answered and seconds <= LIMITS["drafts"]

    def statements(self) -> bool:
        said = dict(line.split() for line in self._shell(STATEMENTS).splitlines() if len(line.split()) == 2)
        drawn, issued = float(said["drawn"]), float(said["issued"])
        print(f"statements of the months before, drawn up and issued: {float(said['before']):.1f} s")
        print(f"statements of a month: {said['count']} drawn up in {drawn:.1f} s, issued in {issued:.1f} s", flush=True)
        return int(said["count"]) > 0 and drawn + issued <= LIMITS["statements"]

    def pages(self, times: int) -> bool:
        """The wall, then a page of each kind that the desk's links lead to."""
        command = [sys.executable, "-m", "grappe.cli", "serve", "--port", str(self.port), "--no-worker"]
        server = subprocess.Popen(command, env=self.on_site, start_new_session=True)
        try:
            visitor = Visitor(f"http://127.0.0.1:{self.port}")
            for _try in range(300):
                try:
                    visitor.get("/")
                    break
                except OSError:
                    if server.poll() is not None:
                        raise
                    time.sleep(0.2)
            visitor.enter("coordinator")
            wall = f"/c/{SLUG}/calendriers/mur/"
            reached = pages_of(visitor, [SLUG], most=120, each=1, within=f"/c/{SLUG}/")
            found = [wall, *(path for path in reached if path not in {wall, f"/c/{SLUG}/"})]
            late = [path for path in found if not self._in_time(visitor, path, times)]
            return not late
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)

    def _in_time(self, visitor: Visitor, path: str, times: int) -> bool:
        answers = [visitor.get(path) for _time in range(times)]
        seconds = sorted(answer[2] for answer in answers)
        middle, p95 = statistics.median(seconds), seconds[min(times - 1, int(times * 0.95))]
        code, size = answers[-1][0], len(answers[-1][1]) // 1024
        in_time = code == 200 and p95 <= LIMITS["page"]
        late = "" if in_time else "  <- over the limit"
        print(f"{path:60} {code} {middle * 1000:6.0f} ms, 95 % {p95 * 1000:6.0f} ms {size:6} KB{late}", flush=True)
        return in_time


if __name__ == "__main__":
    sys.exit(main())
