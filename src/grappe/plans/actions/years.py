"""A year of a post laid out at once, and its months drafted from it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.people.models import Person
from grappe.plans import gateway
from grappe.plans.actions.calendars import ask_draft, open_calendar
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.models import Calendar, YearPlan
from grappe.plans.queries import facts_of, workload_of
from grappe.plans.queries.years import months_from, year_grid
from grappe.plans.rules import month_after
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool


@deed("plans.lay_out_year")
def lay_out_year(*, by: Person | None, pool: Pool, first: date) -> YearPlan:
    """Twelve months from that of `first`: each firm's half-days, those of short months moved so that the fewest are lost and they
    move the fewest months in all (`engines.planning.flow`). A month holds what is open and what the law leaves of it.

    Laid out again, the new counts take the place of the old; calendars that stand are not touched.
    """
    if pool.state != PoolState.RUNNING or pool.person_id is None:
        raise UnableToPlan(
            _("Le poste « %(post)s » n’a pas encore commencé.") % {"post": pool.name},
            _("Faites-le démarrer avec la personne recrutée, puis revenez au calendrier."),
        )
    Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)  # one layout at a time
    months = months_from(first)
    calendars = [_calendar(pool, month) for month in months]
    facts = [facts_of(calendar, laid_out=False) if calendar else None for calendar in calendars]
    firms = sorted({firm_id for known in facts if known for firm_id in known.engaged})
    if not firms:
        raise UnableToPlan(
            _("Aucune structure n’est engagée sur ce poste cette année-là."), _("Choisissez une autre année.")
        )
    room = [
        gateway.room_of(known, workload_of(calendar)) if known and calendar else 0
        for known, calendar in zip(facts, calendars, strict=True)
    ]
    asked = {
        pk: [gateway.asked_of(known, pk) if known and pk in known.engaged else 0 for known in facts] for pk in firms
    }
    possible = {
        pk: [gateway.possible_for(known, pk) if known and pk in known.engaged else 0 for known in facts] for pk in firms
    }
    found = gateway.lay_out(room, asked, possible)
    names = [f"{month:%Y-%m}" for month in months]
    counts = {
        name: {
            "room": room[number],
            "firms": {str(pk): [found.counts[pk][number], asked[pk][number]] for pk in firms},
        }
        for number, name in enumerate(names)
    }
    shifted = [
        [one.firm, names[one.month], names[one.to] if one.to is not None else None, one.count] for one in found.shifted
    ]
    plan, _new = YearPlan.objects.update_or_create(
        cluster_id=pool.cluster_id, pool=pool, starts_on=months[0], defaults={"counts": counts, "shifted": shifted}
    )
    return plan


def _calendar(pool: Pool, month: date) -> Calendar | None:
    """The month's calendar, opened or not; None before the post begins and after it ends."""
    if month_after(month) <= pool.starts_on or (pool.ends_on is not None and month >= pool.ends_on):
        return None
    found: Calendar | None = (
        Calendar.objects.filter(pool=pool, month=month).select_related("pool__person", "cluster").first()
    )
    return found or Calendar(cluster=pool.cluster, pool=pool, month=month)


@deed("plans.draft_year")
def draft_year(*, by: Person | None, plan: YearPlan, since: date) -> YearPlan:
    """Ask the engine for each month from that of `since` on that has nothing placed yet, with the year's counts."""
    grid = year_grid(plan)
    for month, total in zip(grid.months, grid.totals, strict=True):
        if total and month not in grid.drafted and month >= since.replace(day=1):
            ask_draft(by=by, calendar=open_calendar(by=by, pool=plan.pool, month=month))
    return plan
