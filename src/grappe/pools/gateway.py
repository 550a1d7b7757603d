"""The door to the pooling engine: what is put to it has been read by it first."""

from __future__ import annotations

from typing import Any

from grappe.engines.faults import Malformed
from grappe.engines.pooling.problem import parse


def faults(problem: dict[str, Any]) -> list[str]:
    """What the engine would refuse in that problem, one line a fault; none for a good one."""
    try:
        parse(problem)
    except Malformed as malformed:
        return [str(fault) for fault in malformed.faults]
    return []
