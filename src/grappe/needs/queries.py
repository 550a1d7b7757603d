from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_scopes import scopes_disabled

from grappe.clusters.cells import fold
from grappe.clusters.enums import Role
from grappe.clusters.models import Firm, Mandate, Membership
from grappe.clusters.queries import alphabetical, people_of_firms
from grappe.needs.enums import GONE_STATES, NeedState
from grappe.needs.models import Addressee, Need, Proof, ReferencePrice, Skill, SkillSpelling, Survey
from grappe.needs.rules import grade_on
from grappe.needs.spellings import collect, groups
from grappe.people.models import AccessLink


def surveys() -> QuerySet[Survey]:
    """The cluster's surveys, latest first, with `need_count`: how many needs stand."""
    stands = ~Q(needs__state__in=GONE_STATES)
    return Survey.objects.annotate(need_count=Count("needs", filter=stands)).order_by("-opened_on", "-pk")


def open_survey() -> Survey | None:
    """The latest survey that takes answers."""
    return Survey.objects.filter(closed_on=None).order_by("-opened_on", "-pk").first()


def needs_of(survey: Survey) -> QuerySet[Need]:
    """Every need of a survey, withdrawn ones too, by skill and firm."""
    needs = Need.objects.filter(survey=survey).select_related("firm", "skill", "reference_price")
    return needs.order_by(alphabetical("skill__name"), alphabetical("firm__name"), "pk")


def open_needs(survey: Survey) -> QuerySet[Need]:
    """The needs of a survey that wait to be pooled, with their firm, skill and reference price."""
    return needs_of(survey).filter(state=NeedState.OPEN)


def needs_of_firm(firm_id: int) -> QuerySet[Need]:
    """What a firm has asked for, latest survey first."""
    needs = Need.objects.filter(firm_id=firm_id).select_related("skill", "survey", "reference_price")
    return needs.order_by("-survey__opened_on", "skill__name", "pk")


def reference_price(firm_id: int, skill_id: int, on: date) -> ReferencePrice | None:
    """The latest price alone known on that day, its `grade` lowered if it is over 24 months old. Not to be saved."""
    price: ReferencePrice | None = (
        ReferencePrice.objects.said_on(on)
        .filter(firm_id=firm_id, skill_id=skill_id)
        .order_by("-asked_on", "-pk")
        .first()
    )
    if price is not None:
        price.grade = grade_on(price.grade, proved_on=price.document_date or price.asked_on, on=on)
    return price


def skills() -> QuerySet[Skill]:
    return Skill.objects.order_by(alphabetical("name"))


def skills_most_asked() -> QuerySet[Skill]:
    """The skills of the cluster, those that most firms ask for first."""
    asked = Count("needs__firm", filter=~Q(needs__state__in=GONE_STATES), distinct=True)
    return Skill.objects.annotate(asked=asked).order_by("-asked", alphabetical("name"), "pk")


def known_spellings() -> dict[str, Skill]:
    """Every confirmed spelling, folded, with its skill; a skill's own name is one."""
    known = {fold(skill.name): skill for skill in Skill.objects.order_by("pk")}
    for spelling in SkillSpelling.objects.select_related("skill"):
        known[spelling.spelling] = spelling.skill
    return known


def sources(survey: Survey | None) -> set[str]:
    """The fingerprints of the answers that a survey has."""
    return set(Need.objects.filter(survey=survey).values_list("source", flat=True)) if survey is not None else set()


def standing_pairs(survey: Survey | None) -> set[tuple[int, int]]:
    """The firm and skill of every need of the survey that stands."""
    if survey is None:
        return set()
    needs = Need.objects.filter(survey=survey).exclude(state__in=GONE_STATES)
    return set(needs.values_list("firm_id", "skill_id"))


@dataclass(frozen=True, slots=True)
class SkillSum:
    """What is asked of one skill: by how many firms, how many half-days a month."""

    skill: Skill
    needs: list[Need]

    @property
    def standing(self) -> list[Need]:
        return [need for need in self.needs if need.state not in GONE_STATES]

    @property
    def firm_count(self) -> int:
        return len({need.firm_id for need in self.standing})

    @property
    def half_days(self) -> int:
        return sum(need.half_days for need in self.standing)

    @property
    def proved(self) -> int:
        """How many needs come with the price that the firm pays alone."""
        return sum(price_of(need) is not None for need in self.standing)


def price_of(need: Need) -> ReferencePrice | None:
    """The price alone given with a need (joined by `needs_of`)."""
    return getattr(need, "reference_price", None)


def by_skill(needs: Iterable[Need]) -> list[SkillSum]:
    """The needs gathered by skill, the skill asked by most firms first."""
    gathered: dict[int, SkillSum] = {}
    for need in needs:
        gathered.setdefault(need.skill_id, SkillSum(need.skill, [])).needs.append(need)
    return sorted(gathered.values(), key=lambda total: (-total.firm_count, -total.half_days, total.skill.name))


def withdrawable(need: Need) -> bool:
    return need.state == NeedState.OPEN


def firms_that_asked(survey: Survey) -> QuerySet[Firm]:
    """The firms with a need that stands."""
    standing = Need.objects.filter(survey=survey).exclude(state__in=GONE_STATES)
    return Firm.objects.filter(pk__in=standing.values("firm_id")).order_by(alphabetical("name"), "pk")


@dataclass(frozen=True, slots=True)
class SkillTotal:
    """What a survey asks of one skill, counted by the database."""

    pk: int
    name: str
    firms: int
    needs: int
    half_days: int
    proved: int
    open: int


def skill_totals(survey: Survey) -> list[SkillTotal]:
    """The skills of a survey with how much is asked, the one asked by most firms first; withdrawn needs left out."""
    standing = Need.objects.filter(survey=survey).exclude(state__in=GONE_STATES).order_by()
    rows = standing.values_list("skill_id", "skill__name").annotate(
        firms=Count("firm", distinct=True),
        needs=Count("pk"),
        load=Sum("half_days"),
        proved=Count("reference_price"),
        open=Count("pk", filter=Q(state=NeedState.OPEN)),
    )
    return sorted((SkillTotal(*row) for row in rows), key=lambda total: (-total.firms, -total.half_days, total.name))


# Who was asked, who answered


def addressee_behind(link: AccessLink) -> Addressee | None:
    """Who a survey's link was made for, whatever its cluster."""
    if link.about != "needs.addressee" or link.person_id is None:
        return None
    with scopes_disabled():
        asked = Addressee.objects.select_related("cluster", "survey", "firm", "person", "survey__cluster")
        return asked.filter(pk=link.about_id, person_id=link.person_id).first()


def answers_of(survey: Survey, firm_id: int) -> list[Need]:
    """What the firm asks in the survey, its refused needs too, oldest first."""
    needs = Need.objects.filter(survey=survey, firm_id=firm_id).exclude(state=NeedState.WITHDRAWN)
    joined = needs.select_related("skill", "firm", "reference_price", "reference_price__proof")
    return list(joined.defer("reference_price__proof__raw").order_by("pk"))


def surveys_to_answer(firm_id: int, *, on: date) -> list[Survey]:
    """The surveys that take answers and have none of the firm, latest first."""
    heard = Q(Exists(Need.objects.filter(survey=OuterRef("pk"), firm_id=firm_id)))
    heard |= Q(Exists(Addressee.objects.filter(survey=OuterRef("pk"), firm_id=firm_id, answered_at__isnull=False)))
    return list(Survey.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), ~heard).order_by("-opened_on", "-pk"))


def wants_nothing(survey: Survey, firm_id: int) -> bool:
    """Whether the firm said that it needs nobody this time."""
    return Addressee.objects.filter(survey=survey, firm_id=firm_id, wants_nothing=True).exists()


def responses(survey: Survey, *, on: date) -> QuerySet[Any]:
    """The members of that day, each with `asked_at`, `reminded_at`, `answered_at`, `wants_nothing`, `need_count`, `has_people`
    and `answered`: by a page or in a file alike."""
    asked = Addressee.objects.filter(survey=survey, firm_id=OuterRef("firm_id")).order_by().values("firm_id")
    needs = Need.objects.filter(survey=survey, firm_id=OuterRef("firm_id")).order_by().values("firm_id")
    standing = needs.exclude(state__in=GONE_STATES)
    people = Mandate.objects.on(on).filter(firm_id=OuterRef("firm_id"), role=Role.MEMBER, person__is_active=True)

    def of_asked(what: Combinable) -> Subquery:
        return Subquery(asked.annotate(found=what).values("found"))

    rows: QuerySet[Any] = (
        Membership.objects.on(on)
        .select_related("firm")
        .annotate(
            asked_at=of_asked(Min("asked_at")),
            reminded_at=of_asked(Max("reminded_at")),
            answered_at=of_asked(Max("answered_at")),
            wants_nothing=Exists(asked.filter(wants_nothing=True)),
            need_count=Subquery(standing.annotate(found=Count("pk")).values("found")),
            has_people=Exists(people),
        )
    )
    heard = Q(answered_at__isnull=False) | Exists(needs)
    rows = rows.annotate(answered=heard, by_name=alphabetical("firm__name")).order_by("by_name", "firm_id")
    return rows


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many members a survey has, asked, and heard; `unreachable`: nobody speaks for them and they have not answered."""

    members: int
    asked: int
    answered: int
    waiting: int
    unasked: int
    unreachable: int


def turnout(survey: Survey, *, on: date) -> Turnout:
    asked = Q(asked_at__isnull=False)
    counts = (
        responses(survey, on=on)
        .order_by()
        .aggregate(
            n_members=Count("pk"),
            n_asked=Count("pk", filter=asked),
            n_answered=Count("pk", filter=Q(answered=True)),
            n_waiting=Count("pk", filter=asked & Q(answered=False)),
            n_unasked=Count("pk", filter=~asked & Q(answered=False, has_people=True)),
            n_unreachable=Count("pk", filter=~asked & Q(answered=False, has_people=False)),
        )
    )
    return Turnout(**{name.removeprefix("n_"): count for name, count in counts.items()})


def silent_addressees(survey: Survey, *, on: date) -> list[Addressee]:
    """Those who were asked for a firm that has not answered, and still speak for it."""
    asked = Addressee.objects.filter(survey=survey).select_related("firm", "person", "survey", "cluster")
    heard = set(asked.filter(answered_at__isnull=False).values_list("firm_id", flat=True))
    heard |= set(Need.objects.filter(survey=survey).values_list("firm_id", flat=True))
    silent = list(asked.exclude(firm_id__in=heard))
    people = people_of_firms({one.firm_id for one in silent}, on=on)
    return [one for one in silent if one.person in people.get(one.firm_id, [])]


@dataclass(frozen=True, slots=True)
class Silence:
    """A survey's firms that were written to `days` ago or longer, and have not answered since, by name."""

    survey: Survey
    firms: tuple[Firm, ...]


def silences(*, on: date, days: int) -> list[Silence]:
    """The open surveys with firms asked or reminded `days` ago or longer that say nothing, the latest survey first. Two queries."""
    before = on - timedelta(days=days)
    heard = Addressee.objects.filter(survey=OuterRef("survey"), firm=OuterRef("firm"), answered_at__isnull=False)
    needs = Need.objects.filter(survey=OuterRef("survey"), firm=OuterRef("firm"))
    members = Membership.objects.on(on).values("firm_id")
    rows = Addressee.objects.filter(survey__closed_on=None, firm_id__in=members).exclude(Exists(heard) | Exists(needs))
    rows = rows.annotate(told=Coalesce("reminded_at", "asked_at")).select_related("survey", "firm")
    found: dict[Survey, dict[Firm, bool]] = {}
    for row in rows.order_by("-survey__opened_on", "-survey_id", alphabetical("firm__name"), "firm_id"):
        firms = found.setdefault(row.survey, {})
        firms[row.firm] = firms.get(row.firm, True) and timezone.localdate(row.told) <= before
    silent = [
        Silence(survey, tuple(firm for firm, is_old in firms.items() if is_old)) for survey, firms in found.items()
    ]
    return [one for one in silent if one.firms]


def proof_numbered(pk: int) -> Proof | None:
    return Proof.objects.select_related("firm").filter(pk=pk).first()


def town_place(town: str) -> tuple[float, float] | None:
    """Where a town is, as far as the members of the cluster tell: the place of one of them there."""
    asked = fold(town)
    firms = Firm.objects.filter(pk__in=Membership.objects.values("firm_id"), latitude__isnull=False)
    for name, latitude, longitude in firms.order_by("pk").values_list("town", "latitude", "longitude"):
        if fold(name) == asked and latitude is not None and longitude is not None:
            return latitude, longitude
    return None


def near_skills(text: str) -> list[Skill]:
    """The skills of the cluster that a new spelling seems to name, as the import proposes; none for a known spelling."""
    known = known_spellings()
    if fold(text) in known:
        return []
    names = {folded: skill.name for folded, skill in known.items()}
    found = groups(collect([text], names), names)
    return list({known[fold(group.name)].pk: known[fold(group.name)] for group in found if group.known}.values())
