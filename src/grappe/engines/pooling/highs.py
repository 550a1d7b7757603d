"""HiGHS, through SciPy: linear and integer choices that end at their deadline, and soon after a cancel.

HiGHS cannot be interrupted, and sometimes runs far past its own time limit. Small models are solved in this process;
others in a child process, which is killed when the caller stops.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from grappe.engines.stop import Deadline, Stop

from . import highs_child
from .component import Floats

SMALL_CHOICE = 1000  # columns of an integer choice that this process makes itself, for
SMALL_SECONDS = 1.0
SMALL_RELAXED = 400_000  # entries of a linear model that it solves itself
GRACE = 0.3
POLL = 0.1


@dataclass(frozen=True)
class Choice:
    """`x`: the best integer point found (None: none); `bound`: no point costs less; `proved`: x is a best one, or
    there is no point at all."""

    x: NDArray[np.int64] | None
    bound: float
    proved: bool


@dataclass(frozen=True)
class Relaxed:
    """The least cost, where (m,), and the duals of the rows (r,), none above 0."""

    value: float
    x: Floats
    dual: Floats


def relax(cost: Floats, matrix: csc_array, high: Floats, stop: Stop) -> Relaxed | None:
    """The least cost x with matrix x <= high, x >= 0; None when time ran out or nothing is feasible."""
    limit = 0.96 * stop.remaining()
    if not len(cost) or limit <= 0:
        return None
    options = {"time_limit": limit} if np.isfinite(limit) else {}
    arguments = {"c": cost, "A_ub": matrix, "b_ub": high, "bounds": (0, None), "method": "highs-ds", "options": options}
    answer = _ask("linprog", arguments, stop, limit, here=matrix.nnz <= SMALL_RELAXED)
    if answer is None or answer["status"] != 0:
        return None
    return Relaxed(float(answer["fun"]), np.asarray(answer["x"]), np.minimum(0.0, answer["dual"]))


def choose(
    cost: Floats,
    matrix: csc_array,
    high: Floats,
    stop: Stop,
    *,
    low: Floats | None = None,
    upper: Floats | None = None,
    seconds: float = np.inf,
    gap: float = 0.0,
) -> Choice:
    """The integer point of least `cost` with low <= matrix x <= high, 0 <= x <= upper (1 if absent)."""
    limit = min(0.96 * stop.remaining(), seconds)
    nothing = Choice(None, -np.inf, proved=False)
    if limit <= 0 or not len(cost):
        return nothing
    options = {"mip_rel_gap": gap} | ({"time_limit": limit} if np.isfinite(limit) else {})
    arguments = {
        "c": cost,
        "integrality": np.ones(len(cost)),
        "bounds": (np.zeros(len(cost)), np.ones(len(cost)) if upper is None else upper),
        "constraints": (matrix, np.full(len(high), -np.inf) if low is None else low, high),
        "options": options,
    }
    here = len(cost) <= SMALL_CHOICE and limit <= SMALL_SECONDS
    answer = _ask("milp", arguments, stop, limit, here=here)
    if answer is None:
        return nothing
    bound = -np.inf if answer["bound"] is None else float(answer["bound"])
    x = None if answer["x"] is None else np.rint(answer["x"]).astype(np.int64)
    return Choice(x, bound, answer["status"] in (0, 2))


def _ask(function: str, arguments: dict[str, Any], stop: Stop, limit: float, *, here: bool) -> dict[str, Any] | None:
    if here or not sys.executable:
        return highs_child.work(function, arguments)
    return _child().ask(function, arguments, stop, limit)


class _Child:
    """A child process that solves; killed when its answer is no longer wanted, and then started anew."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, function: str, arguments: dict[str, Any], stop: Stop, limit: float) -> dict[str, Any] | None:
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        due, over = Deadline(limit), Deadline(1.03 * limit + GRACE)
        try:
            highs_child.send(process.stdin, (function, arguments))
            while not select.select([process.stdout], [], [], POLL)[0]:
                cancelled = stop.reached() and due.remaining() > POLL  # when time is out, HiGHS ends by itself
                if cancelled or over.reached():
                    self.end()
                    return None
            answer: dict[str, Any] = highs_child.receive(process.stdout)
        except (OSError, EOFError):  # the child died, for want of memory most likely
            self.end()
            return None
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-P", str(Path(highs_child.__file__)), str(os.getpid())]
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self.process

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


_local = threading.local()


def _child() -> _Child:
    """This thread's child; a process that was forked has its own."""
    child: _Child | None = getattr(_local, "child", None)
    if child is None or child.owner != os.getpid():
        child = _local.child = _Child()
    return child
