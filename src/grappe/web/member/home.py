"""A member's home, phone first: what needs it, the next days of the shared person, cost, savings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from grappe.charges import queries as charges
from grappe.charges.solidarity import position
from grappe.clusters.enums import Solidarity, VatRegime
from grappe.clusters.queries import taxable_shares
from grappe.engines.values import Month
from grappe.law.enums import Unit
from grappe.law.queries import value_on
from grappe.law.words import shown
from grappe.needs.queries import surveys_to_answer
from grappe.outcomes.queries import member_sheet
from grappe.plans import queries as plans
from grappe.pools import queries as pools
from grappe.pools.enums import PartState
from grappe.web.member.sheet import asked_firm, firm_tabs
from grappe.web.shared import formats
from grappe.web.shared.doors import SeatedRequest, member

DAYS_AHEAD = 14
URGENCIES = ["late", "soon", "deed"]


@dataclass(frozen=True, slots=True)
class Todo:
    urgency: str
    title: str
    detail: str
    url: str
    label: str
    main: bool = False


@member
def home(request: SeatedRequest) -> HttpResponse:
    firm, firms = asked_firm(request)
    on, month = request.seat.on, Month.of(request.seat.on)
    year = member_sheet(firm.pk, date(on.year, 1, 1), date(on.year + 1, 1, 1))
    this_month = dict(year.months).get(month.first_day)
    standing = position(request.seat.cluster, on=on)
    context = {
        "firm": firm,
        "solidarity": standing.of_firm(firm.pk),
        "solidarity_rule": Solidarity(standing.rule).label,
        "others_late": standing.late_but(firm.pk),
        "firm_tabs": firm_tabs(request, "member:home", firm, firms),
        "todos": _todos(request, firm.pk),
        "days": _next_days(firm.pk, on),
        "month": month.first_day,
        "month_cents": this_month.paid_cents if this_month else 0,
        "month_quantity": this_month.quantity if this_month else 0,
        "figures": year.figures,
        "today": on,
    }
    return render(request, "member/home/home.html", context)


def _url(request: SeatedRequest, name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"slug": request.seat.cluster.slug, **kwargs})


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _todos(request: SeatedRequest, firm_id: int) -> list[Todo]:
    """Surveys, invitations and new prices to answer, hours to sign, invoices to pay."""
    on, todos = request.seat.on, []
    for survey in surveys_to_answer(firm_id, on=on):
        detail = survey.question or _("Si la grappe pouvait embaucher une personne, pour quels jours et quel travail ?")
        url = _url(request, "member:survey", survey=survey.pk, firm=firm_id)
        todos.append(Todo("soon", survey.title, detail, url, _("Répondre"), main=True))
    for part in pools.parts_of_firms([firm_id]).filter(state__in=pools.WAITING):
        title = _("On vous propose une part : %(pool)s") if part.state == PartState.INVITED else _(
            "Le prix a changé : %(pool)s"
        )  # fmt: skip
        days = formats.days(part.half_days, _lang())
        detail = _("%(days)s par mois ; le prix vous est montré avant tout engagement.") % {"days": days}
        url = _url(request, "member:commitments")
        todos.append(Todo("soon", title % {"pool": part.pool}, detail, url, _("Répondre"), main=True))
    for part in pools.parts_of_firms([firm_id]).filter(bonuses__isnull=False, bonuses__agreed_at=None):
        title = _("%(pool)s : une prime différentielle à accepter") % {"pool": part.pool}
        detail = _("Sans votre accord, rien ne vous en est facturé.")
        todos.append(Todo("soon", title, detail, _url(request, "member:commitment", pk=part.pk), _("Lire et répondre")))
    unsigned = plans.unsigned_hours(firm_ids=[firm_id]).count()
    if unsigned:
        title = ngettext("%(n)s demi-journée à contresigner", "%(n)s demi-journées à contresigner", unsigned)
        detail = _("Ce que vous signez fait foi, pour la facture comme pour le relevé.")
        todos.append(Todo("soon", title % {"n": unsigned}, detail, _url(request, "member:hours"), _("Signer")))
    for invoice in charges.invoices(firm_ids=[firm_id]).filter(due_cents__gt=0).order_by("due_on", "number"):
        late = invoice.days_late(on)
        detail = (
            ngettext("%(n)s jour de retard", "%(n)s jours de retard", late) % {"n": late}
            if late
            else _("avant le %(day)s") % {"day": formats.day(invoice.due_on, _lang(), form="plain")}
        )
        amount = formats.euros(invoice.due_cents, _lang())
        title = _("Facture %(reference)s à régler : %(amount)s") % {"reference": invoice.reference, "amount": amount}
        url = _url(request, "member:invoice", pk=invoice.pk)
        todos.append(Todo("late" if late else "deed", title, detail, url, _("Voir")))
    for closing, one, row in charges.years_to_accept([firm_id]):
        title = _("%(pool)s, %(year)s : le coût réel demande votre accord") % {"pool": one.pool, "year": closing.year}
        detail = _("Sans lui, rien de plus ne vous est facturé : %(amount)s de plus qu’accepté.") % {
            "amount": formats.euros(row.above_cents, _lang())
        }
        todos.append(Todo("soon", title, detail, _url(request, "member:closings"), _("Lire et répondre")))
    todos += _taxable_share(request, firm_id)
    return sorted(todos, key=lambda todo: URGENCIES.index(todo.urgency))


def _taxable_share(request: SeatedRequest, firm_id: int) -> list[Todo]:
    """In an exempt group: a share of takings subject to VAT that is not declared, or too high."""
    if request.seat.cluster.vat_regime != VatRegime.EXEMPT:
        return []
    declared, on = taxable_shares(on=request.seat.on).get(firm_id), request.seat.on
    most = value_on("vat.exempt_member_taxable_share_bp", on)
    if declared is not None and declared.share_bp <= most:
        return []
    share = shown(most, Unit.BASIS_POINTS)
    title = _("Déclarez la part de vos recettes soumise à la TVA") if declared is None else _(
        "Votre part de recettes soumise à la TVA dépasse la limite"
    )  # fmt: skip
    detail = _("Au-delà de %(share)s, l’exonération de tout le groupement est en jeu.") % {"share": share}
    label = _("Déclarer") if declared is None else _("Voir")
    url = f"{_url(request, 'member:taxable')}?structure={firm_id}"
    return [Todo("deed" if declared is None else "soon", title, detail, url, label)]


@dataclass(frozen=True, slots=True)
class Coming:
    """A day when a shared person is there: whole, or a half."""

    day: date
    who: str
    pool: str
    halves: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return len(self.halves) > 1


def _next_days(firm_id: int, on: date) -> list[Coming]:
    """The next two weeks, from the last calendars released."""
    found: dict[tuple[date, int], list[Any]] = {}
    for slot in plans.released_slots(on, on + timedelta(days=DAYS_AHEAD), firm_ids=[firm_id]):
        found.setdefault((slot.day, slot.person_id), []).append(slot)
    return [
        Coming(day, str(slots[0].person), slots[0].release.calendar.pool.name, tuple(slot.part for slot in slots))
        for (day, _person), slots in sorted(found.items())
    ]


urlpatterns = [path("", home, name="home")]
