"""The mission letter: a fixed share of a person's working time on a project paid by a European grant, without a timesheet.

Art. 55 of regulation (EU) 2021/1060, as the rule `eu.hours_per_year` gives it; the text is a model, to have read by someone of the trade.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from stdnum.fr import siren as siren_number

from grappe.law.queries import rules_of
from grappe.law.words import shown
from grappe.papers import kinds
from grappe.papers.kinds import Field, Kind
from grappe.plans import words
from grappe.plans.models import MissionLetter
from grappe.pools.contracts import EMPLOYER, address, cluster_party

YEAR_RULE = "eu.hours_per_year"

LETTER = Kind(
    key="mission_letter",
    words=_("Lettre de mission"),
    about=_("une personne et un projet"),
    fields=(
        *EMPLOYER,
        Field("salarie", _("la personne recrutée"), "Inès Besson", needed=True),
        Field("projet", _("le projet"), "Scènes en réseau", needed=True),
        Field("financeur", _("le programme et sa référence"), "FEDER 2021-2027, IDF0012345"),
        Field("taches", _("les tâches confiées"), "communication du réseau"),
        Field("part", _("la part du temps"), "40 %", needed=True),
        Field("debut", _("le premier jour"), "1er janvier 2027", needed=True),
        Field("jusqu_au", _("le dernier jour"), "31 décembre 2027", needed=True),
        Field("heures", _("les heures par an que cela fait"), "688 h"),
        Field("temps_plein", _("les heures par an d’un temps plein"), "1 720 h"),
        Field("regle", _("la règle et son article"), "règlement (UE) 2021/1060, art. 55"),
    ),
    body=(Path(__file__).with_name("texts") / "mission_letter.txt").read_text(encoding="utf-8"),
)


def register() -> None:
    kinds.register(LETTER)


def title_of(letter: MissionLetter) -> str:
    return f"Lettre de mission : {letter.person}, {letter.project}"


def facts_of(letter: MissionLetter) -> dict[str, Any]:
    """What the letter prints, in French as papers are; the law is read on its first day."""
    cluster = letter.cluster
    rule = rules_of([YEAR_RULE], letter.valid_from).get(YEAR_RULE)
    with override("fr"):
        facts = {
            "employeur": cluster.legal_name,
            "adresse": address(cluster),
            "siren": siren_number.format(cluster.siren) if cluster.siren else "",
            "effet": letter.valid_from.isoformat(),
            "salarie": str(letter.person),
            "projet": letter.project,
            "financeur": letter.funder,
            "taches": letter.tasks,
            "part": words.share(letter.share_bp),
            "debut": words.day_month_year(letter.valid_from),
            "jusqu_au": words.day_month_year(letter.valid_to - timedelta(days=1)),
        }
        if rule is not None:
            facts["heures"] = words.duration(rule.value * 60 * letter.share_bp // 10_000)
            facts["temps_plein"] = shown(rule.value, rule.unit)
            facts["regle"] = rule.article
    return facts


def parties_of(letter: MissionLetter) -> list[dict[str, Any]]:
    person = {"key": "person", "words": "La personne employée", "name": str(letter.person), "role": ""}
    with override("fr"):
        return [cluster_party(letter.cluster), person]
