"""Days and half-days in the reader's words: « mardi 3 novembre au matin », « ce matin-là »."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from grappe.people.models import Person
from grappe.plans.enums import DayPart


def _first(text: str, on: date) -> str:
    """French writes the first of a month « 1er »."""
    if on.day != 1 or (get_language() or "fr").startswith("en"):
        return text
    return " ".join("1er" if word == "1" else word for word in text.split(" "))


def weekday_and_day(on: date) -> str:
    """« mardi 3 novembre »"""
    return _first(date_format(on, "l j F"), on)


def day_and_month(on: date) -> str:
    """« 11 novembre »"""
    return _first(date_format(on, "j F"), on)


def day_month_year(on: date) -> str:
    """« 1er juin 2027 »"""
    return _first(date_format(on, "j F Y"), on)


def month_name(on: date) -> str:
    """« novembre 2026 »"""
    return date_format(on, "F Y")


def half_day(on: date, part: str) -> str:
    """« mardi 3 novembre au matin »"""
    text = _("%(day)s au matin") if part == DayPart.AM else _("%(day)s après-midi")
    return text % {"day": weekday_and_day(on)}


def that_half_day(part: str) -> str:
    return _("ce matin-là") if part == DayPart.AM else _("cet après-midi-là")


def span(first: date, last: date) -> str:
    """« le 3 novembre », « du 3 au 7 novembre », « du 28 novembre au 3 décembre »; both days included."""
    if first == last:
        return _("le %(day)s") % {"day": day_and_month(first)}
    same_month = (first.year, first.month) == (last.year, last.month)
    start = _first(str(first.day), first) if same_month else day_and_month(first)
    return _("du %(first)s au %(last)s") % {"first": start, "last": day_and_month(last)}


def weekdays(numbers: list[int]) -> str:
    """Wished weekdays, Monday 0: « le lundi et le jeudi »."""
    names = [
        _("le lundi"), _("le mardi"), _("le mercredi"), _("le jeudi"), _("le vendredi"), _("le samedi"), _("le dimanche")
    ]  # fmt: skip
    chosen = [names[number] for number in sorted(set(numbers)) if 0 <= number < 7]
    if len(chosen) < 2:
        return "".join(chosen)
    return _("%(first)s et %(last)s") % {"first": ", ".join(chosen[:-1]), "last": chosen[-1]}


def in_absence() -> str:
    return _("en absence ce jour-là")


def at_work(where: str) -> str:
    """Where someone already is; nothing of what another cluster knows."""
    return _("déjà chez %(where)s") % {"where": where} if where else _("déjà au travail pour une autre grappe")


def too_far(where: str) -> str:
    """Someone is too far away on the other half of that day."""
    if where:
        return _("trop loin de %(where)s, où elle est le même jour") % {"where": where}
    return _("trop loin de là où elle est le même jour")


def shifted(firm: str, count: int, month: date, to: date | None) -> str:
    """« Scène : 4 demi-journées d’août 2027 passent en juillet 2027 »"""
    named = {"firm": firm, "count": count, "month": month_name(month), "to": month_name(to) if to else ""}
    if to is None:
        text = ngettext(
            "%(firm)s, %(month)s : %(count)s demi-journée ne trouve place dans aucun mois",
            "%(firm)s, %(month)s : %(count)s demi-journées ne trouvent place dans aucun mois",
            count,
        )
    else:
        text = ngettext(
            "%(firm)s, %(month)s : %(count)s demi-journée passe en %(to)s, le mois étant trop court",
            "%(firm)s, %(month)s : %(count)s demi-journées passent en %(to)s, le mois étant trop court",
            count,
        )
    return text % named


def first_name(person: Person) -> str:
    return person.name.partition(" ")[0] or person.email


def share(bp: int) -> str:
    """« 40 % », « 12,5 % »"""
    return _("%(share)s %%") % {"share": days(Fraction(bp, 100))}


def duration(minutes: int) -> str:
    """« 3 h 30 »"""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h" + (f" {rest:02d}" if rest else "")


def clock_span(start: time, end: time) -> str:
    """« de 9 h à 12 h 30 »"""
    return _("de %(start)s à %(end)s") % {"start": _clock(start), "end": _clock(end)}


def _clock(at: time) -> str:
    if (get_language() or "fr").startswith("en"):
        return f"{at:%H:%M}"
    return f"{at.hour}\u202fh" + (f"\u202f{at.minute:02d}" if at.minute else "")


def days(count: Fraction) -> str:
    """« 12,5 », « 22,08 »; in English « 12.5 »."""
    text = f"{float(round(count, 2)):.2f}".rstrip("0").rstrip(".")
    if (get_language() or "fr").startswith("en"):
        return text.replace("-", "−")
    return text.replace(".", ",").replace("-", "−")
