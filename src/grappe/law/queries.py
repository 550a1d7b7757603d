from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused
from grappe.law.known import BY_KEY
from grappe.law.models import RuleValue


class MissingRule(Refused):
    """No value of a rule is known on the day of the fact."""

    def __init__(self, key: str, day: date) -> None:
        known = BY_KEY.get(key)
        super().__init__(
            _("La règle de droit « %(rule)s » n’a pas de valeur au %(day)s.")
            % {"rule": known.title if known else key, "day": f"{day:%d/%m/%Y}"},
            _("L’exploitant du site peut l’enregistrer, avec son article et sa source."),
        )


def value_on(key: str, day: date) -> int:
    """The value of a rule on the day of the fact, a whole number in the unit of `known.BY_KEY[key]`; raises MissingRule."""
    return rule_on(key, day).value


def rule_on(key: str, day: date) -> RuleValue:
    """The rule as it stood on that day, with its article and source; raises MissingRule."""
    found = _in_force(day).filter(key=key).first()
    if found is None:
        raise MissingRule(key, day)
    return found


def rules_of(keys: Iterable[str], day: date) -> dict[str, RuleValue]:
    """Those of the rules that have a value on that day, by key, in one query."""
    return {rule.key: rule for rule in _in_force(day).filter(key__in=set(keys))}


def periods_of(keys: Iterable[str] | None = None) -> dict[str, list[RuleValue]]:
    """Every value of the rules, oldest first, by key, in one query: for work that reads many days."""
    rows = RuleValue.objects.all() if keys is None else RuleValue.objects.filter(key__in=set(keys))
    found: dict[str, list[RuleValue]] = {}
    for rule in rows.order_by("key", "valid_from"):
        found.setdefault(rule.key, []).append(rule)
    return found


def value_in(periods: Mapping[str, list[RuleValue]], key: str, day: date) -> int:
    """The value of a rule on a day among `periods_of`; raises MissingRule."""
    for rule in periods.get(key, ()):
        if rule.in_force(day):
            return rule.value
    raise MissingRule(key, day)


def _in_force(day: date) -> QuerySet[RuleValue]:
    return RuleValue.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
