"""A survey open in Vigne, and what a firm may say in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.world import World

from grappe.needs.actions import answer_survey, open_survey
from grappe.needs.models import Need, Survey
from grappe.needs.stated import Stated

PDF = b"%PDF-1.4\n% une facture\n"
STATED = Stated(skill="communication web", half_days=6)


def a_survey(world: World, title: str = "Besoins de 2027") -> Survey:
    return open_survey(by=world.colette, cluster=world.vigne, title=title, on=world.today)


def answered(world: World, survey: Survey | None = None, *, file: tuple[str, bytes] | None = None, **said: Any) -> Need:
    """A need that Marius says for Disquaire."""
    return answer_survey(
        by=world.marius,
        survey=survey or a_survey(world),
        firm=world.disquaire,
        stated=replace(STATED, **said),
        file=file,
        on=world.today,
    )
