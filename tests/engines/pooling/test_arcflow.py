"""Bins: the pure one-dimensional case."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.engines.pooling import parse
from grappe.engines.pooling.arcflow import is_pure, packed
from grappe.engines.pooling.component import Component, components
from grappe.engines.stop import Deadline


def bins(sizes: list[int], **rules: object) -> Component:
    rules = {"capacity": 20, "min_fill": 0, "min_firms": 1, "max_firms": None} | rules
    needs = [{"id": f"n{k}", "firm": f"f{k}", "skill": "any", "half_days": size} for k, size in enumerate(sizes)]
    return components(parse({"rules": rules, "needs": needs}))[0]


def fewest(sizes: list[int], capacity: int) -> int:
    """By dynamic programming over subsets: bins so far, and how full the last is."""
    best = [(len(sizes) + 1, 0)] * (1 << len(sizes))
    best[0] = (0, capacity)
    for mask in range(1 << len(sizes)):
        for k, size in enumerate(sizes):
            if not mask >> k & 1:
                count, full = best[mask]
                after = (count, full + size) if full + size <= capacity else (count + 1, size)
                best[mask | 1 << k] = min(best[mask | 1 << k], after)
    return best[-1][0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=9))
def test_bins_are_as_few_as_can_be(sizes: list[int]) -> None:
    component = bins(sizes, capacity=40)  # every two get on, so that there is one component
    loads = component.load[:, 0]
    flow = packed(component, Deadline(30))
    assert sorted(m for post in flow.posts for m in post) == list(range(len(sizes)))
    assert all(int(loads[list(post)].sum()) <= 40 for post in flow.posts)
    assert len(flow.posts) == flow.posts_bound == fewest(sizes, 40)


def test_with_a_filling_rule_most_is_served_first() -> None:
    # 20 a bin, full ones only: 12 + 8, 11 + 9 and not 13; 7 finds nobody.
    flow = packed(bins([13, 12, 11, 9, 8, 6], min_fill=1.0), Deadline(30))
    assert flow.served_bound == 12 * 40
    assert len(flow.posts) == flow.posts_bound == 2


def test_it_knows_where_it_does_not_apply() -> None:
    assert is_pure(bins([5, 6, 7]))
    assert not is_pure(bins([5, 6, 7], max_firms=2))
    assert not is_pure(bins([5, 6, 7], min_firms=2))
    assert is_pure(bins([5, 6, 7], min_firms=2, min_fill=0.5))
    seasonal = {
        "needs": [{"id": n, "firm": n, "skill": "any", "half_days": [2, 3] * 6 if n == "a" else 2} for n in "abc"]
    }
    assert not is_pure(components(parse(seasonal | {"rules": {"min_fill": 0, "min_firms": 1}}))[0])
    assert np.all(bins([5, 6, 7]).compatible == ~np.eye(3, dtype=bool))
