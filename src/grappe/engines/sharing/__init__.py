"""Sharing: who pays what, or gets what, when several share a cost, a gain, or too little.

`solve(parse(data), stop=Deadline())` gives shares in whole cents, whether a group would do better by itself, and the
lines that explain each share. See README.md for a worked example and docs/algorithms/sharing.md for the methods.
"""

from grappe.engines.sharing.problem import Problem
from grappe.engines.sharing.reading import parse
from grappe.engines.sharing.result import Result
from grappe.engines.sharing.rules import Params
from grappe.engines.sharing.solve import solve

__all__ = ["Params", "Problem", "Result", "parse", "solve"]
