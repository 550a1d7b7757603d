"""How a large employers' group holds: 40 employees shared by 200 firms, twelve months behind them.

Prints the seconds that the drafts of next month take with two workers, those of a month's statements after ten issued
months, and the milliseconds of the group's pages. Exit 1 beyond a limit.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_pages import Visitor

ROOT = Path(__file__).resolve().parent.parent
SLUG = "grand-groupement"
LIMITS = {"drafts": 60.0, "statements": 10.0, "page": 0.4}

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
        print("  drafts", state, status, count)
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
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--times", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grappe-bench-") as folder:
        bench = Bench(folder, chosen.employees)
        print(f"built in {bench.build():.1f} s", flush=True)
        slow = [bench.drafts(chosen.workers) > LIMITS["drafts"]]
        slow += [bench.statements() > LIMITS["statements"]]
        slow += [seconds > LIMITS["page"] for seconds in bench.pages(chosen.times)]
    return 1 if any(slow) else 0


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

    def drafts(self, workers: int) -> float:
        """Seconds from the first worker's start to the last draft."""
        started = time.perf_counter()
        self._shell(ASK)
        asked = time.perf_counter() - started
        started = time.perf_counter()
        command = [sys.executable, "-m", "grappe.cli", "worker", "--batch"]
        running = [
            subprocess.Popen(command, env=self.on_site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _worker in range(workers)
        ]
        for worker in running:
            worker.wait()
        seconds = time.perf_counter() - started
        print(f"drafts of the month: asked in {asked:.1f} s, made in {seconds:.1f} s by {workers} workers")
        print(self._shell(LOOK), end="", flush=True)
        return seconds

    def statements(self) -> float:
        said = dict(line.split() for line in self._shell(STATEMENTS).splitlines() if len(line.split()) == 2)
        drawn, issued = float(said["drawn"]), float(said["issued"])
        print(f"statements of the months before, drawn up and issued: {float(said['before']):.1f} s")
        print(f"statements of a month: {said['count']} drawn up in {drawn:.1f} s, issued in {issued:.1f} s", flush=True)
        return drawn + issued

    def pages(self, times: int) -> list[float]:
        """The 95th percentile of each page that the desk's menu leads to, in seconds."""
        command = [sys.executable, "-m", "grappe.cli", "serve", "--port", str(self.port), "--no-worker"]
        server = subprocess.Popen(command, env=self.on_site, start_new_session=True)
        try:
            visitor = Visitor(f"http://127.0.0.1:{self.port}")
            for _try in range(300):
                try:
                    visitor.get("/")
                    break
                except OSError:
                    time.sleep(0.2)
            visitor.enter("coordinator")
            _status, home, _seconds = visitor.get(f"/c/{SLUG}/")
            menu = sorted(set(re.findall(rf'href="(/c/{SLUG}/[a-z-]+/(?:[a-z-]+/)?)"', home)))
            return [self._measured(visitor, path, times) for path in menu]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)

    def _measured(self, visitor: Visitor, path: str, times: int) -> float:
        answers = [visitor.get(path) for _time in range(times)]
        seconds = sorted(answer[2] for answer in answers)
        p95 = seconds[min(times - 1, int(times * 0.95))]
        late = "  <- over the limit" if p95 > LIMITS["page"] else ""
        code, size = answers[-1][0], len(answers[-1][1]) // 1024
        print(
            f"{path:50} {code} {statistics.median(seconds) * 1000:6.0f} ms, 95 % {p95 * 1000:6.0f} ms {size:6} KB{late}"
        )
        return p95


if __name__ == "__main__":
    sys.exit(main())
