"""The lines of a share, as a member reads them."""

from __future__ import annotations

from typing import Any

from grappe.engines.sharing import parse, solve
from grappe.engines.stop import Deadline


def why(player: str, problem: dict[str, Any]) -> tuple[list[str], list[str]]:
    lines = solve(parse(problem), stop=Deadline()).why[player]
    spaces = str.maketrans({"\u00a0": " ", "\u202f": " "})
    return [line.translate(spaces) for line in lines["fr"]], list(lines["en"])


def test_components() -> None:
    components = [
        {"id": "licence", "cents": 120_000, "users": {"a": 1, "b": 1}},
        {"id": "salle", "cents": 1000, "users": {"a": 1, "b": 2.5}},
        {"id": "stand", "cents": 500, "users": {"a": 1}},
    ]
    alone = {"a": 90_000, "b": 60_714}
    french, english = why("a", {"alone": alone, "game": {"type": "components", "components": components}})
    assert french == [
        "licence : 1 200,00 € à parts égales entre a et b, soit 600,00 €",
        "salle : 10,00 € entre a et b, au poids de 1 sur 3,5, soit 2,86 €",
        "stand : 5,00 €, sans autre structure",
        "arrondi de 607,8571 € à 607,86 €, pour que les parts fassent le total",
        "seule, cela coûterait 900,00 € : 292,14 € de moins ainsi",
    ]
    assert english[1] == "salle: €10.00 among a and b, weighing 1 of 3.5, that is €2.86"
    assert english[-1] == "alone it would cost €900.00: €292.14 less this way"


def test_long_lists_are_shortened() -> None:
    components = [{"id": f"c{i}", "cents": 100, "users": {"a": 1, "b": 1}} for i in range(20)]
    _, english = why("a", {"game": {"type": "components", "components": components}})
    assert len(english) == 12 and english[-1] == "9 other items, together: €4.50"


def test_tree_and_airport() -> None:
    edges = [{"from": "Paris", "to": "Lyon", "cents": 9000}, {"from": "Lyon", "to": "Nice", "cents": 5000}]
    at = {"a": "Lyon", "b": "Nice", "c": "Nice"}
    french, _ = why("b", {"game": {"type": "tree", "edges": edges, "at": at}})
    assert french[0] == "Paris → Lyon : 90,00 € à parts égales entre a, b et c, soit 30,00 €"
    _, english = why(
        "d", {"rule": "nucleolus", "game": {"type": "airport", "needs": {"a": 12, "b": 18, "c": 24, "d": 36}}}
    )
    assert english[1] == "€0.18 for this firm alone"
    _, english = why(
        "a", {"rule": "nucleolus", "game": {"type": "airport", "needs": {"a": 12, "b": 18, "c": 24, "d": 36}}}
    )
    assert english[1] == "€0.24 in 4 parts of €0.06, 1 of them for what goes further"


def test_table() -> None:
    cents = {"a": 6000, "b": 5000, "a b": 8000}
    game = {"type": "table", "players": ["a", "b"], "cents": cents}
    french, _ = why("a", {"game": game})
    assert french == [
        "moyenne de ce que cette venue change au montant commun, dans tous les ordres d’arrivée des 2",
        "venue en premier : 60,00 € ; venue en dernier : 30,00 €",
    ]
    _, english = why("a", {"rule": "nucleolus", "game": game})
    assert english[1] == "settled with the group a, which gains €15.00 by staying"
    _, english = why("a", {"rule": "separable", "game": game})
    assert english == [
        "what coming in alone adds: €30.00",
        "the rest, €30.00, in proportion to what each avoids: €30.00 of €60.00, that is €15.00",
    ]


def test_claims() -> None:
    claims = {"type": "claims", "estate": 50_000, "claims": {"a": 10_000, "b": 20_000, "c": 30_000}}
    french, english = why("a", {"rule": "talmud", "game": claims})
    assert french == ["tous perdent autant, 33,33 €, sans perdre plus que la moitié de la demande (50,00 €)", french[1]]
    assert english[0] == "all lose the same, €33.33, but no more than half of the claim (€50.00)"
