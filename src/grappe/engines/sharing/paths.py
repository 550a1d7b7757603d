"""Games where each player pays along a path from a root: trees, airports (a tree without branches), nested components.

A group costs the edges that join its players to the root. Everything here is linear in players and edges, but for the
nucleolus, which is O(n log^2 n).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grappe.engines.sharing.amounts import FINE
from grappe.engines.sharing.clock import in_time
from grappe.engines.sharing.problem import Airport, Tree
from grappe.engines.stop import Stop

ROOT = -1


@dataclass(frozen=True)
class Paths:
    """Edges, each named by the node at its end; `parent[k] < k`, or ROOT; `at` is each player's node, or ROOT.

    Every edge leads to somebody. `names` may be empty where edges have no name.
    """

    parent: Sequence[int]
    cents: Sequence[int]
    at: Mapping[str, int]
    names: Sequence[str] = ()

    @cached_property
    def here(self) -> list[int]:
        """How many players are at each node."""
        here = [0] * (len(self.parent) + 1)
        for node in self.at.values():
            here[node] += 1
        here.pop()  # those at the root, at index -1
        return here

    @cached_property
    def below(self) -> list[int]:
        """How many players each edge serves."""
        below = [*self.here, 0]
        for node in range(len(self.parent) - 1, -1, -1):
            below[self.parent[node]] += below[node]
        below.pop()
        return below


def of_airport(game: Airport) -> Paths:
    """One edge per distinct need, each as dear as the step from the need before."""
    levels = sorted(set(game.needs.values()) - {0})
    rank = {need: index for index, need in enumerate(levels)}
    rank[0] = ROOT
    cents = [need - before for before, need in zip([0, *levels], levels, strict=False)]
    return Paths(range(-1, len(levels) - 1), cents, {player: rank[need] for player, need in game.needs.items()})


def of_tree(game: Tree) -> Paths:
    index = {edge.end: number for number, edge in enumerate(game.edges)}
    index[game.root] = ROOT
    return Paths(
        [index[edge.start] for edge in game.edges],
        [edge.cents for edge in game.edges],
        {player: index[node] for player, node in game.at.items()},
        [f"{edge.start} → {edge.end}" for edge in game.edges],
    )


def as_paths(game: Airport | Tree) -> Paths:
    return of_airport(game) if isinstance(game, Airport) else of_tree(game)


def shapley(paths: Paths, stop: Stop) -> dict[str, int]:
    """Each edge in equal parts among those it serves, in fine units (Littlechild and Owen 1973). Raises OutOfTime."""
    share = [0] * (len(paths.parent) + 1)
    edges = in_time(zip(paths.parent, paths.cents, paths.below, strict=True), stop)
    for node, (parent, cents, users) in enumerate(edges):
        share[node] = share[parent] + cents * FINE // users
    return {player: share[node] for player, node in paths.at.items()}


def separable(paths: Paths, stop: Stop) -> tuple[dict[str, int], dict[str, int]]:
    """What each player alone makes the group pay, and what it would pay alone; cents. Raises OutOfTime."""
    last, alone = [0] * (len(paths.parent) + 1), [0] * (len(paths.parent) + 1)
    edges = in_time(zip(paths.parent, paths.cents, paths.below, strict=True), stop)
    for node, (parent, cents, users) in enumerate(edges):
        alone[node] = alone[parent] + cents
        last[node] = last[parent] + (cents if users == 1 else 0)
    return {p: last[node] for p, node in paths.at.items()}, {p: alone[node] for p, node in paths.at.items()}


def worst_group(paths: Paths, shares: Mapping[str, int], stop: Stop) -> tuple[int, list[str]]:
    """The group that overpays most against what it would cost by itself: by how much (fine units), and who. Raises
    OutOfTime."""
    over = [0] * (len(paths.parent) + 1)  # what the best group at or below a node overpays, its edge not counted
    for player, node in in_time(paths.at.items(), stop):
        over[node] += max(0, shares[player])
    for node in in_time(range(len(paths.parent) - 1, -1, -1), stop):
        over[paths.parent[node]] += max(0, over[node] - paths.cents[node] * FINE)
    joined = [False] * len(paths.parent) + [True]
    for node, parent in in_time(enumerate(paths.parent), stop):
        joined[node] = joined[parent] and over[node] > paths.cents[node] * FINE
    return over[ROOT], [player for player, node in paths.at.items() if joined[node] and shares[player] > 0]


@dataclass(frozen=True)
class Block:
    """Edges whose players all pay the same `level`; it is `cost / (players + branches)`, in fine units."""

    level: int
    cost: int
    players: int
    branches: int


def nucleolus(paths: Paths, stop: Stop) -> tuple[dict[str, int], dict[str, Block]]:
    """Each player's share in fine units, and the block that fixed it (Megiddo 1978; Galil 1980).

    The least happy groups are those that leave out whole branches. So the edges near the root are cut into blocks: the
    first is the rooted part T of least cost(T) / (players in T + branches that hang off T); its players pay that level,
    each branch takes the level over as an added cost of its first edge, and is solved in the same way. Raises OutOfTime.
    """
    joined = _Joined(paths, stop)
    block_of: list[Block | None] = [None] * len(paths.parent)
    added = dict.fromkeys(joined.tops, 0)
    waiting = list(joined.tops)
    for top in in_time(_popped(waiting), stop):
        members, branches, cost, parts = joined.block(top, added.pop(top))
        block = Block(cost // parts, cost, parts - len(branches), len(branches))
        for node in members:
            block_of[node] = block
        for branch in branches:
            added[branch] = block.level
        waiting.extend(branches)
    free = Block(0, 0, 1, 0)
    place = {player: joined.kept[node] if node != ROOT else ROOT for player, node in paths.at.items()}
    blocks = {player: (block_of[node] or free) if node != ROOT else free for player, node in place.items()}
    return {player: block.level for player, block in blocks.items()}, blocks


def _popped(waiting: list[int]) -> Iterator[int]:
    while waiting:
        yield waiting.pop()


class _Joined:
    """The edges after the idle ones are joined to a neighbour, with the blocks that each would make under its parent.

    An edge of no cost is joined to its parent, an edge to a node without players and with one branch to that branch.
    `net` is players + branches - 1: what an edge adds to the parts of a block when it comes in under its parent.
    """

    def __init__(self, paths: Paths, stop: Stop) -> None:
        size = len(paths.parent)
        self.kept = self._kept(paths)
        self.cost = [0] * size
        self.net = [-1] * size
        self.children: list[list[int]] = [[] for _ in range(size)]
        self.tops: list[int] = []
        for node in in_time(range(size), stop):
            kept = self.kept[node]
            if kept == ROOT:
                continue
            self.cost[kept] += paths.cents[node] * FINE
            self.net[kept] += paths.here[node]
            above = self.kept[paths.parent[node]] if paths.parent[node] != ROOT else ROOT
            if above == kept:
                continue
            if above == ROOT:
                self.tops.append(kept)
            else:
                self.children[above].append(kept)
                self.net[above] += 1
        self._bottom_up(size, stop)

    @staticmethod
    def _kept(paths: Paths) -> list[int]:
        """The edge that stands for each edge; ROOT for one of no cost at the root."""
        size = len(paths.parent)
        up = [0] * size
        for node, parent in enumerate(paths.parent):
            up[node] = node if paths.cents[node] else (up[parent] if parent != ROOT else ROOT)
        here, branches = [0] * size, [0] * size
        for node in range(size):
            if up[node] != ROOT:
                here[up[node]] += paths.here[node]
                above = up[paths.parent[node]] if paths.parent[node] != ROOT else ROOT
                if up[node] == node and above != ROOT:
                    branches[above] += 1
        down = list(range(size))  # an edge that only passes on is joined to the one branch after it
        for node in range(size - 1, -1, -1):
            if up[node] == node and paths.parent[node] != ROOT:
                above = up[paths.parent[node]]
                if above != ROOT and here[above] == 0 and branches[above] == 1:
                    down[above] = down[node]
        return [down[kept] if kept != ROOT else ROOT for kept in up]

    def _bottom_up(self, size: int, stop: Stop) -> None:
        """For each edge its block of least cost / net, and where that block hangs from."""
        self.block_cost, self.block_net = list(self.cost), list(self.net)
        self.taken_by = [ROOT] * size  # the edge into whose block an edge's own was taken
        self.depth = [0] * size
        hanging: list[list[tuple[float, int]]] = [[] for _ in range(size)]
        order = list(self.tops)
        for node in order:
            for child in self.children[node]:
                self.depth[child] = self.depth[node] + 1
            order.extend(self.children[node])
        for node in in_time(reversed(order), stop):
            heap = [(self.key(child), child) for child in self.children[node]]
            heapq.heapify(heap)
            while heap and heap[0][0] < self.key(node):
                _, child = heapq.heappop(heap)
                self.block_cost[node] += self.block_cost[child]
                self.block_net[node] += self.block_net[child]
                self.taken_by[child] = node
                small, heap = sorted((heap, hanging[child]), key=len)
                for item in small:
                    heapq.heappush(heap, item)
                hanging[child] = []
            hanging[node] = heap

    def key(self, node: int) -> float:
        net = self.block_net[node]
        return self.block_cost[node] / net if net else float("inf")

    def block(self, top: int, added: int) -> tuple[list[int], list[int], int, int]:
        """The block of least level from `top` on: its edges, the branches off it, its cost and its parts."""
        members, cost, parts = [top], self.cost[top] + added, self.net[top] + 1
        heap = [(self.key(child), child) for child in self.children[top]]
        heapq.heapify(heap)
        while heap and heap[0][0] <= cost / parts:
            _, entering = heapq.heappop(heap)
            cost += self.block_cost[entering]
            parts += self.block_net[entering]
            reached = [entering]
            while reached:
                node = reached.pop()
                members.append(node)
                for child in self.children[node]:
                    taker = self.taken_by[child]
                    if taker != ROOT and self.depth[taker] >= self.depth[entering]:
                        reached.append(child)
                    else:
                        heapq.heappush(heap, (self.key(child), child))
        return members, [branch for _, branch in heap], cost, parts
