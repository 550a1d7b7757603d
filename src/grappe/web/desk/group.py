"""The employers' group at a glance: what its posts hold and sell, what comes, what waits; each line opens the deed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grappe.charges import queries as charges
from grappe.clusters.enums import VatRegime
from grappe.papers.queries import signatures_waiting
from grappe.plans import queries as plans
from grappe.plans.queries import MIN_FILL, PostBoard
from grappe.pools import queries as pools
from grappe.pools.enums import PoolState
from grappe.web.desk.today import Todo
from grappe.web.shared import drawings, formats
from grappe.web.shared.doors import SeatedRequest, desk

MONTHS = 6
SHOWN = 6
"""Lines of one kind told one by one; beyond, together."""


@dataclass(frozen=True, slots=True)
class Row:
    """A post's line: its months as drawn, in words, and its result of the year."""

    board: PostBoard
    steps: tuple[drawings.Month, ...]
    words: str
    result: charges.PoolResult | None

    @property
    def tone(self) -> str:
        return _tone(self.board.now.risk)


@desk
@require_GET
def group(request: SeatedRequest) -> HttpResponse:
    """The posts that run, month by month; what is at risk; what waits for somebody. As many queries whatever the posts."""
    on = request.seat.on
    boards = plans.post_boards(on, months=MONTHS)
    results = charges.results_of_year(on.year)
    rows = [_row(board, results.get(board.pool.pk)) for board in boards]
    late = list(charges.late_invoices(on=on))
    sold, capacity = (sum(getattr(board.now, name) for board in boards) for name in ("sold", "capacity"))
    known = [result for result in results.values() if result.months]
    context = {
        "today": on,
        "rows": rows,
        "sold": sold,
        "capacity": capacity,
        "unsold": sum(board.now.unsold for board in boards),
        "unsold_cents": _unsold_cents(boards, pools.month_costs([board.pool for board in boards], on)),
        "late_count": len(late),
        "late_cents": sum(invoice.due_cents for invoice in late),
        "firms": len({pk for board in boards for pk in board.now.firm_ids}),
        "goal": MIN_FILL,
        "least": formats.percent(Fraction(str(MIN_FILL)), _lang()),
        "horizon": [month.month for month in boards[0].months] if boards else [],
        "risks": [*_risks(request, boards), *_late(request, boards, late)],
        "requests": list(_requests(request)),
        "exempt": request.seat.cluster.vat_regime == VatRegime.EXEMPT,
        "result_cents": sum(result.cents for result in known),
        "charged_cents": sum(result.charged_cents for result in known),
        "cost_cents": sum(result.cost_cents for result in known),
    }
    return render(request, "desk/group/group.html", context)


def _url(request: SeatedRequest, name: str, **kwargs: Any) -> str:
    return reverse(f"desk:{name}", kwargs={"slug": request.seat.cluster.slug, **kwargs})


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _month(month: date) -> str:
    return formats.day(month, _lang(), form="month")


def _tone(risk: str) -> str:
    return {"": "", "thin": "warn"}.get(risk, "late")


def _row(board: PostBoard, result: charges.PoolResult | None) -> Row:
    steps = tuple(drawings.Month(one.sold, one.capacity, _tone(one.risk)) for one in board.months)
    said = [
        _("%(month)s : fini") % {"month": _month(one.month)}
        if one.is_over
        else _("%(month)s : %(sold)s sur %(capacity)s")
        % {"month": _month(one.month), "sold": one.sold, "capacity": one.capacity}
        for one in board.months
    ]
    return Row(board, steps, ", ".join(said), result)


def _unsold_cents(boards: Iterable[PostBoard], month_costs: dict[int, int]) -> int:
    """What the half-days that nobody pays for cost in the month, at each post's own rate."""
    return sum(
        month_costs.get(board.pool.pk, 0) * board.now.unsold // board.now.capacity
        for board in boards
        if board.now.capacity
    )


# ---------------------------------------------------------------- what is at risk


def _risks(request: SeatedRequest, boards: list[PostBoard]) -> Iterator[Todo]:
    """The first month in which a post is not held, and who leaves before; the soonest first."""
    risky = [(board, month) for board in boards if (month := board.first_risk) is not None]
    for board, month in risky[:SHOWN]:
        url = _url(request, "pool", pk=board.pool.pk)
        named = {"pool": board.pool, "month": _month(month.month)}
        urgency = "late" if month is board.now else "soon"
        if month.risk == "over":
            title = _("%(pool)s finit avant %(month)s") % named
            yield Todo(urgency, title, _("Reconduire le poste, ou prévenir la personne."), url, _("Ouvrir"))
        elif month.risk == "empty":
            title = _("%(pool)s : plus personne ne paie en %(month)s") % named
            yield Todo(urgency, title, _leaving(board), url, _("Ouvrir"))
        else:
            title = _("%(pool)s : %(sold)s demi-journées payées sur %(capacity)s en %(month)s") % {
                **named,
                "sold": month.sold,
                "capacity": month.capacity,
            }
            yield Todo(urgency, title, _leaving(board), url, _("Trouver une structure"))
    if len(risky) > SHOWN:
        words = ngettext("%(n)s autre poste fragile", "%(n)s autres postes fragiles", len(risky) - SHOWN)
        detail = _named(str(board.pool) for board, _month_ in risky[SHOWN:])
        yield Todo("soon", words % {"n": len(risky) - SHOWN}, detail, "#postes", _("Voir"))
    for board in boards:
        if board.leaving and board.first_risk is None:
            url = _url(request, "pool", pk=board.pool.pk)
            title = _("%(pool)s : un engagement finit") % {"pool": board.pool}
            yield Todo("soon", title, _leaving(board), url, _("Ouvrir"))


def _leaving(board: PostBoard) -> str:
    said = [
        _("%(firm)s, %(n)s par mois, jusqu’à %(month)s")
        % {"firm": one.firm, "n": one.half_days, "month": _month(one.month)}
        for one in board.leaving
    ]
    if not said:
        missing = max(0, round(MIN_FILL * board.pool.capacity) - board.now.sold)
        words = ngettext(
            "Il manque %(n)s demi-journée pour que le poste tienne.",
            "Il manque %(n)s demi-journées pour que le poste tienne.",
            missing,
        )
        return words % {"n": missing} if missing else ""
    return _("S’en vont : %(who)s.") % {"who": " ; ".join(said)}


def _late(request: SeatedRequest, boards: list[PostBoard], late: list[Any]) -> Iterator[Todo]:
    """What is owed and past its day: the other firms of the post answer for it."""
    shared = {board.pool.pk: board.now.firm_ids for board in boards}
    for invoice in late[:SHOWN]:
        days = invoice.days_late(request.seat.on)
        detail = ngettext("%(n)s jour de retard.", "%(n)s jours de retard.", days) % {"n": days}
        pool_id = invoice.statement.pool_id if invoice.statement is not None else 0
        others = len(shared.get(pool_id, frozenset()) - {invoice.firm_id})
        if others:
            words = ngettext(
                "L’autre structure du poste en est solidaire.",
                "Les %(n)s autres structures du poste en sont solidaires.",
                others,
            )
            detail += " " + words % {"n": others}
        amount = formats.euros(invoice.due_cents, _lang())
        title = _("Facture impayée : %(firm)s, %(amount)s") % {"firm": invoice.firm, "amount": amount}
        yield Todo("late", title, detail, _url(request, "invoice", pk=invoice.pk), _("Relancer"))
    if len(late) > SHOWN:
        words = ngettext("%(n)s autre facture impayée", "%(n)s autres factures impayées", len(late) - SHOWN)
        amount = formats.euros(sum(invoice.due_cents for invoice in late[SHOWN:]), _lang())
        url = _url(request, "invoices") + "?etat=late"
        yield Todo("late", words % {"n": len(late) - SHOWN}, amount, url, _("Voir"))


# ---------------------------------------------------------------- what waits for somebody


def _requests(request: SeatedRequest) -> Iterator[Todo]:
    unsigned = plans.unsigned_by_firm(on=request.seat.on)
    hours = _url(request, "hours")
    if unsigned:
        count = sum(one.count for one in unsigned)
        words = ngettext("%(n)s demi-journée à faire contresigner", "%(n)s demi-journées à faire contresigner", count)
        late = any(one.late for one in unsigned)
        names = _named(f"{one.firm} ({one.count})" for one in unsigned)
        yield Todo("late" if late else "soon", words % {"n": count}, names, hours, _("Rappeler"))
    disputes = list(plans.open_disputes())
    if disputes:
        words = ngettext("%(n)s demi-journée contestée", "%(n)s demi-journées contestées", len(disputes))
        names = _named(str(one.hours.firm) for one in disputes)
        yield Todo("late", words % {"n": len(disputes)}, names, hours, _("Lire"))
    leave = list(plans.requests_waiting())
    if leave:
        words = ngettext("%(n)s demande de jours à répondre", "%(n)s demandes de jours à répondre", len(leave))
        names = _named(one.person.short_name for one in leave)
        yield Todo("soon", words % {"n": len(leave)}, names, _url(request, "absences"), _("Répondre"))
    consents = list(plans.consents_waiting())
    if consents:
        words = ngettext(
            "%(n)s changement proche attend l’accord de la personne",
            "%(n)s changements proches attendent l’accord de la personne",
            len(consents),
        )
        names = _named(one.person.short_name for one in consents)
        url = _url(request, "calendar", pk=consents[0].calendar_id)
        yield Todo("soon", words % {"n": len(consents)}, names, url, _("Voir"))
    yield from _answers(request)
    papers = list(signatures_waiting())
    if papers:
        words = ngettext("%(n)s signature attendue", "%(n)s signatures attendues", len(papers))
        signers = Counter(one.person.short_name for one in papers)
        names = _named(f"{name} ({count})" for name, count in signers.most_common())
        yield Todo("soon", words % {"n": len(papers)}, names, _url(request, "pools"), _("Voir"))


def _answers(request: SeatedRequest) -> Iterator[Todo]:
    """Firms that wait for a yes to their leaving, and those that have not said whether they take a part or its new price."""
    for part in pools.leaves_asked():
        title = _("%(firm)s demande à quitter %(pool)s") % {"firm": part.firm, "pool": part.pool}
        detail = _("Souhaité le %(day)s ; voir ce que son départ change aux autres.") % {
            "day": formats.day(part.leave_asked_for, _lang())
        }
        yield Todo("soon", title, detail, _url(request, "pool", pk=part.pool_id), _("Répondre"))
    for pool in pools.pools().exclude(state=PoolState.ENDED):
        if pool.waiting_count:
            words = ngettext(
                "%(pool)s : une réponse attendue", "%(pool)s : %(n)s réponses attendues", pool.waiting_count
            )
            title = words % {"pool": pool, "n": pool.waiting_count}
            detail = _("Une part ou un prix à accepter.")
            yield Todo("soon", title, detail, _url(request, "pool", pk=pool.pk), _("Ouvrir"))


def _named(names: Iterable[str]) -> str:
    said = list(dict.fromkeys(names))
    return ", ".join(said[:SHOWN]) + (" …" if len(said) > SHOWN else "")


urlpatterns = [path("groupement/", group, name="group")]
