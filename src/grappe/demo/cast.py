"""Whom a visitor of the demo may enter as."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from grappe.people.models import Person

DOMAIN = "demo.example"


@dataclass(frozen=True)
class Guise:
    """A role to try: who, what for, where it begins."""

    key: str
    email: str
    title: object
    words: object
    phone: bool = False


GUISES = [
    Guise(
        "coordinator", f"colette@{DOMAIN}", _("Coordinatrice"),
        _("Colette fait tourner la grappe : les besoins, les postes, les calendriers, les factures."),
    ),
    Guise(
        "exempt", f"nadia@{DOMAIN}", _("Coordinatrice, sans TVA"),
        _("Nadia coordonne un groupement exonéré de TVA : l’année passée est close, chacune y a payé le coût réel, au centime."),
    ),
    Guise(
        "member", f"marius@{DOMAIN}", _("Structure membre"),
        _("Marius dirige un label : sa part avant de s’engager, les heures à contresigner, ce qu’il économise."), phone=True,
    ),
    Guise(
        "employee", f"ines@{DOMAIN}", _("Salariée partagée"),
        _("Inès travaille pour six structures : sa semaine et ses heures, sur son téléphone."), phone=True,
    ),
    Guise("board", f"bruno@{DOMAIN}", _("Membre du conseil"), _("Bruno lit les mêmes chiffres que la coordination, sans rien changer.")),
    Guise("funder", f"fanny@{DOMAIN}", _("Financeur"), _("Fanny, à la Ville, lit ce que l’argent public a permis, et la méthode.")),
    Guise(
        "two_clusters", f"paola@{DOMAIN}", _("Membre de deux grappes"),
        _("Paola est consultante : elle adhère à Paris Mix et au Mila."), phone=True,
    ),
]  # fmt: skip


def person_of(key: str) -> Person | None:
    """The invented person behind a guise; None for an unknown one, or where the demo was not built."""
    guise = next((guise for guise in GUISES if guise.key == key), None)
    return Person.objects.filter(email=guise.email, is_active=True).first() if guise else None
