"""What becomes of a draft when the engine has answered. Called by the worker, once."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from grappe.plans import gateway
from grappe.plans.models import HALF_DAY_MINUTES, Calendar, Slot
from grappe.plans.queries import facts_of, sites_of, workload_of
from grappe.plans.rules import Facts, Half, month_after, obstacle
from grappe.solves.models import Solve

PURPOSE = "plans.calendar"


def receive(solve: Solve) -> None:
    """Put the engine's half-days in place of those drafted before; those placed by hand, worked or past were given as fixed.

    An answer to an older question, or an infeasible one, changes nothing. What was taken in the meantime is left out, and what would
    now go beyond the law over all the person's employers: the page shows the firm short of a half-day.
    """
    calendar = (
        Calendar.objects.select_for_update(of=("self",))
        .select_related("pool", "pool__person", "cluster")
        .get(pk=solve.about_id)
    )
    result = solve.result or {}
    if calendar.solve_id != solve.pk or not gateway.is_feasible(result):
        return
    person = calendar.pool.person
    if person is None:
        return
    wanted = dict(gateway.slots_of(result, calendar.month))
    before = facts_of(calendar)
    for half, held in before.mine().items():
        if wanted.get(half) != held.firm_id and not held.by_hand and half not in before.worked:
            Slot.objects.filter(pk=held.slot_id).delete()
    facts = facts_of(calendar)
    new = [
        (half, firm_id)
        for half, firm_id in sorted(wanted.items())
        if half not in facts.mine() and obstacle(facts, firm_id, half) is None
    ]
    for (day, part), firm_id in _lawful(calendar, facts, new):
        try:
            with transaction.atomic():
                Slot.objects.create(
                    cluster_id=calendar.cluster_id,
                    calendar=calendar,
                    person=person,
                    firm_id=firm_id,
                    day=day,
                    part=part,
                )
        except IntegrityError:
            continue  # taken by another cluster at this very moment
    calendar.unmet = result.get("penalties", [])
    calendar.save(update_fields=["unmet"])


def _lawful(calendar: Calendar, facts: Facts, new: list[tuple[Half, int]]) -> list[tuple[Half, int]]:
    """Those that the law still allows. The engine held its limits; the person may have noted hours elsewhere since it was asked."""
    load, end = workload_of(calendar), month_after(calendar.month)
    places = sites_of({firm_id for _half, firm_id in new})
    noted = {one.half for one in load.works if one.minutes}
    new = [(half, firm_id) for half, firm_id in new if half not in noted]
    added = {half: gateway.Worked(*half, HALF_DAY_MINUTES, firm_id, places.get(firm_id)) for half, firm_id in new}

    def over(before: list[gateway.Worked], after: list[gateway.Worked]) -> bool:
        found = gateway.newly_over(facts.person, before, after, load.rules, start=calendar.month, end=end)
        return bool(found)

    standing = list(load.works)
    if not over(standing, [*standing, *added.values()]):
        return new
    kept = []
    for half, firm_id in new:
        if not over(standing, [*standing, added[half]]):
            standing.append(added[half])
            kept.append((half, firm_id))
    return kept
