"""Fractional needs into solid posts: which needs to put together so that each post is filled, near and affordable."""

from .problem import Problem, parse
from .result import Result
from .solve import Params, solve

__all__ = ["Params", "Problem", "Result", "parse", "solve"]
