"""How a figure is written for a reader: money, half-days, shares, dates. Pure; the language is an argument.

Quantities come in as the engines keep them: whole cents, whole half-days, whole minutes, dates. An unknown quantity
(None) is written as an empty string, so that the page says in words what is not known.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django.utils import timezone

THIN = "\u202f"  # narrow no-break space: groups digits
SPACE = "\u00a0"  # no-break space: before a unit
MINUS = "\u2212"

Number = int | float | Decimal | Fraction


def figure(value: Number, lang: str, places: int) -> str:
    """`value` rounded half up to `places` decimals, grouped as `lang` writes it."""
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    )
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")
    text = format_decimal(abs(rounded), format="#,##0" + ("." + "0" * places if places else ""), locale=lang)
    text = text.replace("\u00a0", THIN)
    return (MINUS if rounded < 0 else "") + text


def euros(cents: int | None, lang: str = "fr", *, places: int = 2, sign: bool = False) -> str:
    """123450 -> "1 234,50 €" in French, "€1,234.50" in English. `sign` writes the plus of a gain."""
    if cents is None:
        return ""
    text = figure(Decimal(cents) / 100, lang, places)
    plus = "+" if sign and cents > 0 else ""
    if lang == "en":
        minus, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
        return f"{plus}{minus}€{digits}"
    return f"{plus}{text}{SPACE}€"


def siren(number: str | None) -> str:
    """732829320 -> "732 829 320"; a dash for none."""
    return f"{number[:3]}{THIN}{number[3:6]}{THIN}{number[6:]}" if number else "—"


def days(half_days: int | None, lang: str = "fr", *, long: bool = False) -> str:
    """7 -> "3,5 j"; long: "3,5 jours" (French counts in the singular below 2)."""
    if half_days is None:
        return ""
    text = figure(Fraction(half_days, 2), lang, half_days % 2)
    if not long:
        return f"{text}{SPACE}{'d' if lang == 'en' else 'j'}"
    if lang == "en":
        return f"{text}{SPACE}{'day' if half_days == 2 else 'days'}"
    return f"{text}{SPACE}{'jour' if abs(half_days) < 4 else 'jours'}"


def hours(minutes: int | None, lang: str = "fr") -> str:
    """450 -> "7 h 30"."""
    if minutes is None:
        return ""
    whole, rest = divmod(abs(minutes), 60)
    minus = MINUS if minutes < 0 else ""
    return f"{minus}{figure(whole, lang, 0)}{SPACE}h" + (f"{SPACE}{rest:02d}" if rest else "")


def percent(ratio: Number | None, lang: str = "fr", *, places: int = 0) -> str:
    """0.61 -> "61 %"."""
    if ratio is None:
        return ""
    scaled = ratio * 100 if isinstance(ratio, Fraction) else Decimal(str(ratio)) * 100
    return figure(scaled, lang, places) + ("%" if lang == "en" else f"{SPACE}%")


def kilometres(metres: int | None, lang: str = "fr") -> str:
    """29000 -> "29 km"; below ten kilometres, one decimal."""
    if metres is None:
        return ""
    places = 1 if metres < 10_000 and metres % 1000 >= 50 else 0
    return f"{figure(Fraction(metres, 1000), lang, places)}{SPACE}km"


def _first(text: str, on: date, lang: str) -> str:
    """French writes the first of a month "1er"."""
    return text.replace("1 ", "1er ", 1) if lang == "fr" and on.day == 1 else text


def _local(on: date) -> date:
    if isinstance(on, datetime):
        return timezone.localtime(on).date() if timezone.is_aware(on) else on.date()
    return on


_PATTERNS = {
    # name: (French, English)
    "full": ("EEEE d MMMM y", "EEEE d MMMM y"),
    "short": ("d MMM y", "d MMM y"),
    "plain": ("d MMMM y", "d MMMM y"),
    "day": ("EEEE d MMMM", "EEEE d MMMM"),
    "brief": ("d MMM", "d MMM"),
    "weekday": ("EEEE", "EEEE"),
    "initial": ("EEEEE", "EEEEE"),
    "month": ("MMMM y", "MMMM y"),
    "month_name": ("MMMM", "MMMM"),
}


def day(on: date | None, lang: str = "fr", *, form: str = "full") -> str:
    """A date in one of the forms of `_PATTERNS`; "full": "lundi 4 janvier 2027", "short": "4 janv. 2027"."""
    if on is None:
        return ""
    local = _local(on)
    text = format_date(local, _PATTERNS[form][lang == "en"], locale="en_GB" if lang == "en" else "fr_FR")
    return _first(text, local, lang) if "d" in _PATTERNS[form][0] else text


def moment(at: datetime | None, lang: str = "fr") -> str:
    """ "4 janv. 2027 à 14 h 05", at the place where people work."""
    if at is None:
        return ""
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    if lang == "en":
        return f"{day(local.date(), lang, form='short')} at {format_time(local, 'HH:mm', locale='en_GB')}"
    return f"{day(local.date(), lang, form='short')} à {local:%H}{SPACE}h{SPACE}{local:%M}".replace(" à 0", " à ")


def period(start: date, end: date | None, lang: str = "fr") -> str:
    """A half-open period in words: whole months by their names, else by its first and last days."""
    if end is None:
        return ("since " if lang == "en" else "depuis le ") + day(start, lang, form="plain")
    last = end - timedelta(days=1)
    if start.day == 1 and end.day == 1:
        first_month, last_month = (day(on, lang, form="month") for on in (start, last))
        if first_month == last_month:
            return first_month
        if start.year == last.year:
            first_month = day(start, lang, form="month_name")
        return f"{first_month} {'to' if lang == 'en' else 'à'} {last_month}"
    if last == start:
        return ("" if lang == "en" else "le ") + day(start, lang, form="plain")
    first_text = day(start, lang, form="plain")
    if start.year == last.year:
        first_text = first_text.rsplit(" ", 1)[0]
    last_text = day(last, lang, form="plain")
    return f"{first_text} to {last_text}" if lang == "en" else f"du {first_text} au {last_text}"
