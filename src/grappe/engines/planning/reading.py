"""Reads untrusted JSON values, gathering every fault instead of stopping at the first."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Final, TypeGuard

from ..faults import Fault

MAX_FAULTS: Final = 1000
MAX_INTEGER: Final = 1_000_000_000
MAX_ID_LENGTH: Final = 200


def describe(value: object) -> str:
    """A short name of a JSON value for a message; never the value itself when it may be long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        # A huge integer is not printed: turning it into decimal digits may take for ever.
        return "a very large number" if isinstance(value, int) and abs(value) > 10**18 else f"the number {value}"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= 40 else "a long text"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    return f"a {type(value).__name__}"


def is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


class Reader:
    """Each method returns a usable value whatever it is given, and notes a fault when that is not what was written."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, what: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(path, what))

    def mapping(
        self, value: object, path: str, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> dict[str, object]:
        """An object with exactly these keys; an unknown key is a fault, a null optional one counts as absent."""
        if not isinstance(value, Mapping):
            self.fault(path or "problem", f"an object is expected, not {describe(value)}")
            return {}
        known = set(required) | set(optional)
        for key in value:
            if key not in known:
                name = key if isinstance(key, str) and len(key) <= 60 else describe(key)
                self.fault(f"{path}.{name}" if path else str(name), "unknown key")
        for key in required:
            if key not in value:
                self.fault(f"{path}.{key}" if path else key, "missing")
        return {key: value[key] for key in known if key in value and not (key in optional and value[key] is None)}

    def free_mapping(self, value: object, path: str) -> Iterator[tuple[str, object, str]]:
        """An object with keys of the writer's choice: key, value, path."""
        if not isinstance(value, Mapping):
            self.fault(path, f"an object is expected, not {describe(value)}")
            return
        for key, item in value.items():
            if isinstance(key, str) and len(key) <= 2 * MAX_ID_LENGTH + 1:
                yield key, item, f"{path}.{key}"
            else:
                self.fault(path, f"a short text is expected as a key, not {describe(key)}")

    def items(self, value: object, path: str) -> Iterator[tuple[object, str]]:
        if not isinstance(value, list | tuple):
            self.fault(path, f"a list is expected, not {describe(value)}")
            return
        for index, item in enumerate(value):
            yield item, f"{path}[{index}]"

    def integer(self, value: object, path: str, low: int = 0, high: int = MAX_INTEGER) -> int:
        if not is_integer(value):
            self.fault(path, f"a whole number is expected, not {describe(value)}")
            return low
        if value < low:
            self.fault(path, f"at least {low} is expected, not {describe(value)}")
            return low
        if value > high:
            self.fault(path, f"at most {high} is expected, not {describe(value)}")
            return low
        return value

    def identifier(self, value: object, path: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fault(path, f"a text that is not empty is expected, not {describe(value)}")
            return ""
        if len(value) > MAX_ID_LENGTH:
            self.fault(path, f"at most {MAX_ID_LENGTH} characters are expected")
            return ""
        return value

    def date(self, value: object, path: str) -> datetime.date:
        if isinstance(value, str):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
        self.fault(path, f"a date (YYYY-MM-DD) is expected, not {describe(value)}")
        return datetime.date(2000, 1, 3)
