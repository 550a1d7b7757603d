"""The shares, how far they can be trusted, and why they are what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grappe.engines.sharing.problem import Rule, Sense

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Bilingual = Mapping[str, tuple[str, ...]]
NOTHING: Bilingual = {"fr": (), "en": ()}


@dataclass(frozen=True)
class Core:
    """Whether no group is better off by itself; None when it was not settled in time.

    `blocking` is the group that is worst off and `by_cents` by how much, rounded up. `empty` is whether *no* division
    at all satisfies every group (None: not looked for).
    """

    is_in: bool | None
    blocking: tuple[str, ...] = ()
    by_cents: int = 0
    empty: bool | None = None

    def to_json(self) -> dict[str, Any]:
        if self.is_in is not False:
            return {"in": self.is_in}
        outside: dict[str, Any] = {"in": False, "blocking": list(self.blocking), "by_cents": self.by_cents}
        return outside if self.empty is None else {**outside, "empty": self.empty}


@dataclass(frozen=True)
class Result:
    """`status`: "optimal" is the rule's exact answer, "feasible" an approximation (sampled, or stopped early),
    "infeasible" a rule that gives nothing here, "unknown" that the time ran out before any answer.

    `shares` are whole cents that add up to `total`; `exact` the same before rounding; `interval` (sampled answers) the
    bounds in cents within which all the exact shares are together at `confidence`; `dearer_than_alone` by how many
    cents a share is worse than the player's `alone`. `why` is empty above 10,000 players (or 1,000
    when the time is up).
    """

    rule: Rule
    sense: Sense
    game: str
    status: Status
    total: int
    seconds: float
    seed: int
    shares: Mapping[str, int] = field(default_factory=dict)
    exact: Mapping[str, float] = field(default_factory=dict)
    core: Core = Core(None)
    why: Mapping[str, Bilingual] = field(default_factory=dict)
    warnings: Bilingual = field(default_factory=lambda: NOTHING)
    reasons: Bilingual = field(default_factory=lambda: NOTHING)
    interval: Mapping[str, tuple[float, float]] | None = None
    confidence: float | None = None
    dearer_than_alone: Mapping[str, int] | None = None

    def is_feasible(self) -> bool:
        return self.status in ("optimal", "feasible")

    def cost(self) -> int | None:
        """What is shared, in cents; None without an answer."""
        return self.total if self.is_feasible() else None

    def bound(self) -> int | None:
        return self.total if self.is_feasible() else None

    def summary(self) -> str:
        """A few lines of English."""
        if not self.is_feasible():
            return "\n".join((f"{self.rule} on a {self.game} game: {self.status}", *self.reasons["en"]))
        least, most = min(self.shares.values()), max(self.shares.values())
        lines = [
            f"{self.rule} on a {self.game} game: {self.total} cents among {len(self.shares)}, {self.status}",
            f"shares from {least} to {most} cents",
        ]
        if self.core.is_in:
            lines.append("no group would do better by itself")
        elif self.core.is_in is False:
            lines.append(f"{len(self.core.blocking)} together would do better by {self.core.by_cents} cents")
        return "\n".join((*lines, *self.warnings["en"]))

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys that say nothing here are left out."""
        data: dict[str, Any] = {
            "engine": "sharing",
            "status": self.status,
            "cost": self.cost(),
            "bound": self.bound(),
            "seconds": round(self.seconds, 6),
            "seed": self.seed,
            "rule": self.rule,
            "sense": self.sense,
            "game": self.game,
        }
        if self.is_feasible():
            data |= {"shares": dict(self.shares), "exact": dict(self.exact), "core": self.core.to_json()}
            data["why"] = {player: _lists(lines) for player, lines in self.why.items()}
        if self.interval is not None:
            data["confidence"] = self.confidence
            data["interval"] = {player: list(bounds) for player, bounds in self.interval.items()}
        if self.dearer_than_alone is not None:
            data["dearer_than_alone"] = dict(self.dearer_than_alone)
        data["warnings"] = _lists(self.warnings)
        if self.status == "infeasible":
            data["reasons"] = _lists(self.reasons)
        return data


def _lists(lines: Bilingual) -> dict[str, list[str]]:
    return {language: list(texts) for language, texts in lines.items()}
