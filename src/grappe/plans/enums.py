from django.db import models
from django.utils.translation import gettext_lazy as _


class DayPart(models.TextChoices):
    AM = "am", _("matin")
    PM = "pm", _("après-midi")


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("congé payé")
    SICKNESS = "sickness", _("arrêt maladie")
    ACCIDENT = "accident", _("accident du travail")
    TRAINING = "training", _("formation")
    OTHER = "other", _("autre absence")


class WishKind(models.TextChoices):
    WANTED = "wanted", _("souhaitée")
    REFUSED = "refused", _("refusée")


class LeaveState(models.TextChoices):
    """A request for days off, from the employee's phone to the coordinator's answer."""

    WAITING = "waiting", _("en attente")
    GRANTED = "granted", _("accordée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


class SiteRegion(models.TextChoices):
    """Which public holidays a place of work has."""

    BY_POSTCODE = "", _("selon le code postal")
    FRANCE = "FR", _("France")
    MOSELLE = "57", _("Moselle")
    ALSACE = "6AE", _("Alsace")


class ConsentWay(models.TextChoices):
    """How the employee said yes or no to a change at short notice."""

    PAGE = "page", _("sur sa page")
    SPOKEN = "spoken", _("de vive voix, noté par la coordination")


class DisputeOutcome(models.TextChoices):
    """How a dispute over hours ended."""

    CORRECTED = "corrected", _("heures corrigées")
    WITHDRAWN = "withdrawn", _("contestation retirée")
