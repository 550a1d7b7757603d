"""The engine's door: from a problem to shares in whole cents, with the core looked at and every share explained."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from grappe.engines.sharing import core, many, why
from grappe.engines.sharing.amounts import FINE, whole_cents
from grappe.engines.sharing.clock import OutOfTime
from grappe.engines.sharing.problem import Problem
from grappe.engines.sharing.result import Bilingual, Core, Result
from grappe.engines.sharing.rules import NOT_MONOTONE, Division, NoDivision, Params, divide
from grappe.engines.sharing.why import Line
from grappe.engines.stop import Sooner, Stop

EXPLAINED = 10_000
"""The most players whose shares are told line by line."""
ALWAYS_EXPLAINED = 1000
"""The most for whom it is done even when the time is up: it takes a fifth of a second."""
RESERVE_PER_PLAYER = 5e-6
NOT_SHOWN = Line(
    "les parts sont trop nombreuses pour être expliquées une à une",
    "there are too many shares to explain them one by one",
)


def solve(problem: Problem, *, params: Params | None = None, stop: Stop, seed: int = 0) -> Result:
    """Share the problem's total by its rule.

    `stop` matters to large games only: a nucleolus of a table cut short, or a sample, gives its best shares so far with
    status "feasible"; any other rule cut short gives none, with status "unknown". `seed` matters to samples only.
    """
    started = time.perf_counter()
    params = params or Params()

    def result(**fields: object) -> Result:
        return Result(
            rule=problem.rule,
            sense=problem.sense,
            game=problem.kind,
            total=problem.total,
            seed=seed,
            seconds=time.perf_counter() - started,
            **fields,  # type: ignore[arg-type]
        )

    if many.serves(problem):
        cents, fractions = many.shares(problem)
        warnings = [NOT_SHOWN] if problem.rule == "shapley" else [NOT_MONOTONE, NOT_SHOWN]
        return result(
            status="optimal",
            shares=cents,
            exact=fractions,
            core=Core(True),
            warnings=why.bilingual(warnings),
            dearer_than_alone=_dearer(problem, cents),
        )
    sooner = Sooner(stop, _kept(stop, len(problem.players)))
    try:
        division = divide(problem, params, sooner, seed)
    except NoDivision as none:
        return result(status="infeasible", reasons=why.bilingual(none.reasons))
    except OutOfTime:
        return result(status="unknown")
    shares = whole_cents(division.shares, problem.total)
    stop.progress(best=problem.total, bound=problem.total, note="shared")
    told = _told(problem, division, shares, stop)
    exact = {player: amount / FINE for player, amount in division.shares.items()}
    sampled = division.half_width is not None
    return result(
        status="feasible" if sampled or not division.finished else "optimal",
        shares=shares,
        exact=exact,
        core=core.look(problem, division, sooner),
        why=told,
        warnings=why.bilingual(_warnings(division, told)),
        interval=_interval(division, exact),
        confidence=params.confidence if sampled else None,
        dearer_than_alone=_dearer(problem, shares),
    )


def _kept(stop: Stop, players: int) -> float:
    """A little of the time, for the rounding and the writing of many shares: seconds."""
    limit = stop.remaining()
    return min(RESERVE_PER_PLAYER * players, limit / 2) if math.isfinite(limit) else 0.0


def _told(problem: Problem, division: Division, shares: Mapping[str, int], stop: Stop) -> dict[str, Bilingual]:
    """The lines of each share; none where there are too many players for the time that is left."""
    if len(shares) > EXPLAINED:
        return {}
    cost = problem.sense == "cost"
    told: dict[str, Bilingual] = {}
    for number, (player, cents) in enumerate(shares.items()):
        if len(shares) > ALWAYS_EXPLAINED and number % 256 == 0 and stop.reached():
            return {}
        alone = problem.alone[player] if problem.alone is not None else None
        ending = why.last_lines(division.shares[player], cents, alone, cost=cost)
        told[player] = why.bilingual([*division.why(player), *ending])
    return told


def _warnings(division: Division, told: Mapping[str, Bilingual]) -> list[Line]:
    warnings = list(division.warnings)
    if not told:
        warnings.append(NOT_SHOWN)
    if not division.finished:
        fr = "le calcul s’est arrêté avant la fin : ce sont les meilleures parts trouvées"
        warnings.append(Line(fr, "the time ran out: these are the best shares found"))
    return warnings


def _interval(division: Division, exact: Mapping[str, float]) -> dict[str, tuple[float, float]] | None:
    if division.half_width is None:
        return None
    return {player: (exact[player] - half, exact[player] + half) for player, half in division.half_width.items()}


def _dearer(problem: Problem, shares: Mapping[str, int]) -> dict[str, int] | None:
    """By how many cents a share is worse than alone, for those for whom it is."""
    if problem.alone is None:
        return None
    sign = 1 if problem.sense == "cost" else -1
    worse = {player: sign * (cents - problem.alone[player]) for player, cents in shares.items()}
    return {player: cents for player, cents in worse.items() if cents > 0}
