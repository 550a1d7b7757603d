from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser

from grappe.audit.deeds import deed
from grappe.law.enums import Mark
from grappe.law.models import RuleValue
from grappe.law.rules import checked


@deed("law.set_rule")
def set_rule(
    *,
    by: AbstractBaseUser | None,
    rule: str,
    valid_from: date,
    value: int,
    article: str,
    source: str,
    mark: str = Mark.UNCONFIRMED,
    confirmed_on: date | None = None,
    words: str = "",
) -> RuleValue:
    """What the rule called `rule` says from `valid_from` on, until the next value that is known.

    The value in force then is closed on that day and stays readable. A value that begins that very day is corrected. Facts
    already recorded (invoices, acts) keep what they were made with. Raises UnableToSetRule.
    """
    known = checked(rule=rule, value=value, article=article, source=source)
    periods = list(RuleValue.objects.select_for_update().filter(key=rule).order_by("valid_from"))
    row = next((one for one in periods if one.valid_from == valid_from), None)
    after = next((one for one in periods if one.valid_from > valid_from), None)
    if row is None:
        row = RuleValue(key=rule, valid_from=valid_from, valid_to=after.valid_from if after else None)
        before = next((one for one in periods if one.in_force(valid_from)), None)
        if before is not None:
            before.valid_to = valid_from
            before.save(update_fields=["valid_to"])
    row.value, row.unit = value, known.unit
    row.article, row.source, row.words = article.strip()[:120], source.strip()[:300], words.strip()[:300]
    row.mark, row.confirmed_on = Mark(mark), confirmed_on
    row.save()
    return row
