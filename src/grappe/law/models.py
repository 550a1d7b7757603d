from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grappe.law.enums import Mark, Unit
from grappe.law.known import BY_KEY


class RuleValue(models.Model):
    """What a rule of law says from a day (included) to a day (excluded; None: until something else is said).

    The same for every cluster. Two values of one rule never overlap, and none is deleted: the database holds both.
    """

    key = models.CharField(_("règle"), max_length=60)
    valid_from = models.DateField(_("depuis le"))
    valid_to = models.DateField(_("jusqu’au (exclu)"), null=True, blank=True, editable=False)
    value = models.BigIntegerField(_("valeur"), help_text=_("Un nombre entier, dans l’unité de la règle."))
    unit = models.CharField(_("unité"), max_length=20, choices=Unit, editable=False)
    article = models.CharField(_("article"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    mark = models.CharField(_("confirmation"), max_length=1, choices=Mark, default=Mark.UNCONFIRMED)
    confirmed_on = models.DateField(_("vérifiée le"), null=True, blank=True)
    words = models.CharField(_("remarque"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("règle de droit")
        verbose_name_plural = _("règles de droit")
        ordering = ["key", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="rule_begins_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(valid_to=None), name="one_open_value_per_rule"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="rule_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value} {self.unit} ({self.valid_from:%Y-%m-%d})"

    @property
    def title(self) -> str:
        known = BY_KEY.get(self.key)
        return str(known.title) if known else self.key

    @property
    def is_confirmed(self) -> bool:
        return self.mark != Mark.UNCONFIRMED

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
