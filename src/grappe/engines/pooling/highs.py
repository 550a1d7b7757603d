"""HiGHS, through SciPy: linear and integer choices, within a deadline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from grappe.engines.stop import Stop


@dataclass(frozen=True)
class Choice:
    """`x`: the best integer point found (None: none); `bound`: no point costs less; `proved`: x is a best one."""

    x: NDArray[np.bool_] | None
    bound: float
    proved: bool


def choose(
    cost: NDArray[np.float64],
    matrix: csc_array,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    stop: Stop,
    *,
    seconds: float = np.inf,
) -> Choice:
    """The 0-1 point of least `cost` with low <= matrix x <= high."""
    limit = min(stop.remaining(), seconds)
    options = {"mip_rel_gap": 0.0} | ({"time_limit": limit} if np.isfinite(limit) else {})
    answer = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, low, high),
        options=options,
    )
    bound = -np.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
    x = None if answer.x is None else np.asarray(answer.x) > 0.5
    return Choice(x, bound, answer.status == 0)
