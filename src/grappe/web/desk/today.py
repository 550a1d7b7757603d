"""The coordinator's home: what needs doing today, each line a link to its deed; three figures; the month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from grappe.charges import queries as charges
from grappe.charges.solidarity import UnpaidCost, unpaid_costs
from grappe.clusters.cells import fold
from grappe.clusters.enums import Solidarity, VatRegime
from grappe.clusters.queries import firms_of_people, last_notice, memberships, taxable_members
from grappe.engines.values import Month
from grappe.law.enums import Unit
from grappe.law.words import shown
from grappe.needs import queries as needs
from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.outcomes.queries import Figures, cluster_sheet
from grappe.people.queries import undelivered
from grappe.plans import queries as plans
from grappe.plans.enums import DayPart
from grappe.plans.public_holidays import public_holidays
from grappe.plans.queries import CalendarState
from grappe.pools import queries as pools
from grappe.pools import registers
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool, Proposal
from grappe.web.shared import calendars, formats
from grappe.web.shared.doors import SeatedRequest, desk

DEEDS_SHOWN = 12  # statements, then calendars, told one by one; beyond, together
LATE_SHOWN = 5  # late invoices, then disputes, told one by one; beyond, together
SILENT_DAYS = 7  # days after which a firm asked, or reminded, is told to be silent
UNDELIVERED_DAYS = 30  # mails given up are told for that long, or until the address is changed


@dataclass(frozen=True, slots=True)
class Todo:
    """A line of the home. `urgency`: late, soon, deed; `main` for the one that opens the way."""

    urgency: str
    title: str
    detail: str
    url: str
    label: str
    main: bool = False


@desk
def today(request: SeatedRequest) -> HttpResponse:
    on = request.seat.on
    month = Month.of(on)
    states = plans.calendar_states([month.first_day, month.plus(1).first_day])
    found = list(pools.pools().exclude(state=PoolState.ENDED))
    firm_count = memberships(on=on).count()
    todos = [
        *_first_steps(request, firm_count, bool(found)),
        *_late_invoices(request),
        *_undelivered(request),
        *_leave(request),
        *_disputes(request),
        *_unsigned(request),
        *_silent_firms(request),
        *_posts(request, found),
        *_statements(request),
        *_taxable_shares(request),
        *_closings(request),
        *_inspectorate(request),
        *_calendars(request, states),
    ]
    figures = cluster_sheet(date(on.year, 1, 1), date(on.year + 1, 1, 1)).figures
    context = {
        "today": on,
        "todos": todos,
        "how_many": _how_many(len(todos)),
        "figures": figures,
        "saved_note": _saved_note(figures),
        "fill": _fill(states, month.first_day),
        "owed": charges.owed(on=on),
        "grid": _grid(request, month) if _fits_in_a_month(found) else None,
        "firm_count": firm_count,
    }
    return render(request, "desk/today/today.html", context)


def _url(request: SeatedRequest, name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"slug": request.seat.cluster.slug, **kwargs})


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _how_many(count: int) -> str:
    """« Sept choses vous attendent. »"""
    words = {
        1: _("Une chose"),
        2: _("Deux choses"),
        3: _("Trois choses"),
        4: _("Quatre choses"),
        5: _("Cinq choses"),
        6: _("Six choses"),
        7: _("Sept choses"),
        8: _("Huit choses"),
        9: _("Neuf choses"),
        10: _("Dix choses"),
        11: _("Onze choses"),
        12: _("Douze choses"),
    }
    if not count:
        return _("Rien ne vous attend : tout est à jour.")
    what = words.get(count) or _("%(n)s choses") % {"n": count}
    return ngettext("%(what)s vous attend.", "%(what)s vous attendent.", count) % {"what": what}


# ---------------------------------------------------------------- what waits


def _first_steps(request: SeatedRequest, firm_count: int, has_pools: bool) -> Iterator[Todo]:
    """An empty cluster is told where to begin, one step after the other."""
    if not firm_count:
        yield Todo(
            "deed",
            _("Chargez vos adhérents"),
            _("Un tableau suffit : nom, SIREN, ville. Rien n’est écrit avant que vous l’ayez relu."),
            _url(request, "desk:imports"),
            _("Charger"),
            main=True,
        )
    elif not has_pools and not Need.objects.exists():
        yield Todo(
            "deed",
            _("Demandez leurs besoins à vos adhérents"),
            _("Quelles journées, de quel métier, où, à quel prix au plus : c’est de là que naissent les postes."),
            _url(request, "desk:needs"),
            _("Commencer"),
            main=True,
        )


def _taxable_shares(request: SeatedRequest) -> Iterator[Todo]:
    """An exempt group whose members' takings subject to VAT are unknown, or past what the law admits."""
    if request.seat.cluster.vat_regime != VatRegime.EXEMPT:
        return
    members, most = taxable_members(on=request.seat.on)
    url, share = _url(request, "desk:regime"), shown(most, Unit.BASIS_POINTS)
    above = [one.firm.name for one in members if one.above]
    if above:
        title = ngettext(
            "%(n)s membre dépasse %(share)s de recettes soumises à la TVA",
            "%(n)s membres dépassent %(share)s de recettes soumises à la TVA",
            len(above),
        ) % {"n": len(above), "share": share}
        detail = _("%(firms)s : l’exonération de tout le groupement est en jeu.") % {"firms": ", ".join(above[:4])}
        yield Todo("late", title, detail, url, _("Voir"))
    missing = sum(one.declared is None for one in members)
    if missing:
        title = ngettext(
            "%(n)s membre n’a pas déclaré sa part de recettes soumise à la TVA",
            "%(n)s membres n’ont pas déclaré leur part de recettes soumise à la TVA",
            missing,
        ) % {"n": missing}
        yield Todo("deed", title, _("Chaque membre la déclare de son côté ; vous pouvez la noter."), url, _("Noter"))


def _closings(request: SeatedRequest) -> Iterator[Todo]:
    """Years that are over and not closed, when the closing was begun or the group, exempt, owes it to its members."""
    exempt = request.seat.cluster.vat_regime == VatRegime.EXEMPT
    for one in charges.years(on=request.seat.on):
        closed = one.closing is not None and one.closing.is_closed
        if one.is_over and not closed and (exempt or one.closing is not None):
            title = _("L’année %(year)s est à clore") % {"year": one.year}
            detail = (
                _("Coût réel, puis régularisation de chacun : le résultat doit être nul.")
                if exempt
                else _("Coût réel, puis résultat de l’année.")
            )
            yield Todo("deed", title, detail, _url(request, "desk:closings"), _("Clore"))


def _inspectorate(request: SeatedRequest) -> Iterator[Todo]:
    """What changed since the notice to the labour inspectorate, to be told within a month (art. D1253-3 C. trav.)."""
    if (last := last_notice()) is None:
        return
    changed = registers.notice(request.seat.cluster, on=request.seat.on, last=last).changed
    if changed:
        title = _("À écrire à l’inspection du travail, dans le mois")
        detail = _("Changé depuis la dernière note : %(what)s.") % {"what": " ; ".join(changed)}
        yield Todo("soon", title, detail, _url(request, "desk:registers"), _("Ouvrir"))


def _late_invoices(request: SeatedRequest) -> Iterator[Todo]:
    """Unpaid and past its day: a joint liability, so said with what it would cost the others by the statutes' rule."""
    on = request.seat.on
    late = list(charges.late_invoices(on=on)[: LATE_SHOWN + 1])
    costs = unpaid_costs(request.seat.cluster, late, on=on)
    for invoice in late[:LATE_SHOWN]:
        days = invoice.days_late(on)
        detail = ngettext("%(n)s jour de retard.", "%(n)s jours de retard.", days) % {"n": days}
        detail += " " + _solidarity(request.seat.cluster.solidarity, costs[invoice.pk])
        amount = formats.euros(invoice.due_cents, _lang())
        title = _("Facture impayée : %(firm)s, %(amount)s") % {"firm": invoice.firm, "amount": amount}
        yield Todo("late", title, detail, _url(request, "desk:invoice", pk=invoice.pk), _("Relancer"))
    if len(late) > LATE_SHOWN:
        url = _url(request, "desk:invoices") + "?etat=late"
        yield Todo("late", _("D’autres factures sont en retard"), _("Les plus anciennes sont ici."), url, _("Voir"))


def _solidarity(rule: str, cost: UnpaidCost) -> str:
    """What each other firm would answer for, if it were never paid."""
    if not cost.rest_cents:
        return _("Sa propre garantie la couvre.")
    if not cost.firm_count:
        return ""
    most = formats.euros(cost.most_cents, _lang())
    if rule == Solidarity.WHOLE:
        words = ngettext(
            "Si elle n’était jamais payée, l’autre structure en répondrait : %(most)s.",
            "Si elle n’était jamais payée, chacune des %(n)s autres structures en répondrait en entier : %(most)s.",
            cost.firm_count,
        )
    else:
        words = ngettext(
            "Si elle n’était jamais payée, elle retomberait sur l’autre structure : %(most)s.",
            "Si elle n’était jamais payée, %(n)s autres structures se la partageraient : jusqu’à %(most)s chacune.",
            cost.firm_count,
        )
    return words % {"n": cost.firm_count, "most": most}


def _disputes(request: SeatedRequest) -> Iterator[Todo]:
    """Hours that a firm contests: neither signed nor billed until someone settles it."""
    rows = list(plans.open_disputes()[: LATE_SHOWN + 1])
    for one in rows[:LATE_SHOWN]:
        words = {
            "firm": one.hours.firm,
            "person": one.hours.person.short_name,
            "day": formats.day(one.hours.day, _lang(), form="plain"),
        }
        title = _("Heures contestées par %(firm)s : %(person)s, le %(day)s") % words
        detail = _("« %(words)s »") % {"words": one.last_words}
        yield Todo("soon", title, detail, _url(request, "desk:hours_correct", pk=one.hours_id), _("Répondre"))
    if len(rows) > LATE_SHOWN:
        detail = _("Les plus anciennes sont ici.")
        yield Todo("soon", _("D’autres heures sont contestées"), detail, _url(request, "desk:hours"), _("Voir"))


def _silent_firms(request: SeatedRequest) -> Iterator[Todo]:
    """Firms that were asked for their needs a week ago and say nothing: a need not said is in no post."""
    for one in needs.silences(on=request.seat.on, days=SILENT_DAYS):
        title = ngettext(
            "%(n)s structure ne répond pas à « %(survey)s »",
            "%(n)s structures ne répondent pas à « %(survey)s »",
            len(one.firms),
        ) % {"n": len(one.firms), "survey": one.survey}
        names = ", ".join(firm.name for firm in one.firms[:4]) + (", …" if len(one.firms) > 4 else "")
        detail = _("Sans nouvelle depuis plus de %(days)s jours : %(firms)s") % {"days": SILENT_DAYS, "firms": names}
        yield Todo("soon", title, detail, _url(request, "desk:survey_answers", pk=one.survey.pk), _("Relancer"))


def _undelivered(request: SeatedRequest) -> Iterator[Todo]:
    """Addresses that the mail server refuses: whoever is behind is not told of anything."""
    people = firms_of_people(on=request.seat.on)
    for mail in undelivered(people, since=timezone.now() - timedelta(days=UNDELIVERED_DAYS)):
        firm_id = people[mail.person_id] if mail.person_id else None
        url = _url(request, "desk:firm", pk=firm_id) if firm_id else _url(request, "desk:cluster")
        title = _("Courriel non distribué : %(person)s, %(address)s") % {"person": mail.person, "address": mail.to}
        detail = _("« %(subject)s » n’est pas arrivé. Vérifiez l’adresse.") % {"subject": mail.subject}
        yield Todo("late", title, detail, url, _("Voir"))


def _leave(request: SeatedRequest) -> Iterator[Todo]:
    """Requests for days off without an answer, and people back from an illness to be told what leave they have left."""
    url = _url(request, "desk:absences")
    waiting = list(plans.requests_waiting())
    if waiting:
        title = ngettext("%(n)s demande de jours à répondre", "%(n)s demandes de jours à répondre", len(waiting))
        names = ", ".join(dict.fromkeys(one.person.short_name for one in waiting))
        yield Todo("soon", title % {"n": len(waiting)}, names, url, _("Répondre"))
    for absence in plans.to_inform(on=request.seat.on):
        words = {"person": absence.person.short_name}
        detail = _("Ce qui lui reste, et jusqu’à quand : dans le mois qui suit son retour.")
        yield Todo("soon", _("%(person)s, de retour : l’informer de ses congés") % words, detail, url, _("Ouvrir"))


def _unsigned(request: SeatedRequest) -> Iterator[Todo]:
    waiting = plans.unsigned_by_firm(on=request.seat.on)
    if not waiting:
        return
    count = sum(one.count for one in waiting)
    title = ngettext("%(n)s demi-journée à faire contresigner", "%(n)s demi-journées à faire contresigner", count) % {
        "n": count
    }
    names = [f"{one.firm} ({one.count})" for one in waiting[:4]]
    if len(waiting) > 4:
        names.append("…")
    late = any(one.late for one in waiting)
    yield Todo("late" if late else "soon", title, ", ".join(names), _url(request, "desk:hours"), _("Voir"))


def _posts(request: SeatedRequest, found: list[Pool]) -> Iterator[Todo]:
    """Drafts to send out, answers that have come, posts that can start; and needs that nobody has yet pooled."""
    for part in pools.asking_to_leave():
        named = {"firm": part.firm, "post": part.pool}
        detail = _("À partir du %(day)s ; voyez ce que cela change pour les autres.") % {
            "day": formats.day(part.leave_asked_for, _lang(), form="plain")
        }
        title = _("%(firm)s veut quitter « %(post)s »") % named
        yield Todo("soon", title, detail, _url(request, "desk:part_leave", pk=part.pk), _("Voir"))
    for pool in found:
        if pool.state == PoolState.RUNNING:
            continue
        url = _url(request, "desk:pool", pk=pool.pk)
        if pool.state == PoolState.DRAFT:
            yield Todo(
                "deed",
                _("%(pool)s : inviter les structures") % {"pool": pool},
                _("Le poste est prêt ; chacune verra sa part et son prix avant de s’engager."),
                url,
                _("Inviter"),
            )
        else:
            yield _inviting(pool, url)
    proposal = pools.proposals().annotate(opened=Count("pools")).first()
    if proposal is not None and not proposal.opened:
        yield _proposal(request, proposal)
        return
    asked = Need.objects.filter(state=NeedState.OPEN, parts=None, survey__closed_on=None, survey__proposals=None)
    waiting = asked.count()
    if waiting:
        title = ngettext(
            "%(n)s besoin attend une mise en commun", "%(n)s besoins attendent une mise en commun", waiting
        )
        yield Todo(
            "deed",
            title % {"n": waiting},
            _("Grappe cherche les postes qui en servent le plus."),
            _url(request, "desk:pools_new"),
            _("Former des postes"),
            main=True,
        )


def _proposal(request: SeatedRequest, proposal: Proposal) -> Todo:
    """The last question put to Grappe, of which no post was opened yet: still reckoning, or to be chosen from."""
    solves = [answer.solve for answer in proposal.answers.all()]
    going = sum(not solve.is_over for solve in solves)
    url = _url(request, "desk:proposal", pk=proposal.pk)
    words = {"survey": proposal.survey}
    if going:
        title = _("Grappe cherche des postes pour « %(survey)s »") % words
        return Todo("deed", title, _("Le calcul continue ; vous pouvez le regarder ou l’arrêter."), url, _("Voir"))
    title = _("Des postes peuvent naître de « %(survey)s »") % words
    detail = _("Trois façons de répondre aux besoins, à comparer avant d’inviter.")
    return Todo("deed", title, detail, url, _("Comparer"), main=True)


def _inviting(pool: Pool, url: str) -> Todo:
    answers = _("%(yes)s oui, %(no)s non, %(waiting)s en attente") % {
        "yes": pool.accepted_count,
        "no": pool.declined_count,
        "waiting": pool.waiting_count,
    }
    if pool.waiting_count:
        words = ngettext("%(pool)s : une réponse attendue", "%(pool)s : %(n)s réponses attendues", pool.waiting_count)
        title = words % {"pool": pool, "n": pool.waiting_count}
        return Todo("soon", title, answers, url, _("Ouvrir"))
    return Todo("deed", _("%(pool)s : toutes ont répondu") % {"pool": pool}, answers, url, _("Mettre en route"))


def _statements(request: SeatedRequest) -> Iterator[Todo]:
    waiting = charges.statements_due(on=request.seat.on)
    for due in waiting[:DEEDS_SHOWN]:
        words = {"pool": due.pool, "month": formats.day(due.month, _lang(), form="month")}
        if due.statement is None:
            detail = _("Le mois est fini : son coût se partage selon les demi-journées contresignées.")
            url = _url(request, "desk:charges")
            yield Todo("deed", _("Décompte à dresser : %(pool)s, %(month)s") % words, detail, url, _("Dresser"))
        else:
            amount = formats.euros(due.statement.charged_cents, _lang())
            detail = _("%(amount)s à facturer, une fois vérifié.") % {"amount": amount}
            url = _url(request, "desk:statement", pk=due.statement.pk)
            yield Todo("deed", _("Décompte à émettre : %(pool)s, %(month)s") % words, detail, url, _("Vérifier"))
    if (more := len(waiting) - DEEDS_SHOWN) > 0:
        title = ngettext("%(n)s autre décompte attend", "%(n)s autres décomptes attendent", more) % {"n": more}
        yield Todo("deed", title, _("Les plus anciens sont au-dessus."), _url(request, "desk:charges"), _("Voir"))


def _calendars(request: SeatedRequest, states: list[CalendarState]) -> Iterator[Todo]:
    """This month's and the next's: to draft, to release, to release again."""
    waiting = [state for state in states if state.is_due]
    for state in waiting[:DEEDS_SHOWN]:
        words = {"pool": state.pool, "month": formats.day(state.month, _lang(), form="month")}
        placed = _("%(placed)s demi-journées placées sur %(committed)s") % {
            "placed": state.placed,
            "committed": state.committed,
        }
        if state.calendar is None:
            url, label = _url(request, "desk:calendars"), _("Ouvrir")
        else:
            url, label = _url(request, "desk:calendar", pk=state.calendar.pk), _("Ouvrir")
        if state.state in {"absent", "empty"}:
            title = _("Calendrier à préparer : %(pool)s, %(month)s") % words
        elif state.state == "draft":
            title = _("Calendrier à diffuser : %(pool)s, %(month)s") % words
        else:
            title = _("Calendrier changé, à diffuser de nouveau : %(pool)s, %(month)s") % words
        yield Todo("deed", title, placed, url, label)
    if (more := len(waiting) - DEEDS_SHOWN) > 0:
        title = ngettext("%(n)s autre calendrier attend", "%(n)s autres calendriers attendent", more) % {"n": more}
        yield Todo("deed", title, "", _url(request, "desk:calendars"), _("Voir"))


# ---------------------------------------------------------------- figures, and the month


def _saved_note(figures: Figures) -> str:
    if not figures.has_proved:
        return _("aucun prix seule prouvé pour l’instant")
    note = _("entre %(low)s et %(high)s") % {
        "low": formats.euros(figures.proved.low, _lang(), places=0),
        "high": formats.euros(figures.proved.high, _lang(), places=0),
    }
    share = formats.percent(figures.proof_share, _lang())
    return note + " · " + _("%(share)s sur facture, devis ou tarif") % {"share": share}


@dataclass(frozen=True, slots=True)
class Fill:
    posts: int
    committed: int
    capacity: int


def _fill(states: list[CalendarState], month: date) -> Fill:
    """The running posts of the month: how many, and how full."""
    running = [state for state in states if state.month == month]
    return Fill(len(running), sum(state.committed for state in running), sum(state.pool.capacity for state in running))


def _fits_in_a_month(found: list[Pool]) -> bool:
    """Whether the month of everybody holds on a page; beyond, the wall shows it."""
    people = {pool.person_id for pool in found if pool.state == PoolState.RUNNING}
    return len(people) <= calendars.MONTH_PEOPLE


def _grid(request: SeatedRequest, month: Month) -> calendars.Grid | None:
    """The month's half-days as they were last released, a band per shared person; None without any."""
    start, end = month.first_day, month.plus(1).first_day
    slots = list(plans.released_slots(start, end))
    if not slots:
        return None
    tones = calendars.firm_tones({slot.firm_id: slot.firm.name for slot in slots})
    people = {slot.person_id: slot.person for slot in slots}
    halves: dict[int, dict[calendars.Half, calendars.Slot]] = {pk: {} for pk in people}
    for away in plans.absences(since=start):
        for day in _days(max(start, away.first_day), min(end, _after(away.last_day))):
            if away.person_id in halves:
                for part in DayPart.values:
                    halves[away.person_id][day, part] = calendars.Slot("leave", away.get_kind_display())
    for slot in slots:
        halves[slot.person_id][slot.day, slot.part] = calendars.Slot("firm", slot.firm.name, tone=tones[slot.firm_id])
    lanes = [
        calendars.Lane(person.short_name, halves[pk], key=str(pk))
        for pk, person in sorted(people.items(), key=lambda pair: (fold(str(pair[1])), pair[0]))
    ]
    holidays = public_holidays(request.seat.cluster.holidays, start, end)
    return calendars.layout(start, lanes, holidays=holidays, today=request.seat.on)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _days(start: date, end: date) -> list[date]:
    """The days from `start` to `end` (excluded)."""
    return [date.fromordinal(number) for number in range(start.toordinal(), end.toordinal())]


urlpatterns = [path("aujourdhui/", today, name="today")]
