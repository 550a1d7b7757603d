"""Quick answers: post after post, each the fullest that the needs left can make."""

from __future__ import annotations

import numpy as np

from grappe.engines.stop import Stop

from .component import Component, Floats
from .search import Search, Worth

NEAREST = 60  # partners tried for a post
STEPS = 15
AT_ONCE = 50
TRIED_TWICE = 500  # needs up to which both answers are made


def first_answer(component: Component, stop: Stop) -> list[tuple[int, ...]]:
    """Disjoint viable posts: the better of two greedy answers.

    One fills each post with whatever fills it most; the other would rather use many small needs, since bulky ones are
    easily put together later.
    """
    year = component.year.astype(np.float64)
    answers = [_post_by_post(component, year + year.mean(), stop)]
    if component.size <= TRIED_TWICE:
        answers.append(_post_by_post(component, year, stop))
    return max(answers, key=lambda posts: sum(int(component.year[list(post)].sum()) for post in posts))


def _post_by_post(component: Component, profit: Floats, stop: Stop) -> list[tuple[int, ...]]:
    """The bulkiest need left, with the partners that are worth most to its post; and so on."""
    left = np.ones(component.size, dtype=bool)
    posts: list[tuple[int, ...]] = []
    for family in component.families:
        for root in family:
            if stop.reached():
                return posts
            if not left[root]:
                continue
            near = family[component.compatible[root][family] & left[family]]
            if len(near) > NEAREST:
                nearest = np.argsort(component.metres(np.full(len(near), root), near), kind="stable")
                near = np.sort(near[nearest[: 4 * NEAREST]])
                near = near[np.linspace(0, len(near) - 1, NEAREST).astype(np.int64)]  # of all sizes
            search = Search(component, np.concatenate([[root], near]), rooted=True)
            found = search.run(stop, worth=Worth(profit), best=1, steps=STEPS, at_once=AT_ONCE)
            if len(found.columns):
                post = found.columns.members(int(np.argmax(found.columns.total(profit))))
                posts.append(post)
                left[list(post)] = False
    return posts
