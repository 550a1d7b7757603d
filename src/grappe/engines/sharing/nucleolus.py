"""The nucleolus of any game of up to 22 players: a succession of linear programs, the answer in exact fractions.

Schmeidler (1969): among the divisions that give nobody less than alone, the one whose groups' surpluses, sorted from
the worst, are largest one after the other. Each program raises the worst surplus t of the groups not yet settled
(Kopelowitz 1967; Maschler, Peleg and Shapley 1979). Three things make it quick and sure:

- a program holds few groups; those it violates are looked for among all and added until there are none;
- a group is settled only when its dual is positive, so that its surplus is t in *every* optimum (a group that merely
  happens to be tight may still rise: settling it is the usual mistake of published examples);
- settled equations are kept in reduced form over exact fractions, so each t is exact, and so is the end.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

from grappe.engines.stop import Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRIME = (1 << 61) - 1
"""Above every determinant of a 0-1 matrix of 22 rows (Hadamard), so that what is 0 modulo it is 0."""
DUAL = 1e-7
SLACK = 1e-9
SETTLED_APART = 1e-3
"""The most, in cents, by which a program's t may stand off the exact one."""
CLOSER = 10**6
"""How much smaller the unit is from one solution of a program to the next."""
BOX = 1e4
"""How far, in units, a closer solution may go from the one before."""


@dataclass(frozen=True)
class Stage:
    """Groups (bit masks) whose surplus is settled at `surplus`, in the order of the stages."""

    surplus: Fraction
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Nucleolus:
    """`finished` is False when the stop came first: the shares are then only the best of the stages done.

    `bounded` is False when no division gives everybody as much as alone: the prenucleolus, which asks no such thing.
    """

    shares: list[Fraction]
    stages: list[Stage]
    finished: bool
    bounded: bool


def nucleolus(worth: Sequence[int], count: int, stop: Stop) -> Nucleolus | None:
    """The nucleolus of the gains `worth`, by bit mask over `count` players; None when `stop` comes before any answer.

    For costs, pass their opposites and take the opposite of the shares.
    """
    alone = [worth[1 << index] for index in range(count)]
    total = worth[(1 << count) - 1]
    bounded = sum(alone) <= total
    if count == 1 or (bounded and sum(alone) == total):
        return Nucleolus([Fraction(amount) for amount in alone], [], finished=True, bounded=True)
    found = _Search(_beyond_alone(worth, alone), count, bounded, stop).run()
    if found is None:
        return None
    return replace(found, shares=[share + amount for share, amount in zip(found.shares, alone, strict=True)])


def _beyond_alone(worth: Sequence[int], alone: Sequence[int]) -> list[int]:
    """What groups make beyond what their players make alone.

    The nucleolus follows such a change of origin, and the linear programs keep their digits for what is at stake.
    """
    import numpy as np

    apart = np.zeros(1, dtype=np.int64)
    for amount in alone:
        apart = np.concatenate((apart, apart + amount))
    beyond: list[int] = (np.array(worth, dtype=np.int64) - apart).tolist()
    return beyond


class _Settled:
    """Equations x(S) = amount, in reduced echelon form over fractions."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rows: dict[int, list[Fraction]] = {}  # by pivot; the last entry is the amount

    def reduce(self, group: int, amount: Fraction) -> list[Fraction]:
        """The equation, less the settled ones: all zeros to the left when it follows from them."""
        row = [Fraction(group >> index & 1) for index in range(self.count)]
        row.append(amount)
        for pivot, settled in self.rows.items():
            if row[pivot]:
                factor = row[pivot]
                row = [a - factor * b for a, b in zip(row, settled, strict=True)]
        return row

    def follows(self, row: list[Fraction]) -> bool:
        return not any(row[: self.count])

    def add(self, group: int, amount: Fraction) -> None:
        row = self.reduce(group, amount)
        if self.follows(row):
            return
        pivot = next(index for index in range(self.count) if row[index])
        row = [entry / row[pivot] for entry in row]
        for other, settled in self.rows.items():
            if settled[pivot]:
                factor = settled[pivot]
                self.rows[other] = [a - factor * b for a, b in zip(settled, row, strict=True)]
        self.rows[pivot] = row

    @property
    def complete(self) -> bool:
        return len(self.rows) == self.count

    def across(self, draws: random.Random) -> list[int]:
        """A drawn vector, modulo PRIME, orthogonal to every settled group and (almost surely) to no other."""
        vector = [draws.randrange(PRIME) for _ in range(self.count)]
        for pivot, row in self.rows.items():
            value = 0
            for index in range(self.count):
                if index != pivot and row[index]:
                    entry = row[index].numerator * pow(row[index].denominator, -1, PRIME)
                    value -= entry * vector[index]
            vector[pivot] = value % PRIME
        return vector


@dataclass
class _Search:
    """The programs are written around a whole-cent `origin` of the shares and `level` of the surplus, in units of
    `scale` cents: each is solved again, closer, until a unit is a cent. Their digits then bear on what is at stake."""

    worth: Sequence[int]
    count: int
    bounded: bool
    stop: Stop
    stages: list[Stage] = field(default_factory=list)
    latest: list[Fraction] = field(default_factory=list)

    def run(self) -> Nucleolus | None:
        import numpy as np

        self.amounts = np.array(self.worth, dtype=np.int64)
        self.origin, self.level = [0] * self.count, 0
        self.scale = max(1, max(map(abs, self.worth)))
        self.settled = _Settled(self.count)
        everybody = (1 << self.count) - 1
        self.settled.add(everybody, Fraction(self.worth[everybody]))
        self.draws = random.Random(0)
        held = [1 << index for index in range(self.count)] + [everybody ^ 1 << index for index in range(self.count)]
        while not self.settled.complete:
            open_groups = self._open()
            held = [group for group in dict.fromkeys(held) if open_groups[group]]
            answer = self._raise(held, open_groups)
            if answer is None:
                break
            self._settle(*answer)
            note = f"nucleolus: {len(self.settled.rows)} of {self.count} equations settled"
            self.stop.progress(best=None, bound=None, note=note)
        if self.settled.complete:
            shares = [self.settled.rows[index][-1] for index in range(self.count)]
            return Nucleolus(shares, self.stages, finished=True, bounded=self.bounded)
        if not self.stages:
            return None
        return Nucleolus(self.latest, self.stages, finished=False, bounded=self.bounded)

    def _open(self) -> NDArray[np.bool_]:
        """The groups whose surplus is not settled: those outside the span of the settled equations."""
        import numpy as np

        sums = np.zeros(1, dtype=np.int64)
        for entry in self.settled.across(self.draws):
            more = sums + np.int64(entry)
            more[more >= PRIME] -= PRIME
            sums = np.concatenate((sums, more))
        is_open: NDArray[np.bool_] = sums != 0
        return is_open

    def _raise(self, held: list[int], open_groups: NDArray[np.bool_]) -> tuple[float, list[int], list[int]] | None:
        """Raise the worst surplus; `held` grows by the groups found violated.

        Gives the surplus, the groups with a positive dual, and the players held at what they get alone.
        """
        scale = self.scale
        near = False
        while True:
            solution = self._closer(held, open_groups, scale, near)
            if solution is None:
                return None
            surplus = self.level + float(solution.x[-1]) * scale
            steps = [float(step) * scale for step in solution.x[:-1]]
            self.latest = [amount + Fraction(step) for amount, step in zip(self.origin, steps, strict=True)]
            if scale == 1:
                break
            self.origin = [round(amount) for amount in self.latest]
            self.level = round(surplus)
            scale, near = max(1, scale // CLOSER), True
        duals = -solution.ineqlin.marginals
        tight = [group for group, dual in zip(held, duals, strict=True) if dual > DUAL]
        lower = solution.lower.marginals[:-1]
        return surplus, tight, [index for index in range(self.count) if self.bounded and lower[index] > DUAL]

    def _closer(self, held: list[int], open_groups: NDArray[np.bool_], scale: int, near: bool) -> Any:
        """The program's solution in units of `scale`, when no open group violates it; None when the stop comes first."""
        import numpy as np

        base = np.zeros(1, dtype=np.int64)
        for amount in self.origin:
            base = np.concatenate((base, base + amount))
        short = (self.amounts - base + self.level) / scale  # what is asked of the steps from the origin and the level
        while not self.stop.reached():
            solution = self._program(held, short[held], scale, near)
            sums = np.zeros(1)
            for step in solution.x[:-1]:
                sums = np.concatenate((sums, sums + step))
            slack = np.where(open_groups, sums - short - solution.x[-1], np.inf)
            slack[held] = np.inf
            most = min(4 * self.count, slack.size - 1)
            worst = np.argpartition(slack, most)[:most]
            violated = sorted(int(group) for group in worst if slack[group] < -SLACK)
            if not violated:
                return solution
            held += violated
        return None

    def _program(self, held: list[int], short: NDArray[np.float64], scale: int, near: bool) -> Any:
        """Maximise t so that x(S) - t >= amount for the held groups, the settled equations hold, and nobody loses.

        Once the origin is `near` the answer, steps are boxed, so that no far corner of the answers is taken instead.
        """
        import numpy as np
        from scipy.optimize import linprog

        rows = np.array([[group >> index & 1 for index in range(self.count)] + [-1] for group in held], dtype=float)
        settled = self.settled.rows.values()
        equal = np.array([[float(entry) for entry in row[:-1]] + [0.0] for row in settled])
        gaps = [row[-1] - sum(map(mul, row, self.origin), Fraction(0)) for row in settled]
        box = BOX if near else np.inf
        alone = [(self.worth[1 << index] - self.origin[index]) / scale for index in range(self.count)]
        bounds = [(max(least, -box) if self.bounded else -box, box) for least in alone]
        for tolerance in (1e-10, 1e-7):
            solution = linprog(
                [0.0] * self.count + [-1.0],
                A_ub=-rows,
                b_ub=-short,
                A_eq=equal,
                b_eq=[float(gap / scale) for gap in gaps],
                bounds=[*bounds, (-np.inf, np.inf)],
                method="highs-ds",
                options={"primal_feasibility_tolerance": tolerance, "dual_feasibility_tolerance": tolerance},
            )
            if solution.status == 0:
                return solution
        raise ArithmeticError(f"a program of the nucleolus was not solved: {solution.message}")

    def _settle(self, surplus: float, tight: list[int], at_alone: list[int]) -> None:
        """Add what every optimum shares, with the surplus in exact terms."""
        for index in at_alone:
            self.settled.add(1 << index, Fraction(self.worth[1 << index]))
        exact = self._exact(surplus, tight)
        for group in tight:
            self.settled.add(group, self.worth[group] + exact)
        self.stages.append(Stage(exact, tuple(sorted(tight))))

    def _exact(self, surplus: float, tight: list[int]) -> Fraction:
        """The surplus t of the tight groups, in fractions.

        Their equations x(S) - t = amount are reduced by the settled ones, t being one more unknown; a combination of
        them (their duals say that there is one) leaves t alone.
        """
        rows = [[*row[:-1], Fraction(0), row[-1]] for row in self.settled.rows.values()]
        pivots = list(self.settled.rows)
        for group in tight:
            row = [Fraction(group >> index & 1) for index in range(self.count)]
            row += [Fraction(-1), Fraction(self.worth[group])]
            for pivot, other in zip(pivots, rows, strict=True):
                if row[pivot]:
                    factor = row[pivot] / other[pivot]
                    row = [a - factor * b for a, b in zip(row, other, strict=True)]
            left = [index for index in range(self.count) if row[index]]
            if left:
                rows.append(row)
                pivots.append(left[0])
            elif row[-2]:
                exact = row[-1] / row[-2]
                if abs(float(exact) - surplus) < SETTLED_APART * max(1.0, abs(surplus) * 1e-6):
                    return exact
        return Fraction(surplus).limit_denominator(10**6)
