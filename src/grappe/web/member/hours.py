"""A member's hours: those to countersign with what each costs, those signed and their act; the days to come, wishes, the feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters.models import Firm
from grappe.engines.values import Month
from grappe.people.models import Person
from grappe.plans import actions, queries, words
from grappe.plans.enums import DayPart, WishKind
from grappe.plans.models import Hours
from grappe.pools.models import Pool
from grappe.web.shared import timesheets
from grappe.web.shared.doors import SeatedRequest, asked_id, deed_key_of, member, url_to
from grappe.web.shared.forms import DayField, DeedForm, deed_key
from grappe.web.shared.listing import listing

AGENDA_DAYS = 62
SHEET_MONTHS = 6


@dataclass(frozen=True, slots=True)
class ToSign:
    """Hours that wait, with what signing them costs before tax (None: the firm was not committed that day)."""

    hours: Hours
    cents: int | None

    @property
    def seen(self) -> str:
        """What the page shows, sent back with the signature: hours changed in the meantime are not signed unread."""
        return f"{self.hours.pk}-{self.hours.minutes}"


@member
@require_GET
def hours(request: SeatedRequest) -> HttpResponse:
    """What waits for a countersignature, what it costs, the month so far, and what was signed."""
    firm_ids = request.seat.firm_ids
    rows = list(queries.unsigned_hours(firm_ids=firm_ids))
    prices = queries.prices_of(rows)
    waiting = [ToSign(row, prices.get(row.pk) if row.minutes else 0) for row in rows if not row.is_disputed]
    signed = listing(
        request, queries.signed_hours(firm_ids=firm_ids), sorts={"jour": ("day", "part", "pk")}, default="-jour"
    )
    this = Month.of(request.seat.on)
    context = {
        "waiting": waiting,
        "disputes": list(queries.open_disputes(firm_ids=firm_ids)),
        "waiting_cents": sum(row.cents or 0 for row in waiting),
        "months": queries.months_so_far(request.seat.on, firm_ids=firm_ids),
        "signed": signed,
        "several": len(firm_ids) > 1,
        "sheets": queries.timesheets(this.plus(1 - SHEET_MONTHS).first_day, this.plus(1).first_day, firm_ids=firm_ids),
        "deed_key": deed_key(),
    }
    return render(request, "member/hours/hours.html", context)


@member
@require_GET
def hours_sheet(request: SeatedRequest, pk: int, month: str) -> HttpResponse:
    """A shared person's double-signed sheet of a month: only the lines of one's own firms."""
    return timesheets.pdf(request, Person.objects.filter(pk=pk).first(), month, firm_ids=request.seat.firm_ids)


@member
@require_POST
def sign(request: SeatedRequest) -> HttpResponse:
    """Countersign what was seen, one half-day or all of them. An id of another firm is not found."""
    seen = _seen(request.POST.getlist("seen"))
    if not seen:
        return redirect(url_to(request, "member:hours"))
    rows = list(
        Hours.objects.filter(pk__in=seen, firm_id__in=request.seat.firm_ids).select_related("firm", "person", "pool")
    )
    if len(rows) != len(seen):
        raise Http404
    try:
        actions.sign_all(
            by=request.user,
            cluster=request.seat.cluster,
            seen=[(row, seen[row.pk]) for row in rows],
            on=request.seat.on,
            key=deed_key_of(request),
        )
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
        return redirect(url_to(request, "member:hours"))
    text = ngettext("%(n)s demi-journée contresignée.", "%(n)s demi-journées contresignées.", len(rows))
    messages.success(request, text % {"n": len(rows)})
    return redirect(url_to(request, "member:hours"))


def _seen(texts: list[str]) -> dict[int, int]:
    """« 12-210 »: hours 12, seen as 210 minutes. What cannot be read is left out."""
    found = {}
    for text in texts[:200]:
        pk, _dash, minutes = text.partition("-")
        if pk.isdecimal() and minutes.isdecimal() and len(pk) < 19 and len(minutes) < 5:
            found[int(pk)] = int(minutes)
    return found


class DisputeForm(DeedForm):
    words = forms.CharField(
        label=gettext_lazy("Ce qui ne va pas"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


def _of_firm(request: SeatedRequest, pk: int) -> Hours:
    found: Hours | None = (
        Hours.objects.filter(pk=pk, firm_id__in=request.seat.firm_ids).select_related("firm", "person", "pool").first()
    )
    if found is None:
        raise Http404
    return found


@member
@require_GET
def signed(request: SeatedRequest, pk: int) -> HttpResponse:
    """A half-day from its first note to its act: who signed, what it cost, what was corrected, what is disputed."""
    return _one(request, _of_firm(request, pk), DisputeForm())


def _one(request: SeatedRequest, found: Hours, form: DisputeForm) -> HttpResponse:
    revisions = queries.revisions(found)
    acts = queries.acts_of_hours(revisions)
    context = {
        "hours": found,
        "revisions": [(row, acts.get(row.pk, [])) for row in revisions],
        "paid_cents": sum(act.paid_cents for row in revisions for act in acts.get(row.pk, [])),
        "last": revisions[-1],
        "disputes": queries.disputes_of(revisions),
        "standing": queries.open_dispute(revisions[-1]),
        "form": form,
        "deed_key": deed_key(),
    }
    return render(request, "member/hours/signed.html", context, status=400 if form.errors else 200)


@member
@require_POST
def dispute(request: SeatedRequest, pk: int) -> HttpResponse:
    """Say what is wrong in hours not yet signed, or add a word to what is disputed."""
    found, form = _of_firm(request, pk), DisputeForm(request.POST)
    if not form.is_valid():
        return _one(request, found, form)
    actions.dispute_hours(
        by=request.user, hours=found, words=form.cleaned_data["words"], on=request.seat.on, key=form.key
    )
    named = {"person": words.first_name(found.person)}
    messages.success(request, _("%(person)s et la coordination sont prévenues ; rien n’est signé ni facturé.") % named)
    return redirect(url_to(request, "member:hours_signed", pk))


@member
@require_POST
def dispute_withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    found = _of_firm(request, pk)
    standing = queries.open_dispute(found)
    if standing is None:
        raise Http404
    actions.withdraw_dispute(by=request.user, dispute=standing, on=request.seat.on, key=deed_key_of(request))
    messages.success(request, _("Contestation retirée : vous pouvez contresigner."))
    return redirect(url_to(request, "member:hours"))


# ---------------------------------------------------------------- the days to come


class WishForm(DeedForm):
    """A day that the firm would like, or cannot have."""

    post = forms.ChoiceField(label=gettext_lazy("Poste"))
    day = DayField(label=gettext_lazy("Jour"))
    part = forms.ChoiceField(
        label=gettext_lazy("Moment"),
        required=False,
        choices=[("", gettext_lazy("toute la journée")), *DayPart.choices],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Ce jour"),
        choices=[
            (WishKind.WANTED, gettext_lazy("nous irait bien")),
            (WishKind.REFUSED, gettext_lazy("n’est pas possible")),
        ],
        widget=forms.RadioSelect,
        initial=WishKind.WANTED,
    )
    words = forms.CharField(label=gettext_lazy("Pourquoi"), max_length=200, required=False)

    def __init__(self, *args: Any, posts: list[tuple[Pool, Firm]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        several = len({firm.pk for _pool, firm in posts}) > 1
        self.fields["post"].choices = [
            (f"{pool.pk}-{firm.pk}", f"{pool.name} · {firm.name}" if several else pool.name) for pool, firm in posts
        ]


@member
def agenda(request: SeatedRequest) -> HttpResponse:
    """When the shared people come; which days would suit; the link to follow it in one's own calendar."""
    firm_ids, on = request.seat.firm_ids, request.seat.on
    posts = queries.posts_of_firms(firm_ids)
    form = WishForm(request.POST if request.method == "POST" else None, posts=posts)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        pool, firm = next(pair for pair in posts if f"{pair[0].pk}-{pair[1].pk}" == said["post"])
        wish = actions.state_wish(
            by=request.user, pool=pool, firm=firm, day=said["day"], part=said["part"], kind=said["kind"], words=said["words"],
            key=form.key,
        )  # fmt: skip
        messages.success(request, _("Noté pour %(day)s.") % {"day": words.weekday_and_day(wish.day)})
        return redirect(url_to(request, "member:agenda"))
    slots = queries.released_slots(on, on + timedelta(days=AGENDA_DAYS), firm_ids=firm_ids)
    days = [(day, list(found)) for day, found in groupby(slots, key=lambda slot: slot.day)]
    memberships = [m for firm_id in sorted(firm_ids) if (m := queries.membership_of(firm_id, on=on))]
    context = {
        "days": days,
        "posts": posts,
        "form": form,
        "wishes": queries.wishes_from(on, firm_ids=firm_ids),
        "feeds": [(m, queries.feed_link(person=request.user, about=m)) for m in memberships],
        "several": len(firm_ids) > 1,
        "base_url": settings.BASE_URL,
        "deed_key": deed_key(),
    }
    return render(request, "member/hours/agenda.html", context, status=400 if form.errors else 200)


@member
@require_POST
def wish_withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    wish = queries.wishes_from(request.seat.on, firm_ids=request.seat.firm_ids).filter(pk=pk).first()
    if wish is None:
        raise Http404
    actions.withdraw_wish(by=request.user, wish=wish)
    return redirect(url_to(request, "member:agenda"))


@member
@require_POST
def feed(request: SeatedRequest) -> HttpResponse:
    """Ask for the link to the firm's calendar, or for another one."""
    firm_id = asked_id(request.POST.get("firm", ""))
    if firm_id is None or firm_id not in request.seat.firm_ids:
        raise Http404
    membership = queries.membership_of(firm_id, on=request.seat.on)
    if membership is None:
        raise Http404
    deed = actions.renew_feed if "renew" in request.POST else actions.open_feed
    deed(by=request.user, about=membership, key=deed_key_of(request))
    return redirect(f"{url_to(request, 'member:agenda')}#agenda")


urlpatterns = [
    path("heures/", hours, name="hours"),
    path("heures/contresigner/", sign, name="hours_sign"),
    path("heures/feuilles/<int:pk>/<str:month>.pdf", hours_sheet, name="hours_sheet"),
    path("heures/<int:pk>/", signed, name="hours_signed"),
    path("heures/<int:pk>/contester/", dispute, name="hours_dispute"),
    path("heures/<int:pk>/contester/retirer/", dispute_withdraw, name="hours_dispute_withdraw"),
    path("agenda/", agenda, name="agenda"),
    path("agenda/lien/", feed, name="feed"),
    path("agenda/souhaits/<int:pk>/retirer/", wish_withdraw, name="wish_withdraw"),
]
