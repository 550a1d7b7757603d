"""The process in which long HiGHS solves run, so that they can be ended: HiGHS cannot be interrupted from outside.

Run as a script, by path. Reads pickled (function, arguments) with an eight-byte length before each, answers likewise,
and ends with its standard input. Imports nothing of Grappe.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import IO, Any

MEMORY = 3 << 30  # bytes
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def send(stream: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(8, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next value. Raises EOFError at the end."""
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    return pickle.loads(stream.read(int.from_bytes(head, "big")))


def work(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """SciPy's `linprog` or `milp`, as the plain values that are read of its answer."""
    import scipy.optimize as solvers

    if function == "milp":
        low, high = arguments.pop("bounds")
        matrix, below, above = arguments.pop("constraints")
        answer = solvers.milp(
            bounds=solvers.Bounds(low, high), constraints=solvers.LinearConstraint(matrix, below, above), **arguments
        )
        return {"status": answer.status, "x": answer.x, "bound": answer.mip_dual_bound}
    answer = solvers.linprog(**arguments)
    dual = answer.ineqlin.marginals if answer.status == 0 else None
    return {"status": answer.status, "x": answer.x, "fun": answer.fun, "dual": dual}


def end_with(parent: int) -> None:
    """On Linux, end when the process `parent` ends, even if it is killed: a solve under way would go on for hours."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError, TypeError):  # no such call on this system
        return
    if os.getppid() != parent:  # it ended before the call
        sys.exit()


def main(parent: int) -> None:
    end_with(parent)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):  # no such limit on this system
        pass
    while True:
        try:
            function, arguments = receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = work(function, arguments)
        except MemoryError:
            answer = {"status": -1, "x": None, "fun": None, "dual": None, "bound": None}
        send(out, answer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
