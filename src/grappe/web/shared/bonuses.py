"""A part's differential bonus: the same form for the coordination and for the firm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.acts.queries import closed_years
from grappe.people.models import Person
from grappe.pools import actions, bonuses, queries
from grappe.pools.enums import BonusBasis
from grappe.pools.models import Bonus, Part
from grappe.web.shared.forms import CentsField, DeedForm, MonthField


class BonusForm(DeedForm):
    """Rates travel as hundredths, like money: 42,50 is 4 250 basis points."""

    cents = CentsField(
        label=gettext_lazy("Prime brute"),
        help_text=gettext_lazy(
            "Ce que gagnerait de plus, chez l’utilisateur, un salarié de même qualification. 0 : rien de plus."
        ),
    )
    basis = forms.ChoiceField(label=gettext_lazy("Due"), choices=BonusBasis.choices, widget=forms.RadioSelect)
    charges = CentsField(label=gettext_lazy("Cotisations patronales sur la prime"), required=False)
    valid_from = MonthField(label=gettext_lazy("À partir du mois de"))
    reason = forms.CharField(
        label=gettext_lazy("D’où elle vient"),
        max_length=200,
        help_text=gettext_lazy("Prime d’ancienneté, 13e mois, intéressement… ou pourquoi aucune n’est due."),
    )
    document = forms.CharField(
        label=gettext_lazy("D’après quelle pièce"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Une grille des salaires, un accord, un bulletin : son nom et sa date."),
    )

    def __init__(self, *args: Any, part: Part, on: date, **kwargs: Any) -> None:
        self.part = part
        now = bonuses.coming(bonuses.agreed([part.pk]).get(part.pk, []), on=on)
        rate = now.charges_bp if now is not None else bonuses.usual_charges_bp(queries.cost_lines(part.pool))
        basis = now.basis if now is not None else BonusBasis.HALF_DAY.value
        first = max(on.replace(day=1), part.pool.starts_on.replace(day=1))
        kwargs.setdefault("initial", {"basis": basis, "charges": rate, "valid_from": first})
        super().__init__(*args, **kwargs)
        self.fields["charges"].unit = "%"

    def clean_valid_from(self) -> date:
        """The first day of the month; of the post's first month, the post's first day."""
        month: date = self.cleaned_data["valid_from"]
        starts = self.part.pool.starts_on
        try:
            refuse_closed(month)
        except actions.UnableToRecordBonus as refused:
            raise forms.ValidationError(f"{refused.message} {refused.remedy}") from refused
        return starts if (month.year, month.month) == (starts.year, starts.month) else month

    def record(self, *, by: Person) -> Bonus:
        said = self.cleaned_data
        return actions.record_bonus(
            by=by,
            part=self.part,
            cents=said["cents"],
            basis=said["basis"],
            charges_bp=said["charges"],
            valid_from=said["valid_from"],
            reason=said["reason"],
            document=said["document"],
            key=self.key,
        )


def refuse_closed(day: date) -> None:
    """What a closed year has charged moves no more. Here, since the rooms below do not know which years are closed."""
    if day.year in closed_years():
        raise actions.UnableToRecordBonus(
            _("Les comptes de %(year)s sont clos.") % {"year": day.year}, _("Datez la prime d’une année ouverte.")
        )


def history(part: Part, *, on: date) -> dict[str, Any]:
    """What a page shows of the part's bonuses: the one in force, the one awaited, those that stood and will stand, the latest first."""
    rows = bonuses.agreed([part.pk]).get(part.pk, [])
    return {
        "bonus": bonuses.in_force(rows, on=on),
        "bonus_asked": bonuses.awaited([part.pk]).get(part.pk),
        "bonus_rows": rows[::-1],
    }
