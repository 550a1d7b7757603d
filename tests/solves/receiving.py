"""A receiver for the tests, loaded by the worker's process: writes one mail per answer, and may die on its first time."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from grappe.people.models import Mail
from grappe.solves import receivers
from grappe.solves.models import Solve

SUBJECT = "answered"


def receive(solve: Solve) -> None:
    Mail.objects.create(to="x@vigne.example", subject=SUBJECT, body=str(solve.pk))


def receive_and_die_once(solve: Solve) -> None:
    receive(solve)
    first = Path("died")
    if not first.exists():
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)


receivers.register("test.mail", receive)
receivers.register("test.die", receive_and_die_once)
