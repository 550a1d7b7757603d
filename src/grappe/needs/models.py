from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped, scoped
from grappe.needs.enums import Grade, NeedState
from grappe.people.models import Person

HALF_DAYS_A_MONTH_MAX = 62  # two halves of thirty-one days


class Survey(Scoped):
    """A question put to members, such as « which days of whom would you share? », and its answers."""

    title = models.CharField(_("titre"), max_length=120)
    question = models.CharField(_("question"), max_length=400, blank=True)
    opened_on = models.DateField()
    answer_by = models.DateField(_("répondre avant le"), null=True, help_text="told to members; not enforced")
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cluster", "title"], name="survey_title_once")]

    def __str__(self) -> str:
        return self.title


class Addressee(Scoped):
    """Someone asked to answer a survey for a firm, by a secret link of its own."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="addressees")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="the last answer sent by this link")
    wants_nothing = models.BooleanField(default=False, help_text="the firm said that it needs nobody this time")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "firm", "person"], name="asked_once_for_a_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.firm} {self.person}"


class Skill(Scoped):
    """A trade that a shared person brings: « communication web »."""

    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["cluster", "name"], name="skill_name_once")]

    def __str__(self) -> str:
        return self.name


class SkillSpelling(Scoped):
    """Another way in which members write a skill, confirmed by the coordinator. `spelling` is folded."""

    spelling = models.CharField(max_length=80)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="spellings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "spelling"], name="spelling_once")]

    def __str__(self) -> str:
        return self.spelling


class Need(Scoped):
    """What a firm wants: so many half-days a month of a skill, from a month to a month (both included).

    A seasonal need says each month's half-days in `season`; its `half_days` is then their mean over twelve months, rounded up.
    A remote need is at no place: it fits anywhere.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="needs")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="needs")
    detail = models.CharField(_("précision"), max_length=120, blank=True)
    half_days = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(HALF_DAYS_A_MONTH_MAX)]
    )
    season = models.JSONField(default=list, help_text="half-days of January to December, or nothing: alike all year")
    one_off = models.BooleanField(default=False, help_text="for its months only, not to last")
    remote = models.BooleanField(default=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    town = models.CharField(max_length=100, blank=True)
    first_month = models.DateField(null=True)
    last_month = models.DateField(null=True)
    max_price_cents = models.PositiveIntegerField(null=True, help_text="per half-day")
    weekdays = models.JSONField(default=list, help_text="wished weekdays, Monday 0")
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=NeedState, default=NeedState.OPEN)
    reason = models.CharField(
        max_length=400, blank=True, help_text="why the coordination refused it; the firm reads it"
    )
    source = models.CharField(
        max_length=64, help_text="fingerprint of the answer: the same line loaded again is the same need"
    )
    stated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["skill__name", "firm__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "source"], name="need_source_once"),
            models.CheckConstraint(
                condition=Q(half_days__range=(1, HALF_DAYS_A_MONTH_MAX)), name="need_within_a_month"
            ),
            models.CheckConstraint(
                condition=Q(first_month=None) | Q(last_month=None) | Q(last_month__gte=F("first_month")),
                name="need_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm}: {self.half_days} {self.skill}"

    @property
    def ends_before(self) -> date | None:
        """The first day after the last month; None for a need without an end."""
        if self.last_month is None:
            return None
        return (self.last_month.replace(day=1) + timedelta(days=31)).replace(day=1)


class Proof(Scoped):
    """A file that proves a price alone, kept as it came, with its SHA-256. Never changed."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    raw = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "firm", "digest"], name="one_proof_per_file"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceQuerySet(models.QuerySet["ReferencePrice"]):
    def said_on(self, day: date) -> PriceQuerySet:
        """The prices stated by that day and not corrected since."""
        return self.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day), asked_on__lte=day)


class ReferencePrice(Scoped):
    """What a firm pays, or would pay, alone: p0 per half-day, q0 half-days a month, and how it is proved."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="reference_prices")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    need = models.OneToOneField(Need, on_delete=models.PROTECT, null=True, related_name="reference_price")
    price_cents = models.PositiveIntegerField(help_text="p0, per half-day")
    half_days = models.PositiveSmallIntegerField(default=0, help_text="q0, bought alone in a month")
    grade = models.CharField(max_length=1, choices=Grade)
    document = models.CharField(max_length=120, blank=True)
    document_date = models.DateField(null=True)
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, null=True, related_name="prices")
    withdrawn_on = models.DateField(null=True, help_text="from that day the firm no longer says so: it was corrected")
    asked_on = models.DateField()
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)

    objects = scoped(PriceQuerySet)

    class Meta:
        ordering = ["-asked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.firm} {self.skill} {self.price_cents} {self.grade}"
