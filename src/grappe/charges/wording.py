"""Amounts in a refusal, and the lines of an invoice: an invoice is a French document whoever reads it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from grappe.charges.reckoning import Part
from grappe.charges.regularising import YearShare

if TYPE_CHECKING:
    from grappe.charges.models import ClosingLine

EXEMPTION = "Exonération de TVA, article 261 B du CGI"


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
    return f"{quantity} demi-journée{'' if abs(quantity) < 2 else 's'}"


def line_label(pool_name: str, part: Part, *, own: bool) -> str:
    """What an invoice's line says it is for."""
    if own:
        return f"{pool_name} : mise à disposition {of_month(part.month)}"
    return f"{pool_name} : régularisation {of_month(part.month)}, {_reason(part)}"


def bonus_label(pool_name: str, part: Part) -> str:
    """What the line of a differential bonus says it is for."""
    return f"{pool_name} : prime différentielle {of_month(part.month)}, cotisations comprises"


def closing_label(pool_name: str, year: int, share: YearShare) -> str:
    """What a regularisation's line says it is for."""
    return (
        f"{pool_name} : régularisation {year} au coût réel, {half_days(share.used.quantity)} sur {share.all_quantity}"
    )


def why_closing(line: ClosingLine) -> list[str]:
    """How a firm's regularisation came to its amount, in plain words."""
    words = {
        "pool": line.pool.name,
        "year": line.closing.year,
        "cost": euros(line.cost_cents),
        "all": line.all_quantity,
        "quantity": line.quantity,
        "share": euros(line.share_cents),
        "own": euros(line.own_cents),
        "should": euros(line.share_cents + line.own_cents),
        "invoiced": euros(line.invoiced_cents),
        "difference": euros(abs(line.regularisation_cents)),
    }
    said = [
        _("« %(pool)s » a vraiment coûté %(cost)s en %(year)s, pour %(all)s demi-journées contresignées.") % words,
        _("Les vôtres (%(quantity)s) en font %(share)s.") % words,
    ]
    if line.own_cents:
        said.append(_("S’y ajoute la prime différentielle de vos propres missions : %(own)s.") % words)
    said.append(_("Vous aviez déjà reçu %(invoiced)s de factures pour l’année.") % words)
    if line.regularisation_cents > 0:
        said.append(_("Il vous reste %(difference)s à régler : le groupement ne garde rien.") % words)
    elif line.regularisation_cents < 0:
        said.append(_("Le groupement vous rend %(difference)s : il ne garde rien.") % words)
    else:
        said.append(_("Rien à régulariser : vous avez payé le coût exact."))
    return said


def _reason(part: Part) -> str:
    if part.new_quantity > 0:
        return f"{half_days(part.new_quantity)} contresignée{'' if part.new_quantity < 2 else 's'} après le décompte"
    if part.new_quantity < 0:
        return f"{half_days(-part.new_quantity)} retirée{'' if part.new_quantity > -2 else 's'} après le décompte"
    return "mois partagé de nouveau"


def exact_euros(cents: int, units: int) -> str:
    """A price for one unit that does not fall on a cent: four decimals."""
    return format_decimal(Decimal(cents) / 100 / units, format="#,##0.0000 €", locale="fr")


def why(parts: list[Part], month: date) -> list[str]:
    """How each month of a line came to its amount: a paragraph by month, that a member can check."""
    return [" ".join(_why_part(part, own=part.month == month)) for part in parts]


def _why_part(part: Part, *, own: bool) -> list[str]:
    language = (get_language() or "fr").replace("-", "_")
    words = {
        "month": format_date(part.month, "MMMM y", locale=language).capitalize(),
        "cost": euros(part.cost_cents),
        "all": part.all_quantity,
        "quantity": part.quantity,
        "share": euros(part.share_cents),
        "ceiling": euros(part.ceiling_cents),
        "due": euros(part.due_cents),
        "before": euros(part.before_cents),
        "charged": euros(part.charged_cents),
        "alone": euros(part.alone_cents or 0),
        "own": euros(part.own_cents),
    }
    if part.quantity > 0:
        lines = [
            _("%(month)s : le poste a coûté %(cost)s.") % words,
            ngettext(
                "%(quantity)s demi-journée contresignée sur %(all)s fait une part de %(share)s.",
                "%(quantity)s demi-journées contresignées sur %(all)s font une part de %(share)s.",
                part.quantity,
            )
            % words,
        ]
    else:
        lines = [_("%(month)s : plus aucune demi-journée n’est contresignée.") % words]
    if part.is_capped:
        lines.append(_("Le prix accepté la plafonne à %(ceiling)s ; la grappe garde le reste.") % words)
    if part.own_cents:
        lines.append(_("S’y ajoute votre prime différentielle, que vous portez seule : %(own)s.") % words)
    if not own or part.before_cents:
        lines.append(
            _("%(before)s étaient déjà facturés pour ce mois, qui revient à %(due)s : différence de %(charged)s.")
            % words
        )
    if part.is_above_alone:
        lines.append(
            _("Attention : les mêmes demi-journées, achetées sans la grappe, auraient coûté moins, %(alone)s.") % words
        )
    return lines
