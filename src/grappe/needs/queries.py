from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from grappe.clusters.cells import fold
from grappe.clusters.models import Firm
from grappe.clusters.queries import alphabetical
from grappe.needs.enums import NeedState
from grappe.needs.models import Need, ReferencePrice, Skill, SkillSpelling, Survey
from grappe.needs.rules import grade_on


def surveys() -> QuerySet[Survey]:
    """The cluster's surveys, latest first, with `need_count`: how many needs stand."""
    stands = ~Q(needs__state=NeedState.WITHDRAWN)
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
    price = (
        ReferencePrice.objects.filter(firm_id=firm_id, skill_id=skill_id, asked_on__lte=on)
        .order_by("-asked_on", "-pk")
        .first()
    )
    if price is not None:
        price.grade = grade_on(price.grade, proved_on=price.document_date or price.asked_on, on=on)
    return price


def skills() -> QuerySet[Skill]:
    return Skill.objects.order_by(alphabetical("name"))


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
    needs = Need.objects.filter(survey=survey).exclude(state=NeedState.WITHDRAWN)
    return set(needs.values_list("firm_id", "skill_id"))


@dataclass(frozen=True, slots=True)
class SkillSum:
    """What is asked of one skill: by how many firms, how many half-days a month."""

    skill: Skill
    needs: list[Need]

    @property
    def standing(self) -> list[Need]:
        return [need for need in self.needs if need.state != NeedState.WITHDRAWN]

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
    standing = Need.objects.filter(survey=survey).exclude(state=NeedState.WITHDRAWN)
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
    standing = Need.objects.filter(survey=survey).exclude(state=NeedState.WITHDRAWN).order_by()
    rows = standing.values_list("skill_id", "skill__name").annotate(
        firms=Count("firm", distinct=True),
        needs=Count("pk"),
        load=Sum("half_days"),
        proved=Count("reference_price"),
        open=Count("pk", filter=Q(state=NeedState.OPEN)),
    )
    return sorted((SkillTotal(*row) for row in rows), key=lambda total: (-total.firms, -total.half_days, total.name))
