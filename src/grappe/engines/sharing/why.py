"""The lines that tell a player where its share comes from, in French and in English."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grappe.engines.sharing.amounts import FINE, euros_en, euros_fr
from grappe.engines.sharing.paths import ROOT, Block, Paths
from grappe.engines.sharing.problem import WEIGHT_UNIT, Components

NAMED = 4
"""Groups up to this size are named, larger ones are counted."""
SHOWN = 12
"""The most lines of one kind."""


@dataclass(frozen=True, slots=True)
class Line:
    fr: str
    en: str


Why = Callable[[str], list[Line]]


def among(players: Collection[str]) -> Line:
    """`a, b et c`, or `12 structures`."""
    if len(players) > NAMED:
        return Line(f"{len(players)} structures", f"{len(players)} firms")
    *first, last = sorted(players)
    if not first:
        return Line(last, last)
    return Line(f"{', '.join(first)} et {last}", f"{', '.join(first)} and {last}")


def equal_part(name: Line, whole: int, players: Collection[str] | int) -> Line:
    """An amount (fine units) in equal parts among `players`, named or counted."""
    count = players if isinstance(players, int) else len(players)
    if count == 1:
        return Line(
            f"{name.fr} : {euros_fr(whole)}, sans autre structure", f"{name.en}: {euros_en(whole)}, no other firm"
        )
    who = Line(f"{count} structures", f"{count} firms") if isinstance(players, int) else among(players)
    part = whole // count
    return Line(
        f"{name.fr} : {euros_fr(whole)} à parts égales entre {who.fr}, soit {euros_fr(part)}",
        f"{name.en}: {euros_en(whole)} in equal parts among {who.en}, that is {euros_en(part)}",
    )


def of_weights(game: Components) -> Why:
    """Component by component."""
    uses: dict[str, list[int]] = {}
    for index, component in enumerate(game.components):
        for player in component.users:
            uses.setdefault(player, []).append(index)

    def why(player: str) -> list[Line]:
        lines, amounts = [], []
        for component in (game.components[index] for index in uses.get(player, ())):
            name, whole, weights = Line(component.id, component.id), component.cents * FINE, component.users
            all_weights = sum(weights.values())
            amounts.append(whole * weights[player] // all_weights)
            if len(set(weights.values())) == 1:
                lines.append(equal_part(name, whole, weights))
                continue
            who, own, out_of = among(weights), weight(weights[player]), weight(all_weights)
            lines.append(
                Line(
                    f"{name.fr} : {euros_fr(whole)} entre {who.fr}, au poids de {own.fr} sur {out_of.fr},"
                    f" soit {euros_fr(amounts[-1])}",
                    f"{name.en}: {euros_en(whole)} among {who.en}, weighing {own.en} of {out_of.en},"
                    f" that is {euros_en(amounts[-1])}",
                )
            )
        if not lines:
            return [Line("n’utilise aucun des coûts partagés", "uses none of the shared costs")]
        return _shortened(lines, amounts)

    return why


def weight(millionths: int) -> Line:
    text = f"{millionths / WEIGHT_UNIT:.6f}".rstrip("0").rstrip(".")
    return Line(text.replace(".", ","), text)


def _shortened(lines: list[Line], amounts: list[int]) -> list[Line]:
    """At most SHOWN lines, the last one for all the others together."""
    if len(lines) <= SHOWN:
        return lines
    return [*lines[: SHOWN - 1], _others(len(lines) - SHOWN + 1, sum(amounts[SHOWN - 1 :]))]


def _others(count: int, amount: int) -> Line:
    fr, en = f"{count} autres postes, ensemble", f"{count} other items, together"
    return Line(f"{fr} : {euros_fr(amount)}", f"{en}: {euros_en(amount)}")


def of_paths(paths: Paths) -> Why:
    """Edge by edge from the root; edges without a name are told by the need that they serve."""
    few: dict[int, list[str]] = {}
    for player, node in paths.at.items():
        while node != ROOT and paths.below[node] <= NAMED:
            few.setdefault(node, []).append(player)
            node = paths.parent[node]
    share, depth = [0], [0]  # down to each node, one place on: what is paid, how many edges
    heads: list[tuple[int, ...]] = [()]  # and the SHOWN first of these
    for node, parent in enumerate(paths.parent):
        share.append(share[parent + 1] + paths.cents[node] * FINE // paths.below[node])
        depth.append(depth[parent + 1] + 1)
        heads.append((*heads[parent + 1], node) if depth[-1] <= SHOWN else heads[parent + 1])

    def edge(node: int, reached: int) -> Line:
        whole = paths.cents[node] * FINE
        if paths.names:
            name = Line(paths.names[node], paths.names[node])
        else:
            upto = reached + whole
            name = Line(
                f"de {euros_fr(reached)} à {euros_fr(upto)} de besoin",
                f"from {euros_en(reached)} to {euros_en(upto)} of need",
            )
        return equal_part(name, whole, few.get(node, paths.below[node]))

    def why(player: str) -> list[Line]:
        end = paths.at[player] + 1
        shown = heads[end] if depth[end] <= SHOWN else heads[end][: SHOWN - 1]
        lines, reached = [], 0
        for node in shown:
            lines.append(edge(node, reached))
            reached += paths.cents[node] * FINE
        if depth[end] > len(shown):
            lines.append(_others(depth[end] - len(shown), share[end] - share[shown[-1] + 1]))
        return lines or [Line("n’a besoin de rien", "needs nothing")]

    return why


def nucleolus_line() -> Line:
    return Line(
        "nucléole : la part est celle qui laisse le moins à se plaindre au groupe le moins bien traité",
        "nucleolus: the share that leaves the worst-treated group the least to complain of",
    )


def of_block(block: Block) -> list[Line]:
    """The part of a tree whose players all pay the same, from the nucleolus."""
    cost, level, players, branches = block.cost, block.level, block.players, block.branches
    if not cost:
        return [nucleolus_line()]
    if players + branches == 1:
        own = Line(f"{euros_fr(cost)} pour cette structure seule", f"{euros_en(cost)} for this firm alone")
        return [nucleolus_line(), own]
    fr = f"{euros_fr(cost)} en {players + branches} parts de {euros_fr(level)}"
    en = f"{euros_en(cost)} in {players + branches} parts of {euros_en(level)}"
    if branches:
        fr += f", dont {branches} pour ce qui va plus loin"
        en += f", {branches} of them for what goes further"
    return [nucleolus_line(), Line(fr, en)]


def of_tight_group(players: Collection[str], surplus: Fraction) -> Line:
    """The group that settled a player's share, and what it gains (cents) over doing without the others."""
    who, amount = among(players), round(surplus * FINE)
    if amount < 0:
        return Line(
            f"fixée avec le groupe {who.fr}, qui s’en tirerait mieux seul, de {euros_fr(-amount)}",
            f"settled with the group {who.en}, which would do better by itself, by {euros_en(-amount)}",
        )
    return Line(
        f"fixée avec le groupe {who.fr}, qui gagne {euros_fr(amount)} à rester",
        f"settled with the group {who.en}, which gains {euros_en(amount)} by staying",
    )


def of_order(count: int, *, drawn: bool = False) -> Line:
    """Shapley's mean, over all orders of arrival of `count` players, or over `count` drawn orders."""
    which = Line(f"tous les ordres d’arrivée des {count}", f"all orders of arrival of the {count}")
    if drawn:
        which = Line(f"{count} ordres d’arrivée tirés au hasard", f"{count} orders of arrival drawn by lot")
    return Line(
        f"moyenne de ce que cette venue change au montant commun, dans {which.fr}",
        f"mean of what coming in changes to the common amount, over {which.en}",
    )


def of_ends(alone: int, last: int) -> Line:
    """What a player changes (cents) when it is the first to come, and when it is the last."""
    return Line(
        f"venue en premier : {euros_fr(alone * FINE)} ; venue en dernier : {euros_fr(last * FINE)}",
        f"coming first: {euros_en(alone * FINE)}; coming last: {euros_en(last * FINE)}",
    )


def in_proportion(whole: int, weight: Line, out_of: Line, part: int) -> Line:
    """An amount (cents) in proportion to a weight, already in words; `part` in fine units."""
    return Line(
        f"{euros_fr(whole * FINE)} en proportion : {weight.fr} sur {out_of.fr}, soit {euros_fr(part)}",
        f"{euros_en(whole * FINE)} in proportion: {weight.en} of {out_of.en}, that is {euros_en(part)}",
    )


def of_separable(last: int, common: int, avoided: int, all_avoided: int, part: int) -> list[Line]:
    """What the player adds as the last (cents), then its part (fine units) of what is left."""
    own = Line(
        f"ce que sa seule venue ajoute : {euros_fr(last * FINE)}",
        f"what coming in alone adds: {euros_en(last * FINE)}",
    )
    if not common:
        return [own]
    rest = Line(
        f"le reste, {euros_fr(common * FINE)}, en proportion de ce que chacun évite :"
        f" {euros_fr(avoided * FINE)} sur {euros_fr(all_avoided * FINE)}, soit {euros_fr(part)}",
        f"the rest, {euros_en(common * FINE)}, in proportion to what each avoids:"
        f" {euros_en(avoided * FINE)} of {euros_en(all_avoided * FINE)}, that is {euros_en(part)}",
    )
    return [own, rest]


def of_awards(level: Fraction, claim: int, *, halves: bool, losses: bool) -> Line:
    """Equal awards or equal losses, capped by the claim or by its half."""
    amount, cap = round(level * FINE), claim * FINE // 2 if halves else claim * FINE
    what = Line("la demande", "the claim")
    if halves:
        what = Line("la moitié de la demande", "half of the claim")
    if losses:
        return Line(
            f"tous perdent autant, {euros_fr(amount)}, sans perdre plus que {what.fr} ({euros_fr(cap)})",
            f"all lose the same, {euros_en(amount)}, but no more than {what.en} ({euros_en(cap)})",
        )
    return Line(
        f"tous reçoivent autant, {euros_fr(amount)}, sans dépasser {what.fr} ({euros_fr(cap)})",
        f"all receive the same, {euros_en(amount)}, but no more than {what.en} ({euros_en(cap)})",
    )


def last_lines(exact: int, cents: int, alone: int | None, *, cost: bool) -> list[Line]:
    """The rounding to whole cents, and the comparison with the price (or the gain) alone."""
    lines = []
    if exact != cents * FINE and abs(exact - cents * FINE) > FINE // 10**4:
        lines.append(
            Line(
                f"arrondi de {euros_fr(exact, 4)} à {euros_fr(cents * FINE)}, pour que les parts fassent le total",
                f"rounded from {euros_en(exact, 4)} to {euros_en(cents * FINE)}, so that the shares make the total",
            )
        )
    if alone is not None:
        less, difference = cents < alone, abs(cents - alone) * FINE
        fr = f"{euros_fr(difference)} de {'moins' if less else 'plus'} ainsi" if difference else "autant ainsi"
        en = f"{euros_en(difference)} {'less' if less else 'more'} this way" if difference else "the same this way"
        verb = Line("coûterait", "would cost") if cost else Line("rapporterait", "would bring")
        lines.append(
            Line(
                f"seule, cela {verb.fr} {euros_fr(alone * FINE)} : {fr}",
                f"alone it {verb.en} {euros_en(alone * FINE)}: {en}",
            )
        )
    return lines


def bilingual(lines: Iterable[Line]) -> Mapping[str, tuple[str, ...]]:
    listed = tuple(lines)
    return {"fr": tuple(line.fr for line in listed), "en": tuple(line.en for line in listed)}
