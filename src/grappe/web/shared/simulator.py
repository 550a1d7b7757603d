"""The simulator: what so many days of a skill would cost, before any engagement. For a firm that has not joined, or a member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

from grappe.clusters.cells import fold
from grappe.clusters.enums import Solidarity
from grappe.clusters.models import Cluster
from grappe.needs.queries import known_spellings
from grappe.needs.rules import PRICE_CENTS_A_DAY_MAX, half_day_cents
from grappe.pools import posing, vacancies
from grappe.pools.vacancies import Estimate
from grappe.web.shared.forms import CentsField, Form, HalfDaysField

AlonePrice = Callable[[int], int | None]


class SimulatorForm(Form):
    """A question, asked in the address: it changes nothing."""

    metier = forms.CharField(
        label=gettext_lazy("Pour quel travail"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "skills", "autocomplete": "off"}),
    )
    jours = HalfDaysField(label=gettext_lazy("Combien de jours par mois"), least=1, most=posing.RULES["capacity"])
    prix = CentsField(
        label=gettext_lazy("Ce que vous payez, ou paieriez, seul"),
        least=2,
        most=PRICE_CENTS_A_DAY_MAX,
        required=False,
        help_text=gettext_lazy("Hors taxes. Pour comparer ; cela reste dans cette page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prix"].unit = gettext_lazy("€ par jour")  # type: ignore[attr-defined]


def page(
    request: HttpRequest,
    cluster: Cluster,
    *,
    on: date,
    layout: str,
    alone_of: AlonePrice | None = None,
    need_url: str = "",
) -> HttpResponse:
    """Ask, or answer what is asked. `alone_of`: the price alone of a half-day known for a skill; `need_url`: where to say it."""
    asked = any(request.GET.get(name) for name in ("metier", "jours"))
    form = SimulatorForm(request.GET if asked else None)
    found: Estimate | None = None
    alone: int | None = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        skill = known_spellings().get(fold(said["metier"]))
        found = vacancies.estimate(
            skill_id=skill.pk if skill else None, half_days=said["jours"], on=on, solidarity=cluster.solidarity
        )
        if said["prix"] is not None:
            alone = half_day_cents(said["prix"])
        elif alone_of is not None and skill is not None:
            alone = alone_of(skill.pk)
    context = {
        "form": form,
        "cluster": cluster,
        "layout": layout,
        "skills": vacancies.skills_told(on=on),
        "estimate": found,
        "alone_cents": None if found is None or alone is None else alone * found.half_days,
        "need_url": need_url,
        "rule": Solidarity(cluster.solidarity),
        "back": _back(request, cluster),
    }
    return render(request, "shared/simulator.html", context, status=400 if form.is_bound and form.errors else 200)


def _back(request: HttpRequest, cluster: Cluster) -> str:
    """The page of the cluster that one came from, as the link there said; empty for whoever came by the address alone."""
    asked = request.GET.get("retour", "")
    inside = asked.startswith(f"/c/{cluster.slug}/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if inside else ""
