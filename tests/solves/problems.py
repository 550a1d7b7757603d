"""Pooling problems for the tests of the runner: one answered at once, one that no engine ends within a minute."""

from __future__ import annotations

import random
from typing import Any


def small() -> dict[str, Any]:
    needs = [{"id": f"n{i}", "firm": f"f{i}", "skill": "web", "half_days": 12} for i in range(3)]
    return {"needs": needs}


def endless() -> dict[str, Any]:
    """Many odd needs of one skill that all fit together: the gap closes late."""
    draw = random.Random(7)
    needs = [
        {"id": f"n{i}", "firm": f"f{i}", "skill": "web", "half_days": [draw.randint(1, 17) for _ in range(12)]}
        for i in range(150)
    ]
    return {"needs": needs, "rules": {"max_firms": 6}}
