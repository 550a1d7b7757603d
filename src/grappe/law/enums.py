from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mark(models.TextChoices):
    """How far a value is confirmed."""

    TEXT = "T", _("texte officiel lu")
    SECONDARY = "S", _("source secondaire lue")
    MEASURED = "M", _("mesuré")
    UNCONFIRMED = "K", _("à confirmer")


class Unit(models.TextChoices):
    """What a whole number of a rule counts."""

    BASIS_POINTS = "bp", _("centièmes de pour cent")
    CENTS = "cents", _("centimes d’euro")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("heures")
    DAYS = "days", _("jours")
    TENTHS_OF_DAY = "tenths_of_day", _("dixièmes de jour")
    WEEKS = "weeks", _("semaines")
    MONTHS = "months", _("mois")
    YEARS = "years", _("ans")


class Theme(models.TextChoices):
    VAT = "vat", _("TVA")
    WORK = "work", _("Temps de travail")
    PART_TIME = "part_time", _("Temps partiel")
    LEAVE = "leave", _("Congés et jours fériés")
    PAYMENT = "payment", _("Factures et paiements")
    GRANTS = "grants", _("Subventions européennes")
    KEEPING = "keeping", _("Durées de conservation")
