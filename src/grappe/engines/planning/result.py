"""What is answered: who is where, what each unmet wish costs and why, or which rules cannot hold together."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .problem import Assignment

Status: TypeAlias = Literal["optimal", "feasible", "infeasible", "unknown"]
Fields: TypeAlias = Mapping[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is paid. `kind` is the kind of the hard rule in the way, or one of: elsewhere (the person has
    another duty), costlier (possible, but `extra` more in all), equal (possible, at the same cost), people (for cover:
    `fields` counts the people by what holds them back), needed (they are there because of their own rules)."""

    kind: str
    text: str
    fields: Fields = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        return {"kind": self.kind, **self.fields, "text": self.text}


@dataclass(frozen=True, slots=True)
class Penalty:
    """One thing paid; `person` is None for cover. Amounts add up to the cost exactly."""

    kind: str
    person: str | None
    duty: str | None
    day: int
    date: datetime.date
    part: str
    amount: int
    fields: Fields
    reason: Reason
    text: str

    def to_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "person": self.person,
            "duty": self.duty,
            "day": self.day,
            "date": self.date.isoformat(),
            "part": self.part,
            "amount": self.amount,
            "fields": dict(self.fields),
            "reason": self.reason.to_json(),
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """One of the rules that cannot hold together; `dates` are the days that it binds, first and last."""

    kind: str
    person: str
    duty: str | None
    dates: tuple[datetime.date, datetime.date]
    fields: Fields
    text: str

    def to_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "person": self.person,
            "duty": self.duty,
            "dates": [date.isoformat() for date in self.dates],
            "fields": dict(self.fields),
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """`total` None: no roster. `conflicts_minimal`: no rule can be left out of `conflicts` without losing the clash."""

    status: Status
    total: int | None
    lower: int | None
    seconds: float
    seed: int
    assignments: tuple[Assignment, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    conflicts_minimal: bool = True

    def is_feasible(self) -> bool:
        return self.status in ("optimal", "feasible")

    def cost(self) -> int | None:
        return self.total

    def bound(self) -> int | None:
        return self.lower

    def to_json(self) -> dict[str, object]:
        return {
            "engine": "planning",
            "status": self.status,
            "cost": self.total,
            "bound": self.lower,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "assignments": [
                {"person": line.person, "day": line.day, "part": line.part, "duty": line.duty}
                for line in self.assignments
            ],
            "penalties": [penalty.to_json() for penalty in self.penalties],
            "conflicts": [conflict.to_json() for conflict in self.conflicts],
            "conflicts_minimal": self.conflicts_minimal,
        }

    def summary(self) -> str:
        if self.status == "unknown":
            return f"No roster was found in {self.seconds:.1f} s, nor a proof that there is none."
        if self.status == "infeasible":
            return "\n".join(
                ["No roster can hold these rules together:", *(f"- {line.text}" for line in self.conflicts)]
            )
        proof = "proved the least" if self.status == "optimal" else f"at least {self.lower} in any roster"
        kinds: dict[str, int] = {}
        for line in self.penalties:
            kinds[line.kind] = kinds.get(line.kind, 0) + line.amount
        paid = ", ".join(f"{kind} {amount}" for kind, amount in sorted(kinds.items())) or "every wish is met"
        return f"{len(self.assignments)} assignments, cost {self.total} ({proof}).\nPaid: {paid}."
