"""The door of the engine: `solve(problem, *, params, stop, seed) -> Result`."""

from __future__ import annotations

from dataclasses import dataclass

from grappe.engines.stop import Stop

from .problem import Problem
from .result import Result


@dataclass(frozen=True, slots=True)
class Params:
    """`max_columns`: longest list of posts, beyond which columns are generated; `few` (at most 16): needs up to
    which a component is solved over all their subsets; `explain`: look for what would serve
    each unmet need; `workers`: processes."""

    workers: int = 1
    max_columns: int = 1_000_000
    few: int = 16
    explain: bool = True


def solve(problem: Problem, *, params: Params | None = None, stop: Stop, seed: int = 0) -> Result:
    """The best posts for the problem's aim, with bounds; an unfinished search keeps its best answer.

    Never raises on a parsed problem. Reproducible for a seed and workers=1 as long as `stop` does not cut it short.
    """
    from .method import answer  # numpy and SciPy are loaded only where a problem is solved

    return answer(problem, params or Params(), stop, seed)
