"""From one firm to another in the same day: how long it takes, and whether it holds at midday. docs/algorithms/travel.md.

The journey is working time: it is reckoned by a stated rule from the great-circle distance, since no road is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from grappe.engines.values import ceil_div
from grappe.pools.posing import distance_km

Place = tuple[float, float]

ROAD_PER_MILLE = 1_300  # a road is 1.3 times as long as the crow flies
KM_AN_HOUR = 50
DOOR_TO_DOOR_MINUTES = 10
SAME_SITE_KM = 0.2
MIDDAY_MINUTES = 90  # from 12.30 to 14.00
BREAK_MINUTES = 20  # left free within it (art. L3121-16 C. trav.)
LONGEST_MINUTES = MIDDAY_MINUTES - BREAK_MINUTES


def minutes(km: float) -> int:
    """How long the journey is held to take."""
    if km <= SAME_SITE_KM:
        return 0
    metres = round(km * 1000)
    return DOOR_TO_DOOR_MINUTES + ceil_div(metres * ROAD_PER_MILLE * 60, KM_AN_HOUR * 1000 * 1000)


def minutes_between(one: Place | None, two: Place | None) -> int:
    """0 when one of the two is not on the map."""
    return minutes(distance_km(one, two)) if one is not None and two is not None else 0


def journeys(places: Mapping[int, Place | None]) -> dict[frozenset[int], int]:
    """Minutes between every two firms."""
    return {
        frozenset(pair): minutes_between(places[pair[0]], places[pair[1]]) for pair in combinations(sorted(places), 2)
    }


def holds(journey: int) -> bool:
    """Whether it fits at midday, the break left whole."""
    return journey <= LONGEST_MINUTES


def groups(firms: Iterable[int], between: Mapping[frozenset[int], int]) -> dict[int, int]:
    """firm -> its group: within one every two firms are within reach at midday.

    Greedy, in the order of ids; a day spent within one group never asks for a journey that does not hold.
    """
    found: dict[int, int] = {}
    members: list[list[int]] = []
    for firm in sorted(firms):
        for number, group in enumerate(members):
            if all(holds(between.get(frozenset((firm, other)), 0)) for other in group):
                group.append(firm)
                found[firm] = number
                break
        else:
            members.append([firm])
            found[firm] = len(members) - 1
    return found
