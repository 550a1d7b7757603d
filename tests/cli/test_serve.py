"""What `grappe serve` leaves behind when it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grappe.cli import serve

CHILD = (
    "import subprocess, sys, time;"
    "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(left.pid, flush=True); time.sleep(60)"
)
SERVE = f"from grappe.cli import serve; import sys; serve._keep_running([[sys.executable, '-c', {CHILD!r}]])"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


def test_stopping_ends_the_processes_that_a_web_server_had_begun():
    """A server that dies before it knows its own processes leaves them on the port."""
    serving = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True, env=os.environ.copy())
    assert serving.stdout is not None
    left = int(serving.stdout.readline())
    serving.send_signal(signal.SIGTERM)
    serving.wait(timeout=20)
    end = time.monotonic() + 5
    while is_alive(left) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(left)


def test_as_many_background_workers_as_cores_and_no_more_than_four(monkeypatch):
    for cores, workers in ((1, 1), (2, 2), (64, 4)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _process, cores=cores: set(range(cores)))
        assert serve.background_workers() == workers


def test_a_site_is_a_web_server_and_its_workers():
    def kinds(*arguments: str) -> list[str]:
        return [command[-1] if command[2] == "grappe.cli" else command[2] for command in serve.commands(arguments)]

    assert kinds("--background", "3") == ["granian", "worker", "worker", "worker"]
    assert kinds("--no-worker", "--background", "3") == kinds("--background", "0") == ["granian"]
    with pytest.raises(SystemExit):
        serve.commands(["--background", "-1"])
