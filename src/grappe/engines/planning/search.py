"""The search: the problem falls into groups of people whom some cover joins; each group is solved by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..stop import Stop
from .case import FREE, Case, Roster
from .conflicts import fixed_clash
from .model import Model
from .penalties import cover_lines
from .solver import run

if TYPE_CHECKING:
    from .solve import Params


@dataclass(frozen=True)
class Answer:
    """`impossible`: a person whose hard rules cannot hold together."""

    roster: Roster | None
    bound: int
    impossible: int | None = None


class Search:
    def __init__(self, case: Case, params: Params, stop: Stop, seed: int) -> None:
        self.case = case
        self.params = params
        self.stop = stop
        self.seed = seed

    def run(self) -> Answer:
        case = self.case
        for worker in case.workers:
            if fixed_clash(case, worker) is not None:
                return Answer(None, 0, worker.index)
        roster: Roster = [[FREE] * case.slots for _ in case.workers]
        bound = sum(line.amount for line in cover_lines(case, roster) if not self._coverable(line.slot, line.duty))
        complete = True
        for group in groups(case):
            model = Model(case, {person: range(case.days) for person in group})
            outcome = run(model, self.stop, seed=self.seed, workers=self.params.workers)
            if outcome.infeasible:
                return self._impossible(group)
            bound += outcome.bound if outcome.bound is not None else 0
            if outcome.rows is None:
                complete = False
                continue
            for person, row in outcome.rows.items():
                roster[person] = row
        return Answer(roster if complete else None, bound)

    def _coverable(self, slot: int, duty: int | None) -> bool:
        return duty in self.case.dealers

    def _impossible(self, group: list[int]) -> Answer:
        for person in group:
            model = Model(self.case, {person: range(self.case.days)})
            if len(group) == 1 or run(model, self.stop, seed=self.seed, workers=1).infeasible:
                return Answer(None, 0, person)
        return Answer(None, 0)


def groups(case: Case) -> list[list[int]]:
    """People joined by cover: two people who may do a same covered duty. Each group in the order of people."""
    parent = list(range(len(case.workers)))

    def root(person: int) -> int:
        while parent[person] != person:
            parent[person] = parent[parent[person]]
            person = parent[person]
        return person

    first_of: dict[int, int] = {}
    covered = {duty for _, duty in case.cover}
    for worker in case.workers:
        for duty in worker.deals.keys() & covered:
            parent[root(worker.index)] = root(first_of.setdefault(duty, worker.index))
    found: dict[int, list[int]] = {}
    for worker in case.workers:
        found.setdefault(root(worker.index), []).append(worker.index)
    return list(found.values())
