"""Made-up figures for the live page of the components: invented firms and persons, a fixed month.

Not translated: the page is for those who write pages, and says that it is in French.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from grappe.audit.deeds import Refused
from grappe.web.shared import calendars
from grappe.web.shared.drawings import Column, Site
from grappe.web.shared.forms import CentsField, DayField, DeedForm, HalfDaysField, MonthField
from grappe.web.shared.icons import ICONS
from grappe.web.shared.listing import Listing

MONTH = date(2027, 1, 1)
FIRMS = ("Écluse Studio", "Lanterne Disques", "Goutte Studio", "Utopie Films", "Wagon Management", "Nacelle Éditions")
INES = "111122333344112233004411223344551122"  # the firm of each half-day of a week of weeks, 0 free, 9 leave
THEO = "225511339922551133332255443333"


class SampleForm(DeedForm):
    """One of each kind of field."""

    name = forms.CharField(label="Ce dont vous avez besoin", help_text="Comme vous le diriez à un voisin.")
    quantity = HalfDaysField(label="Combien par mois", help_text="À la demi-journée près : 3 ou 3,5.")
    price = CentsField(label="Prix le plus haut que vous accepteriez", required=False)
    start = MonthField(label="À partir de")
    day = DayField(label="Réponse attendue le", required=False)
    skill = forms.ChoiceField(
        label="Métier",
        choices=[
            ("web", "communication web"),
            ("admin", "administration"),
            ("sound", "son"),
        ],
    )
    weekdays = forms.MultipleChoiceField(
        label="Jours possibles",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[
            ("0", "lundi"), ("1", "mardi"), ("2", "mercredi"),
            ("3", "jeudi"), ("4", "vendredi"),
        ],
    )  # fmt: skip
    place = forms.ChoiceField(
        label="Où",
        widget=forms.RadioSelect,
        choices=[("here", "chez nous"), ("there", "à distance")],
    )
    comment = forms.CharField(label="Autre chose à savoir", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    sure = forms.BooleanField(label="Ce besoin a été validé par notre direction", required=False)
    file = forms.FileField(
        label="Devis ou facture",
        required=False,
        help_text="PDF, image ou tableur, 20 Mo au plus.",
    )


def _lane(label: str, line: str, note: str, movable: bool) -> calendars.Lane:
    slots: dict[tuple[date, str], calendars.Slot] = {}
    worked = [on for n in range(31) if (on := MONTH + timedelta(days=n)).weekday() < 5 and on.day != 1]
    for rank, code in enumerate(line):
        on, half = worked[rank // 2], calendars.PM if rank % 2 else calendars.AM
        key = f"{label[0]}{rank}" if movable else ""
        if code == "9":
            slots[on, half] = calendars.Slot("leave", "congé")
        elif code != "0":
            firm = FIRMS[int(code)]
            unmet = "mardi souhaité, déjà pris par Lanterne Disques" if rank in {8, 25} else ""
            slots[on, half] = calendars.Slot(
                "firm", firm, tone=calendars.tone(int(code)), unmet=unmet, pending=rank == 20, key=key
            )
    return calendars.Lane(label, slots, note, label[0])


def _grids() -> dict[str, Any]:
    holidays, today = {date(2027, 1, 1): "jour de l’An"}, date(2027, 1, 13)
    lanes = [_lane("Inès B.", INES, "communication", True), _lane("Théo M.", THEO, "administration", True)]
    alone = [_lane("Inès B.", INES, "", False)]
    return {
        "grid": calendars.layout(MONTH, lanes, holidays=holidays, today=today, move_url="#calendrier"),
        "own_month": calendars.layout(MONTH, alone, holidays=holidays, today=today),
    }


def _sites() -> list[Site]:
    places = [(48.890, 2.350), (48.872, 2.362), (48.881, 2.392), (48.856, 2.330), (48.846, 2.375), (48.930, 2.420)]
    sites = [
        Site(name, lat, lon, tone=calendars.tone(rank))
        for rank, (name, (lat, lon)) in enumerate(zip(FIRMS, places, strict=True))
    ]
    return [*sites[:5], Site(FIRMS[5], *places[5], served=False)]


def _rows() -> list[dict[str, Any]]:
    figures = [
        (6, 78900, 117000, "B"),
        (6, 78900, 118200, "A"),
        (10, 131500, 190000, "C"),
        (6, 78900, 79800, "D"),
        (7, 92050, None, "D"),
    ]
    return [
        {"firm": firm, "half_days": half, "paid": paid, "alone": alone, "grade": grade}
        for firm, (half, paid, alone, grade) in zip(FIRMS[:5], figures, strict=True)
    ]


def _todo(urgency: str, title: str, detail: str, label: str, *, main: bool = False) -> dict[str, Any]:
    return {"urgency": urgency, "title": title, "detail": detail, "url": "#todo", "label": label, "main": main}


def _todos() -> list[dict[str, Any]]:
    late = "18 jours de retard. Les 10 autres employeurs du poste en sont solidaires."
    found = "10 structures sur 11 servies, 70 demi-journées par mois"
    return [
        _todo("late", "Facture de décembre impayée : Hublot Musiques, 789,00 €", late, "Relancer"),
        _todo("soon", "12 heures à contresigner avant le relevé de décembre", "Lanterne Disques (7 h)", "Rappeler"),
        _todo("deed", "Deux postes solides peuvent naître de l’enquête de janvier", found, "Comparer", main=True),
        _todo("", "Bail de la boutique 7 : 24 mois le 12 mars", "Encore 12 mois possibles", "Décider"),
    ]


def everything() -> dict[str, Any]:
    """What /styleguide/ draws."""
    rows = _rows()
    faulty = SampleForm(
        {"name": "", "quantity": "3,25", "price": "cher", "start": "2027-02", "skill": "web", "place": "here"}
    )
    faulty.fields = {name: faulty.fields[name] for name in ("name", "quantity", "price")}
    paid = (68, 72, 70, 79, 79, 79, 82, 64, 79, 79, 85, 79)
    months = [date(2026, rank, 1) for rank in range(1, 13)]
    return {
        **_grids(),
        "rows": rows,
        "total_paid": sum(row["paid"] for row in rows),
        "listing": Listing(Paginator(rows * 9, 5).page(2), "nom", False),
        "form": SampleForm(
            initial={"quantity": 7, "price": 42000, "start": MONTH, "place": "here", "weekdays": ["1", "2"]}
        ),
        "faulty": faulty,
        "sites": _sites(),
        "todos": _todos(),
        "columns": [Column("JFMAMJJASOND"[rank], amount * 1000, 118_200) for rank, amount in enumerate(paid)],
        "months": months,
        "icons": sorted(ICONS),
        "tones": range(1, calendars.TONES + 1),
        "refused": Refused(
            "Inès B. est déjà chez Goutte Studio le mardi 5 janvier au matin.",
            "Choisissez une autre demi-journée, ou libérez d’abord celle-ci.",
        ),
        "tabs": [
            {"label": "Servir le plus", "url": "#onglets", "current": True},
            {"label": "Postes les plus solides", "url": "#onglets"},
            {"label": "Au plus près", "url": "#onglets"},
        ],
        "steps": ["Choisir le fichier", "Vérifier", "Importer"],
        "versions": [
            {
                "title": "Version 3, diffusée",
                "detail": "12 janv. 2027, par Colette Roy. Deux demi-journées déplacées.",
                "now": True,
            },
            {
                "title": "Version 2",
                "detail": "4 janv. 2027, par Colette Roy. Congé d’Inès ajouté.",
                "url": "#versions",
            },
            {"title": "Version 1", "detail": "21 déc. 2026, par Colette Roy.", "url": "#versions"},
        ],
        "proofs": [
            {"grade": "A", "text": "Facture du 3 mars 2026, 1 182,00 €", "url": "#preuve"},
            {"grade": "C", "text": "Tarif public relevé le 14 janv. 2027"},
        ],
        "kv": [
            ("Une structure de plus", "742 €"),
            ("Une structure de moins", "851 €"),
            ("Vous passez à 4 jours", "1 052 €"),
        ],
    }
