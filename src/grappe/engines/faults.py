"""A malformed problem is refused with every fault at once, each at its path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


class Malformed(ValueError):
    """The problem cannot be read; `faults` lists all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
