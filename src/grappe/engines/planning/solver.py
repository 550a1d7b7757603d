"""One run of CP-SAT under a `Stop`: time kept, cancel heard, best answer kept, same seed same answer."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..stop import Stop
from .case import Row
from .model import Model

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WATCH_SECONDS = 0.05
# Terms of the objective past which the linear relaxation takes its rows one by one.
LAZY_FROM = 20_000
# Past this the solver means: no bound.
NO_BOUND = 2.0**60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found. `rows` by person, None when it found nothing; `bound` None when it proved nothing."""

    rows: dict[int, Row] | None
    cost: int | None
    bound: int | None
    infeasible: bool
    effort: float = 0.0

    @property
    def optimal(self) -> bool:
        return self.rows is not None and self.bound is not None and self.cost == self.bound


def run(
    model: Model,
    stop: Stop,
    *,
    seed: int,
    workers: int,
    effort: float | None = None,
    seconds: float | None = None,
    told: Callable[[int, int | None], None] | None = None,
    enough: int | None = None,
    presolve: bool = True,
) -> Outcome:
    """Solve the model. `effort` is a limit in CP-SAT's deterministic time, the same on every machine; `told` hears of
    each improvement with its cost and the bound, and a cost of `enough` ends the run. Without `presolve` the model is
    solved as it is written: sooner where the linear relaxation says nearly all."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    parameters.num_workers = workers
    parameters.cp_model_presolve = presolve
    limit = stop.remaining() if seconds is None else min(seconds, stop.remaining())
    if limit <= 0:
        return Outcome(None, None, None, False)
    if math.isfinite(limit):
        parameters.max_time_in_seconds = limit
    if effort is not None:
        parameters.max_deterministic_time = effort
    _choose_strategies(parameters, workers, size=len(model.terms))

    bounds = _Bounds(model)
    solver.best_bound_callback = bounds.hear
    listener = _listener(model, bounds, told, enough) if told is not None else None
    with _Watch(solver, stop):
        status = solver.solve(model.cp, listener)
    spent = solver.deterministic_time
    if status == cp_model.INFEASIBLE:
        return Outcome(None, None, None, True, spent)
    if status == cp_model.MODEL_INVALID:
        raise AssertionError(f"the planning model is invalid: {model.cp.validate()}")
    bound = bounds.best if model.terms else model.constant
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, None, bound, False, spent)
    cost = model.constant + (round(solver.objective_value) if model.terms else 0)
    value = solver.boolean_value
    rows = {person: model.row(person, value) for person in model.free}
    return Outcome(rows, cost, cost if status == cp_model.OPTIMAL else bound, False, spent)


def _choose_strategies(parameters: Any, workers: int, size: int) -> None:
    """Every clause goes into the linear relaxation, from the start: rosters are proved by bounds far more than by
    conflicts (measured: ten times faster). Past one worker, one strategy does this while others search neighbourhoods."""
    from ortools.sat.python import cp_model_helper

    main = cp_model_helper.SatParameters()
    main.name = "main"
    for chosen in (parameters, main):
        chosen.linearization_level = 2
        chosen.add_lp_constraints_lazily = size > LAZY_FROM
    if 1 < workers < 8:
        parameters.subsolver_params.append(main)
        parameters.subsolvers.extend(["main", "max_lp", "reduced_costs", "quick_restart"][: max(1, workers - 1)])


class Share:
    """A stop that is reached when a share of the time that was left is over."""

    def __init__(self, stop: Stop, share: float) -> None:
        self._stop = stop
        self._left = (1 - share) * stop.remaining()

    def reached(self) -> bool:
        return self._stop.reached() or self.remaining() <= 0

    def remaining(self) -> float:
        remaining = self._stop.remaining()
        return remaining if math.isinf(remaining) else max(0.0, remaining - self._left)

    def progress(self, *, best: int | None, bound: int | None, note: str = "") -> None:
        self._stop.progress(best=best, bound=bound, note=note)


class _Bounds:
    """The best bound proved. Only what the solver announces counts: a search stopped early answers a bound of 0 that
    nobody proved."""

    def __init__(self, model: Model) -> None:
        self._constant = model.constant
        self.best: int | None = None

    def hear(self, announced: float) -> None:
        if abs(announced) < NO_BOUND:
            bound = self._constant + math.ceil(announced - 1e-6)
            self.best = bound if self.best is None else max(self.best, bound)


def _listener(model: Model, bounds: _Bounds, told: Callable[[int, int | None], None], enough: int | None) -> Any:
    from ortools.sat.python import cp_model

    class Listener(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            cost = model.constant + round(self.objective_value)
            told(cost, bounds.best)
            if enough is not None and cost <= enough:
                self.stop_search()

    return Listener()


class _Watch:
    """Stops the solver soon after `stop` is reached: a cancel comes from elsewhere, so a thread has to look for it."""

    def __init__(self, solver: cp_model.CpSolver, stop: Stop) -> None:
        self._solver = solver
        self._stop = stop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            if self._stop.reached():
                self._solver.stop_search()
