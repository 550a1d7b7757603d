from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped
from grappe.needs.enums import Grade, NeedState
from grappe.people.models import Person

HALF_DAYS_A_MONTH_MAX = 62  # two halves of thirty-one days


class Survey(Scoped):
    """A question put to members, such as « which days of whom would you share? », and its answers."""

    title = models.CharField(_("titre"), max_length=120)
    question = models.CharField(_("question"), max_length=400, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cluster", "title"], name="survey_title_once")]

    def __str__(self) -> str:
        return self.title


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
    """What a firm wants: so many half-days a month of a skill, from a month to a month (both included)."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="needs")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="needs")
    half_days = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(HALF_DAYS_A_MONTH_MAX)]
    )
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    town = models.CharField(max_length=100, blank=True)
    first_month = models.DateField(null=True)
    last_month = models.DateField(null=True)
    max_price_cents = models.PositiveIntegerField(null=True, help_text="per half-day")
    weekdays = models.JSONField(default=list, help_text="wished weekdays, Monday 0")
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=NeedState, default=NeedState.OPEN)
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
    asked_on = models.DateField()
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)

    class Meta:
        ordering = ["-asked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.firm} {self.skill} {self.price_cents} {self.grade}"
