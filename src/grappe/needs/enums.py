from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    """Proof of a reference price, best first (reference: impact measurement, section 3.1)."""

    A = "A", _("facture ou devis de la structure, de moins de 24 mois")
    B = "B", _("tarif public daté")
    C = "C", _("déclaration de la structure")
    D = "D", _("estimation")


class NeedState(models.TextChoices):
    OPEN = "open", _("en attente")
    POOLED = "pooled", _("mis en commun")
    WITHDRAWN = "withdrawn", _("retiré")
    REFUSED = "refused", _("refusé")


GONE_STATES = (NeedState.WITHDRAWN, NeedState.REFUSED)


class ProofKind(models.TextChoices):
    """What proves a price alone; the grade follows from it (`rules.grade_of`)."""

    INVOICE = "invoice", _("une facture")
    QUOTE = "quote", _("un devis")
    TARIFF = "tariff", _("un tarif public")
    STATEMENT = "statement", _("rien : c’est ce que nous payons")
    ESTIMATE = "estimate", _("rien : c’est une estimation")
