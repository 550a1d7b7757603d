"""What becomes of a draft when the engine has answered. Called by the worker, once."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from grappe.plans import gateway
from grappe.plans.models import Calendar, Slot
from grappe.plans.queries import facts_of
from grappe.plans.rules import obstacle
from grappe.solves.models import Solve

PURPOSE = "plans.calendar"


def receive(solve: Solve) -> None:
    """Put the engine's half-days in place of those drafted before; those placed by hand, worked or past were given as fixed.

    An answer to an older question, or an infeasible one, changes nothing. What was taken in the meantime is left out: the
    page shows the firm short of a half-day.
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
    for half, firm_id in sorted(wanted.items()):
        if half in facts.mine() or obstacle(facts, firm_id, half) is not None:
            continue
        day, part = half
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
