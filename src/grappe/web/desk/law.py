"""The rules of law that the cluster's figures rest on: value, since when, article, source, how far it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from grappe.law.enums import Theme
from grappe.law.known import RULES, Known
from grappe.law.models import RuleValue
from grappe.law.queries import periods_of
from grappe.law.words import shown
from grappe.web.shared.doors import SeatedRequest, desk


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as the page shows it."""

    rule: RuleValue

    @property
    def value(self) -> str:
        return shown(self.rule.value, self.rule.unit)


@dataclass(frozen=True, slots=True)
class Line:
    """A rule: its value today (None: there is none), those that come, those that were."""

    known: Known
    now: Shown | None
    coming: list[Shown]
    past: list[Shown]


@desk
@require_GET
def law(request: SeatedRequest) -> HttpResponse:
    """All the rules, theme by theme. One query."""
    periods, on = periods_of(), request.seat.on
    lines: dict[Theme, list[Line]] = {theme: [] for theme in Theme}
    for known in RULES:
        values = [Shown(value) for value in periods.get(known.key, [])]
        now = next((value for value in values if value.rule.in_force(on)), None)
        coming = [value for value in values if value.rule.valid_from > on]
        past = [value for value in reversed(values) if value.rule.valid_to is not None and value.rule.valid_to <= on]
        lines[known.theme].append(Line(known, now, coming, past))
    to_confirm = sum(line.now is None or not line.now.rule.is_confirmed for group in lines.values() for line in group)
    context = {"themes": [(theme.label, group) for theme, group in lines.items() if group], "to_confirm": to_confirm}
    return render(request, "desk/law/rules.html", context)


urlpatterns = [path("reglages/droit/", law, name="law")]
