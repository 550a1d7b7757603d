"""Firms invited to a post, and what they answer; who is in before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.audit.deeds import deed
from grappe.clusters.actions import give_mandate
from grappe.clusters.enums import Role
from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.people.actions import person_named
from grappe.people.models import AccessLink, Person
from grappe.pools import letters, parts, posing, queries, words
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Commitment, Part, Pool
from grappe.pools.refusals import (
    StalePrice,
    UnableToAnswer,
    UnableToChangeParts,
    UnableToInvite,
)

# Inviting


@deed("pools.invite")
def invite(*, by: Person | None, pool: Pool, addresses: Mapping[int, str] | None = None) -> Pool:
    """Write to the firms not invited yet. `addresses`: part id -> e-mail of a person to mandate, for a firm without one.

    A firm without a mandated person is written to at the address that came with its need, and that person gets the mandate.
    """
    pool = parts.hold(pool)
    if pool.state not in {PoolState.DRAFT, PoolState.INVITING}:
        raise UnableToInvite(_("Ce poste est déjà en route ou terminé."), _("Ouvrez un autre poste."))
    if not queries.year_cost_cents(pool):
        raise UnableToInvite(_("Le coût du poste n’est pas fixé."), _("Fixez-le : le prix vient avant l’engagement."))
    sheet = queries.pool_sheet(pool, on=timezone.localdate())
    rows = sheet.to_invite
    if not rows:
        raise UnableToInvite(
            _("Toutes les structures ont déjà été invitées."), _("Relancez celles qui n’ont pas répondu.")
        )
    given = addresses or {}
    silent = [row for row in rows if not row.people and not (given.get(row.part.pk) or row.address)]
    if silent:
        firms = words.listed([str(row.part.firm) for row in silent])
        raise UnableToInvite(
            ngettext("Personne ne parle pour %(firms)s.", "Personne ne parle pour %(firms)s.", len(silent))
            % {"firms": firms},
            _("Indiquez l’adresse d’une personne mandatée."),
        )
    today = timezone.localdate()
    for row in rows:
        part = row.part
        if not row.people:
            person = person_named(email=given.get(part.pk) or row.address)
            give_mandate(by=by, cluster=pool.cluster, person=person, role=Role.MEMBER, on=today, firm=part.firm)
        part.state, part.invited_at = PartState.INVITED, timezone.now()
        part.save(update_fields=["state", "invited_at"])
    for row in rows:
        letters.invite(row.part)
    pool.state = PoolState.INVITING
    pool.save(update_fields=["state"])
    return pool


@deed("pools.remind")
def remind(*, by: Person | None, part: Part) -> Part:
    """Write again to a firm that has not answered; once a day."""
    _pool, part = parts.hold_part(part)
    if part.state not in queries.WAITING:
        raise UnableToInvite(_("%(firm)s n’a pas à répondre.") % {"firm": part.firm}, _("Rechargez la page."))
    today = timezone.localdate()
    if part.invited_at is not None and timezone.localdate(part.invited_at) >= today:
        raise UnableToInvite(
            _("%(firm)s a déjà reçu un message aujourd’hui.") % {"firm": part.firm},
            _("Relancez demain, ou téléphonez."),
        )
    if not letters.invite(part, again=True):
        raise UnableToInvite(
            _("Personne ne parle plus pour %(firm)s.") % {"firm": part.firm},
            _("Donnez un mandat depuis la page de la structure."),
        )
    part.invited_at = timezone.now()
    part.save(update_fields=["invited_at"])
    return part


# Answering


@deed("pools.accept")
def accept(*, by: Person | None, part: Part, price_cents: int, on: date | None = None) -> Commitment:
    """The firm commits to its part at `price_cents` a half-day, the price that it saw; refused if it is no longer today's.

    `on`: from which day; the start of the pool, or, for a pool that runs, the day from which it is asked, today at the earliest.
    """
    pool, part = parts.hold_part(part)
    parts.check_speaks(by, part)
    if part.state == PartState.ACCEPTED:
        raise UnableToAnswer(
            _("%(firm)s s’est déjà engagée.") % {"firm": part.firm}, _("Il n’y a rien d’autre à faire.")
        )
    if part.state not in queries.WAITING or pool.state not in {PoolState.INVITING, PoolState.RUNNING}:
        raise UnableToAnswer(
            _("Cette part n’est plus proposée à %(firm)s.") % {"firm": part.firm},
            _("Écrivez à la coordination de la grappe."),
        )
    card = queries.price_card(part)
    if card.price_cents != price_cents:
        raise StalePrice(
            _("Le prix a changé pendant que vous lisiez : %(new)s la journée au lieu de %(old)s.")
            % {"new": words.euros(card.day_cents), "old": words.euros(2 * price_cents)},
            _("Relisez votre part, puis répondez."),
            price_cents=card.price_cents,
        )
    commitment = Commitment.objects.create(
        cluster_id=part.cluster_id,
        part=part,
        half_days=card.half_days,
        price_cents=card.price_cents,
        ceiling_cents=card.ceiling_cents,
        month_cents=card.month_cents,
        alone_price_cents=card.alone.price_cents if card.alone is not None else None,
        alone_half_days=card.alone.half_days if card.alone is not None else None,
        grade=card.alone.grade if card.alone is not None else "",
        accepted_by=by,
        valid_from=on or (max(card.since, timezone.localdate()) if pool.state == PoolState.RUNNING else pool.starts_on),
        notice_months=pool.notice_months,
    )
    part.state, part.answered_at, part.half_days = PartState.ACCEPTED, timezone.now(), card.half_days
    part.asked_from = part.asked_half_days = None
    part.save(update_fields=["state", "answered_at", "half_days", "asked_from", "asked_half_days"])
    if pool.state == PoolState.RUNNING:
        parts.reprice(pool)
    if (
        pool.state == PoolState.INVITING
        and not pool.parts.filter(state__in=(PartState.DRAFT, *queries.WAITING)).exists()
    ):
        letters.tell_coordinators(
            pool,
            subject=_("%(post)s : tout le monde a accepté") % {"post": pool.name},
            text=_("Chaque structure s’est engagée. Le poste peut démarrer."),
        )
    return commitment


@deed("pools.decline")
def decline(*, by: Person | None, part: Part, words: str = "") -> Part:
    """The firm does not take its part, which goes back among the needs; the others' price is reckoned again.

    A coordinator may write down a refusal said aloud.
    """
    pool, part = parts.hold_part(part)
    parts.check_speaks(by, part, or_coordinator=True)
    parts.check_may_go(pool, part)
    part.state, part.answered_at, part.words = PartState.DECLINED, timezone.now(), words.strip()[:400]
    part.save(update_fields=["state", "answered_at", "words"])
    parts.free(part)
    parts.reprice(pool)
    quoted = f"\n\n« {part.words} »" if part.words else ""
    letters.tell_coordinators(
        pool,
        subject=_("%(post)s : %(firm)s décline") % {"post": pool.name, "firm": part.firm},
        text=_("%(firm)s ne prend pas sa part. La page du poste montre ce qui reste viable.") % {"firm": part.firm}
        + quoted,
    )
    return part


@deed("pools.ask_else")
def ask_else(*, by: Person | None, part: Part, words: str) -> Part:
    """The firm asks for something else: its words go to the coordination; its part stays as it is."""
    pool, part = parts.hold_part(part)
    parts.check_speaks(by, part)
    said = words.strip()[:400]
    if not said:
        raise UnableToAnswer(_("Il manque votre demande."), _("Écrivez ce que vous souhaitez."))
    part.words = said
    part.save(update_fields=["words"])
    letters.tell_coordinators(
        pool,
        subject=_("%(post)s : %(firm)s demande autre chose") % {"post": pool.name, "firm": part.firm},
        text=_("%(person)s écrit, pour %(firm)s :") % {"person": by, "firm": part.firm} + f"\n\n« {said} »",
    )
    return part


# Changing who is in


@deed("pools.withdraw")
def withdraw(*, by: Person | None, part: Part) -> Part:
    """The coordination takes a part back from a firm that has not committed; the others' price is reckoned again."""
    pool, part = parts.hold_part(part)
    parts.check_may_go(pool, part)
    if part.state == PartState.ACCEPTED:
        raise UnableToChangeParts(
            _("%(firm)s s’est engagée.") % {"firm": part.firm}, _("Elle seule peut revenir sur son engagement.")
        )
    part.state, part.answered_at = PartState.LEFT, timezone.now()
    part.save(update_fields=["state", "answered_at"])
    parts.free(part)
    links = AccessLink.objects.filter(about=part._meta.label_lower, about_id=part.pk, revoked_at=None)
    links.update(revoked_at=timezone.now())
    parts.reprice(pool)
    return part


@deed("pools.add_part")
def add_part(*, by: Person | None, pool: Pool, need: Need) -> Part:
    """Offer the pool's free half-days to an open need; the others' price falls."""
    pool = parts.hold(pool)
    if pool.state not in {PoolState.DRAFT, PoolState.INVITING}:
        raise UnableToChangeParts(_("Ce poste est déjà en route ou terminé."), _("Ouvrez un autre poste."))
    held = Need.objects.select_for_update(of=("self",)).filter(pk=need.pk).select_related("firm").first()
    if held is None or held.state != NeedState.OPEN:
        raise UnableToChangeParts(_("Ce besoin n’attend plus."), _("Rechargez la page."))
    half_days = posing.monthly(held, pool.starts_on.year)
    load = sum(part.half_days for part in queries.live_parts(pool))
    if not half_days or load + half_days > pool.capacity:
        room = words.days(pool.capacity - load)
        raise UnableToChangeParts(
            _("Il ne reste que %(room)s par mois dans ce poste.") % {"room": room},
            _("Choisissez un besoin plus petit."),
        )
    part, made = Part.objects.get_or_create(
        pool=pool,
        firm=held.firm,
        defaults={
            "cluster_id": pool.cluster_id,
            "need": held,
            "half_days": half_days,
            "weekdays": held.weekdays,
        },
    )
    if not made:
        raise UnableToChangeParts(
            _("%(firm)s a déjà répondu pour ce poste.") % {"firm": held.firm}, _("Choisissez une autre structure.")
        )
    held.state = NeedState.POOLED
    held.save(update_fields=["state"])
    parts.reprice(pool)
    return part
