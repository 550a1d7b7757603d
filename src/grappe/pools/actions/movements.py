"""Who joins, leaves or changes its part while a post runs. What is known ahead has its day; nothing is changed before."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.actions import end_membership
from grappe.clusters.models import Cluster, Firm, Membership
from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.people.models import Person
from grappe.pools import letters, parts, posing, queries, words
from grappe.pools.enums import PartState, PoolState
from grappe.pools.leaving import earliest_day
from grappe.pools.models import Part, Pool
from grappe.pools.refusals import UnableToAnswer, UnableToMove

# Leaving


@deed("pools.ask_to_leave")
def ask_to_leave(*, by: Person | None, part: Part, on: date, words: str = "") -> Part:
    """The firm gives notice: `on` is the first day without it, not before the notice has run. Said again, the last word stands."""
    pool, part = parts.hold_part(part)
    parts.check_speaks(by, part)
    _check_in(pool, part)
    if part.leaves_on is not None:
        raise UnableToMove(
            _("Le départ de %(firm)s est déjà accepté.") % {"firm": part.firm}, _("Il n’y a rien d’autre à faire.")
        )
    earliest = earliest_day(pool, on=timezone.localdate())
    if on < earliest:
        raise UnableToMove(
            _("Le préavis de %(count)s mois ne serait pas respecté.") % {"count": pool.notice_months},
            _("Au plus tôt le %(day)s ; pour partir avant, écrivez à la coordination.") % {"day": _day(earliest)},
        )
    if on.day != 1:
        raise UnableToMove(
            _("On quitte un poste au premier jour d’un mois : le mois entamé se paie."),
            _("Choisissez le 1er d’un mois."),
        )
    if part.leave_asked_for == on:
        return part
    part.leave_asked_for, part.leave_words = on, words.strip()[:400]
    part.save(update_fields=["leave_asked_for", "leave_words"])
    quoted = f"\n\n« {part.leave_words} »" if part.leave_words else ""
    letters.tell_coordinators(
        pool,
        subject=_("%(post)s : %(firm)s veut partir") % {"post": pool.name, "firm": part.firm},
        text=_("%(firm)s quitterait le poste le %(day)s. La page du poste montre ce que cela change pour les autres.")
        % {"firm": part.firm, "day": _day(on)}
        + quoted,
    )
    return part


@deed("pools.withdraw_leave")
def withdraw_leave(*, by: Person | None, part: Part) -> Part:
    """The firm stays after all, while its going is not accepted yet."""
    _pool, part = parts.hold_part(part)
    parts.check_speaks(by, part, or_coordinator=True)
    if part.leaves_on is not None:
        raise UnableToMove(
            _("Le départ de %(firm)s est déjà accepté.") % {"firm": part.firm},
            _("La coordination peut l’annuler tant que le jour n’est pas venu."),
        )
    part.leave_asked_for, part.leave_words = None, ""
    part.save(update_fields=["leave_asked_for", "leave_words"])
    return part


@deed("pools.accept_leave")
def accept_leave(*, by: Person | None, part: Part, on: date, words: str = "") -> Part:
    """The firm is in the post until `on`, excluded. The others are asked to accept their new price where it rises above theirs.

    The coordination may agree to less than the notice, never to a day that is past. Refused for the last firm: a post ends.
    """
    pool, part = parts.hold_part(part)
    _check_in(pool, part)
    if part.leaves_on == on:
        return part
    if part.leaves_on is not None:
        raise UnableToMove(
            _("Le départ de %(firm)s est déjà accepté, pour le %(day)s.")
            % {"firm": part.firm, "day": _day(part.leaves_on)},
            _("Annulez-le d’abord, si la date change."),
        )
    if on <= timezone.localdate():
        raise UnableToMove(_("Ce jour est passé."), _("Choisissez un jour à venir : le travail fait reste dû."))
    if on <= pool.starts_on:
        raise UnableToMove(_("Le poste n’aura pas commencé."), _("Choisissez un jour après son début."))
    if not any(one.part_id != part.pk for one in queries.commitments_of(pool, on=on).values()):
        raise UnableToMove(
            _("Sans %(firm)s, il n’y aurait plus personne dans ce poste.") % {"firm": part.firm},
            _("Mettez fin au poste."),
        )
    _leaves(part, on, said=words)
    parts.reprice(pool)
    letters.tell_leaving(part)
    return part


def _leaves(part: Part, on: date, *, said: str = "") -> None:
    part.leaves_on, part.leave_asked_for = on, None
    part.leave_words = said.strip()[:400] or part.leave_words
    part.asked_from = part.asked_half_days = None
    if part.state == PartState.REPRICED:
        part.state = PartState.ACCEPTED
    part.save()


@deed("pools.cancel_leave")
def cancel_leave(*, by: Person | None, part: Part) -> Part:
    """The firm stays: possible until the day has come. Whoever was asked for a higher price because of it is asked no more."""
    pool, part = parts.hold_part(part)
    if part.leaves_on is None:
        return part
    if part.left_by(timezone.localdate()) or pool.ends_on is not None:
        raise UnableToMove(
            _("%(firm)s a quitté le poste le %(day)s.") % {"firm": part.firm, "day": _day(part.leaves_on)},
            _("Proposez-lui une nouvelle part."),
        )
    part.leaves_on, part.leave_words = None, ""
    part.save(update_fields=["leaves_on", "leave_words"])
    parts.reprice(pool)
    return part


@deed("pools.end_post")
def end_post(*, by: Person | None, pool: Pool, on: date) -> Pool:
    """The post ends: `on` is the first day without it, for every firm; each is written to. Not in the past."""
    pool = parts.hold(pool)
    if pool.ends_on == on:
        return pool
    if pool.state != PoolState.RUNNING or pool.ends_on is not None:
        raise UnableToMove(_("Ce poste n’est pas en route, ou finit déjà."), _("Rechargez la page."))
    if on <= max(timezone.localdate(), pool.starts_on) or on.day != 1:
        raise UnableToMove(_("Un poste finit au premier jour d’un mois à venir."), _("Choisissez le 1er d’un mois."))
    pool.ends_on = on
    pool.save(update_fields=["ends_on"])
    for part in pool.parts.filter(state__in=queries.LIVE).select_related("firm", "cluster"):
        part.pool = pool
        if part.state in queries.COMMITTED:
            if part.leaves_on is None or part.leaves_on > on:
                _leaves(part, on)
                letters.tell_leaving(part)
        else:
            part.state, part.answered_at = PartState.LEFT, timezone.now()
            part.save(update_fields=["state", "answered_at"])
            parts.free(part)
    return pool


@deed("pools.close_past")
def close_past(*, by: Person | None, cluster: Cluster, on: date) -> Cluster:
    """What ended a while ago is put away: firms as gone, posts as ended. Reads by date have said so from the day itself."""
    left, ended = queries.past(on=on)
    left.update(state=PartState.LEFT)
    ended.update(state=PoolState.ENDED)
    return cluster


@deed("pools.leave_cluster")
def leave_cluster(*, by: Person | None, cluster: Cluster, firm: Firm, on: date) -> Membership:
    """The firm leaves the cluster: refused while it is committed to a post that day; offers that wait are taken back."""
    for pool in Pool.objects.filter(parts__firm=firm).order_by("pk"):
        parts.hold(pool)
    standing = [
        part
        for part in Part.objects.filter(queries.live(on=on), firm=firm, pool__state__in=queries.ALIVE).select_related(
            "pool"
        )
        if part.pool.ends_on is None or part.pool.ends_on > on
    ]
    committed = [str(part.pool) for part in standing if part.state in queries.COMMITTED]
    if committed:
        raise UnableToMove(
            _("%(firm)s partage encore %(posts)s.") % {"firm": firm, "posts": words.listed(committed)},
            _(
                "Enregistrez d’abord son départ du poste, avec son préavis : la page du poste montre ce que cela change."
            ),
        )
    for part in standing:
        part.state, part.answered_at = PartState.LEFT, timezone.now()
        part.save(update_fields=["state", "answered_at"])
        parts.free(part)
    return end_membership(by=by, firm=firm, on=on)


# Joining, and changing one's part


@deed("pools.offer_room")
def offer_room(*, by: Person | None, pool: Pool, need: Need, on: date) -> Part:
    """Offer the room of a post that runs to an open need, from the first of a month to come; its people are written to."""
    pool = parts.hold(pool)
    _check_running(pool, on)
    held = Need.objects.select_for_update(of=("self",)).filter(pk=need.pk).select_related("firm").first()
    if held is None or held.state != NeedState.OPEN:
        raise UnableToMove(_("Ce besoin n’attend plus."), _("Rechargez la page."))
    half_days = posing.monthly(held, on.year)
    _check_room(pool, half_days, on)
    if pool.parts.filter(firm=held.firm).exists():
        raise UnableToMove(
            _("%(firm)s a déjà une part dans ce poste, ou en a eu une.") % {"firm": held.firm},
            _("Changez sa part plutôt que d’en proposer une autre."),
        )
    if not queries.speakers([held.firm_id], on=timezone.localdate()):
        raise UnableToMove(
            _("Personne ne parle pour %(firm)s.") % {"firm": held.firm},
            _("Donnez un mandat depuis la page de la structure."),
        )
    part = Part.objects.create(
        cluster_id=pool.cluster_id,
        pool=pool,
        firm=held.firm,
        need=held,
        half_days=half_days,
        weekdays=held.weekdays,
        state=PartState.INVITED,
        invited_at=timezone.now(),
        asked_from=on,
    )
    held.state = NeedState.POOLED
    held.save(update_fields=["state"])
    letters.invite(part)
    return part


@deed("pools.ask_change")
def ask_change(*, by: Person | None, part: Part, half_days: int, on: date) -> Part:
    """Ask the firm to accept another quantity from the first of a month to come; nothing changes until it has."""
    pool, part = parts.hold_part(part)
    _check_in(pool, part)
    _check_running(pool, on)
    if part.leaves_on is not None and part.leaves_on <= on:
        raise UnableToMove(_("%(firm)s sera partie.") % {"firm": part.firm}, _("Choisissez un jour d’avant."))
    if half_days < 1:
        raise UnableToMove(_("Une part fait au moins une demi-journée par mois."), _("Pour moins, la structure part."))
    standing = queries.commitments_of(pool, on=on).get(part.firm_id)
    if standing is not None and standing.half_days == half_days:
        raise UnableToMove(
            _("C’est déjà la part de %(firm)s.") % {"firm": part.firm}, _("Il n’y a rien à faire accepter.")
        )
    _check_room(pool, half_days - (standing.half_days if standing is not None else 0), on)
    part.asked_half_days, part.asked_from, part.state = half_days, on, PartState.REPRICED
    part.invited_at = timezone.now()
    part.save(update_fields=["asked_half_days", "asked_from", "state", "invited_at"])
    if not letters.tell_change(part):
        raise UnableToMove(
            _("Personne ne parle pour %(firm)s.") % {"firm": part.firm},
            _("Donnez un mandat depuis la page de la structure."),
        )
    return part


@deed("pools.keep_as_it_was")
def keep_as_it_was(*, by: Person | None, part: Part, words: str = "") -> Part:
    """The firm does not accept what is asked of it: its engagement stands as it was, at the price that it accepted."""
    pool, part = parts.hold_part(part)
    parts.check_speaks(by, part, or_coordinator=True)
    if pool.state != PoolState.RUNNING or part.state != PartState.REPRICED:
        raise UnableToAnswer(_("Rien n’est demandé à %(firm)s.") % {"firm": part.firm}, _("Rechargez la page."))
    asked = part.asked_half_days
    part.state, part.answered_at, part.words = PartState.ACCEPTED, timezone.now(), words.strip()[:400]
    part.asked_from = part.asked_half_days = None
    part.save(update_fields=["state", "answered_at", "words", "asked_from", "asked_half_days"])
    what = _("n’accepte pas sa nouvelle part") if asked else _("n’accepte pas le nouveau prix")
    quoted = f"\n\n« {part.words} »" if part.words else ""
    letters.tell_coordinators(
        pool,
        subject=_("%(post)s : %(firm)s %(what)s") % {"post": pool.name, "firm": part.firm, "what": what},
        text=_("Son engagement tient comme avant, au prix accepté : la différence reste à la grappe.") + quoted,
    )
    return part


def _check_in(pool: Pool, part: Part) -> None:
    if pool.state != PoolState.RUNNING or part.state not in queries.COMMITTED or part.left_by(timezone.localdate()):
        raise UnableToMove(
            _("%(firm)s n’est pas engagée dans un poste en route.") % {"firm": part.firm}, _("Rechargez la page.")
        )


def _check_running(pool: Pool, on: date) -> None:
    if pool.state != PoolState.RUNNING or (pool.ends_on is not None and pool.ends_on <= on):
        raise UnableToMove(_("Ce poste n’est pas en route à cette date."), _("Choisissez une autre date."))
    if on <= timezone.localdate() or on.day != 1:
        raise UnableToMove(
            _("Une part commence ou change au premier jour d’un mois à venir."), _("Choisissez le 1er d’un mois.")
        )


def _check_room(pool: Pool, more: int, on: date) -> None:
    offered = sum(part.half_days for part in pool.parts.filter(state=PartState.INVITED))
    room = pool.capacity - sum(queries.sizes_on(pool, on=on).values()) - offered
    if more > room:
        raise UnableToMove(
            _("Il ne reste que %(room)s par mois dans ce poste.") % {"room": words.days(max(0, room))},
            _("Choisissez moins."),
        )


def _day(day: date) -> str:
    return words.day(day)
