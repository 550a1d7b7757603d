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
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grappe.engines.stop import Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRIME = (1 << 61) - 1
"""Above every determinant of a 0-1 matrix of 22 rows (Hadamard), so that what is 0 modulo it is 0."""
DUAL = 1e-7
SLACK = 1e-9
SETTLED_APART = 1e-6
"""The most by which a program's t may stand off the exact one, amounts being scaled to 1."""


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
    return _Search(worth, count, bounded, stop).run()


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
    worth: Sequence[int]
    count: int
    bounded: bool
    stop: Stop
    stages: list[Stage] = field(default_factory=list)

    def run(self) -> Nucleolus | None:
        import numpy as np

        self.scale = max(1, max(map(abs, self.worth)))
        self.amounts = np.array(self.worth, dtype=np.float64) / self.scale
        self.settled = _Settled(self.count)
        everybody = (1 << self.count) - 1
        self.settled.add(everybody, Fraction(self.worth[everybody]))
        self.draws = random.Random(0)
        held = [1 << index for index in range(self.count)] + [everybody ^ 1 << index for index in range(self.count)]
        latest: list[float] | None = None
        while not self.settled.complete:
            open_groups = self._open()
            held = [group for group in dict.fromkeys(held) if open_groups[group]]
            answer = self._raise(held, open_groups)
            if answer is None:
                break
            latest, surplus, tight, at_alone = answer
            self._settle(surplus, tight, at_alone)
            note = f"nucleolus: {len(self.settled.rows)} of {self.count} equations settled"
            self.stop.progress(best=None, bound=None, note=note)
        if self.settled.complete:
            shares = [self.settled.rows[index][-1] for index in range(self.count)]
            return Nucleolus(shares, self.stages, finished=True, bounded=self.bounded)
        if latest is None:
            return None
        shares = [Fraction(share * self.scale).limit_denominator(10**6) for share in latest]
        return Nucleolus(shares, self.stages, finished=False, bounded=self.bounded)

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

    def _raise(
        self, held: list[int], open_groups: NDArray[np.bool_]
    ) -> tuple[list[float], float, list[int], list[int]] | None:
        """Raise the worst surplus; `held` grows by the groups found violated.

        Gives the shares, the surplus, the groups with a positive dual, and the players held at what they get alone.
        """
        import numpy as np

        while not self.stop.reached():
            solution = self._program(held)
            shares, surplus = solution.x[:-1], solution.x[-1]
            sums = np.zeros(1)
            for share in shares:
                sums = np.concatenate((sums, sums + share))
            slack = np.where(open_groups, sums - self.amounts - surplus, np.inf)
            slack[held] = np.inf
            most = min(4 * self.count, slack.size - 1)
            worst = np.argpartition(slack, most)[:most]
            violated = [int(group) for group in worst if slack[group] < -SLACK]
            if not violated:
                duals = -solution.ineqlin.marginals
                tight = [group for group, dual in zip(held, duals, strict=True) if dual > DUAL]
                lower = solution.lower.marginals[:-1]
                at_alone = [index for index in range(self.count) if self.bounded and lower[index] > DUAL]
                return shares.tolist(), float(surplus), tight, at_alone
            held += sorted(violated)
        return None

    def _program(self, held: list[int]) -> Any:
        """Maximise t so that x(S) - t >= amount for the held groups, the settled equations hold, and nobody loses."""
        import numpy as np
        from scipy.optimize import linprog

        rows = np.array([[group >> index & 1 for index in range(self.count)] + [-1] for group in held], dtype=float)
        settled = self.settled.rows.values()
        equal = np.array([[float(entry) for entry in row[:-1]] + [0.0] for row in settled])
        amounts = np.array([float(row[-1] / self.scale) for row in settled])
        alone = [(self.amounts[1 << index] if self.bounded else None, None) for index in range(self.count)]
        solution = linprog(
            [0.0] * self.count + [-1.0],
            A_ub=-rows,
            b_ub=-self.amounts[held],
            A_eq=equal,
            b_eq=amounts,
            bounds=[*alone, (None, None)],
            method="highs-ds",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        if solution.status != 0:
            raise ArithmeticError(f"a program of the nucleolus was not solved: {solution.message}")
        return solution

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
                if abs(float(exact) / self.scale - surplus) < SETTLED_APART:
                    return exact
        return Fraction(surplus * self.scale).limit_denominator(10**6)
