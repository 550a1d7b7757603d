"""The answer by trying everything: for problems of a handful of slots, judged by the checker."""

from __future__ import annotations

from itertools import product

from grappe.cli.bench.roster_checker import holds, paid


def best(problem: dict) -> int | None:
    """The least cost over all plans that hold; None when none does."""
    duties = [None, *(duty["id"] for duty in problem["duties"])]
    keys = [
        (person["id"], day, part)
        for person in problem["people"]
        for day in range(problem["days"])
        for part in problem["parts"]
    ]
    engaged = {(deal["person"], deal["duty"]) for deal in problem["engagements"]}
    choices = [[duty for duty in duties if duty is None or (key[0], duty) in engaged] for key in keys]
    least: int | None = None
    for chosen in product(*choices):
        plan = {key: duty for key, duty in zip(keys, chosen, strict=True) if duty is not None}
        if holds(problem, plan):
            cost = sum(line[-1] * number for line, number in paid(problem, plan).items())
            least = cost if least is None else min(least, cost)
    return least
