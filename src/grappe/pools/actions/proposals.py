"""Needs put to the pooling engine, and its answer arranged by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Cluster
from grappe.needs.enums import NeedState
from grappe.needs.models import Need, Survey
from grappe.needs.queries import open_needs
from grappe.people.models import Person
from grappe.pools import arranging, gateway, posing, queries
from grappe.pools.enums import Aim
from grappe.pools.models import Answer, Arrangement, Proposal
from grappe.pools.refusals import (
    UnableToArrange,
    UnableToPropose,
)
from grappe.solves.actions import request_solve, stop_solve

PURPOSE = "pools.answer"


# Proposals


@deed("pools.propose")
def propose(
    *,
    by: Person | None,
    cluster: Cluster,
    survey: Survey,
    rules: dict[str, Any],
    post_cents_per_year: int,
    keep: Sequence[Sequence[str]] = (),
) -> Proposal:
    """Put the survey's open needs to the pooling engine, once per aim. `rules`: those of the engine, others take the default.

    A yearly cost of 0 leaves prices out. `keep`: posts to hold together where the rules allow, by the ids of their needs.
    """
    needs = list(open_needs(survey))
    if not needs:
        raise UnableToPropose(
            _("Aucun besoin n’attend dans « %(survey)s ».") % {"survey": survey},
            _("Chargez les besoins des structures, ou rouvrez ceux qui ont été retirés."),
        )
    year = int(rules.get("year") or posing.year_of(needs, today=timezone.localdate()))
    kept = {**posing.RULES, **{key: value for key, value in rules.items() if key in posing.RULES}}
    problems = {
        aim: posing.problem(needs, rules=kept, post_cents_per_year=post_cents_per_year, aim=aim, year=year, keep=keep)
        for aim in Aim.values
    }
    if not problems[Aim.SERVE]["needs"]:
        raise UnableToPropose(
            _("Aucun besoin ne porte sur %(year)s.") % {"year": year},
            _("Choisissez une autre année, ou une autre enquête."),
        )
    faults = gateway.faults(problems[Aim.SERVE])
    if faults:
        raise UnableToPropose(_("Ces règles ne se tiennent pas : %(fault)s") % {"fault": faults[0]}, _("Corrigez-les."))
    proposal = Proposal.objects.create(
        cluster=cluster,
        survey=survey,
        rules={**kept, "year": year, "kept": len(problems[Aim.SERVE].get("keep", []))},
        post_cents_per_year=post_cents_per_year,
        made_by=by,
    )
    for aim, problem in problems.items():
        solve = request_solve(
            by=by, cluster=cluster, engine="pooling", purpose=PURPOSE, about_id=proposal.pk, problem=problem
        )
        Answer.objects.create(cluster=cluster, proposal=proposal, aim=aim, solve=solve)
    return proposal


@deed("pools.stop_proposal")
def stop_proposal(*, by: Person | None, proposal: Proposal) -> Proposal:
    """Stop what is still being computed for the proposal; each aim keeps the best answer that it has."""
    for answer in queries.answers_of(proposal):
        stop_solve(by=by, solve=answer.solve)
    return proposal


# Arranging a proposal by hand


@deed("pools.arrange")
def arrange(*, by: Person | None, proposal: Proposal, aim: str, over: int | None = None) -> Arrangement:
    """Take the answer under `aim` as a start, to be changed by hand. One that exists is kept, unless its version `over` is
    to be started again."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    standing = queries.arrangement_of(proposal)
    if standing is not None and over is None:
        return standing
    reply = arranging.reply_under(proposal, aim) if aim in Aim.values else None
    if reply is None:
        raise UnableToArrange(_("Cette réponse n’est pas encore calculée."), _("Revenez à la proposition."))
    posts = [{"needs": [str(row.need.pk) for row in post.rows], "kept": False} for post in reply.posts]
    if standing is None:
        return Arrangement.objects.create(
            cluster_id=proposal.cluster_id, proposal=proposal, aim=aim, posts=posts, changed_by=by
        )
    standing = _hold_arrangement(standing, over)
    standing.aim = aim
    return _rearranged(standing, posts, by)


def _hold_arrangement(arrangement: Arrangement, version: int | None) -> Arrangement:
    """The arrangement as it is now, held; refused if it is no longer the one that the page showed."""
    held = (
        Arrangement.objects.select_for_update(of=("self",))
        .select_related("proposal", "proposal__survey")
        .get(pk=arrangement.pk)
    )
    if held.version != version:
        raise UnableToArrange(
            _("Ces postes ont changé pendant que vous les lisiez."), _("Relisez-les, puis recommencez.")
        )
    return held


def _rearranged(held: Arrangement, posts: list[dict[str, Any]], by: Person | None) -> Arrangement:
    held.posts, held.version, held.changed_by = posts, held.version + 1, by
    held.save(update_fields=["aim", "posts", "version", "changed_by", "changed_at"])
    return held


@deed("pools.move_need")
def move_need(*, by: Person | None, arrangement: Arrangement, need: Need, to: str, version: int) -> Arrangement:
    """Move a firm's need to a post (its number from 0), to one of its own, or out of all (`arranging.OUT`, `FRESH`).

    A post that is opened is no longer changed here.
    """
    held = _hold_arrangement(arrangement, version)
    move = arranging.preview(held.proposal, held, need.pk, to)
    if move is None:
        raise UnableToArrange(_("Cette structure ne peut pas aller là."), _("Rechargez la page."))
    if move.need.state != NeedState.OPEN:
        raise UnableToArrange(
            _("Le besoin de %(firm)s n’attend plus.") % {"firm": move.need.firm}, _("Déplacez-en une autre.")
        )
    if any(change.before is not None and change.before.pool is not None for change in move.changes):
        raise UnableToArrange(_("Un poste ouvert ne se change plus ici."), _("Ouvrez sa page."))
    kept = [bool(post.get("kept")) for post in held.posts]
    posts = arranging.moved(arranging.posts_of(held), str(need.pk), to)
    kept += [False] * (len(posts) - len(kept))
    both = [{"needs": ids, "kept": hold} for ids, hold in zip(posts, kept, strict=True) if ids]
    return _rearranged(held, both, by)


@deed("pools.keep_post")
def keep_post(*, by: Person | None, arrangement: Arrangement, post: int, kept: bool, version: int) -> Arrangement:
    """Hold a post together, or no longer, when the proposal is formed again."""
    held = _hold_arrangement(arrangement, version)
    if not 0 <= post < len(held.posts):
        raise UnableToArrange(_("Ce poste n’est plus là."), _("Rechargez la page."))
    posts = [{**one, "kept": kept if rank == post else bool(one.get("kept"))} for rank, one in enumerate(held.posts)]
    return _rearranged(held, posts, by)


@deed("pools.form_again")
def form_again(*, by: Person | None, arrangement: Arrangement, version: int) -> Proposal:
    """A new proposal under the same rules and today's open needs, the kept posts held together where the rules allow."""
    held = _hold_arrangement(arrangement, version)
    keep = [ids for ids, post in zip(arranging.posts_of(held), held.posts, strict=True) if post.get("kept")]
    if not keep:
        raise UnableToArrange(_("Aucun poste n’est gardé."), _("Gardez-en un : les autres se formeront autour."))
    former = held.proposal
    return propose(
        by=by,
        cluster=former.cluster,
        survey=former.survey,
        rules=former.rules,
        post_cents_per_year=former.post_cents_per_year,
        keep=keep,
    )
