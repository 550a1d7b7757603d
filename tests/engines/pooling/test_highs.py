"""The process in which HiGHS solves ends with the one that started it, even when that one is killed."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

PARENT = """
import os, subprocess, sys
from grappe.engines.pooling import highs_child
command = [sys.executable, "-P", highs_child.__file__, str(os.getpid())]
child = subprocess.Popen(command, stdin=int(sys.argv[1]), start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


def test_a_solve_ends_with_the_process_that_asked_for_it() -> None:
    asked, asks = os.pipe()  # held open here, as it is to a process that solves and does not read
    command = [sys.executable, "-c", PARENT, str(asked)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=[asked]) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        child = os.pidfd_open(pid)
        parent.kill()
    ended, _, _ = select.select([child], [], [], 10)  # readable once the process has ended
    for one in (child, asked, asks):
        os.close(one)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    assert ended
