"""The model without a list, against brute force and cases worked by hand."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.engines.pooling import parse
from grappe.engines.pooling.compact import Wanted, pack
from grappe.engines.pooling.component import Component, components
from grappe.engines.stop import Deadline

from .checker import best, viable
from .test_solve import NEED, plain, problem


def asked(component: Component, wanted: Wanted) -> tuple[list[tuple[int, ...]] | None, bool]:
    packing = pack(component, wanted, [], Deadline(30), seconds=30, effort=100)
    assert packing is not None
    return packing.posts, packing.proved


@settings(max_examples=30, deadline=None)
@given(st.lists(NEED, min_size=2, max_size=9), st.sampled_from([2, 3, None]), st.booleans())
def test_components_together_serve_what_brute_force_serves(
    needs: list[dict[str, Any]], most: int | None, mixed: bool
) -> None:
    mixed_skills = [["web", "press"], ["press", "stage"]] if mixed else []
    data = problem(needs, capacity=18, min_fill=0.6, max_firms=most, mixed_skills=mixed_skills)
    served = 0
    for part in components(parse(data)):
        posts, proved = asked(part, Wanted(most=int(part.year.sum())))
        assert proved
        assert posts is not None
        for post in posts:
            assert not viable(data, [f"n{part.needs[k]}" for k in post])
            served += int(part.year[list(post)].sum())
    assert served == best(data)[0]


def test_a_bound_that_no_answer_reaches_is_proved_out_of_reach() -> None:
    # 10 + 12 + 8 + 16 = 46 half-days a month: one post of 36 at most, two would need 29 each
    part = components(parse(problem(plain(10, 12, 8, 16), capacity=36)))[0]
    assert asked(part, Wanted(most=46 * 12, above=46 * 12)) == (None, True)
    posts, proved = asked(part, Wanted(most=36 * 12, above=36 * 12))
    assert proved
    assert posts is not None
    assert sum(int(part.year[k]) for post in posts for k in post) == 36 * 12


def test_the_fewest_posts_that_serve_so_many() -> None:
    part = components(parse(problem(plain(9, 9, 9, 9), capacity=36, min_fill=0.5)))[0]
    posts, proved = asked(part, Wanted(most=36 * 12, low=1, serve=36 * 12))
    assert proved
    assert posts == [(0, 1, 2, 3)]
