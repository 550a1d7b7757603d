from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grappe.clusters.models import Firm
from grappe.clusters.scopes import Scoped
from grappe.needs.models import Skill
from grappe.people.models import Person
from grappe.plans.enums import AbsenceKind, ConsentWay, DayPart, DisputeOutcome, LeaveState, SiteRegion, WishKind
from grappe.pools.models import Pool
from grappe.solves.models import Solve

HALF_DAY_MINUTES = 210  # 35 hours in ten halves


class Calendar(Scoped):
    """A month of a shared person for a pool. Its slots are the living draft; its releases are frozen and numbered."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="calendars")
    month = models.DateField(help_text="first day of the month")
    solve = models.ForeignKey(Solve, on_delete=models.PROTECT, null=True, related_name="+")
    unmet = models.JSONField(default=list, help_text="unmet wishes: the engine's penalties")
    closed_on = models.DateField(null=True, help_text="its statement was issued: no more hours are noted in it")
    open_until = models.DateField(null=True, help_text="closed, but hours forgotten are noted until that day, excluded")

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
    informed_on = models.DateField(
        null=True,
        help_text="after an illness: when the person was told what leave is left, and until when (L3141-19-3)",
    )

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
    starts_at = models.TimeField(
        null=True, help_text="when the person gave it; an end before the start is the next day"
    )
    ends_at = models.TimeField(null=True)
    pause_minutes = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    reminded_on = models.DateField(null=True, help_text="when the firm was last reminded that they wait")
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["day", "part", "revision"]
        indexes = [models.Index(fields=["cluster", "firm", "day"])]
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "part", "revision"], name="hours_once"),
            models.CheckConstraint(condition=Q(minutes__lte=600), name="hours_within_ten"),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None, pause_minutes=0)
                | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="hours_from_and_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.part} {self.firm} {self.minutes}"

    @property
    def mark(self) -> str:
        """What a reader of these hours has read: sent back with a change, so that none is written over unread."""
        return f"{self.pk}-{self.firm_id}-{self.minutes}"


class Dispute(Scoped):
    """A firm does not agree with hours noted: until it is settled they are neither signed nor billed."""

    hours = models.ForeignKey(Hours, on_delete=models.PROTECT, related_name="disputes")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    minutes = models.PositiveSmallIntegerField(help_text="what was noted when it was opened")
    outcome = models.CharField(max_length=10, choices=DisputeOutcome, blank=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["hours"], condition=Q(settled_at=None), name="one_open_dispute"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="dispute_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} {self.outcome or 'open'}"


class DisputeWord(Scoped):
    """What someone said in a dispute; never changed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="thread")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=600)
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words


class MissionLetter(Scoped):
    """The fixed share of a person's time that a letter gives to a project paid by a grant; the alternative is a timesheet.

    From `valid_from` to `valid_to` (excluded), or to `ended_on` where it was stopped. What it is worth is in its paper's signatures.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mission_letters")
    project = models.CharField(max_length=120)
    funder = models.CharField(max_length=200, blank=True, default="")
    tasks = models.CharField(max_length=300, blank=True, default="")
    share_bp = models.PositiveIntegerField(help_text="part of the working time, in basis points")
    valid_from = models.DateField()
    valid_to = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(share_bp__gte=1, share_bp__lte=10_000), name="mission_share"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="mission_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.project}"

    @property
    def until(self) -> date:
        """The first day on which it gives nothing more."""
        return self.valid_to if self.ended_on is None else min(self.valid_to, self.ended_on)

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)


class LeaveRequest(Scoped):
    """Days off asked for by a shared person; once granted, an absence. An answer is given once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leave_requests")
    kind = models.CharField(max_length=10, choices=AbsenceKind, default=AbsenceKind.LEAVE)
    first_day = models.DateField()
    last_day = models.DateField()
    words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=LeaveState, default=LeaveState.WAITING)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_words = models.CharField(max_length=200, blank=True)
    absence = models.OneToOneField(Absence, on_delete=models.SET_NULL, null=True, related_name="request")

    class Meta:
        ordering = ["first_day", "pk"]
        indexes = [models.Index(fields=["cluster", "state"])]
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="leave_request_forward")]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.first_day}"


class Consent(Scoped):
    """What the employee answered to changes that come sooner than the law's notice. An answer is frozen."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(help_text="what moves, in words, as it was shown")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the half-days that change: another change asks anew")
    soonest = models.DateField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    agreed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, choices=ConsentWay, blank=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "person", "digest"], name="one_consent_per_change"),
            models.CheckConstraint(
                condition=Q(agreed=None, answered_at=None) | Q(agreed__isnull=False, answered_at__isnull=False),
                name="consent_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.calendar} {self.soonest}"


class PersonSkill(Scoped):
    """A skill that a shared person has beside its post's: whom it may replace."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "skill"], name="skill_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.skill}"


class WorkSite(Scoped):
    """The public holidays of a firm's place of work, where they are not what its postcode says (art. L3134-13 C. trav.)."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=5, choices=SiteRegion, blank=True)
    good_friday = models.BooleanField(default=True, help_text="in Alsace and Moselle: whether the commune has it")

    class Meta:
        ordering = ["firm__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["cluster", "firm"], name="one_site_per_firm")]

    def __str__(self) -> str:
        return f"{self.firm} {self.region}"


class YearPlan(Scoped):
    """Twelve months of a post laid out at once: how many half-days each firm gets in each. A month is drafted with these counts."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="year_plans")
    starts_on = models.DateField(help_text="first day of the first month")
    counts = models.JSONField(
        default=dict, help_text='{"2027-01": {"room": half-days, "firms": {id: [half-days, those it took]}}}'
    )
    shifted = models.JSONField(default=list, help_text="[firm id, from month, to month or null, half-days]")

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["pool", "starts_on"], name="one_year_plan")]

    def __str__(self) -> str:
        return f"{self.pool} {self.starts_on:%Y-%m}"
