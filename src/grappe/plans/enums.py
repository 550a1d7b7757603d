from django.db import models
from django.utils.translation import gettext_lazy as _


class DayPart(models.TextChoices):
    AM = "am", _("matin")
    PM = "pm", _("après-midi")


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("congé payé")
    SICKNESS = "sickness", _("arrêt maladie")
    TRAINING = "training", _("formation")
    OTHER = "other", _("autre absence")


class WishKind(models.TextChoices):
    WANTED = "wanted", _("souhaitée")
    REFUSED = "refused", _("refusée")
