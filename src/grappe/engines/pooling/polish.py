"""Large-neighbourhood search: take a few posts apart, choose again among all posts of their needs and of those left out."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array

from grappe.engines.stop import Stop

from .columns import Columns
from .component import Bools, Component, Ints
from .highs import choose
from .search import list_posts

MOST_FREE = 20  # needs chosen for again at once
LISTED = 600  # posts of such a neighbourhood, above which it is made smaller
SECONDS = 0.2


def polish(
    component: Component, answer: Columns, rng: np.random.Generator, stop: Stop, *, rounds: int, target: int, step: int
) -> Columns:
    """An answer that serves as many half-days a year as `answer` or more; ends at `target`, or after `rounds` rounds
    without progress. Rounds that only change which needs are left out are kept: they lead elsewhere."""
    posts = [answer.members(c) for c in range(len(answer))]
    best, most = list(posts), sum(int(component.year[list(p)].sum()) for p in posts)
    size, idle = 3, 0
    while idle < rounds and most < target and not stop.reached():
        left = np.ones(component.size, dtype=bool)
        for post in posts:
            left[list(post)] = False
        torn = _torn(component, posts, left, size, rng)
        free = np.concatenate([[m for t in torn for m in posts[t]], _left_near(component, posts, torn, left, rng)])
        again = _again(component, free.astype(np.int64), step, rng, stop)
        if again is None:
            size = max(2, size - 1)
            idle += 1
            continue
        kept = [post for t, post in enumerate(posts) if t not in torn]
        before = sum(int(component.year[list(posts[t])].sum()) for t in torn)
        after = sum(int(component.year[list(p)].sum()) for p in again)
        if after >= before:
            posts = kept + again
        if after > before:
            total = sum(int(component.year[list(p)].sum()) for p in posts)
            best, most, idle, size = list(posts), total, 0, 3
        else:
            idle += 1
            size = 2 + int(rng.integers(0, 2 + min(3, idle // 10)))
    return Columns.of(component, best)


def _torn(
    component: Component, posts: list[tuple[int, ...]], left: Bools, size: int, rng: np.random.Generator
) -> set[int]:
    """Posts to take apart: those with most needs that get on with one left out, by chance weighed."""
    if not posts:
        return set()
    out = np.flatnonzero(left)
    seed = component.compatible[rng.choice(out)] if len(out) else np.ones(component.size, dtype=bool)
    fit = np.array([seed[list(post)].mean() for post in posts]) + 1e-3
    size = min(size, len(posts))
    return set(rng.choice(len(posts), size=size, replace=False, p=fit / fit.sum()).tolist())


def _left_near(
    component: Component, posts: list[tuple[int, ...]], torn: set[int], left: Bools, rng: np.random.Generator
) -> Ints:
    """Needs left out that get on best with those of the posts taken apart, as many as there is room for."""
    inside = [m for t in torn for m in posts[t]]
    out = np.flatnonzero(left)
    friends = component.compatible[np.ix_(out, np.array(inside))].mean(axis=1) if inside else np.ones(len(out))
    order = np.argsort(-(friends + rng.random(len(out)) * 0.5), kind="stable")
    return out[order[: max(4, MOST_FREE - len(inside))]]


def _again(
    component: Component, free: Ints, step: int, rng: np.random.Generator, stop: Stop
) -> list[tuple[int, ...]] | None:
    """Posts of the free needs that serve most, ties by chance; None when there were too many to choose from."""
    part = component.part(free)
    free = np.sort(free)
    columns = list_posts(part, LISTED, stop)
    if columns is None:
        return None
    if not len(columns):
        return []
    packing = csc_array((np.ones(len(columns.member)), columns.member, columns.start), shape=(part.size, len(columns)))
    cost = -(columns.served / step) - rng.random(len(columns)) * 0.02
    gap = 0.5 * step / max(step, int(part.year.sum()))
    choice = choose(cost, packing, np.ones(part.size), stop, seconds=SECONDS, gap=gap)
    if choice.x is None:
        return None
    return [tuple(int(free[m]) for m in columns.members(int(c))) for c in np.flatnonzero(choice.x)]
