"""Runs a command that dies with its parent: `python -m grappe.solves.leash PARENT_PID COMMAND…`

A worker killed with -9 says nothing to its children. The kernel does (PR_SET_PDEATHSIG, which survives exec), and only
on Linux; elsewhere an orphan ends by its own time limit. A process of its own, because a hook between fork and exec is
not safe in a worker that has threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
