"""One file per kind of pool: its unit, its cost lines, its default key, its capacity, its act, what p0 means for it."""

from __future__ import annotations

from types import ModuleType

from grappe.pools.enums import PoolKind
from grappe.pools.kinds import post

_KINDS = {PoolKind.POST: post}


def of(kind: str) -> ModuleType:
    """The file of that kind of pool."""
    return _KINDS[PoolKind(kind)]
