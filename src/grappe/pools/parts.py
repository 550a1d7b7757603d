"""The parts of a pool while a deed changes them: held, checked, priced again. Called inside a deed's transaction."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.people.models import Person
from grappe.pools import letters, queries
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Part, Pool
from grappe.pools.refusals import UnableToAnswer
from grappe.pools.rules import coordinates, may_commit


def reprice(pool: Pool) -> None:
    """After the price has moved: whoever accepted less is asked again, whoever accepted as much stands."""
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
    if pool.state == PoolState.RUNNING:
        raise UnableToAnswer(
            _("Le poste est en route : l’engagement tient, au prix accepté."),
            ngettext(
                "Pour le quitter, écrivez à la coordination : le préavis est de %(count)s mois.",
                "Pour le quitter, écrivez à la coordination : le préavis est de %(count)s mois.",
                pool.notice_months,
            )
            % {"count": pool.notice_months},
        )


def free(part: Part) -> None:
    """The part's need waits again."""
    if part.need_id is not None:
        Need.objects.filter(pk=part.need_id, state=NeedState.POOLED).update(state=NeedState.OPEN)
