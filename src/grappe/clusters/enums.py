from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("coordination")
    MEMBER = "member", _("structure membre")
    EMPLOYEE = "employee", _("salariat partagé")
    BOARD = "board", _("conseil")
    FUNDER = "funder", _("financeur")


class VatRegime(models.TextChoices):
    TAXABLE = "taxable_20", _("TVA au taux normal")
    EXEMPT = "exempt_261b", _("exonération de TVA, art. 261 B du CGI")


class Solidarity(models.TextChoices):
    """How the statutes share the cluster's debts among its members; without a rule, each answers for the whole."""

    WHOLE = "whole", _("chacune répond de tout")
    USE = "use", _("selon l’usage : les demi-journées des douze derniers mois")
    EQUAL = "equal", _("à parts égales entre celles qui partagent un poste")


class UploadKind(models.TextChoices):
    FIRMS = "firms", _("structures")
    NEEDS = "needs", _("besoins")


class LegalForm(models.TextChoices):
    """The forms that art. L1253-2 C. trav. admits for a group of employers."""

    ASSOCIATION = "association", _("association déclarée (loi de 1901)")
    LOCAL = "local", _("association de droit local (Alsace-Moselle)")
    COOPERATIVE = "cooperative", _("société coopérative")


class DocumentKind(models.TextChoices):
    """The papers joined to the notice of art. D1253-1 C. trav., 3° and 4°."""

    STATUTES = "statutes", _("statuts")
    PUBLICATION = "publication", _("publication de la création")
