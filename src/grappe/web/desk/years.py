"""A post's year on one grid: months across, firms down; laid out at once, its months drafted from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grappe.audit.deeds import Refused
from grappe.plans import actions, queries
from grappe.plans.rules import month_after
from grappe.pools.models import Pool
from grappe.pools.queries import running_posts
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, url_to
from grappe.web.shared.forms import DeedForm, MonthField, deed_key


class YearForm(DeedForm):
    first = MonthField()


@desk
def year(request: SeatedRequest, pk: int) -> HttpResponse:
    """The last year laid out, or the one asked for."""
    pool = _post(pk)
    if request.method == "POST":
        form = YearForm(request.POST)
        if form.is_valid():
            try:
                actions.lay_out_year(by=request.user, pool=pool, first=form.cleaned_data["first"], key=form.key)
            except Refused as refused:
                messages.error(request, f"{refused.message} {refused.remedy}")
        return redirect(url_to(request, "desk:year", pk))
    plan = queries.last_year_plan(pool)
    grid = queries.year_grid(plan) if plan is not None else None
    default = month_after(request.seat.on.replace(day=1))
    context = {
        "pool": pool,
        "plan": plan,
        "grid": grid,
        "first": plan.starts_on if plan else default,
        "deed_key": deed_key(),
    }
    return render(request, "desk/calendars/year.html", context)


@desk
@require_POST
def year_draft(request: SeatedRequest, pk: int) -> HttpResponse:
    """Each month that has nothing placed yet is put to the engine."""
    plan = queries.last_year_plan(_post(pk))
    if plan is None:
        return redirect(url_to(request, "desk:year", pk))
    try:
        actions.draft_year(by=request.user, plan=plan, since=request.seat.on, key=deed_key_of(request))
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(
            request, _("Les calendriers des mois à venir se préparent : chacun apparaît ici dès qu’il est prêt.")
        )
    return redirect(url_to(request, "desk:year", pk))


def _post(pk: int) -> Pool:
    found = next((post for post in running_posts() if post.pk == pk), None)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("calendriers/annee/<int:pk>/", year, name="year"),
    path("calendriers/annee/<int:pk>/preparer/", year_draft, name="year_draft"),
]
