from __future__ import annotations

from grappe.solves.models import Solve


def solve_numbered(pk: int) -> Solve | None:
    """The scope's solve of that number."""
    return Solve.objects.filter(pk=pk).first()
