"""What a firm wants or refuses of a shared person's days."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Firm
from grappe.people.models import Person
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.enums import DayPart, WishKind
from grappe.plans.models import Wish
from grappe.pools.models import Pool


@deed("plans.state_wish")
def state_wish(
    *, by: Person | None, pool: Pool, firm: Firm, day: date, part: str = "", kind: str, words: str = ""
) -> Wish:
    """A firm wants or refuses a half-day (`part` empty: the whole day); said again, the last word stands."""
    if kind not in WishKind.values or part not in ("", *DayPart.values):
        raise UnableToPlan(_("Ce souhait n’est pas complet."), _("Choisissez un jour, et s’il est souhaité ou refusé."))
    if not pool.parts.filter(firm=firm).exists():
        raise UnableToPlan(
            _("%(firm)s ne partage pas ce poste.") % {"firm": firm}, _("Choisissez une structure engagée sur ce poste.")
        )
    Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)  # one word at a time
    wish, _new = Wish.objects.update_or_create(
        cluster_id=pool.cluster_id,
        pool=pool,
        firm=firm,
        day=day,
        part=part,
        defaults={"kind": kind, "words": words.strip()[:200]},
    )
    # A word on the whole day takes the place of those on its halves, and the other way round.
    others = Wish.objects.filter(pool=pool, firm=firm, day=day).exclude(pk=wish.pk)
    (others.filter(part="") if part else others).delete()
    return wish


@deed("plans.withdraw_wish")
def withdraw_wish(*, by: Person | None, wish: Wish) -> Pool:
    """The firm neither wants nor refuses it any more."""
    Wish.objects.filter(pk=wish.pk).delete()
    return wish.pool
