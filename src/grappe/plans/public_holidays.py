"""Public holidays of a cluster's place: France, or Moselle and Alsace with their two more days (art. L3133-1 and L3134-13 C. trav.)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
from django.utils.translation import get_language


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
