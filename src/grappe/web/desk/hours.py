"""Hours that wait for a countersignature, and corrections."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters.queries import firms
from grappe.engines.values import Month
from grappe.people.models import Person
from grappe.plans import actions, queries, words
from grappe.plans.models import Hours
from grappe.web.shared import timesheets
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, url_to
from grappe.web.shared.forms import DeedForm, deed_key
from grappe.web.shared.listing import listing


@desk
@require_GET
def hours(request: SeatedRequest) -> HttpResponse:
    """Hours that wait for a countersignature, by firm; and those countersigned, which only a correction changes."""
    sorts = {"jour": ("day", "part", "pk"), "structure": ("firm__name", "-day", "pk")}
    month = timesheets.month_asked(request.GET.get("mois", ""), request.seat.on)
    context = {
        "waiting": queries.unsigned_by_firm(on=request.seat.on),
        "signed": listing(request, queries.signed_hours(), sorts=sorts, default="-jour"),
        "late_after": queries.LATE_AFTER_DAYS,
        "disputes": list(queries.open_disputes()),
        "closed": queries.months_closed(),
        "month": month.first_day,
        "before": str(month.plus(-1)),
        "after": str(month.plus(1)) if month < Month.of(request.seat.on) else "",
        "sheets": queries.timesheets(month.first_day, month.plus(1).first_day),
        "deed_key": deed_key(),
    }
    return render(request, "desk/calendars/hours.html", context)


@desk
@require_GET
def hours_sheet(request: SeatedRequest, pk: int, month: str) -> HttpResponse:
    """A person's double-signed sheet of a month, every firm's lines."""
    return timesheets.pdf(request, Person.objects.filter(pk=pk).first(), month)


@desk
@require_POST
def hours_remind(request: SeatedRequest, pk: int) -> HttpResponse:
    firm = firms(on=request.seat.on).filter(pk=pk).first()
    if firm is None:
        raise Http404
    actions.remind(by=request.user, cluster=request.seat.cluster, firm=firm, key=deed_key_of(request))
    messages.success(request, _("Un rappel est parti vers %(firm)s.") % {"firm": firm})
    return redirect(url_to(request, "desk:hours"))


class CorrectionForm(DeedForm):
    minutes = forms.IntegerField(
        label=gettext_lazy("Durée vraie"),
        min_value=0,
        max_value=600,
        help_text=gettext_lazy("En minutes ; 0 si la demi-journée n’a pas eu lieu."),
    )
    words = forms.CharField(label=gettext_lazy("Ce qui était faux"), max_length=400)


@desk
def hours_correct(request: SeatedRequest, pk: int) -> HttpResponse:
    """Every revision of a half-day's hours; its last one corrected by a reversing act."""
    found = Hours.objects.filter(pk=pk).select_related("firm", "person", "pool", "signed_by").first()
    if found is None:
        raise Http404
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial={"minutes": found.minutes})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.correct_hours(
                by=request.user, hours=found, minutes=form.cleaned_data["minutes"], words=form.cleaned_data["words"], key=form.key
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, f"{refused.message} {refused.remedy}")
        else:
            if made.signed_at is None:
                messages.success(request, _("Corrigé : %(firm)s contresigne à nouveau.") % {"firm": found.firm})
            else:
                messages.success(request, _("Corrigé : l’acte est annulé."))
            return redirect(url_to(request, "desk:hours_correct", made.pk))
    revisions = queries.revisions(found)
    context = {
        "hours": found,
        "revisions": revisions,
        "is_last": revisions[-1].pk == found.pk,
        "form": form,
        "disputes": queries.disputes_of(revisions),
        "standing": queries.open_dispute(found),
        "word_form": WordForm(prefix="mot"),
    }
    return render(request, "desk/calendars/correct.html", context, status=400 if form.errors else 200)


class WordForm(DeedForm):
    words = forms.CharField(label=gettext_lazy("Un mot"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))


@desk
@require_POST
def hours_answer(request: SeatedRequest, pk: int) -> HttpResponse:
    """The coordination's word in what a firm disputes."""
    found, form = Hours.objects.filter(pk=pk).first(), WordForm(request.POST, prefix="mot")
    standing = queries.open_dispute(found) if found is not None else None
    if standing is None:
        raise Http404
    if form.is_valid():
        actions.answer_dispute(by=request.user, dispute=standing, words=form.cleaned_data["words"], key=form.key)
        messages.success(request, _("Envoyé à la personne et à la structure."))
    return redirect(url_to(request, "desk:hours_correct", pk))


@desk
@require_POST
def month_reopen(request: SeatedRequest, pk: int) -> HttpResponse:
    """Let hours that were forgotten be noted in a month whose statement is issued."""
    calendar = queries.calendar_numbered(pk)
    if calendar is None:
        raise Http404
    made = actions.reopen_month(by=request.user, calendar=calendar, on=request.seat.on, key=deed_key_of(request))
    messages.success(
        request, _("Ouvert jusqu’au %(day)s exclu.") % {"day": words.day_and_month(made.open_until or request.seat.on)}
    )
    return redirect(url_to(request, "desk:hours"))


urlpatterns = [
    path("heures/", hours, name="hours"),
    path("heures/rappeler/<int:pk>/", hours_remind, name="hours_remind"),
    path("heures/feuilles/<int:pk>/<str:month>.pdf", hours_sheet, name="hours_sheet"),
    path("heures/<int:pk>/", hours_correct, name="hours_correct"),
    path("heures/<int:pk>/repondre/", hours_answer, name="hours_answer"),
    path("heures/rouvrir/<int:pk>/", month_reopen, name="month_reopen"),
]
