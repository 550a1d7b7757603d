"""A value of law as it is read: « 20 % », « 35 h », « 2,5 jours »."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.law.enums import Unit


def shown(value: int, unit: str) -> str:
    """The value in words: basis points as per cent, minutes as hours, cents as euros."""
    if unit == Unit.BASIS_POINTS:
        return _("%(share)s %%") % {"share": _plain(value, 100)}
    if unit == Unit.CENTS:
        return _("%(amount)s €") % {"amount": _plain(value, 100)}
    if unit == Unit.MINUTES:
        return _duration(value)
    if unit == Unit.TENTHS_OF_DAY:
        return _days(_plain(value, 10), several=value >= 20)
    if unit == Unit.DAYS:
        return _days(number_format(value), several=value >= 2)
    texts = {
        Unit.HOURS: _("%(n)s h"),
        Unit.MONTHS: ngettext("%(n)s mois", "%(n)s mois", value),
        Unit.WEEKS: ngettext("%(n)s semaine", "%(n)s semaines", value),
        Unit.YEARS: ngettext("%(n)s an", "%(n)s ans", value),
    }
    return texts[Unit(unit)] % {"n": number_format(value, force_grouping=True)}


def _days(number: str, *, several: bool) -> str:
    return (_("%(n)s jours") if several else _("%(n)s jour")) % {"n": number}


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    named = {"h": number_format(hours, force_grouping=True), "m": f"{rest:02d}"}
    return (_("%(h)s h %(m)s") if rest else _("%(h)s h")) % named


def _plain(value: int, per: int) -> str:
    """The quotient without needless decimals: 2000/100 is 20, 25/10 is 2,5."""
    decimals = 0 if value % per == 0 else 1 if value * 10 % per == 0 else 2
    return number_format(value / per, decimal_pos=decimals, force_grouping=True)
