"""Amounts in a refusal, and the lines of an invoice: an invoice is a French document whoever reads it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency
from django.utils.translation import get_language

from grappe.charges.reckoning import Part

EXEMPTION = "Exonération de TVA, art. 261 B du CGI"


def euros(cents: int, language: str | None = None) -> str:
    """« 789,00 € », in the reader's language unless another is given."""
    return format_currency(Decimal(cents) / 100, "EUR", locale=(language or get_language() or "fr").replace("-", "_"))


def month_name(month: date) -> str:
    return format_date(month, "MMMM y", locale="fr")


def of_month(month: date) -> str:
    """« de novembre 2026 », « d’octobre 2026 »."""
    name = month_name(month)
    return f"d’{name}" if name[0] in "aeiouéâ" else f"de {name}"


def half_days(quantity: int) -> str:
    return f"{quantity}\u00a0demi-journée{'' if abs(quantity) < 2 else 's'}"


def line_label(pool_name: str, part: Part, *, own: bool) -> str:
    """What an invoice's line says it is for."""
    if own:
        return f"{pool_name}\u00a0: mise à disposition {of_month(part.month)}"
    return f"{pool_name}\u00a0: régularisation {of_month(part.month)}, {_reason(part)}"


def _reason(part: Part) -> str:
    if part.new_quantity > 0:
        return f"{half_days(part.new_quantity)} contresignée{'' if part.new_quantity < 2 else 's'} après le décompte"
    if part.new_quantity < 0:
        return f"{half_days(-part.new_quantity)} retirée{'' if part.new_quantity > -2 else 's'} après le décompte"
    return "mois partagé de nouveau"
