"""The package is light: the web process may import it, and share in proportion or equally, without numpy."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from grappe.engines.sharing import parse, solve
from grappe.engines.stop import Deadline
games = [
    {"type": "components", "components": [{"id": "x", "cents": 1001, "users": {"a": 1, "b": 2}},
                                          {"id": "y", "cents": 500, "users": {"b": 1, "c": 1}}]},
    {"type": "airport", "needs": {"a": 5, "b": 9}},
    {"type": "tree", "edges": [{"from": "r", "to": "n", "cents": 9}], "at": {"a": "n", "b": "n"}},
    {"type": "claims", "estate": 5, "claims": {"a": 5, "b": 9}},
    {"type": "table", "players": ["a", "b"], "cents": {"a": 5, "b": 5, "a b": 20}},
]
for rule in ("proportional", "equal"):
    for game in games:
        result = solve(parse({"rule": rule, "game": game}), stop=Deadline())
        assert result.is_feasible() and result.core.is_in is not None
solve(parse({"rule": "shapley", "game": games[0]}), stop=Deadline())
heavy = {"numpy", "scipy", "ortools"} & set(sys.modules)
assert not heavy, heavy
"""


def test_plain_rules_import_nothing_heavy() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, env={"PYTHONPATH": ":".join(sys.path)})
