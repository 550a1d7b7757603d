"""The clock of the long loops: what is linear still takes seconds where there are a million players."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from grappe.engines.stop import Stop

Item = TypeVar("Item")

EVERY: Final = 8192
"""Items between two looks at the stop: some milliseconds. What has fewer is answered whatever the time."""


class OutOfTime(Exception):
    """The stop came before the answer."""


def in_time(items: Iterable[Item], stop: Stop) -> Iterator[Item]:
    """The items, one by one; raises OutOfTime at the first look that finds the stop reached."""
    for number, item in enumerate(items):
        if number % EVERY == EVERY - 1 and stop.reached():
            raise OutOfTime
        yield item
