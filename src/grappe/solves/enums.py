from django.db import models
from django.utils.translation import gettext_lazy as _


class SolveState(models.TextChoices):
    QUEUED = "queued", _("en attente")
    RUNNING = "running", _("en cours")
    DONE = "done", _("terminé")
    STOPPED = "stopped", _("arrêté")
    FAILED = "failed", _("échoué")
