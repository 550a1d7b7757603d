"""Large-neighbourhood search: take a few posts apart, choose again among their needs and those left out near them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grappe.engines.stop import Stop

from .compact import Posts, Wanted, pack
from .component import Bools, Component, Ints

FEWEST, USUAL, MOST = 2, 3, 6  # posts taken apart at once
MOST_FREE = 45  # needs chosen for again at once
LEFT_OUT = 14  # of them, needs that were left out, at most (at least 4)
SECONDS = 0.5
EFFORT = 0.25


def polish(
    component: Component, posts: Posts, rng: np.random.Generator, stop: Stop, *, rounds: int, target: int
) -> Posts:
    """Posts that serve as many half-days a year as `posts` or more; ends at `target`, or after `rounds` rounds
    without progress. Rounds that only change which needs are left out are kept: they lead elsewhere."""
    best, most = list(posts), _served(component, posts)
    size, idle = USUAL, 0
    while idle < rounds and most < target and not stop.reached():
        left = np.ones(component.size, dtype=bool)
        for post in posts:
            left[list(post)] = False
        torn = _torn(component, posts, left, size, rng)
        free = np.concatenate([[m for t in torn for m in posts[t]], _left_near(component, posts, torn, left, rng)])
        before = _served(component, [posts[t] for t in torn])
        again, proved = _again(component, np.sort(free.astype(np.int64)), rng, stop)
        after = _served(component, again)
        if after >= before:
            posts = [post for t, post in enumerate(posts) if t not in torn] + again
        if after > before:
            best, most, idle = list(posts), most + after - before, 0
        else:
            idle += 1
        size = min(size + int(rng.integers(0, 2)), MOST) if proved else max(FEWEST, size - 1)
        most = max(most, _served(component, posts))
    return best


def _served(component: Component, posts: Sequence[Sequence[int]]) -> int:
    return sum(int(component.year[list(post)].sum()) for post in posts)


def _torn(component: Component, posts: Posts, left: Bools, size: int, rng: np.random.Generator) -> set[int]:
    """Posts to take apart: near one another, and to a need left out if there is one; by chance weighed."""
    if not posts:
        return set()
    out = np.flatnonzero(left)
    seed = int(rng.choice(out)) if len(out) else int(rng.integers(component.size))
    fit = np.array([component.compatible[seed, list(post)].mean() for post in posts]) + 1e-3
    size = min(size, len(posts))
    return set(rng.choice(len(posts), size=size, replace=False, p=fit / fit.sum()).tolist())


def _left_near(component: Component, posts: Posts, torn: set[int], left: Bools, rng: np.random.Generator) -> Ints:
    """Needs left out that get on best with those of the posts taken apart, as many as there is room for."""
    inside = [m for t in torn for m in posts[t]]
    out = np.flatnonzero(left)
    friends = component.compatible[np.ix_(out, np.array(inside))].mean(axis=1) if inside else np.ones(len(out))
    order = np.argsort(-(friends + rng.random(len(out)) * 0.5), kind="stable")
    return out[order[: max(4, min(LEFT_OUT, MOST_FREE - len(inside)))]]


def _again(component: Component, free: Ints, rng: np.random.Generator, stop: Stop) -> tuple[Posts, bool]:
    """Posts of the free needs that serve most, and whether that was proved."""
    part = component.part(free)
    wanted, seed = Wanted(most=int(part.year.sum())), int(rng.integers(2**30))
    packing = pack(part, wanted, [], stop, seconds=SECONDS, effort=EFFORT, seed=seed)
    if packing is None or packing.posts is None:
        return [], False
    return [tuple(int(free[m]) for m in post) for post in packing.posts], packing.proved
