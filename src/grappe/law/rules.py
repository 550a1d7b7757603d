"""What a value of law must be before it is written."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused
from grappe.law.known import BY_KEY, Known
from grappe.law.words import shown


class UnableToSetRule(Refused):
    pass


def checked(*, rule: str, value: int, article: str, source: str) -> Known:
    """The rule of that name, if the value can be its; raises UnableToSetRule."""
    known = BY_KEY.get(rule)
    if known is None:
        raise UnableToSetRule(
            _("Grappe ne lit aucune règle du nom de « %(rule)s ».") % {"rule": rule}, _("Choisissez-la dans la liste.")
        )
    if not known.least <= value <= known.most:
        raise UnableToSetRule(
            _("« %(rule)s » ne peut pas valoir %(value)s : entre %(least)s et %(most)s.")
            % {
                "rule": known.title,
                "value": shown(value, known.unit),
                "least": shown(known.least, known.unit),
                "most": shown(known.most, known.unit),
            },
            _("Vérifiez l’unité : le nombre s’écrit en %(unit)s.") % {"unit": known.unit.label},
        )
    if not article.strip() or not source.strip():
        raise UnableToSetRule(
            _("Une règle de droit se dit avec son article et sa source."), _("Écrivez où vous l’avez lue.")
        )
    return known
