"""The parts of a pool while a deed changes them: held, checked, priced again. Called inside a deed's transaction."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.people.models import Person
from grappe.pools import letters, pricing, queries
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Commitment, Part, Pool
from grappe.pools.refusals import UnableToAnswer
from grappe.pools.rules import coordinates, may_commit


def reprice(pool: Pool) -> None:
    """After the price has moved: whoever accepted less is asked again, whoever accepted as much stands."""
    if pool.state == PoolState.RUNNING:
        _reprice_ahead(pool)
        return
    price = queries.price_cents(pool)
    standing = queries.last_commitments(pool)
    for part in pool.parts.filter(state__in=queries.COMMITTED).select_related("pool", "cluster", "firm"):
        accepted = standing.get(part.pk)
        if accepted is None or price is None:
            continue
        if price > accepted.price_cents:
            part.state = PartState.REPRICED
            part.save(update_fields=["state"])
            letters.tell_new_price(part, accepted)
        elif part.state == PartState.REPRICED:
            part.state = PartState.ACCEPTED
            part.save(update_fields=["state"])


def _reprice_ahead(pool: Pool) -> None:
    """The same in a pool that runs, where arrivals and departures are known ahead: each is asked for the first day on which
    the price is above what it accepted, and not until then."""
    today = timezone.localdate()
    rows = list(Commitment.objects.filter(queries.ever_committed(), part__pool=pool).select_related("part"))
    ahead = {max(today, pool.starts_on)}
    ahead |= {row.valid_from for row in rows if row.valid_from > today}
    ahead |= {row.part.leaves_on for row in rows if row.part.leaves_on is not None and row.part.leaves_on > today}
    rises: dict[int, tuple[date, Commitment]] = {}
    for day in sorted(ahead):
        standing = queries.in_force(rows, starts_on=pool.starts_on, on=day)
        load = sum(one.half_days for one in standing.values())
        price = pricing.half_day_cents(queries.year_cost_cents(pool), load)
        for one in standing.values():
            if price is not None and price > one.price_cents:
                rises.setdefault(one.part_id, (day, one))
    for part in pool.parts.filter(state__in=queries.COMMITTED).select_related("pool", "cluster", "firm"):
        if part.asked_half_days is not None:
            continue  # what is asked of it shows the price as it will be
        rise = rises.get(part.pk)
        before = (part.state, part.asked_from)
        part.state = PartState.REPRICED if rise else PartState.ACCEPTED
        part.asked_from = rise[0] if rise else None
        if (part.state, part.asked_from) != before:
            part.save(update_fields=["state", "asked_from"])
            if rise:
                letters.tell_new_price(part, rise[1])


def hold(pool: Pool) -> Pool:
    """The pool's row, held until the deed ends: whoever answers at the same moment waits, then sees the new price."""
    held = Pool.objects.select_for_update().filter(pk=pool.pk).first()
    if held is None:
        raise UnableToAnswer(_("Cette mise en commun n’appartient pas à cette grappe."), _("Revenez à la liste."))
    return held


def hold_part(part: Part) -> tuple[Pool, Part]:
    """The part and its pool as they are now, held; the pool first, always, so that nobody waits in a ring."""
    found = Part.objects.filter(pk=part.pk).select_related("pool").first()
    if found is None:
        raise UnableToAnswer(
            _("Cette part n’appartient pas à cette grappe."), _("Reprenez le lien que vous avez reçu.")
        )
    pool = hold(found.pool)
    held = Part.objects.select_related("firm", "need", "need__skill", "cluster").get(pk=part.pk)
    held.pool = pool
    return pool, held


def check_speaks(by: Person | None, part: Part, *, or_coordinator: bool = False) -> None:
    today = timezone.localdate()
    if by is not None and may_commit(by, part.firm_id, on=today):
        return
    if by is not None and or_coordinator and coordinates(by, on=today):
        return
    raise UnableToAnswer(
        _("Vous n’avez pas, aujourd’hui, de mandat pour %(firm)s.") % {"firm": part.firm},
        _("Demandez-le à la coordination de la grappe."),
    )


def check_may_go(pool: Pool, part: Part) -> None:
    if part.state not in queries.LIVE:
        raise UnableToAnswer(
            _("%(firm)s ne fait plus partie de ce poste.") % {"firm": part.firm}, _("Il n’y a rien d’autre à faire.")
        )
    if pool.state == PoolState.RUNNING and part.state != PartState.INVITED:
        raise UnableToAnswer(
            _("Le poste est en route : l’engagement tient, au prix accepté."),
            ngettext(
                "Pour le quitter, demandez-le sur la page de votre part : le préavis est de %(count)s mois.",
                "Pour le quitter, demandez-le sur la page de votre part : le préavis est de %(count)s mois.",
                pool.notice_months,
            )
            % {"count": pool.notice_months},
        )


def free(part: Part) -> None:
    """The part's need waits again."""
    if part.need_id is not None:
        Need.objects.filter(pk=part.need_id, state=NeedState.POOLED).update(state=NeedState.OPEN)
