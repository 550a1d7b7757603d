"""Costs with a list of users each: split by weight, checked by a cut, and taken apart where they do not cross."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from math import inf

from grappe.engines.sharing.amounts import FINE
from grappe.engines.sharing.clock import in_time
from grappe.engines.sharing.paths import ROOT, Paths
from grappe.engines.sharing.problem import Component, Components
from grappe.engines.stop import Stop


def by_weight(game: Components, stop: Stop) -> dict[str, int]:
    """Each component split among its users by weight, in fine units.

    With equal weights this is the Shapley value; otherwise its weighted form, users weighing what they weigh in each
    component. A group never pays more than the components that it uses. Raises OutOfTime.
    """
    shares = dict.fromkeys(game.players, 0)
    for component in in_time(game.components, stop):
        whole = sum(component.users.values())
        amount = component.cents * FINE
        for player, weight in in_time(component.users.items(), stop):
            shares[player] += amount * weight // whole
    return shares


def separable(game: Components, stop: Stop) -> tuple[dict[str, int], dict[str, int]]:
    """What each player alone makes the group pay, and what it would pay alone; cents. Raises OutOfTime."""
    last, alone = dict.fromkeys(game.players, 0), dict.fromkeys(game.players, 0)
    for component in game.components:
        for player in in_time(component.users, stop):
            alone[player] += component.cents
            if len(component.users) == 1:
                last[player] += component.cents
    return last, alone


def apart(components: Iterable[Component]) -> list[list[Component]]:
    """The components in groups that share no user."""
    first: dict[str, str] = {}  # a forest of players, each pointing towards the first of its group

    def find(player: str) -> str:
        while first[player] != player:
            first[player] = first[first[player]]
            player = first[player]
        return player

    groups: dict[str, list[Component]] = {}
    listed = list(components)
    for component in listed:
        users = iter(component.users)
        leader = find(first.setdefault(opening := next(users), opening))
        for player in users:
            first[find(first.setdefault(player, player))] = leader
    for component in listed:
        groups.setdefault(find(next(iter(component.users))), []).append(component)
    return list(groups.values())


def nested(components: list[Component]) -> Paths | None:
    """The components as a tree, where any two are nested or apart; None where two cross."""
    order = sorted(components, key=lambda component: -len(component.users))
    at: dict[str, int] = {}
    parent = []
    for index, component in enumerate(order):
        above = {at.get(player, ROOT) for player in component.users}
        if len(above) != 1:
            return None
        parent.append(above.pop())
        at.update(dict.fromkeys(component.users, index))
    return Paths(parent, [component.cents for component in order], at, [component.id for component in order])


def alike(game: Components) -> list[list[str]]:
    """The players in classes that use the same components."""
    uses: dict[str, list[int]] = {player: [] for player in game.players}
    for index, component in enumerate(game.components):
        for player in component.users:
            uses.setdefault(player, []).append(index)
    classes: dict[tuple[int, ...], list[str]] = {}
    for player, used in uses.items():
        classes.setdefault(tuple(used), []).append(player)
    return list(classes.values())


def entangled(game: Components) -> int:
    """The players of the largest group whose components cross; 0 when they are all nested or apart."""
    if any(not component.users for component in game.components):
        return 0  # malformed, and said elsewhere
    sizes = (
        len({player for component in group for player in component.users})
        for group in apart(game.components)
        if nested(group) is None
    )
    return max(sizes, default=0)


def listed(components: Iterable[Component], players: Sequence[str]) -> list[int]:
    """What every group costs, by bit mask over the players; cents.

    A group saves the components whose users are all outside: each is put on the group of all the others, and summed
    over the groups that hold a group.
    """
    import numpy as np

    place = {player: 1 << index for index, player in enumerate(players)}
    everybody = (1 << len(players)) - 1
    saved = np.zeros(everybody + 1, dtype=np.int64)
    total = 0
    for component in components:
        saved[everybody ^ sum(place[player] for player in component.users)] += component.cents
        total += component.cents
    for index in range(len(players)):
        halves = saved.reshape(-1, 2, 1 << index)
        halves[:, 0, :] += halves[:, 1, :]
    costs: list[int] = (total - saved).tolist()
    return costs


def worst_group(game: Components, shares: Mapping[str, int], stop: Stop) -> tuple[int, list[str]] | None:
    """The group that overpays most against the components it uses: by how much (fine units), and who.

    Choosing such a group is a closure problem, solved by a smallest cut (Picard 1976) between those who pay and what
    they use. None, or OutOfTime, when `stop` comes first.
    """
    classes = alike(game)
    class_of = {player: index for index, players in enumerate(classes) for player in players}
    paying = [sum(max(0, shares[player]) for player in players) for players in classes]
    source, sink = len(classes) + len(game.components), len(classes) + len(game.components) + 1
    network = _Network(sink + 1)
    for index, amount in enumerate(paying):
        network.join(source, index, amount)
    for index, component in in_time(enumerate(game.components), stop):
        network.join(len(classes) + index, sink, component.cents * FINE)
        for user_class in {class_of[player] for player in component.users}:
            network.join(user_class, len(classes) + index, None)
    cut = network.smallest_cut(source, sink, stop)
    if cut is None:
        return None
    flow, inside = cut
    group = [player for player in game.players if inside[class_of[player]] and shares[player] > 0]
    return sum(paying) - flow, group


class _Network:
    """Capacities in whole numbers, None for no limit; Dinic's algorithm, without recursion."""

    def __init__(self, size: int) -> None:
        self.arcs: list[list[int]] = [[] for _ in range(size)]
        self.head: list[int] = []
        self.room: list[float | int] = []

    def join(self, start: int, end: int, capacity: int | None) -> None:
        self.arcs[start].append(len(self.head))
        self.arcs[end].append(len(self.head) + 1)
        self.head += [end, start]
        self.room += [inf if capacity is None else capacity, 0]

    def smallest_cut(self, source: int, sink: int, stop: Stop) -> tuple[int, list[bool]] | None:
        """The flow, and which nodes are on the source's side; None when `stop` comes first."""
        flow = 0
        while True:
            level = self._levels(source)
            if level[sink] < 0:
                return flow, [depth >= 0 for depth in level]
            cursor = [0] * len(self.arcs)
            while pushed := self._push(source, sink, level, cursor):
                flow += pushed
                if stop.reached():
                    return None

    def _levels(self, source: int) -> list[int]:
        level = [-1] * len(self.arcs)
        level[source] = 0
        waiting = deque([source])
        while waiting:
            node = waiting.popleft()
            for arc in self.arcs[node]:
                if self.room[arc] > 0 and level[self.head[arc]] < 0:
                    level[self.head[arc]] = level[node] + 1
                    waiting.append(self.head[arc])
        return level

    def _push(self, source: int, sink: int, level: list[int], cursor: list[int]) -> int:
        """Send flow along one path of rising levels; 0 when there is none left."""
        path: list[int] = []
        node = source
        while node != sink:
            if cursor[node] == len(self.arcs[node]):
                if not path:
                    return 0
                node = self.head[path.pop() ^ 1]
                cursor[node] += 1
                continue
            arc = self.arcs[node][cursor[node]]
            if self.room[arc] > 0 and level[self.head[arc]] == level[node] + 1:
                path.append(arc)
                node = self.head[arc]
            else:
                cursor[node] += 1
        amount = int(min(self.room[arc] for arc in path))
        for arc in path:
            self.room[arc] -= amount
            self.room[arc ^ 1] += amount
        return amount
