"""How a caller bounds a solve, watches it, and stops it. The only stopwatch of the engines."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Stop(Protocol):
    """Asked by an engine between two steps of its work."""

    def reached(self) -> bool:
        """Whether to return now with the best answer so far."""

    def remaining(self) -> float:
        """Seconds left, at least 0; `inf` without a limit."""

    def progress(self, *, best: int | None, bound: int | None, note: str = "") -> None:
        """Tell whoever waits the best cost so far, the bound, and what is being done (a stable English key)."""


@dataclass(frozen=True)
class Sooner:
    """A `Stop` reached some seconds (`kept`) before another, for what comes after the work that it bounds."""

    stop: Stop
    kept: float

    def reached(self) -> bool:
        return self.stop.reached() or self.stop.remaining() <= self.kept

    def remaining(self) -> float:
        return max(0.0, self.stop.remaining() - self.kept)

    def progress(self, *, best: int | None, bound: int | None, note: str = "") -> None:
        self.stop.progress(best=best, bound=bound, note=note)


@dataclass
class Deadline:
    """A `Stop` by elapsed time, which `cancel()` brings forward; `report` hears the progress."""

    seconds: float = float("inf")
    report: Callable[[int | None, int | None, str], None] | None = None
    _end: float = field(init=False)
    _cancelled: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def cancel(self) -> None:
        self._cancelled = True

    def reached(self) -> bool:
        return self._cancelled or time.monotonic() >= self._end

    def remaining(self) -> float:
        return 0.0 if self._cancelled else max(0.0, self._end - time.monotonic())

    def progress(self, *, best: int | None, bound: int | None, note: str = "") -> None:
        if self.report is not None:
            self.report(best, bound, note)
