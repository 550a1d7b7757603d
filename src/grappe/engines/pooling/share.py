"""A part of the time that is left, so that no component takes what the others need."""

from __future__ import annotations

from grappe.engines.stop import Deadline, Stop


class Share:
    """A `Stop` that comes after `seconds`, or with the whole's."""

    def __init__(self, whole: Stop, seconds: float) -> None:
        self.whole = whole
        self.own = Deadline(seconds)

    def reached(self) -> bool:
        return self.whole.reached() or self.own.reached()

    def remaining(self) -> float:
        return min(self.whole.remaining(), self.own.remaining())

    def progress(self, *, best: int | None, bound: int | None, note: str = "") -> None:
        self.whole.progress(best=best, bound=bound, note=note)


class Schedule:
    """The time of a solve, cut into phases that each end at a fraction of it; what a phase leaves goes to the next."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self.total = stop.remaining()

    def share(self, end: float, among: float) -> Share:
        """A part, one of `among` such, of what is left until the fraction `end`."""
        if self.total == float("inf"):
            return Share(self.stop, self.total)
        left = self.stop.remaining() - (1 - end) * self.total
        return Share(self.stop, max(0.0, left) / max(1, among))
