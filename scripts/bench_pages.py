"""How fast the demo's pages answer, with one web process: every page that a role reaches by links, asked several times.

Prints per page the median and the 95th percentile in milliseconds; `--firms 10000` measures the large demo. Exit 1 beyond the limit.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"""href="(/c/[^"#]*)["#]""")
LEFT_OUT = re.compile(r"\.(ics|pdf|csv|xlsx)|format=|logout")
SHAPE = re.compile(r"/[0-9a-f-]{36}(?=/|$)|/\d+(?=/|$)|=[^&]*")


class Visitor:
    """A browser without a screen: cookies, and the seconds that each answer took."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> tuple[int, str, float]:
        started = time.perf_counter()
        try:
            with self.opener.open(self.base + path, timeout=60) as answer:
                body = answer.read().decode("utf-8", "replace")
                return answer.status, body, time.perf_counter() - started
        except urllib.error.HTTPError as refusal:
            return refusal.code, "", time.perf_counter() - started

    def enter(self, guise: str) -> None:
        _status, page, _seconds = self.get("/demo/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "the demo's door is closed"
        form = urllib.parse.urlencode({"guise": guise, "csrfmiddlewaretoken": found.group(1)}).encode()
        request = urllib.request.Request(self.base + "/demo/", data=form, headers={"Referer": self.base + "/demo/"})
        self.opener.open(request, timeout=60).close()


def pages_of(visitor: Visitor, slugs: list[str], most: int, each: int, within: str = "/c/") -> list[str]:
    """The pages `within` that address reached by links, `each` rows at most of each shape of address."""
    waiting, seen, shapes = [f"/c/{slug}/" for slug in slugs], set(), {}
    found: list[str] = []
    while waiting and len(found) < most:
        path = waiting.pop(0)
        if path in seen or LEFT_OUT.search(path) or not path.startswith(within):
            continue
        seen.add(path)
        shape = SHAPE.sub("/#", path)
        shapes[shape] = shapes.get(shape, 0) + 1
        if shapes[shape] > each:
            continue
        status, body, _seconds = visitor.get(path)
        if status == 200:
            found.append(path)
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(body)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=0)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--limit", type=float, default=0, help="milliseconds; 200, or 400 on a large demo")
    chosen = parser.parse_args()
    limit = chosen.limit or (400 if chosen.firms else 200)
    with tempfile.TemporaryDirectory(prefix="grappe-bench-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "GRAPPE_VAR": folder,
            "GRAPPE_DEMO": "yes",
            "DATABASE_URL": "",
        }
        firms = ["--firms", str(chosen.firms)] if chosen.firms else []
        command = [sys.executable, "-m", "grappe.cli", "demo", *firms]
        subprocess.run([*command, "--build-only"], env=environment, check=True)
        server = subprocess.Popen([*command, "--port", str(port)], env=environment, start_new_session=True)
        try:
            return measure(f"http://127.0.0.1:{port}", chosen.times, limit, large=bool(chosen.firms))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def measure(base: str, times: int, limit: float, *, large: bool) -> int:
    for _try in range(300):
        try:
            urllib.request.urlopen(base, timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    slow = total = 0
    everything: list[float] = []
    print(f"{'page':72} {'median':>8} {'95 %':>8}  ms")
    for guise in ("coordinator", "member", "employee", "funder"):
        visitor = Visitor(base)
        visitor.enter(guise)
        slugs = ["grand-reseau", "paris-mix"] if large and guise in {"coordinator", "member"} else ["paris-mix"]
        print(f"-- {guise}")
        for path in pages_of(visitor, slugs, most=200, each=2):
            seconds = sorted(visitor.get(path)[2] * 1000 for _time in range(times))
            p95 = seconds[min(times - 1, int(times * 0.95))]
            everything += seconds
            total += 1
            slow += p95 > limit
            print(
                f"{path[:72]:72} {statistics.median(seconds):8.0f} {p95:8.0f}{'  <- over the limit' if p95 > limit else ''}"
            )
    everything.sort()
    p95 = everything[int(len(everything) * 0.95)]
    print(f"{total} pages, {len(everything)} answers: 95th percentile {p95:.0f} ms; {slow} over {limit:.0f} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
