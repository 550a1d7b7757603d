"""Mission letters: those of the cluster with their papers, and what share of a person's time is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from grappe.papers.queries import PaperSheet, latest_about, sheets
from grappe.people.models import Person
from grappe.plans.models import MissionLetter
from grappe.plans.rules import month_after

LABEL = "plans.missionletter"


@dataclass(frozen=True, slots=True)
class Mission:
    """A letter, its paper and signatures; `on` is the day it is read."""

    letter: MissionLetter
    sheet: PaperSheet | None
    on: date

    @property
    def is_signed(self) -> bool:
        return self.sheet is not None and self.sheet.signed

    @property
    def state(self) -> str:
        """ "withdrawn" (ended before it was signed), "over", "signed", "asked" (signatures awaited), "made"."""
        if self.letter.ended_on is not None and not self.is_signed:
            return "withdrawn"
        if self.on >= self.letter.until:
            return "over"
        if self.is_signed:
            return "signed"
        return "asked" if self.sheet is not None and self.sheet.asked else "made"


def letters() -> QuerySet[MissionLetter]:
    found: QuerySet[MissionLetter] = MissionLetter.objects.select_related("person", "cluster")
    return found.order_by("-valid_from", "-pk")


def letter_numbered(pk: int) -> MissionLetter | None:
    return letters().filter(pk=pk).first()


def missions(found: Iterable[MissionLetter], *, on: date) -> list[Mission]:
    """Each with its paper, in the same order. Four queries, however many."""
    listed = list(found)
    if not listed:
        return []
    papers = sheets(latest_about(LABEL, [letter.pk for letter in listed]).values())
    by_letter = {sheet.paper.about_id: sheet for sheet in papers}
    return [Mission(letter, by_letter.get(letter.pk), on) for letter in listed]


def mission_letters(person: Person, month: date) -> list[MissionLetter]:
    """The letters, signed by both, that give a fixed share of the person's time in the month."""
    rows = letters().filter(person=person, valid_from__lt=month_after(month), valid_to__gt=month)
    return [
        mission.letter for mission in missions(rows, on=month) if mission.is_signed and mission.letter.until > month
    ]


def share_given(person: Person, first: date, until: date) -> tuple[int, list[MissionLetter]]:
    """The most of the person's time (basis points) that letters of any cluster give on one day of these, and which then."""
    with scopes_disabled():
        rows = MissionLetter.objects.filter(person=person, valid_from__lt=until, valid_to__gt=first)
        near = [letter for letter in rows.order_by("pk") if letter.until > first]
    days = {max(first, letter.valid_from) for letter in near}
    by_day = {day: [one for one in near if one.valid_from <= day < one.until] for day in days}
    most = max(by_day.values(), key=lambda ones: sum(one.share_bp for one in ones), default=[])
    return sum(one.share_bp for one in most), most
