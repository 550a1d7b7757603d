"""Who is where, when: people onto duties, under hard limits, at the least unmet wish."""

from .problem import Problem, parse
from .result import Result
from .solve import Params, solve

__all__ = ["Params", "Problem", "Result", "parse", "solve"]
