from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped
from grappe.people.models import Person
from grappe.plans.enums import AbsenceKind, DayPart, WishKind
from grappe.pools.models import Pool
from grappe.solves.models import Solve

HALF_DAY_MINUTES = 210  # 35 hours in ten halves


class Calendar(Scoped):
    """A month of a shared person for a pool. Its slots are the living draft; its releases are frozen and numbered."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="calendars")
    month = models.DateField(help_text="first day of the month")
    solve = models.ForeignKey(Solve, on_delete=models.PROTECT, null=True, related_name="+")
    unmet = models.JSONField(default=list, help_text="unmet wishes: the engine's penalties")

    class Meta:
        ordering = ["month", "pk"]
        constraints = [models.UniqueConstraint(fields=["pool", "month"], name="one_calendar_per_month")]

    def __str__(self) -> str:
        return f"{self.pool} {self.month:%Y-%m}"


class Slot(Scoped):
    """A half-day held by a firm, draft or released: the truth of who is where. Unique per person over all clusters."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="slots")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="slots")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    part = models.CharField(max_length=2, choices=DayPart)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "part"]
        constraints = [models.UniqueConstraint(fields=["person", "day", "part"], name="one_place_per_half_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.part} {self.firm}"


class Release(Scoped):
    """A calendar as it was sent out: numbered, frozen."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField()
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="release_number_once")]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"


class ReleasedSlot(Scoped):
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="slots")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    part = models.CharField(max_length=2, choices=DayPart)

    class Meta:
        ordering = ["day", "part"]
        indexes = [models.Index(fields=["cluster", "firm", "day"]), models.Index(fields=["cluster", "person", "day"])]
        constraints = [models.UniqueConstraint(fields=["release", "person", "day", "part"], name="released_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.part} {self.firm}"


class Wish(Scoped):
    """A half-day, or a day, that a firm wants or refuses."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="wishes")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    part = models.CharField(max_length=2, choices=DayPart, blank=True)
    kind = models.CharField(max_length=8, choices=WishKind)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["day", "part", "pk"]
        constraints = [models.UniqueConstraint(fields=["pool", "firm", "day", "part"], name="one_wish_per_half_day")]

    def __str__(self) -> str:
        return f"{self.firm} {self.kind} {self.day}"


class Absence(Scoped):
    """Days when a person does not work, `first_day` to `last_day`, both included."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=10, choices=AbsenceKind)
    first_day = models.DateField()
    last_day = models.DateField()
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["first_day"]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_forward")]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.first_day}"


class Hours(Scoped):
    """What the person did on a half-day for a firm. Once signed it is frozen; a correction is a further revision."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="hours")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hours")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    part = models.CharField(max_length=2, choices=DayPart)
    revision = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=HALF_DAY_MINUTES, validators=[MinValueValidator(0), MaxValueValidator(600)]
    )
    words = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["day", "part", "revision"]
        indexes = [models.Index(fields=["cluster", "firm", "day"])]
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "part", "revision"], name="hours_once"),
            models.CheckConstraint(condition=Q(minutes__lte=600), name="hours_within_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.part} {self.firm} {self.minutes}"
