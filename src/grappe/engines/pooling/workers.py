"""Components solved in several processes, each with its share of them."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from grappe.engines.stop import Deadline, Stop

from .problem import Problem
from .reasons import only
from .solve import Params

if TYPE_CHECKING:
    from .method import Solved

POLL = 0.2
_told: Any = None  # in a child: the event that the parent sets when the caller stops


class Told(Deadline):
    """A deadline that another process can bring forward."""

    def reached(self) -> bool:
        return _told.is_set() or super().reached()

    def remaining(self) -> float:
        return 0.0 if _told.is_set() else super().remaining()


def in_processes(problem: Problem, groups: list[list[int]], params: Params, stop: Stop, seed: int) -> list[Solved]:
    """Each group of needs solved; `groups` share no post. A cancel is passed on, and the best so far comes back."""
    bins: list[list[int]] = [[] for _ in range(min(params.workers, len(groups)))]
    for group in sorted(groups, key=len, reverse=True):
        min(bins, key=len).extend(group)
    context = multiprocessing.get_context("spawn")
    event = context.Event()
    with ProcessPoolExecutor(len(bins), context, initializer=_begin, initargs=(event,)) as pool:
        futures = [
            pool.submit(_solve, only(problem, set(inside)), params, 0.97 * stop.remaining(), seed) for inside in bins
        ]
        while wait(futures, timeout=POLL).not_done:
            if stop.reached():
                event.set()
        found = [future.result() for future in futures]
    return [one.moved(sorted(inside)) for inside, some in zip(bins, found, strict=True) for one in some]


def _begin(event: Any) -> None:
    global _told
    _told = event


def _solve(problem: Problem, params: Params, seconds: float, seed: int) -> list[Solved]:
    from dataclasses import replace

    from .method import best

    return best(problem, replace(params, workers=1), Told(seconds), seed)[0]
