from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentMethod(models.TextChoices):
    TRANSFER = "transfer", _("virement")
    CHEQUE = "cheque", _("chèque")
    CARD = "card", _("carte")
    CASH = "cash", _("espèces")
    GUARANTEE = "guarantee", _("garantie")


class Pot(models.TextChoices):
    """What guarantees the cluster's debts: each firm's own deposit, and the fund that all of them feed."""

    DEPOSIT = "deposit", _("dépôt de garantie")
    FUND = "fund", _("fonds de garantie")


class InvoiceState(models.TextChoices):
    """Where an invoice stands, read from what is due on a day."""

    OPEN = "open", _("à régler")
    LATE = "late", _("en retard")
    PAID = "paid", _("réglée")
    REFUND = "refund", _("à rembourser")
    CANCELLED = "cancelled", _("annulée")


class ResultUse(models.TextChoices):
    """What becomes of the result of a taxable year."""

    CARRIED = "carried", _("reporté à nouveau")
    RESERVE = "reserve", _("mis en réserve")
    GUARANTEE = "guarantee", _("versé au fonds de garantie")
