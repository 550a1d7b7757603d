"""The rules, each on the games that it serves: fine shares, whether they are known to be in the core, and the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grappe.engines.sharing import claims as claims_
from grappe.engines.sharing import components as components_
from grappe.engines.sharing import paths as paths_
from grappe.engines.sharing import sampling, why
from grappe.engines.sharing import table as table_
from grappe.engines.sharing.amounts import FINE, euros_en, euros_fr, fine
from grappe.engines.sharing.clock import OutOfTime, in_time
from grappe.engines.sharing.nucleolus import Nucleolus, nucleolus
from grappe.engines.sharing.paths import Paths, as_paths
from grappe.engines.sharing.problem import FULL_TABLE, Airport, Claims, Component, Components, Problem, Table, Tree
from grappe.engines.sharing.why import Line, Why
from grappe.engines.stop import Stop

NOT_MONOTONE = Line(
    "le nucléole n’est pas monotone : si le total change, une part peut baisser quand le total monte, ou l’inverse",
    "the nucleolus is not monotone: when the total changes, a share may fall while the total rises, or the reverse",
)


@dataclass(frozen=True)
class Params:
    """`workers` is taken for the common form's sake: nothing here is long enough to be worth a second process.

    A sampled answer stops when every share is known within `precision` of the total, at `confidence` for all together.
    """

    workers: int = 1
    precision: float = 0.001
    confidence: float = 0.95


@dataclass(frozen=True)
class Division:
    """Shares in fine units. `in_core` is True where a theorem says so, None where it must be looked at.

    `half_width` (cents, by player) makes it a sampled answer; `finished` False, one that the stop cut short.
    """

    shares: Mapping[str, int]
    why: Why
    in_core: bool | None = None
    warnings: tuple[Line, ...] = ()
    finished: bool = True
    half_width: Mapping[str, float] | None = None
    core_empty: bool | None = None


class NoDivision(Exception):
    """The rule gives nothing here; `reasons` say why."""

    def __init__(self, *reasons: Line) -> None:
        self.reasons = reasons
        super().__init__(*(reason.en for reason in reasons))


def divide(problem: Problem, params: Params, stop: Stop, seed: int) -> Division:
    """Apply the problem's rule. Raises NoDivision, OutOfTime."""
    game = problem.game
    if problem.rule == "shapley":
        return _shapley(problem, params, stop, seed)
    if problem.rule == "nucleolus":
        return _nucleolus(problem, stop)
    if problem.rule == "proportional":
        return _proportional(problem, stop)
    if problem.rule == "equal":
        return _equal(problem, stop)
    if problem.rule == "separable":
        return _separable(problem, stop)
    assert isinstance(game, Claims)
    return _talmud(game, stop)


# --- Shapley


def _shapley(problem: Problem, params: Params, stop: Stop, seed: int) -> Division:
    game = problem.game
    if isinstance(game, Components):
        return Division(components_.by_weight(game, stop), why.of_weights(game), in_core=True)
    if isinstance(game, Airport | Tree):
        paths = as_paths(game)
        return Division(paths_.shapley(paths, stop), why.of_paths(paths), in_core=True)
    if len(game.players) > FULL_TABLE:
        return _sampled(problem, game, params, stop, seed)
    if isinstance(game, Claims):
        worth: Sequence[int] = claims_.sure(game)
    else:
        worth = table_.filled(game, problem.sense, stop)
    values = table_.shapley(worth, game.players, stop)
    everybody = len(worth) - 1
    place = {player: 1 << index for index, player in enumerate(game.players)}

    def lines(player: str) -> list[Line]:
        bit = place[player]
        last = worth[everybody] - worth[everybody ^ bit]
        return [why.of_order(len(game.players)), why.of_ends(worth[bit], last)]

    in_core = True if isinstance(game, Claims) else None
    return Division({player: fine(value) for player, value in values.items()}, lines, in_core, _left_out(problem))


def _sampled(problem: Problem, game: Claims | Table, params: Params, stop: Stop, seed: int) -> Division:
    if isinstance(game, Claims):
        source = sampling.of_claims(game)
    else:
        source = sampling.of_table(game, problem.sense, stop)
    width = max(1.0, params.precision * abs(problem.total))
    sample = sampling.shapley(source, confidence=params.confidence, width=width, seed=seed, stop=stop)
    if sample is None:
        raise OutOfTime
    shares = {player: fine(Fraction(mean)) for player, mean in zip(game.players, sample.mean, strict=True)}
    half = dict(zip(game.players, sample.half_width, strict=True))

    def lines(player: str) -> list[Line]:
        low, high = shares[player] - fine(Fraction(half[player])), shares[player] + fine(Fraction(half[player]))
        interval = Line(
            f"la part exacte est entre {euros_fr(low)} et {euros_fr(high)}",
            f"the exact share is between {euros_en(low)} and {euros_en(high)}",
        )
        return [why.of_order(sample.orders, drawn=True), interval]

    warning = Line(
        f"au-delà de {FULL_TABLE} joueurs, la valeur de Shapley est estimée par tirage, avec un intervalle",
        f"above {FULL_TABLE} players the Shapley value is estimated by drawing, with an interval",
    )
    warnings = (warning, *_left_out(problem))
    in_core = True if isinstance(game, Claims) else None
    return Division(shares, lines, in_core, warnings, finished=sample.precise, half_width=half)


def _left_out(problem: Problem) -> tuple[Line, ...]:
    """Say how many groups a table leaves out."""
    game = problem.game
    if not isinstance(game, Table) or game.is_full:
        return ()
    count = game.everybody - len(game.amounts)
    cheapest = problem.sense == "cost"
    return (
        Line(
            f"{count} groupes ne sont pas dans le tableau : chacun vaut son {'moins cher' if cheapest else 'meilleur'}"
            " découpage en groupes qui y sont",
            f"{count} groups are not in the table: each is worth its {'cheapest' if cheapest else 'best'} split into"
            " groups that are",
        ),
    )


# --- Nucleolus


def _nucleolus(problem: Problem, stop: Stop) -> Division:
    game = problem.game
    if isinstance(game, Claims):
        return _talmud(game, stop)  # which is the nucleolus, and on claims it is monotone
    if isinstance(game, Airport | Tree):
        paths = as_paths(game)
        shares, lines = _of_paths(paths, stop)
        return Division(shares, lines.__getitem__, in_core=True, warnings=(NOT_MONOTONE,))
    if isinstance(game, Components):
        return replace(_of_components(game, stop), in_core=True, warnings=(NOT_MONOTONE,))
    sign = -1 if problem.sense == "cost" else 1
    worth = [sign * cents for cents in table_.filled(game, problem.sense, stop)]
    found = nucleolus(worth, len(game.players), stop)
    if found is None:
        raise OutOfTime
    warnings = [NOT_MONOTONE, *_left_out(problem)]
    if not found.bounded:
        warnings.append(
            Line(
                "aucun partage ne laisse à chacun au moins autant que seul : c’est le prénucléole",
                "no division leaves everybody at least as well off as alone: this is the prenucleolus",
            )
        )
    empty = found.stages[0].surplus < 0 if found.stages and found.bounded else (None if found.bounded else True)
    return Division(
        {player: sign * fine(share) for player, share in zip(game.players, found.shares, strict=True)},
        _of_stages(found, game.players),
        warnings=tuple(warnings),
        finished=found.finished,
        core_empty=empty,
    )


def _of_paths(paths: Paths, stop: Stop) -> tuple[dict[str, int], dict[str, list[Line]]]:
    shares, blocks = paths_.nucleolus(paths, stop)
    told = {id(block): why.of_block(block) for block in blocks.values()}
    return shares, {player: told[id(block)] for player, block in blocks.items()}


def _of_stages(found: Nucleolus, players: Sequence[str]) -> Why:
    place = {player: 1 << index for index, player in enumerate(players)}

    def lines(player: str) -> list[Line]:
        for stage in found.stages:
            mine = [group for group in stage.groups if group & place[player]]
            if mine:
                smallest = min(mine, key=lambda group: (group.bit_count(), group))
                group = table_.members(players, smallest)
                return [why.nucleolus_line(), why.of_tight_group(group, stage.surplus)]
        return [why.nucleolus_line()]

    return lines


def _of_components(game: Components, stop: Stop) -> Division:
    """Groups that share no component one by one: as a tree where they are nested, else group by group."""
    shares: dict[str, int] = dict.fromkeys(game.idle, 0)
    told: dict[str, list[Line]] = {
        player: [Line("n’utilise aucun des coûts partagés", "uses none of the shared costs")] for player in game.idle
    }
    finished = True
    for group in components_.apart(game.components):
        paths = components_.nested(group)
        if paths is not None:
            some, lines = _of_paths(paths, stop)
            told |= lines
        else:
            some, lines_of, whole = _of_crossing(group, stop)
            finished = finished and whole
            told |= {player: lines_of(player) for player in some}
        shares |= some
    return Division(shares, told.__getitem__, finished=finished)


def _of_crossing(group: list[Component], stop: Stop) -> tuple[dict[str, int], Why, bool]:
    players = list(dict.fromkeys(player for component in group for player in component.users))
    worth = [-cents for cents in components_.listed(group, players)]
    found = nucleolus(worth, len(players), stop)
    if found is None:
        raise OutOfTime
    shares = {player: -fine(share) for player, share in zip(players, found.shares, strict=True)}
    return shares, _of_stages(found, players), found.finished


# --- The plain rules


def _proportional(problem: Problem, stop: Stop) -> Division:
    game = problem.game
    if problem.alone is not None and not isinstance(game, Claims):
        weights, scale = dict(problem.alone), FINE
    elif isinstance(game, Components):
        weights, scale = dict.fromkeys(game.players, 0), 0
        for component in game.components:
            for player, weight in in_time(component.users.items(), stop):
                weights[player] += weight
    elif isinstance(game, Airport):
        weights, scale = dict(game.needs), FINE
    elif isinstance(game, Claims):
        weights, scale = dict(game.claims), FINE
    elif isinstance(game, Tree):
        weights, scale = paths_.separable(as_paths(game), stop)[1], FINE
    else:
        weights, scale = {player: game.amounts[1 << index] for index, player in enumerate(game.players)}, FINE
    whole = sum(weights.values())
    if any(weight < 0 for weight in weights.values()):
        raise NoDivision(Line("un montant seul est négatif", "an amount alone is negative"))
    if not whole and problem.total:
        raise NoDivision(Line("tous les poids sont nuls", "every weight is 0: there is nothing to share by"))
    total = problem.total * FINE
    shares = {player: total * weight // whole if whole else 0 for player, weight in in_time(weights.items(), stop)}

    def in_words(weight: int) -> Line:
        if scale:
            return Line(euros_fr(weight * FINE), euros_en(weight * FINE))
        return why.weight(weight)

    def lines(player: str) -> list[Line]:
        return [why.in_proportion(problem.total, in_words(weights[player]), in_words(whole), shares[player])]

    return Division(shares, lines, in_core=True if isinstance(game, Claims) else None)


def _equal(problem: Problem, stop: Stop) -> Division:
    game = problem.game
    if isinstance(game, Claims):
        wanted = {player: Fraction(claim) for player, claim in in_time(game.claims.items(), stop)}
        awards, level = claims_.equal_awards(game.estate, wanted, stop)
        return Division(
            {player: fine(award) for player, award in in_time(awards.items(), stop)},
            lambda player: [why.of_awards(level, game.claims[player], halves=False, losses=False)],
            in_core=True,
        )
    name, total = Line("le total", "the total"), problem.total * FINE
    line = why.equal_part(name, total, problem.players)
    return Division(dict.fromkeys(problem.players, total // len(problem.players)), lambda _: [line])


def _separable(problem: Problem, stop: Stop) -> Division:
    """Each pays what it adds as the last to come; the rest in proportion to what each avoids by not being alone.

    The alternate cost avoided method (Straffin and Heaney 1981), used for dams since the Tennessee Valley Authority.
    """
    game = problem.game
    if isinstance(game, Components):
        last, alone = components_.separable(game, stop)
    elif isinstance(game, Airport | Tree):
        last, alone = paths_.separable(as_paths(game), stop)
    else:
        assert isinstance(game, Table)
        last, alone = _ends(game, problem, stop)
    common = problem.total - sum(last.values())
    avoided = {player: alone[player] - last[player] for player in in_time(problem.players, stop)}
    if problem.sense == "gain":
        avoided = {player: -cents for player, cents in avoided.items()}
    whole = sum(avoided.values())
    dearer = [player for player, cents in avoided.items() if cents < 0]
    if dearer:
        who = why.among(dearer)
        raise NoDivision(
            Line(
                f"{who.fr} : venir en dernier vaut moins que rester seul, cette règle n’a pas de sens ici",
                f"{who.en}: coming last is worse than staying alone, this rule has no meaning here",
            )
        )
    if common and not whole:
        raise NoDivision(
            Line("personne n’évite rien, et il reste à partager", "nobody avoids anything, and some is left to share")
        )
    part = {player: common * FINE * cents // whole if whole else 0 for player, cents in in_time(avoided.items(), stop)}
    shares = {player: last[player] * FINE + part[player] for player in in_time(problem.players, stop)}

    def lines(player: str) -> list[Line]:
        return why.of_separable(last[player], common, avoided[player], whole, part[player])

    return Division(shares, lines, warnings=_left_out(problem))


def _ends(game: Table, problem: Problem, stop: Stop) -> tuple[dict[str, int], dict[str, int]]:
    """What each player of a table adds as the last, and what it is worth alone."""
    splits = table_.Splits(game, problem.sense, stop)
    last, alone = {}, {}
    for index, player in enumerate(game.players):
        last[player] = game.total - splits.worth(game.everybody & ~(1 << index))
        alone[player] = game.amounts[1 << index]
    return last, alone


def _talmud(game: Claims, stop: Stop) -> Division:
    awards, level, losses = claims_.talmud(game, stop)
    return Division(
        {player: fine(award) for player, award in in_time(awards.items(), stop)},
        lambda player: [why.of_awards(level, game.claims[player], halves=True, losses=losses)],
        in_core=True,
    )
