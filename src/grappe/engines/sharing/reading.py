"""Reading the JSON form of a problem: every fault at once, each at its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import cast, get_args

from grappe.engines.faults import Fault, Malformed
from grappe.engines.sharing.components import entangled
from grappe.engines.sharing.problem import (
    FULL_TABLE,
    MAX_CENTS,
    RULES,
    WEIGHT_UNIT,
    Airport,
    Claims,
    Component,
    Components,
    Edge,
    Game,
    Problem,
    Rule,
    Sense,
    Table,
    Tree,
)

MAX_WEIGHT = 10**9
MAX_ID = 200
MAX_TABLE_PLAYERS = 200


def parse(data: object) -> Problem:
    """The problem that `data` (JSON values) states. Raises Malformed with every fault."""
    return _Reader().problem(data)


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, what: str) -> None:
        self.faults.append(Fault(path, what))

    # --- the whole

    def problem(self, data: object) -> Problem:
        fields = self.fields(data, "problem", required=("game",), optional=("rule", "sense", "alone"))
        rule = self.choice(fields.get("rule", "shapley"), "rule", get_args(Rule))
        alone = self.cents_by_player(fields["alone"], "alone") if "alone" in fields else None
        game, kind = self.game(fields["game"], alone) if "game" in fields else (None, None)
        sense = self.choice(fields.get("sense", "gain" if kind == "claims" else "cost"), "sense", get_args(Sense))
        if kind in ("components", "airport", "tree") and sense == "gain":
            self.fault("sense", f'a "{kind}" game shares a cost; a gain is stated as a "table"')
        if kind is not None and rule is not None:
            self.served(kind, game, rule)
        if kind == "claims" and alone is not None:
            self.fault("alone", "has no meaning for claims")
        if game is not None and alone is not None:
            self.fits(game, alone)
        if kind == "table" and isinstance(game, Table) and not self.faults:
            game = self.singles(game, cast(Sense, sense), alone)
        if self.faults or game is None:
            raise Malformed(self.faults)
        return Problem(game, cast(Rule, rule), cast(Sense, sense), alone)

    def served(self, kind: str, game: Game | None, rule: str) -> None:
        """Refuse a rule that cannot serve the game, with the rules that can."""
        if rule not in RULES[kind]:
            self.fault("rule", f'"{rule}" cannot serve a "{kind}" game; these can: {", ".join(RULES[kind])}')
        others = ", ".join(other for other in RULES[kind] if other != "nucleolus")
        if rule != "nucleolus" or game is None:
            return
        if isinstance(game, Table) and len(game.players) > FULL_TABLE:
            self.fault("rule", f'"nucleolus" looks at every group: {FULL_TABLE} players at most; these can: {others}')
        if isinstance(game, Components) and (size := entangled(game)) > FULL_TABLE:
            what = f'"nucleolus" would look at every group of {size} players whose components cross'
            self.fault("rule", f"{what}, {FULL_TABLE} at most; these can: {others}")

    def fits(self, game: Game, alone: Mapping[str, int]) -> None:
        players = set(game.players)
        for player in alone:
            if player not in players:
                self.fault(f"alone.{player}", "is not a player of the game")
        for player in game.players:
            if player not in alone:
                self.fault("alone", f'"{player}" is missing')

    def singles(self, game: Table, sense: Sense, alone: Mapping[str, int] | None) -> Table:
        """The table with every player alone in it: as listed, else as `alone` says, else a gain of 0."""
        amounts = dict(game.amounts)
        for index, player in enumerate(game.players):
            if 1 << index in amounts:
                continue
            if alone is not None:
                amounts[1 << index] = alone[player]
            elif sense == "gain":
                amounts[1 << index] = 0
            else:
                self.fault("game.cents", f'what "{player}" costs alone is missing')
        return Table(game.players, amounts)

    # --- the games

    def game(self, data: object, alone: object) -> tuple[Game | None, str | None]:
        if not isinstance(data, Mapping):
            self.fault("game", "must be an object")
            return None, None
        kind = self.choice(data.get("type"), "game.type", tuple(RULES))
        if kind is None:
            return None, None
        readers: dict[str, Callable[[Mapping[str, object]], Game | None]] = {
            "components": self.components,
            "airport": self.airport,
            "tree": self.tree,
            "claims": self.claims,
            "table": self.table,
        }
        before = len(self.faults)
        game = readers[kind](cast(Mapping[str, object], data))
        return (game if len(self.faults) == before else None), kind

    def components(self, data: Mapping[str, object]) -> Game | None:
        fields = self.fields(data, "game", required=("type", "components"))
        components, ids, named = [], set[str](), dict[str, None]()
        for index, item in enumerate(self.array(fields.get("components"), "game.components")):
            path = f"game.components[{index}]"
            entry = self.fields(item, path, required=("id", "cents", "users"))
            id_ = self.name(entry.get("id"), f"{path}.id") if "id" in entry else ""
            if id_ and id_ in ids:
                self.fault(f"{path}.id", f'"{id_}" is given twice')
            ids.add(id_)
            cents = self.cents(entry["cents"], f"{path}.cents") if "cents" in entry else 0
            users = self.users(entry["users"], f"{path}.users") if "users" in entry else {}
            named.update(dict.fromkeys(users))
            components.append(Component(id_, cents, {player: weight for player, weight in users.items() if weight}))
        users_of_any = {player for component in components for player in component.users}
        return Components(tuple(components), tuple(player for player in named if player not in users_of_any))

    def users(self, data: object, path: str) -> dict[str, int]:
        before = len(self.faults)
        users = {player: self.weight(weight, f"{path}.{player}") for player, weight in self.players_in(data, path)}
        if users and not any(users.values()) and len(self.faults) == before:
            self.fault(path, "every weight is 0: nobody to pay")
        return users

    def weight(self, value: object, path: str) -> int:
        """Whole millionths."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_WEIGHT:
            self.fault(path, f"must be a number from 0 to {MAX_WEIGHT}")
            return 0
        millionths = Decimal(str(value)) * WEIGHT_UNIT
        if millionths != millionths.to_integral_value():
            self.fault(path, "has more than 6 decimals")
        return int(millionths)

    def airport(self, data: Mapping[str, object]) -> Game | None:
        fields = self.fields(data, "game", required=("type", "needs"))
        return Airport(self.cents_by_player(fields["needs"], "game.needs")) if "needs" in fields else None

    def claims(self, data: Mapping[str, object]) -> Game | None:
        fields = self.fields(data, "game", required=("type", "estate", "claims"))
        if "estate" not in fields or "claims" not in fields:
            return None
        estate = self.cents(fields["estate"], "game.estate")
        claims = self.cents_by_player(fields["claims"], "game.claims")
        if claims and estate > sum(claims.values()):
            self.fault("game.estate", f"is more than all the claims together ({sum(claims.values())})")
        return Claims(estate, claims)

    def tree(self, data: Mapping[str, object]) -> Game | None:
        fields = self.fields(data, "game", required=("type", "edges", "at"))
        before = len(self.faults)
        edges: dict[str, tuple[int, Edge]] = {}
        for index, item in enumerate(self.array(fields.get("edges"), "game.edges")):
            path = f"game.edges[{index}]"
            entry = self.fields(item, path, required=("from", "to", "cents"))
            if len(entry) < 3:
                continue
            start, end = self.name(entry["from"], f"{path}.from"), self.name(entry["to"], f"{path}.to")
            if end in edges:
                self.fault(f"{path}.to", f'"{end}" is reached twice: in a tree one edge leads to each node')
            edges[end] = (index, Edge(start, end, self.cents(entry["cents"], f"{path}.cents")))
        at = {}
        for player, node in self.players_in(fields.get("at", {}), "game.at"):
            at[player] = self.name(node, f"game.at.{player}")
        if "at" not in fields or len(self.faults) > before:
            return None
        roots = {edge.start for _, edge in edges.values() if edge.start not in edges}
        if len(roots) != 1:
            found = ", ".join(sorted(roots)) or "none: the edges go round"
            self.fault("game.edges", f"there must be one root, a node that no edge leads to; found {found}")
            return None
        return self.rooted(roots.pop(), edges, at)

    def rooted(self, root: str, edges: dict[str, tuple[int, Edge]], at: dict[str, str]) -> Game | None:
        """The tree with edges from the root outwards, and those that nobody uses set apart."""
        leaving: dict[str, list[Edge]] = {}
        for _, edge in edges.values():
            leaving.setdefault(edge.start, []).append(edge)
        order, reached = [], [root]
        while reached:
            for edge in leaving.get(reached.pop(), ()):
                order.append(edge)
                reached.append(edge.end)
        joined = {root} | {edge.end for edge in order}
        for end, (index, _) in edges.items():
            if end not in joined:
                self.fault(f"game.edges[{index}]", f'"{end}" is not joined to the root "{root}": the edges go round')
        for player, node in at.items():
            if node != root and node not in edges:
                self.fault(f"game.at.{player}", f'there is no node "{node}"')
        used = set(at.values())
        for edge in reversed(order):
            if edge.end in used:
                used.add(edge.start)
        unused = tuple(edge for edge in order if edge.end not in used)
        return Tree(root, tuple(edge for edge in order if edge.end in used), at, unused)

    def table(self, data: Mapping[str, object]) -> Game | None:
        fields = self.fields(data, "game", required=("type", "players", "cents"))
        before = len(self.faults)
        bits: dict[str, int] = {}
        for index, item in enumerate(self.array(fields.get("players"), "game.players")):
            path = f"game.players[{index}]"
            player = self.name(item, path)
            if player in bits:
                self.fault(path, f'"{player}" is given twice')
            elif any(character.isspace() for character in player):
                self.fault(path, "a space in a name: spaces part the names of a group")
            bits[player] = 1 << index
        if len(bits) > MAX_TABLE_PLAYERS:
            self.fault("game.players", f"{len(bits)} players; a table takes {MAX_TABLE_PLAYERS} at most")
        if "cents" not in fields or len(self.faults) > before:
            return None
        if not isinstance(fields["cents"], Mapping):
            self.fault("game.cents", "must be an object")
            return None
        amounts = self.groups(fields["cents"], bits)
        everybody = (1 << len(bits)) - 1
        if everybody not in amounts:
            self.fault("game.cents", "the group of all the players is missing: it is what there is to share")
        return Table(tuple(bits), amounts)

    def groups(self, data: Mapping[object, object], bits: Mapping[str, int]) -> dict[int, int]:
        amounts: dict[int, int] = {}
        for key, cents in data.items():
            path = f"game.cents.{key}"
            names = key.split() if isinstance(key, str) else []
            try:
                group = sum(map(bits.__getitem__, names))
            except KeyError as unknown:
                self.fault(path, f"{unknown.args[0]!r} is not a player")
                continue
            if group.bit_count() != len(names):
                self.fault(path, "a player is named twice in the group")
            elif not group:
                self.fault(path, "a group without players has no amount")
            elif group in amounts:
                self.fault(path, "this group is given twice, in another order")
            if type(cents) is int and -MAX_CENTS <= cents <= MAX_CENTS:
                amounts[group] = cents
            else:
                amounts[group] = self.cents(cents, path, least=-MAX_CENTS)
        return amounts

    # --- the values

    def fields(
        self, data: object, path: str, *, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> dict[str, object]:
        """The known fields of an object; what is missing or unknown is a fault."""
        if not isinstance(data, Mapping):
            self.fault(path, "must be an object")
            return {}
        inside = "" if path == "problem" else f"{path}."
        known = {*required, *optional}
        for key in data:
            if key not in known:
                self.fault(f"{inside}{key}", f"unknown key; known: {', '.join(sorted(known))}")
        for key in required:
            if key not in data:
                self.fault(f"{inside}{key}", "is missing")
        return {key: value for key, value in data.items() if key in known}

    def array(self, data: object, path: str) -> list[object]:
        if data is None:
            return []
        if not isinstance(data, list | tuple) or not data:
            self.fault(path, "must be a list of at least one item")
            return []
        return list(data)

    def choice(self, value: object, path: str, choices: tuple[str, ...]) -> str | None:
        if isinstance(value, str) and value in choices:
            return value
        self.fault(path, f"must be one of {', '.join(choices)}")
        return None

    def name(self, value: object, path: str) -> str:
        if isinstance(value, str) and value.strip() == value and 0 < len(value) <= MAX_ID and value.isprintable():
            return value
        self.fault(path, f"must be a text of 1 to {MAX_ID} characters, without spaces around it")
        return ""

    def cents(self, value: object, path: str, *, least: int = 0) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_CENTS:
            self.fault(path, f"must be a whole number of cents from {least} to {MAX_CENTS}")
            return 0
        return value

    def players_in(self, data: object, path: str) -> list[tuple[str, object]]:
        """The items of an object keyed by player, which must not be empty."""
        if not isinstance(data, Mapping) or not data:
            self.fault(path, "must be an object with at least one player")
            return []
        for player in data:
            if (
                not (isinstance(player, str) and player.isprintable() and player.strip() == player != "")
                or len(player) > MAX_ID
            ):
                self.name(player, f"{path}.{player}")
        return list(data.items())

    def cents_by_player(self, data: object, path: str) -> dict[str, int]:
        items = self.players_in(data, path)
        if all(type(cents) is int and 0 <= cents <= MAX_CENTS for _, cents in items):
            return cast(dict[str, int], dict(items))
        return {player: self.cents(cents, f"{path}.{player}") for player, cents in items}
