"""Amounts, days and prices in the reader's words, for refusals, reasons and mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from grappe.pools.models import Bonus

THIN = "\u202f"


def _english() -> bool:
    return (get_language() or "fr").startswith("en")


def _figure(value: Decimal, places: int) -> str:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale="en" if _english() else "fr").replace("\u00a0", THIN)


def euros(cents: int) -> str:
    """« 788,23 € »; whole euros without decimals."""
    text = _figure(Decimal(cents) / 100, 2 if cents % 100 else 0)
    return f"€{text}" if _english() else f"{text}{THIN}€"


def day(on: date) -> str:
    """« 1er juin 2027 »"""
    if _english():
        return format_date(on, "d MMMM y", locale="en_GB")
    text = format_date(on, "d MMMM y", locale="fr")
    return f"1er{text[1:]}" if on.day == 1 else text


def days(half_days: int) -> str:
    """« 3,5 jours »"""
    text = _figure(Decimal(half_days) / 2, half_days % 2)
    if _english():
        return f"{text} {'day' if half_days == 2 else 'days'}"
    return f"{text} {'jour' if half_days < 4 else 'jours'}"


def days_short(half_days: int) -> str:
    """« 3,5 j »"""
    return f"{_figure(Decimal(half_days) / 2, half_days % 2)}{THIN}{'d' if _english() else 'j'}"


def hours(minutes: int) -> str:
    """« 35 heures », « 1 607 heures », « 7 heures 30 »"""
    text = _("%(hours)s heures") % {"hours": _figure(Decimal(minutes // 60), 0)}
    return f"{text} {minutes % 60:02}" if minutes % 60 else text


def bonus(said: Bonus) -> str:
    """« 10 € bruts par demi-journée, soit 14,20 € cotisations comprises »"""
    if not said.cents:
        return _("qu’aucune prime n’est due")
    named = {"gross": euros(said.cents), "loaded": euros(said.loaded_cents), "basis": said.get_basis_display()}
    return _("%(gross)s bruts %(basis)s, soit %(loaded)s cotisations comprises") % named


def km(value: float) -> str:
    places = 1 if value < 10 and round(value, 1) != round(value) else 0
    return f"{_figure(Decimal(str(value)), places)}{THIN}km"


def percent(value: float) -> str:
    text = _figure(Decimal(str(round(100 * value, 4))), 0)
    return f"{text}%" if _english() else f"{text}{THIN}%"


def listed(names: Sequence[str]) -> str:
    """« Écluse, Hublot et Nacelle »"""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s et %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def weekdays(numbers: Sequence[int]) -> str:
    """Wished weekdays, Monday 0: « mardi et mercredi »."""
    names = [_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche")]
    return listed([names[number] for number in sorted(set(numbers)) if 0 <= number < 7])


_COUNTS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def count(number: int) -> str:
    """Small numbers in letters: « deux »; the figure in English and above ten."""
    if _english() or not 0 <= number < len(_COUNTS):
        return str(number)
    return _COUNTS[number]


def posts(number: int, skills: Sequence[str]) -> str:
    """« Deux postes de communication web »"""
    said = count(number)
    said = said[:1].upper() + said[1:]
    if len(set(skills)) == 1:
        of = ngettext("%(count)s poste de %(skill)s", "%(count)s postes de %(skill)s", number)
        return _elided(of % {"count": said, "skill": skills[0]})
    return ngettext("%(count)s poste partagé", "%(count)s postes partagés", number) % {"count": said}


def post_of(skill: str) -> str:
    """« Poste de communication web »"""
    return _elided(_("Poste de %(skill)s") % {"skill": skill})


def _elided(text: str) -> str:
    """« poste de administration » is « poste d’administration »."""
    head, de, tail = text.partition(" de ")
    if de and not _english() and tail[:1].lower() in "aàâeéèêiîoôuûy":
        return f"{head} d’{tail}"
    return text
