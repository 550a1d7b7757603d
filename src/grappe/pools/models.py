from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped
from grappe.needs.enums import Grade
from grappe.needs.models import Need, Skill, Survey
from grappe.people.models import Person
from grappe.pools.enums import Aim, BonusBasis, CostBasis, CostPart, PartState, PoolKind, PoolState
from grappe.solves.models import Solve


class Proposal(Scoped):
    """A survey put to the pooling engine under some rules; one answer per aim."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="proposals")
    rules = models.JSONField(default=dict)
    post_cents_per_year = models.PositiveIntegerField()
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.survey} {self.pk}"


class Answer(Scoped):
    """The engine's answer to a proposal under one aim."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    aim = models.CharField(max_length=10, choices=Aim)
    solve = models.OneToOneField(Solve, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "aim"], name="one_answer_per_aim")]

    def __str__(self) -> str:
        return f"{self.proposal} {self.aim}"


class Arrangement(Scoped):
    """A proposal's posts as the coordination moved its firms by hand, from the answer under one aim. One per proposal."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="arrangement")
    aim = models.CharField(max_length=10, choices=Aim, help_text="the answer that it started from")
    posts = models.JSONField(
        default=list, help_text="each: needs (their ids as text), kept (hold it when formed again)"
    )
    version = models.PositiveIntegerField(default=1, help_text="of the posts: a page that shows another is stale")
    changed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.proposal} {self.version}"


class Pool(Scoped):
    """Something that several firms share; its kind says how."""

    kind = models.CharField(max_length=10, choices=PoolKind, default=PoolKind.POST)
    name = models.CharField(_("nom"), max_length=120)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, null=True, related_name="pools")
    state = models.CharField(max_length=10, choices=PoolState, default=PoolState.DRAFT)
    capacity = models.PositiveSmallIntegerField(_("demi-journées par mois"), default=36)
    starts_on = models.DateField(_("commence le"))
    ends_on = models.DateField(_("finit le"), null=True, blank=True)
    notice_months = models.PositiveSmallIntegerField(_("préavis, en mois"), default=2)
    qualification = models.CharField(_("qualification et échelon"), max_length=120, blank=True)
    agreement = models.CharField(_("convention collective"), max_length=120, blank=True)
    tasks = models.CharField(_("tâches confiées"), max_length=600, blank=True)
    safety = models.CharField(_("santé et sécurité : risques, matériel"), max_length=600, blank=True)
    training_days = models.PositiveSmallIntegerField(_("jours de formation par an"), default=0)
    regularisation_bp = models.PositiveIntegerField(
        default=1000,
        help_text="exempt of VAT: how far above the price a year's regularisation may go without a new acceptance",
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="pools", verbose_name=_("salarié partagé")
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="pools")
    proposal_post = models.CharField(
        max_length=120, blank=True, help_text="fingerprint of the proposed post it comes from"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "proposal_post"], condition=~Q(proposal_post=""), name="proposed_post_opened_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CostLine(Scoped):
    """A line of what a pool costs in a year: an amount, or a rate in basis points of another line."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="cost_lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80)
    basis = models.CharField(max_length=12, choices=CostBasis)
    part = models.CharField(max_length=12, choices=CostPart, default=CostPart.OTHER)
    cents = models.PositiveIntegerField(default=0)
    rate_bp = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


class Part(Scoped):
    """The share of a pool offered to a firm: half-days a month. In a pool that runs, what is in force is its commitments."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="parts")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="parts")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="parts")
    half_days = models.PositiveSmallIntegerField()
    weekdays = models.JSONField(default=list, help_text="wished weekdays, Monday 0")
    state = models.CharField(max_length=10, choices=PartState, default=PartState.DRAFT)
    invited_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=400, blank=True, help_text="what the firm wrote when it answered")
    asked_from = models.DateField(
        null=True, help_text="from which day what is now asked would hold, in a pool that runs"
    )
    asked_half_days = models.PositiveSmallIntegerField(null=True, help_text="the quantity now asked, when it changes")
    leave_asked_for = models.DateField(null=True, help_text="the first day without, as the firm asks")
    leave_words = models.CharField(max_length=400, blank=True)
    leaves_on = models.DateField(null=True, help_text="the first day without, once accepted")

    class Meta:
        ordering = ["firm__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "firm"], name="one_part_per_firm"),
            models.CheckConstraint(condition=Q(half_days__gte=1), name="part_at_least_a_half_day"),
            models.CheckConstraint(
                condition=Q(asked_half_days=None) | Q(asked_half_days__gte=1), name="asked_at_least_a_half_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.half_days} {self.pool}"

    def left_by(self, day: date) -> bool:
        """Whether the firm has left the pool on that day."""
        return self.leaves_on is not None and self.leaves_on <= day


class Commitment(Scoped):
    """A firm's accepted part, with the price it saw. Never changed: a new acceptance makes a new one."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="commitments")
    half_days = models.PositiveSmallIntegerField()
    price_cents = models.PositiveIntegerField(
        help_text="accepted, per half-day, before tax: the most that may be charged"
    )
    month_cents = models.PositiveIntegerField(help_text="accepted share of a full month, before tax")
    alone_price_cents = models.PositiveIntegerField(null=True, help_text="p0 shown, per half-day")
    alone_half_days = models.PositiveSmallIntegerField(null=True, help_text="q0 shown, a month")
    grade = models.CharField(max_length=1, choices=Grade, blank=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    accepted_at = models.DateTimeField(auto_now_add=True)
    ceiling_cents = models.PositiveIntegerField(
        null=True,
        help_text="exempt of VAT: accepted, per half-day, the most once the year is closed at its real cost; None: the price",
    )
    valid_from = models.DateField()
    notice_months = models.PositiveSmallIntegerField(null=True, help_text="the notice shown; null: before it was kept")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.part} {self.price_cents}"


class Bonus(Scoped):
    """A differential bonus: what the firm pays its own employees more than the post does, from a day until the next one.

    Frozen once it stands (`agreed_at`): another one, of 0 if none is due any more, takes its place at its date.
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="bonuses")
    cents = models.PositiveIntegerField(help_text="gross, by half-day or by month; 0: none is due")
    basis = models.CharField(max_length=10, choices=BonusBasis)
    charges_bp = models.PositiveIntegerField(help_text="employer charges on it")
    valid_from = models.DateField()
    reason = models.CharField(max_length=200)
    document = models.CharField(max_length=120, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, help_text="null: the firm has not agreed, and nothing is charged")

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(agreed_at=None), name="one_bonus_waits_per_part"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.cents}"

    @property
    def loaded_cents(self) -> int:
        """What it costs the firm, charges included, rounded half up to the cent."""
        return self.cents + (self.cents * self.charges_bp + 5_000) // 10_000
