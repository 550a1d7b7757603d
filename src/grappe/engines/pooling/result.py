"""What a solve answers: the posts, the needs left out and why, and how far from the best this can be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Post:
    """`fill`: yearly load / yearly capacity; `km`: largest distance between two sites; `price_cents`: of one half-day."""

    needs: tuple[str, ...]
    firms: tuple[str, ...]
    skills: tuple[str, ...]
    half_days_per_month: tuple[int, ...]
    fill: float
    km: float
    price_cents: int | None


@dataclass(frozen=True, slots=True)
class Unmet:
    """`reason`: too_large, no_partner, price, fill or contended. `relaxation`: the smallest single change found that
    serves this need, checked by solving again; None when none was found."""

    need: str
    reason: str
    relaxation: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NotKept:
    """An existing post that the answer breaks up. `reason`: not_viable under the rules, or costs (it would cost more)."""

    needs: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Round:
    """One criterion of the lexicographic order, its value in the answer and the best value that it could have."""

    criterion: str
    value: int
    bound: int

    @property
    def proved(self) -> bool:
        return self.value == self.bound


@dataclass(frozen=True, slots=True)
class Result:
    """The answer. It is always feasible: to form no post at all breaks no rule.

    `rounds`: the criteria in their order (half_days, kept, posts, metres); `stopped`: None, or what ended the search
    before the proof: time (or a cancel), or effort (nothing more to try);
    `unexplained`: unmet needs whose relaxation there was no time to look for.
    """

    aim: str
    posts: tuple[Post, ...]
    served_half_days: int
    bound_half_days: int
    asked_half_days: int
    rounds: tuple[Round, ...]
    unmet: tuple[Unmet, ...]
    not_kept: tuple[NotKept, ...]
    stopped: str | None
    unexplained: int
    seconds: float
    seed: int

    @property
    def status(self) -> str:
        return "optimal" if all(round_.proved for round_ in self.rounds) else "feasible"

    @property
    def gap(self) -> float:
        """How much more could be served at most, as a part of the bound."""
        return (self.bound_half_days - self.served_half_days) / self.bound_half_days if self.bound_half_days else 0.0

    def is_feasible(self) -> bool:
        return True

    def cost(self) -> int:
        """What the aim makes small: half-days a year not served (serve), posts (solid), metres of travel (near)."""
        first = self.rounds[0]
        return self.asked_half_days - first.value if first.criterion == "half_days" else first.value

    def bound(self) -> int:
        """No answer costs less than this."""
        first = self.rounds[0]
        return self.asked_half_days - first.bound if first.criterion == "half_days" else first.bound

    def to_json(self) -> dict[str, Any]:
        return {
            "engine": "pooling",
            "status": self.status,
            "cost": self.cost(),
            "bound": self.bound(),
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "aim": self.aim,
            "served_half_days": self.served_half_days,
            "bound_half_days": self.bound_half_days,
            "asked_half_days": self.asked_half_days,
            "gap": round(self.gap, 6),
            "stopped": self.stopped,
            "rounds": [asdict(round_) | {"proved": round_.proved} for round_ in self.rounds],
            "posts": [_lists(asdict(post)) for post in self.posts],
            "unmet": [asdict(unmet) for unmet in self.unmet],
            "not_kept": [_lists(asdict(post)) for post in self.not_kept],
            "unexplained": self.unexplained,
        }

    def summary(self) -> str:
        """A few English lines."""
        stopped = f", stopped at {self.seconds:.1f} s ({self.stopped})" if self.stopped else f" in {self.seconds:.1f} s"
        lines = [
            f"pooling, aim {self.aim}: {self.status}{stopped}",
            f"{len(self.posts)} posts serve {self.served_half_days} of {self.asked_half_days} half-days a year"
            f" (bound {self.bound_half_days}, gap {self.gap:.2%})",
            ", ".join(f"{r.criterion} {r.value}{'' if r.proved else f' (bound {r.bound})'}" for r in self.rounds),
        ]
        if self.unmet:
            counts = {
                reason: sum(u.reason == reason for u in self.unmet) for reason in sorted({u.reason for u in self.unmet})
            }
            lines.append(f"{len(self.unmet)} unmet: " + ", ".join(f"{n} {reason}" for reason, n in counts.items()))
        if self.not_kept:
            lines.append(f"{len(self.not_kept)} existing posts could not be kept")
        return "\n".join(lines)


def _lists(table: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in table.items()}
