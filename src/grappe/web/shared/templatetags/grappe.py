"""Tags and filters of the pages: {% load grappe %}. Each is shown live, with its usage, at /styleguide/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template.defaulttags import querystring as query_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from grappe.engines.values import apportion
from grappe.law.enums import Unit
from grappe.law.words import shown
from grappe.plans import words
from grappe.pools.kinds import post as post_kind
from grappe.web.shared import calendars, drawings, formats, icons
from grappe.web.shared.listing import Listing

register = template.Library()


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


# Figures


@register.filter
def euros(cents: int | None) -> str:
    """123450 -> "1 234,50 €"."""
    return formats.euros(cents, _lang())


@register.filter
def per_day(half_day_cents: int | None) -> int | None:
    """The price of a day from that of a half-day: {{ need.max_price_cents|per_day|euros }}."""
    return None if half_day_cents is None else 2 * half_day_cents


@register.filter
def euros_round(cents: int | None) -> str:
    """123450 -> "1 235 €"."""
    return formats.euros(cents, _lang(), places=0)


@register.filter
def euros_sign(cents: int | None) -> str:
    """The same as `euros`, a gain with its plus."""
    return formats.euros(cents, _lang(), sign=True)


@register.filter
def siren(number: str | None) -> str:
    """732829320 -> "732 829 320"; a dash for none."""
    return formats.siren(number)


@register.filter
def days(half_days: int | None) -> str:
    """7 -> "3,5 j"."""
    return formats.days(half_days, _lang())


@register.filter
def leave_days(days: Fraction | int | None) -> str:
    """A count of days of leave: Fraction(25, 2) -> "12,5"."""
    return "" if days is None else words.days(Fraction(days))


@register.filter
def days_off(about: Any) -> str:
    """An absence or a request, both days included: « du 4 au 8 janvier »."""
    return words.span(about.first_day, about.last_day)


@register.filter
def days_long(half_days: int | None) -> str:
    """7 -> "3,5 jours"."""
    return formats.days(half_days, _lang(), long=True)


@register.filter
def hours(minutes: int | None) -> str:
    """450 -> "7 h 30"."""
    return formats.hours(minutes, _lang())


@register.filter
def percent(ratio: float | Fraction | None, places: int = 0) -> str:
    """0.61 -> "61 %"."""
    return formats.percent(ratio, _lang(), places=places)


@register.filter
def share_bp(basis_points: int | None) -> str:
    """1250 -> "12,5 %"."""
    return "" if basis_points is None else shown(basis_points, Unit.BASIS_POINTS)


@register.simple_tag
def percent_of(part: int | None, whole: int | None) -> str:
    """{% percent_of 67 100 %} -> "67 %"; empty when there is nothing to compare with."""
    return formats.percent(Fraction(part, whole), _lang()) if part is not None and whole else ""


@register.filter
def number(value: int | None) -> str:
    """48210 -> "48 210"."""
    return "" if value is None else formats.figure(value, _lang(), 0)


@register.filter
def km(metres: int | None) -> str:
    """29000 -> "29 km"."""
    return formats.kilometres(metres, _lang())


# Dates


@register.filter
def day(on: date | None) -> str:
    """ "lundi 4 janvier 2027"."""
    return formats.day(on, _lang())


@register.filter
def day_short(on: date | None) -> str:
    """ "4 janv. 2027"."""
    return formats.day(on, _lang(), form="short")


@register.filter
def day_plain(on: date | None) -> str:
    """ "4 janvier 2027"."""
    return formats.day(on, _lang(), form="plain")


@register.filter
def day_name(on: date | None) -> str:
    """ "lundi 4 janvier"."""
    return formats.day(on, _lang(), form="day")


@register.filter
def day_brief(on: date | None) -> str:
    """ "4 janv."."""
    return formats.day(on, _lang(), form="brief")


@register.filter
def weekday(on: date | None) -> str:
    """ "lundi"."""
    return formats.day(on, _lang(), form="weekday")


@register.filter
def weekday_initial(on: date | None) -> str:
    """ "L"."""
    return formats.day(on, _lang(), form="initial")


@register.filter
def month(on: date | None) -> str:
    """ "janvier 2027"; takes a date, or anything with a year and a month."""
    if on is None:
        return ""
    return formats.day(on if isinstance(on, date) else date(on.year, on.month, 1), _lang(), form="month")


@register.filter
def moment(at: datetime | None) -> str:
    """ "4 janv. 2027 à 14 h 05"."""
    return formats.moment(at, _lang())


@register.simple_tag
def period(start: date, end: date | None = None) -> str:
    """{% period start end %} (end excluded) -> "janvier à décembre 2027", "du 4 au 12 mars"."""
    return formats.period(start, end, _lang())


@register.filter
def capital(text: str) -> str:
    """The first letter in capital, the rest untouched."""
    return str(text)[:1].upper() + str(text)[1:]


# Drawings


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """{% icon "calendar" %}; decorative unless it has a label."""
    said = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 20 20"{}>{}</svg>', said, SafeString(icons.ICONS[name]))


@register.simple_tag
def bar(value: Any, total: Any, label: str = "", tone: str = "", goal: Any = None) -> SafeString:
    """{% bar 61 100 "61 %" tone="saved" goal=65 %}."""
    return drawings.bar(value, total, label=label, tone=tone, goal=goal)


@register.inclusion_tag("shared/parts/price_parts.html")
def price_parts(
    lines: Sequence[tuple[Any, int]], price: int | None, year: post_kind.Billable | None = None
) -> dict[str, Any]:
    """{% price_parts card.lines card.price_cents time %}: what each line is of the price of a half-day and of an hour, drawn.

    `lines`: (line, cents a year); the figures are shared to the cent, so that they make the price. `year`: the days that the
    pay pays for, for the hour, and for paid leave, holidays and training apart; without it, neither."""
    made = post_kind.made_of([line for line, _cents in lines], [cents for _line, cents in lines], year)
    rows = [(label, cents) for label, cents in made if cents > 0]
    whole = sum(cents for _label, cents in rows)
    if price is None or not whole:
        return {"rows": []}
    weights = {rank: cents for rank, (_label, cents) in enumerate(rows)}
    hour = year.hour_cents(price) if year is not None else None
    halves, hours = apportion(price, weights), apportion(hour or 0, weights)
    shown = [
        (rank % 12 + 1, label, halves[rank], hours[rank], Fraction(cents, whole))
        for rank, (label, cents) in enumerate(rows)
    ]
    words = ", ".join(f"{label} {formats.euros(half, _lang())}" for _tone, label, half, _hour, _part in shown)
    drawing = drawings.stack([cents for _label, cents in rows], label=words)
    return {"rows": shown, "price": price, "hour": hour, "drawing": drawing}


@register.simple_tag
def spread(low: int, central: int, high: int, most: int | None = None, label: str = "") -> SafeString:
    """{% spread low central high %}: a figure with its range."""
    return drawings.spread(low, central, high, most=most, label=label)


@register.simple_tag
def columns(steps: Sequence[drawings.Column], label: str) -> SafeString:
    """{% columns months "Payé et seul, mois par mois" %}; `months` holds drawings.Column."""
    return drawings.columns(steps, label=label)


@register.simple_tag
def months(steps: Sequence[drawings.Month], label: str, goal: float | None = None) -> SafeString:
    """{% months steps "juillet 34 sur 36, août 20 sur 36" goal=0.8 %}; `steps` holds drawings.Month."""
    return drawings.months(steps, label=label, goal=goal)


@register.inclusion_tag("shared/parts/against.html")
def against(
    paid: int, alone: int | None, paid_label: str = "", alone_label: str = "", gap: bool = False, per: str = ""
) -> dict[str, Any]:
    """{% against paid_cents alone_cents gap=True per="par mois" %}: what is paid in common, against the price alone."""
    known = alone is not None and alone > 0
    return {
        "paid": paid,
        "alone": alone if known else None,
        "most": max(paid, alone or 0),
        "paid_label": paid_label or _("partagé"),
        "alone_label": alone_label or _("seule"),
        "gap": abs((alone or 0) - paid) if gap and known else None,
        "dearer": known and paid > (alone or 0),
        "ratio": Fraction(abs((alone or 0) - paid), alone) if known and alone else None,
        "per": per,
    }


@register.inclusion_tag("shared/parts/grade.html")
def grade(letter: str, url: str = "") -> dict[str, Any]:
    """{% grade "A" %}: how well a price alone is proved, from A (invoice or quote) to D (estimate): needs.enums.Grade."""
    meanings = {
        "A": _("preuve A : facture ou devis de moins de 24 mois"),
        "B": _("preuve B : tarif public daté"),
        "C": _("preuve C : déclaration de la structure"),
        "D": _("preuve D : estimation"),
    }
    letter = str(letter or "D").upper()
    return {"letter": letter, "css": letter.lower(), "meaning": meanings.get(letter, letter), "url": url}


@register.simple_tag(name="map")
def site_map(sites: Iterable[drawings.Site], radius_km: float | None = None, label: str = "") -> SafeString:
    """{% map sites 29 %}: `sites` holds drawings.Site; the circle is that of the served ones."""
    shown = list(sites)
    words = label or _("Carte : %(places)s") % {"places": ", ".join(site.label for site in shown)}
    return drawings.site_map(shown, radius_km, label=words, lang=_lang())


@register.inclusion_tag("shared/parts/wall.html", takes_context=True)
def wall(context: template.Context, grid: calendars.Grid) -> dict[str, Any]:
    """{% wall grid %}: a band per person, two rows per day, a list on a phone. `grid` from calendars.layout."""
    return {"grid": grid, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("shared/parts/month.html")
def month_grid(grid: calendars.Grid) -> dict[str, Any]:
    """{% month_grid grid %}: the weeks of one person or firm; a list of days on a phone. `grid` has a single lane."""
    return {"grid": grid}


@register.inclusion_tag("shared/parts/week.html")
def day_list(band: calendars.Band) -> dict[str, Any]:
    """{% day_list grid.bands.0 %}: the days of one person, as a list; days without anything are left out."""
    return {"band": band}


# Forms, lists


@register.inclusion_tag("shared/parts/field.html")
def field(bound: BoundField, unit: str = "", drop: bool = False, label: str = "", flow: bool = False) -> dict[str, Any]:
    """{% field form.price unit="€" %}: label, widget, help, errors tied together. drop=True: a place for a file."""
    widget = bound.field.widget
    kind = "plain"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "check"
    elif isinstance(widget, FileInput) and drop:
        kind = "drop"
    return {
        "field": bound,
        "kind": kind,
        "unit": unit or getattr(bound.field, "unit", ""),
        "label": label or bound.label,
        "flow": flow,
        "optional": not bound.field.required and kind != "check" and not getattr(bound.field, "asked", False),
    }


@register.inclusion_tag("shared/parts/form_fields.html")
def form_fields(form: Any) -> dict[str, Any]:
    """{% form_fields form %}: what is wrong with the whole form, every field in order, the hidden ones."""
    return {"form": form}


@register.inclusion_tag("shared/parts/sort_head.html", takes_context=True)
def sort_head(context: template.Context, rows: Listing, key: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """{% sort_head listing "nom" "Structure" %}: a column head that sorts; numeric=True sets it to the right."""
    here = rows.sort == key
    asked = f"-{key}" if here and not rows.falling else key
    return {
        "label": label,
        "numeric": numeric,
        "here": here,
        "falling": rows.falling,
        "href": query_string(context, tri=asked, page=None),
    }


register.simple_tag(query_string, name="query_string", takes_context=True)


@register.filter
def initials(name: object) -> str:
    """ "Inès Besson" -> "IB"."""
    words = str(name).split("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def at_key(mapping: Mapping[Any, Any], key: Any) -> Any:
    """{{ mapping|at_key:key }}: None when the key is not there."""
    return mapping.get(key)


@register.filter
def minus(value: int, other: int) -> int:
    return value - other
