"""What `grappe serve` leaves behind when it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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
