from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grappe.clusters.enums import DocumentKind, LegalForm, Role, Solidarity, UploadKind, VatRegime
from grappe.clusters.scopes import Scoped, scoped
from grappe.law.queries import rule_on
from grappe.law.words import shown
from grappe.people.models import Person

_LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
_LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


def within_the_law(days: int) -> None:
    """A term of payment is at most what the law allows today (art. L441-10 C. com.)."""
    rule = rule_on("payment.max_days", timezone.localdate())
    if days > rule.value:
        raise ValidationError(
            _("La loi permet au plus %(most)s (art. %(article)s)."),
            params={"most": shown(rule.value, rule.unit), "article": rule.article},
        )


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with a half-open period `valid_from`, `valid_to`."""

    def on(self, day: date) -> DatedQuerySet:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Cluster(models.Model):
    """The tenant: a grappe, its legal body, and how it bills."""

    slug = models.SlugField(
        unique=True, max_length=50, validators=[RegexValidator(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$")]
    )
    name = models.CharField(_("nom"), max_length=120)
    tagline = models.CharField(_("en une ligne"), max_length=200, blank=True)
    created_on = models.DateField()

    legal_name = models.CharField(_("raison sociale"), max_length=200, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    vat_number = models.CharField(_("numéro de TVA"), max_length=20, blank=True)
    street = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    town = models.CharField(_("ville"), max_length=100, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    email = models.EmailField(_("adresse e-mail"), blank=True)
    vat_regime = models.CharField(_("régime de TVA"), max_length=20, choices=VatRegime, default=VatRegime.TAXABLE)
    invoice_prefix = models.CharField(_("préfixe des factures"), max_length=10, default="F")
    invoice_due_days = models.PositiveSmallIntegerField(
        _("délai de paiement, en jours"), default=30, validators=[within_the_law]
    )
    solidarity = models.CharField(
        _("partage des dettes entre membres"), max_length=10, choices=Solidarity, default=Solidarity.WHOLE
    )
    solidarity_reason = models.CharField(
        _("d’où vient cette règle"), max_length=200, blank=True, help_text=_("L’article des statuts, et sa date.")
    )
    holidays = models.CharField(
        _("jours fériés"),
        max_length=5,
        blank=True,
        choices=[("", _("France")), ("57", _("Moselle")), ("6AE", _("Alsace"))],
    )

    legal_form = models.CharField(_("forme juridique"), max_length=20, choices=LegalForm, blank=True)
    publication = models.CharField(
        _("publication de la création"),
        max_length=200,
        blank=True,
        help_text=_("Le Journal officiel et sa date ; ou le registre, et le numéro d’inscription."),
    )
    agreement = models.CharField(
        _("convention collective"),
        max_length=200,
        blank=True,
        help_text=_("Celle dont relève le groupement, avec son IDCC."),
    )

    simulator_open = models.BooleanField(_("Ouvrir le simulateur aux structures qui n’ont pas adhéré"), default=False)

    class Meta:
        verbose_name = _("grappe")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Firm(models.Model):
    """A legal person, or a sole trader. It belongs to no cluster by itself: memberships say so."""

    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField("SIREN", max_length=9, unique=True, null=True, blank=True)
    vat_number = models.CharField(_("numéro de TVA"), max_length=20, blank=True)
    street = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    town = models.CharField(_("ville"), max_length=100, blank=True)
    latitude = models.FloatField(null=True, blank=True, validators=_LATITUDE)
    longitude = models.FloatField(null=True, blank=True, validators=_LONGITUDE)

    class Meta:
        verbose_name = _("structure")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="firm_place_on_earth",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Scoped):
    """A firm in a cluster, from a day (included) to a day (excluded), and how that cluster reaches it."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField(_("depuis"))
    valid_to = models.DateField(_("jusqu’au"), null=True, blank=True)
    headcount = models.PositiveIntegerField(_("effectif"), null=True, blank=True)
    sector = models.CharField(_("métier"), max_length=60, blank=True)
    email = models.EmailField(_("adresse e-mail"), blank=True)
    establishments = models.TextField(
        _("autres établissements"), max_length=2000, blank=True, help_text="addresses beside the seat, one a line"
    )

    objects = scoped(DatedQuerySet)

    class Meta:
        verbose_name = _("adhésion")
        ordering = ["firm__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "firm"], condition=Q(valid_to=None), name="one_open_membership"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="membership_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm} ({self.cluster})"


class Mandate(Scoped):
    """A person's role in a cluster, for a firm or for the cluster itself, from, until."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = scoped(DatedQuerySet)

    class Meta:
        verbose_name = _("mandat")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="mandate_forward"
            ),
            models.CheckConstraint(
                condition=(Q(role=Role.MEMBER) & Q(firm__isnull=False)) | (~Q(role=Role.MEMBER) & Q(firm=None)),
                name="only_members_speak_for_a_firm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role} {self.cluster}"


class Upload(Scoped):
    """A file sent to be imported, kept from its check to its confirmation; its content is dropped once it is loaded."""

    kind = models.CharField(max_length=10, choices=UploadKind)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    raw = models.BinaryField()
    places = models.JSONField(default=dict, help_text="which column (from 0) holds what")
    about_id = models.BigIntegerField(null=True, help_text="what the file answers: a survey")
    title = models.CharField(max_length=120, blank=True, help_text="the survey to open, when there is none yet")
    made_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict, help_text="how many lines were written, skipped, refused")

    class Meta:
        verbose_name = _("fichier importé")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class TaxableShare(Scoped):
    """What share of its takings a member declares to be subject to VAT, from a day on. Declared anew, never changed."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    share_bp = models.PositiveIntegerField(help_text="basis points: 2000 is 20 %")
    valid_from = models.DateField()
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(share_bp__lte=10_000), name="taxable_share_at_most_all"),
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.share_bp}"


class Officer(Scoped):
    """Who directs the cluster's legal body, from a day to a day: what the notice to the labour inspectorate names."""

    name = models.CharField(_("nom et prénoms"), max_length=120)
    office = models.CharField(_("fonction"), max_length=60)
    street = models.CharField(_("domicile"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    town = models.CharField(_("ville"), max_length=100, blank=True)
    valid_from = models.DateField(_("depuis"))
    valid_to = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = scoped(DatedQuerySet)

    class Meta:
        verbose_name = _("dirigeant")
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="officer_forward",
                violation_error_message=_("La fin de la fonction est avant son début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}"


class LegalDocument(Scoped):
    """The statutes, or the copy of the publication, as a PDF kept with its SHA-256. Never changed: the latest dated stands."""

    kind = models.CharField(max_length=20, choices=DocumentKind)
    name = models.CharField(max_length=120)
    raw = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    dated = models.DateField(help_text="adopted, or published, on that day")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document du groupement")
        ordering = ["dated", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "kind", "digest"], name="one_legal_document_per_file"),
        ]

    def __str__(self) -> str:
        return self.name


class InspectorateNotice(Scoped):
    """That the notice was sent to the labour inspectorate, and what it said. Never changed: the next one says what is new."""

    sent_on = models.DateField()
    facts = models.JSONField(help_text="what it said, by topic: compared with what is so today")
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("note à l’inspection du travail")
        ordering = ["sent_on", "pk"]

    def __str__(self) -> str:
        return f"{self.cluster} {self.sent_on}"
