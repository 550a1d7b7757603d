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
    RATE_OF_PAY = "rate_pay", _("taux de la rémunération brute")
    TIMES_GROSS = "times_gross", _("coefficient sur le brut")
    TIMES_LOADED = "times_loaded", _("coefficient sur le coût chargé")


class BonusBasis(models.TextChoices):
    """What a differential bonus is due for."""

    HALF_DAY = "half_day", _("par demi-journée")
    MONTH = "month", _("par mois")


class CostPart(models.TextChoices):
    """What a line of a post's cost pays for."""

    GROSS = "gross", _("salaire brut")
    THIRTEENTH = "thirteenth", _("treizième mois et primes")
    CHARGES = "charges", _("cotisations patronales")
    BENEFITS = "benefits", _("avantages")
    TRAINING = "training", _("formation")
    PAYROLL_TAX = "payroll_tax", _("taxe sur les salaires")
    MANAGEMENT = "management", _("gestion")
    GUARANTEE = "guarantee", _("fonds de garantie")
    MARGIN = "margin", _("marge du coefficient")
    OTHER = "other", _("autre")
