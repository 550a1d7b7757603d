from django.db import models
from django.utils.translation import gettext_lazy as _


class Aim(models.TextChoices):
    """The pooling engine's three aims."""

    SERVE = "serve", _("Servir le plus")
    SOLID = "solid", _("Postes les plus solides")
    NEAR = "near", _("Au plus près")


BY_HAND = "hand"  # beside the aims: the answer that the coordination arranged itself


class PoolKind(models.TextChoices):
    POST = "post", _("poste partagé")


class PoolState(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    INVITING = "inviting", _("invitations envoyées")
    RUNNING = "running", _("en route")
    ENDED = "ended", _("terminé")


class PartState(models.TextChoices):
    DRAFT = "draft", _("à inviter")
    INVITED = "invited", _("invitée")
    ACCEPTED = "accepted", _("engagée")
    DECLINED = "declined", _("a décliné")
    REPRICED = "repriced", _("prix à accepter de nouveau")
    LEFT = "left", _("partie")


class CostBasis(models.TextChoices):
    """How a cost line is reckoned."""

    CENTS_A_YEAR = "cents", _("montant par an")
    RATE_OF_GROSS = "rate_gross", _("taux du brut")
    RATE_OF_LOADED = "rate_loaded", _("taux du coût chargé")
