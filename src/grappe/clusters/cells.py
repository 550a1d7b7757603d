"""What a cell of a spreadsheet says: a text, a number, an amount, a date, a month, a SIREN, an address. Or why not.

Each reader takes a cell and gives a value, None for an empty cell, or raises `Unfit` with words that whoever filled the
spreadsheet can act on.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from grappe.clusters.sheets import Cell, Formula, as_text

SHOWN_CHARACTERS = 60
SAME_NAME = 0.6  # likeness of two names, from 0 to 1
MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)


_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # invisible characters that make a name read backwards


class Unfit(Exception):
    """The cell cannot be read as what its column holds; the words say why."""


def fold(text: str) -> str:
    """The text without capitals, accents or punctuation: « Comm. Web  » -> "comm web"."""
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in spelt if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", plain.replace("œ", "oe").replace("æ", "ae")).split())


def alike(one: str, other: str) -> bool:
    """Whether two names may be one firm's, once a SIREN says so: « Dérive Films SARL » and « Dérive Films »."""
    a, b = fold(one), fold(other)
    return a in b or b in a or SequenceMatcher(None, a, b).ratio() >= SAME_NAME


def shown(cell: Cell) -> str:
    """The cell as a reason quotes it."""
    value = as_text(cell)
    return value if len(value) <= SHOWN_CHARACTERS else f"{value[: SHOWN_CHARACTERS - 1]}…"


def text(cell: Cell, *, longest: int) -> str:
    """A text on one line; a formula, or what a spreadsheet would run as one, is refused."""
    if isinstance(cell, Formula) or as_text(cell).startswith(("=", "+", "-", "@")):
        raise Unfit(_("une formule, là où un texte est attendu : écrivez le texte lui-même"))
    value = _TURNING.sub("", unicodedata.normalize("NFC", as_text(cell)))
    if len(value) > longest:
        raise Unfit(_("plus de %(longest)s caractères") % {"longest": longest})
    return value


def number(cell: Cell, *, units: tuple[str, ...] = ()) -> Decimal | None:
    """« 3,5 jours », « 1 234,50 € », 3.5; the units that may follow the number are given folded."""
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, bool | date):
        raise Unfit(_("« %(cell)s » n’est pas un nombre") % {"cell": shown(cell)})
    if isinstance(value, int | float):
        written = Decimal(repr(value))
        if not written.is_finite():
            raise Unfit(_("« %(cell)s » n’est pas un nombre") % {"cell": shown(cell)})
        return written
    written_text = as_text(value)
    if not written_text:
        return None
    found = re.fullmatch(r"([-+−]?)\s*(\d[\d\s'’]*(?:[.,]\d+)*)\s*([\w\s€/.°]*)", written_text)
    if found is None or fold(found[3].replace("€", " eur ")) not in {"", *units}:
        raise Unfit(_("« %(cell)s » n’est pas un nombre") % {"cell": shown(cell)})
    return _decimal(found[1], found[2], cell)


def _decimal(sign: str, digits: str, cell: Cell) -> Decimal:
    """The last of commas and points is the decimal one, unless it can only group thousands (1.234.567)."""
    plain = re.sub(r"[\s'’]", "", digits)
    marks = [mark for mark in plain if mark in ".,"]
    if re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+", plain):
        plain = plain.replace(marks[0], "")
    elif len(marks) > 1 and len(set(marks)) == 1:
        raise Unfit(_("« %(cell)s » n’est pas un nombre") % {"cell": shown(cell)})
    elif marks:
        whole, _mark, decimals = plain.rpartition(marks[-1])
        plain = f"{whole.replace(',', '').replace('.', '')}.{decimals}"
    try:
        return Decimal(f"{'-' if sign in '-−' and sign else ''}{plain}")
    except InvalidOperation:
        raise Unfit(_("« %(cell)s » n’est pas un nombre") % {"cell": shown(cell)}) from None


def whole(cell: Cell, *, most: int) -> int | None:
    """A whole number from 0 to `most`."""
    value = number(cell)
    if value is None:
        return None
    if value != value.to_integral_value() or not 0 <= value <= most:
        raise Unfit(_("« %(cell)s » n’est pas un nombre entier de 0 à %(most)s") % {"cell": shown(cell), "most": most})
    return int(value)


def cents(cell: Cell, *, units: tuple[str, ...] = ("eur", "euro", "euros"), most: int = 10_000_000) -> int | None:
    """An amount above zero, in cents, up to `most` cents. More than two decimals is refused: 1,234 might be either."""
    value = number(cell, units=units)
    if value is None:
        return None
    if value <= 0:
        raise Unfit(_("un prix de %(cell)s : laissez la cellule vide s’il n’est pas connu") % {"cell": shown(cell)})
    scaled = value * 100
    if scaled != scaled.to_integral_value():
        raise Unfit(_("« %(cell)s » a plus de deux décimales") % {"cell": shown(cell)})
    if scaled > most:
        raise Unfit(
            _("« %(cell)s » dépasse %(most)s €")
            % {"cell": shown(cell), "most": f"{most // 100:,}".replace(",", "\u202f")}
        )
    return int(scaled)


def half_days(cell: Cell, *, most_days: int, may_be_zero: bool = False) -> int | None:
    """Days, counted by halves: « 3,5 jours » -> 7."""
    value = number(cell, units=("j", "jr", "jrs", "jour", "jours", "d", "day", "days", "j mois", "jours mois"))
    if value is None:
        return None
    if value < 0 or (value == 0 and not may_be_zero):
        raise Unfit(_("« %(cell)s » : il faut au moins une demi-journée") % {"cell": shown(cell)})
    if value > most_days:
        raise Unfit(
            _("%(cell)s jours par mois : un mois n’en a que %(most)s") % {"cell": shown(cell), "most": most_days}
        )
    halves = Fraction(value) * 2
    if halves.denominator != 1:
        raise Unfit(_("« %(cell)s » : on compte par demi-journées (0,5, 1, 1,5…)") % {"cell": shown(cell)})
    return int(halves)


def coordinate(cell: Cell, *, most: int, name: str) -> float | None:
    """Degrees between -most and most."""
    value = number(cell, units=("°",))
    if value is None:
        return None
    if abs(value) > most:
        raise Unfit(
            _("%(name)s %(cell)s : elle va de −%(most)s à %(most)s") % {"name": name, "cell": shown(cell), "most": most}
        )
    return float(value)


def day(cell: Cell) -> date | None:
    """« 15/03/2010 », « 2011-01-01 », « 1er janvier 2027 », « janv. 2012 », « 2009 ». A month: its first day."""
    found = _date(cell)
    if found is None:
        return None
    year, month, of_month = found
    return date(year, month or 1, of_month or 1)


def month(cell: Cell, *, last: bool = False) -> date | None:
    """The first day of the month in which the date falls; a year alone is its January, or its December if `last`."""
    found = _date(cell)
    if found is None:
        return None
    year, of_year, _day = found
    return date(year, of_year or (12 if last else 1), 1)


def _date(cell: Cell) -> tuple[int, int | None, int | None] | None:
    """Year, month, day; a part that is not written is None."""
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, datetime | date):
        return _checked(value.year, value.month, value.day, cell)
    if isinstance(value, float | int) and not isinstance(value, bool) and float(value).is_integer():
        value = str(int(value))
    written = as_text(value)
    if not written:
        return None
    numeric = re.fullmatch(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})", written)
    if numeric:
        return _checked(int(numeric[3]), _int(numeric[2]), _int(numeric[1]), cell)
    iso = re.fullmatch(r"(\d{4})[/.-](\d{1,2})(?:[/.-](\d{1,2})(?:[T ][\d:.]+Z?)?)?", written)
    if iso:
        return _checked(int(iso[1]), int(iso[2]), _int(iso[3]), cell)
    named = re.fullmatch(r"(?:le )?(?:(\d{1,2})(?:er|st|nd|rd|th)? )?([a-z]{3,}) (\d{4})", fold(written))
    if named and (number_of_month := _month_called(named[2])):
        return _checked(int(named[3]), number_of_month, _int(named[1]), cell)
    raise Unfit(
        _("« %(cell)s » n’est pas une date : écrivez 31/12/2027, 12/2027 ou décembre 2027") % {"cell": shown(cell)}
    )


def _int(written: str | None) -> int | None:
    return int(written) if written else None


def _month_called(word: str) -> int | None:
    """The only month that begins with the word, in French or in English: « juil » yes, « jui » no."""
    months = {number for number, names in enumerate(MONTHS, 1) if any(name.startswith(word) for name in names)}
    return months.pop() if len(months) == 1 else None


def _checked(year: int, month_: int | None, day_: int | None, cell: Cell) -> tuple[int, int | None, int | None]:
    in_year = month_ is None or 1 <= month_ <= 12
    in_month = day_ is None or (
        month_ is not None and in_year and 1 <= day_ <= calendar.monthrange(year or 1, month_)[1]
    )
    if not (1900 <= year <= 2100 and in_year and in_month):
        raise Unfit(_("« %(cell)s » n’est pas une date du calendrier, entre 1900 et 2100") % {"cell": shown(cell)})
    return year, month_, day_


def siren(cell: Cell) -> str | None:
    """Nine digits and a true control key (Luhn); from a SIRET, its SIREN. A number gets its lost zeros back."""
    value = cell.value if isinstance(cell, Formula) else cell
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", as_text(value))
    if not digits:
        return None
    if isinstance(value, int | float) and digits.isdecimal():
        digits = digits.zfill(9 if len(digits) <= 9 else 14)
    if not digits.isdecimal() or not digits.isascii() or len(digits) not in (9, 14):
        raise Unfit(_("« %(cell)s » : un SIREN a neuf chiffres") % {"cell": shown(cell)})
    try:
        return siren_number.validate(digits) if len(digits) == 9 else str(siret_number.validate(digits))[:9]
    except BadNumber:
        raise Unfit(_("SIREN %(cell)s : la clé de contrôle est fausse") % {"cell": shown(cell)}) from None


def email(cell: Cell) -> str:
    """An address; a domain with accents is one (RFC 6531). Empty when the cell is."""
    value = text(cell, longest=254)
    if not value:
        return ""
    try:
        validate_email(value)
    except ValidationError:
        raise Unfit(_("« %(cell)s » n’est pas une adresse e-mail") % {"cell": shown(cell)}) from None
    return value
