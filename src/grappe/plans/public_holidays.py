"""Public holidays of a cluster's place: France, or Moselle and Alsace with their two more days (art. L3133-1 and L3134-13 C. trav.)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.utils.translation import get_language

GOOD_FRIDAY_BEFORE_EASTER_MONDAY = timedelta(days=3)
_BY_POSTCODE = {"57": "57", "67": "6AE", "68": "6AE"}


def region_of(postcode: str) -> str:
    """The library's name of the place's holidays: "57" Moselle, "6AE" Alsace, "" elsewhere."""
    return _BY_POSTCODE.get(postcode.strip()[:2], "")


def site_holidays(region: str, start: date, end: date, *, good_friday: bool = True) -> dict[date, str]:
    """Those of a place of work; in Alsace and Moselle Good Friday is one in some communes only."""
    found = public_holidays(region, start, end)
    if region and not good_friday:
        friday = {_easter_monday(year) - GOOD_FRIDAY_BEFORE_EASTER_MONDAY for year in range(start.year, end.year + 1)}
        return {on: name for on, name in found.items() if on not in friday}
    return found


@lru_cache(maxsize=64)
def _easter_monday(year: int) -> date:
    return next(
        on for on, name in holidays.country_holidays("FR", years=year, language="fr").items() if "Pâques" in name
    )


def public_holidays(subdivision: str, start: date, end: date) -> dict[date, str]:
    """The public holidays from `start` (included) to `end` (excluded), named in the reader's language.

    `subdivision`: "" for France, "57" Moselle, "6AE" Alsace (never the region "GES", which the library takes for France).
    """
    language = "en_US" if (get_language() or "fr").startswith("en") else "fr"
    found: dict[date, str] = {}
    for year in range(start.year, end.year + 1):
        found |= {on: name for on, name in _of_year(subdivision, year, language) if start <= on < end}
    return found


@lru_cache(maxsize=64)
def _of_year(subdivision: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    calendar = holidays.country_holidays("FR", subdiv=subdivision or None, years=year, language=language)
    return tuple(sorted((on, name.replace("'", "’")) for on, name in calendar.items()))
