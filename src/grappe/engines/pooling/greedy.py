"""Quick answers: post after post, each the fullest that the needs left can make."""

from __future__ import annotations

import numpy as np

from grappe.engines.stop import Stop

from .component import Component
from .search import Search, Worth

NEAREST = 60  # partners tried for a post


def fullest_first(component: Component, stop: Stop) -> list[tuple[int, ...]]:
    """Disjoint viable posts: the bulkiest need left, with the partners that fill its post most; and so on."""
    left = np.ones(component.size, dtype=bool)
    posts = []
    for family in component.families:
        for root in family:
            if stop.reached():
                return posts
            if not left[root]:
                continue
            near = family[component.compatible[root][family] & left[family]]
            if len(near) > NEAREST:
                nearest = np.argsort(component.metres(np.full(len(near), root), near), kind="stable")
                near = np.sort(near[nearest[:NEAREST]])
            search = Search(component, np.concatenate([[root], near]), rooted=True)
            found = search.run(stop, worth=Worth(component.year.astype(np.float64)), best=1, steps=40)
            if len(found.columns):
                post = found.columns.members(int(np.argmax(found.columns.served)))
                posts.append(post)
                left[list(post)] = False
    return posts
