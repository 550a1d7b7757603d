"""The baseline of `grappe bench planning`: the model as a textbook writes it, given whole to CP-SAT as it comes.

One literal per person, slot and duty, every rule as it reads, the solver's own defaults. It knows nothing of the engine.
It poses what the bench poses: no travel minutes, no fixed assignments.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from ortools.sat.python import cp_model

Json = dict[str, Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def plain_cost(problem: Json, *, seconds: float, workers: int) -> int | None:
    """The cost of the best roster found in that time; None when none was."""
    model = _Plain(problem)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    if solver.solve(model.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return round(solver.objective_value)


class _Plain:
    def __init__(self, problem: Json) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.costs: list[Any] = []
        self.days = range(problem["days"])
        self.parts: list[str] = problem["parts"]
        first = date.fromisoformat(problem["first_day"])
        self.dates = [first + timedelta(days=day) for day in self.days]
        self.deals = {(deal["person"], deal["duty"]): deal for deal in problem["engagements"]}
        self.x = {
            (person, day, part, duty): self.cp.new_bool_var("")
            for person, duty in self.deals
            for day in self.days
            for part in self.parts
        }
        for person in problem["people"]:
            self._person(person)
        for (person, duty), deal in self.deals.items():
            self._engagement(person, duty, deal)
        self._cover()
        self.cp.minimize(sum(self.costs))

    def _of(self, person: str, day: int, part: str | None = None) -> list[Any]:
        parts = self.parts if part is None else [part]
        duties = [duty for name, duty in self.deals if name == person]
        return [self.x[person, day, part, duty] for part in parts for duty in duties]

    def _person(self, person: Json) -> None:
        cp, name, limits = self.cp, person["id"], person.get("limits", {})
        on = [cp.new_bool_var("") for _ in self.days]
        for day in self.days:
            for part in self.parts:
                cp.add(sum(self._of(name, day, part)) <= 1)
            cp.add_max_equality(on[day], [0, *self._of(name, day)])
        for day, part in person.get("unavailable", []):
            cp.add(sum(self._of(name, day, part)) == 0)
        length = {duty["id"]: duty["minutes"] for duty in self.problem["duties"]}
        minutes = [
            sum(
                length[duty] * self.x[name, day, part, duty]
                for part in self.parts
                for who, duty in self.deals
                if who == name
            )
            for day in self.days
        ]
        cp.add(sum(minutes) >= limits.get("min_minutes", 0))
        if "max_minutes" in limits:
            cp.add(sum(minutes) <= limits["max_minutes"])
        for day in self.days if "max_minutes_per_day" in limits else ():
            cp.add(minutes[day] <= limits["max_minutes_per_day"])
        for _, week in itertools.groupby(self.days, key=lambda day: self.dates[day].isocalendar()[:2]):
            days = list(week)
            cp.add(sum(on[day] for day in days) <= limits.get("max_days_per_week", 7))
            if "max_minutes_per_week" in limits:
                cp.add(sum(minutes[day] for day in days) <= limits["max_minutes_per_week"])
        for duty, most in limits.get("max_of_duty", {}).items():
            if (name, duty) in self.deals:
                cp.add(sum(self.x[name, day, part, duty] for day in self.days for part in self.parts) <= most)
        self._runs(on, limits)
        self._next_day(name)
        self._sites(name)
        self._moved(name)

    def _runs(self, on: list[Any], limits: Json) -> None:
        cp, most = self.cp, limits.get("max_consecutive_days")
        if most is not None:
            for day in self.days[: -most or None]:
                cp.add(sum(on[day : day + most + 1]) <= most)
        for key, state in (("min_consecutive_days", on), ("min_consecutive_days_off", [~day for day in on])):
            for short in range(1, limits.get(key, 1)):
                for day in range(1, len(on) - short):
                    cp.add_bool_or(
                        [state[day - 1], *(~state[day + ahead] for ahead in range(short)), state[day + short]]
                    )
        weekends = []
        for _, days in itertools.groupby(self.days, key=lambda day: self.dates[day].isocalendar()[:2]):
            worked = cp.new_bool_var("")
            cp.add_max_equality(worked, [0, *(on[day] for day in days if self.dates[day].weekday() > 4)])
            weekends.append(worked)
        cp.add(sum(weekends) <= limits.get("max_weekends", len(weekends)))

    def _next_day(self, name: str) -> None:
        for duty in self.problem["duties"]:
            for other in duty.get("not_next_day", []):
                if (name, duty["id"]) in self.deals and (name, other) in self.deals:
                    for day in self.days[:-1]:
                        for part, later in itertools.product(self.parts, repeat=2):
                            pair = self.x[name, day, part, duty["id"]] + self.x[name, day + 1, later, other]
                            self.cp.add(pair <= 1)

    def _sites(self, name: str) -> None:
        """A change of site between two parts that follow each other; with two parts a day, there is no other."""
        weight = self.problem.get("travel", {}).get("weight", 0)
        sites = {duty["id"]: duty.get("site") for duty in self.problem["duties"]}
        duties = [duty for who, duty in self.deals if who == name and sites[duty] is not None]
        for day in self.days if weight else ():
            for part, later in itertools.pairwise(self.parts):
                change = self.cp.new_bool_var("")
                for left, reached in itertools.permutations(duties, 2):
                    if sites[left] != sites[reached]:
                        self.cp.add(change >= self.x[name, day, part, left] + self.x[name, day, later, reached] - 1)
                self.costs.append(weight * change)

    def _moved(self, name: str) -> None:
        weight = self.problem.get("weights", {}).get("moved", 0)
        if self.problem.get("previous") is None or not weight:
            return
        before = {(line["person"], line["day"], line["part"]): line["duty"] for line in self.problem["previous"]}
        for day in self.days:
            for part in self.parts:
                duty = before.get((name, day, part))
                stays = 1 - sum(self._of(name, day, part)) if duty is None else self.x.get((name, day, part, duty), 0)
                self.costs.append(weight * (1 - stays))

    def _engagement(self, person: str, duty: str, deal: Json) -> None:
        cp, weights = self.cp, self.problem.get("weights", {})
        at = {(day, part): self.x[person, day, part, duty] for day in self.days for part in self.parts}
        count = deal.get("count", {})
        cp.add(sum(at.values()) >= count.get("min", 0))
        if "max" in count:
            cp.add(sum(at.values()) <= count["max"])
        for day, part in deal.get("refused", []):
            cp.add(at[day, part] == 0)
        self.costs.extend(wish["weight"] * (1 - at[wish["day"], wish["part"]]) for wish in deal.get("wanted", []))
        self.costs.extend(wish["weight"] * at[wish["day"], wish["part"]] for wish in deal.get("unwanted", []))
        for day in self.days:
            literals = [at[day, part] for part in self.parts]
            if weights.get("weekday") and deal.get("weekdays"):
                past = cp.new_int_var(0, len(literals), "")
                cp.add(past >= sum(literals) - deal["weekdays"].get(WEEKDAYS[self.dates[day].weekday()], 0))
                self.costs.append(weights["weekday"] * past)
            least = deal.get("min_block", 1)
            for start in range(len(literals)) if weights.get("block") and least > 1 else ():
                short = cp.new_bool_var("")
                before = [literals[start - 1]] if start else []
                run = literals[start : start + least]
                for later in run[1:] if len(run) == least else [0]:
                    cp.add_bool_or([short, ~literals[start], *before, later])
                self.costs.append(weights["block"] * short)

    def _cover(self) -> None:
        for line in self.problem.get("cover", []):
            people = [person for person, duty in self.deals if duty == line["duty"]]
            there = sum(self.x[person, line["day"], line["part"], line["duty"]] for person in people)
            under = self.cp.new_int_var(0, line["need"], "")
            over = self.cp.new_int_var(0, len(people), "")
            self.cp.add(there + under - over == line["need"])
            self.costs.append(line.get("under", 0) * under + line.get("over", 0) * over)
