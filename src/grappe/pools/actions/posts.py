"""A post opened, from a proposal or by hand, and started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.audit.deeds import Refused, deed
from grappe.clusters.actions import give_mandate
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm
from grappe.clusters.queries import employees
from grappe.needs.enums import NeedState
from grappe.needs.models import Need, Skill
from grappe.people.models import Person
from grappe.pools import arranging, parts, posing, queries, reading, words
from grappe.pools.actions.cost import set_cost, write_lines
from grappe.pools.enums import PartState, PoolState
from grappe.pools.kinds import post as post_kind
from grappe.pools.kinds.post import Line
from grappe.pools.models import Part, Pool, Proposal
from grappe.pools.refusals import (
    UnableToOpenPost,
    UnableToStart,
)

FURTHEST_START = timedelta(days=731)  # two years

# Opening a post


@deed("pools.open_post")
def open_post(
    *,
    by: Person | None,
    cluster: Cluster,
    proposal: Proposal,
    aim: str,
    post: int,
    starts_on: date,
    name: str = "",
    lines: Sequence[Mapping[str, Any] | Line] = (),
    facts: Mapping[str, Any] | None = None,
    seen: str = "",
) -> Pool:
    """Make a pool of the proposal's post number `post` (from 0) under `aim`, or by hand. A post opened twice is opened once.

    `lines` and `facts`: its cost, as `set_cost` takes it; without them, the yearly cost of the proposal as one line.
    `seen`: the fingerprint of the post that the page showed, refused if that number is now another post.
    """
    _refuse_far(starts_on, UnableToOpenPost)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    reply = arranging.reply_under(proposal, aim)
    if reply is None or not 0 <= post < len(reply.posts) or not reply.posts[post].rows:
        raise UnableToOpenPost(
            _("Cette réponse n’a pas de tel poste."), _("Revenez à la proposition : le calcul est peut-être en cours.")
        )
    chosen = reply.posts[post]
    if seen and seen != chosen.fingerprint:
        raise UnableToOpenPost(_("Ce poste a changé pendant que vous le lisiez."), _("Relisez-le, puis ouvrez-le."))
    if chosen.pool is not None:
        return chosen.pool
    needs = _hold_needs(chosen, proposal)
    if chosen.half_days > chosen.capacity:
        said = {"asked": words.days(chosen.half_days), "capacity": words.days(chosen.capacity)}
        raise UnableToOpenPost(
            _("Les parts font %(asked)s par mois, le poste en a %(capacity)s.") % said, _("Déplacez une structure.")
        )
    skill = max(
        needs, key=lambda need: (sum(n.half_days for n in needs if n.skill_id == need.skill_id), -need.pk)
    ).skill
    pool = Pool.objects.create(
        cluster=cluster,
        name=name or chosen.name,
        skill=skill,
        capacity=chosen.capacity,
        starts_on=starts_on,
        proposal=proposal,
        proposal_post=chosen.fingerprint,
    )
    for row in chosen.rows:
        Part.objects.create(
            cluster=cluster,
            pool=pool,
            firm=row.need.firm,
            need=row.need,
            half_days=row.half_days,
            weekdays=row.need.weekdays,
        )
    Need.objects.filter(pk__in=[need.pk for need in needs]).update(state=NeedState.POOLED)
    if lines:
        set_cost(by=by, pool=pool, lines=lines, facts=facts)
    elif proposal.post_cents_per_year:
        write_lines(pool, post_kind.estimated(proposal.post_cents_per_year))
    return pool


def _hold_needs(chosen: reading.Post, proposal: Proposal) -> list[Need]:
    """The post's needs as they are now, all of them still open and unchanged, one firm each."""
    ids = [row.need.pk for row in chosen.rows]
    needs = list(Need.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("firm", "skill"))
    gone = [str(need.firm) for need in needs if need.state != NeedState.OPEN]
    year = int(proposal.rules.get("year", proposal.made_at.year))
    moved = [
        str(row.need.firm)
        for row in chosen.rows
        for need in needs
        if need.pk == row.need.pk and posing.monthly(need, year) != row.half_days
    ]
    if gone or moved or len(needs) != len(ids):
        raise UnableToOpenPost(
            ngettext(
                "Le besoin de %(firms)s a changé depuis cette proposition.",
                "Les besoins de %(firms)s ont changé depuis cette proposition.",
                len(gone + moved),
            )
            % {"firms": words.listed(gone + moved)},
            _("Formez de nouveau les postes avec les besoins d’aujourd’hui."),
        )
    twice = {need.firm_id for need in needs if sum(other.firm_id == need.firm_id for other in needs) > 1}
    if twice:
        firms = words.listed(sorted({str(need.firm) for need in needs if need.firm_id in twice}))
        raise UnableToOpenPost(
            _("%(firms)s aurait deux parts dans ce poste.") % {"firms": firms},
            _("Réunissez ses besoins en un seul, ou séparez les compétences."),
        )
    return needs


@deed("pools.open_post_by_hand")
def open_post_by_hand(
    *,
    by: Person | None,
    cluster: Cluster,
    name: str,
    skill: Skill,
    starts_on: date,
    parts: list[tuple[Firm, int, list[int]]],
    capacity: int = post_kind.CAPACITY,
) -> Pool:
    """A post that comes from no proposal. `parts`: firm, half-days a month, wished weekdays (Monday 0)."""
    _refuse_far(starts_on, UnableToOpenPost)
    asked = sum(half_days for _firm, half_days, _weekdays in parts)
    if asked > capacity:
        said = {"asked": words.days(asked), "capacity": words.days(capacity)}
        raise UnableToOpenPost(
            _("Les parts font %(asked)s par mois, le poste en a %(capacity)s.") % said, _("Réduisez une part.")
        )
    pool = Pool.objects.create(cluster=cluster, name=name, skill=skill, capacity=capacity, starts_on=starts_on)
    for firm, half_days, weekdays in parts:
        Part.objects.create(cluster=cluster, pool=pool, firm=firm, half_days=half_days, weekdays=weekdays)
    return pool


def _refuse_far(on: date, unable: type[Refused]) -> None:
    """A first day more than two years away is a slip of the keyboard: every month since would be one to lay out and bill."""
    today = timezone.localdate()
    if today - on > FURTHEST_START or on - today > FURTHEST_START:
        raise unable(
            _("Un poste ne commence pas le %(day)s : c’est à plus de deux ans d’aujourd’hui.")
            % {"day": date_format(on, "j F Y")},
            _(
                "Vérifiez l’année ; pour un poste qui court depuis plus longtemps, mettez le premier jour suivi dans Grappe."
            ),
        )


@deed("pools.start")
def start(*, by: Person | None, pool: Pool, person: Person, on: date) -> Pool:
    """The post runs from `on` with that employee, who gets the mandate of one. Refused until every part is accepted."""
    pool = parts.hold(pool)
    if pool.state not in {PoolState.DRAFT, PoolState.INVITING}:
        raise UnableToStart(_("Ce poste est déjà en route ou terminé."), _("Il n’y a rien d’autre à faire."))
    _refuse_far(on, UnableToStart)
    sheet = queries.pool_sheet(pool, on=timezone.localdate())
    uninvited = [str(row.part.firm) for row in sheet.to_invite]
    awaited = [str(row.part.firm) for row in sheet.in_state(PartState.INVITED)]
    repriced = [str(row.part.firm) for row in sheet.in_state(PartState.REPRICED)]
    if uninvited:
        raise UnableToStart(
            _("%(firms)s : pas encore d’invitation.") % {"firms": words.listed(uninvited)},
            _("Invitez, ou retirez ces parts."),
        )
    if awaited or repriced:
        missing = [_("réponse de %(firms)s") % {"firms": words.listed(awaited)}] if awaited else []
        missing += [_("accord de %(firms)s au nouveau prix") % {"firms": words.listed(repriced)}] if repriced else []
        raise UnableToStart(
            _("Il manque : %(missing)s.") % {"missing": words.listed(missing)}, _("Relancez, ou retirez ces parts.")
        )
    if not sheet.ready:
        raise UnableToStart(_("Aucune structure n’est engagée."), _("Invitez des structures."))
    pool.state, pool.person, pool.starts_on = PoolState.RUNNING, person, on
    pool.save(update_fields=["state", "person", "starts_on"])
    today = timezone.localdate()
    if person not in employees(on=on):
        give_mandate(by=by, cluster=pool.cluster, person=person, role=Role.EMPLOYEE, on=min(on, today))
    return pool
