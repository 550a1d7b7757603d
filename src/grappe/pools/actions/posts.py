from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.audit.deeds import deed
from grappe.clusters.actions import give_mandate
from grappe.clusters.enums import Role, VatRegime
from grappe.clusters.models import Cluster, Firm
from grappe.clusters.queries import employees
from grappe.needs.enums import NeedState
from grappe.needs.models import Need, Skill, Survey
from grappe.needs.queries import open_needs
from grappe.people.actions import person_named
from grappe.people.models import AccessLink, Person
from grappe.pools import arranging, gateway, kinds, letters, parts, posing, queries, reading, words
from grappe.pools.enums import Aim, CostBasis, PartState, PoolState
from grappe.pools.kinds import post as post_kind
from grappe.pools.kinds.post import Line
from grappe.pools.models import Answer, Arrangement, Commitment, CostLine, Part, Pool, Proposal
from grappe.pools.refusals import (
    StalePrice,
    UnableToAnswer,
    UnableToArrange,
    UnableToChangeParts,
    UnableToInvite,
    UnableToOpenPost,
    UnableToPropose,
    UnableToSetCost,
    UnableToStart,
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
        _write_lines(pool, post_kind.estimated(proposal.post_cents_per_year))
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


# Its cost


POST_FACTS = ("qualification", "agreement", "tasks", "safety", "training_days")


@deed("pools.set_cost")
def set_cost(
    *, by: Person | None, pool: Pool, lines: Sequence[Mapping[str, Any] | Line], facts: Mapping[str, Any] | None = None
) -> Pool:
    """Write what the pool costs in a year. `lines`: label, basis, cents or rate_bp, part; the first is the gross salary.

    `facts`: qualification, agreement, tasks, safety, training_days, where they are said.

    Where the price rises above what firms accepted, they are asked again; where it falls, their acceptance stands.
    """
    pool = parts.hold(pool)
    if pool.state == PoolState.ENDED:
        raise UnableToSetCost(_("Ce poste est terminé."), _("Son coût ne change plus."))
    read = [Line.of(line) for line in lines]
    _check_lines(read, pool.cluster)
    pool.cost_lines.all().delete()
    _write_lines(pool, read)
    said = {name: value for name, value in (facts or {}).items() if name in POST_FACTS}
    if said:
        for name, value in said.items():
            setattr(pool, name, value)
        pool.save(update_fields=list(said))
    parts.reprice(pool)
    return pool


def _check_lines(lines: Sequence[Line], cluster: Cluster) -> None:
    if not lines or lines[0].basis != CostBasis.CENTS_A_YEAR or kinds.post.year_cents(lines) <= 0:
        raise UnableToSetCost(
            _("Il manque le salaire brut annuel."), _("Écrivez-le en premier : les taux s’y appliquent.")
        )
    for line in lines:
        if line.cents < 0 or line.rate_bp < 0 or line.rate_bp > _most_bp(line) or not line.label:
            raise UnableToSetCost(
                _("« %(line)s » n’est pas un coût possible.") % {"line": line.label},
                _("Corrigez le montant ou le taux."),
            )
    if kinds.post.year_cents(lines) > post_kind.CENTS_A_YEAR_MAX:
        raise UnableToSetCost(_("Ce coût dépasse un million d’euros par an."), _("Vérifiez les montants."))
    for line, cents in zip(lines, post_kind.amounts(lines), strict=True):
        if line.basis in post_kind.COEFFICIENTS and cents < 0:
            raise UnableToSetCost(
                _("Ce coefficient ne couvre pas le coût : il manque %(missing)s par an.")
                % {"missing": words.euros(-cents)},
                _("Relevez le coefficient, ou revoyez les lignes qu’il doit couvrir."),
            )
    flat = [line for line in lines if line.basis in post_kind.FLAT and line.rate_bp]
    if cluster.vat_regime == VatRegime.EXEMPT and flat:
        raise UnableToSetCost(
            _(
                "En exonération de TVA (art. 261 B du CGI), ni frais de gestion au forfait ni coefficient ne sont admis."
            ),
            _("Écrivez leur coût exact, en euros par an."),
        )


def _most_bp(line: Line) -> int:
    return post_kind.COEFFICIENT_MOST_BP if line.basis in post_kind.COEFFICIENTS else post_kind.RATE_BP_MAX


def _write_lines(pool: Pool, lines: Sequence[Line]) -> None:
    CostLine.objects.bulk_create(
        CostLine(
            cluster_id=pool.cluster_id,
            pool=pool,
            position=position,
            label=line.label,
            basis=line.basis,
            cents=line.cents,
            rate_bp=line.rate_bp,
            part=line.part,
        )
        for position, line in enumerate(lines)
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


# Starting


@deed("pools.start")
def start(*, by: Person | None, pool: Pool, person: Person, on: date) -> Pool:
    """The post runs from `on` with that employee, who gets the mandate of one. Refused until every part is accepted."""
    pool = parts.hold(pool)
    if pool.state not in {PoolState.DRAFT, PoolState.INVITING}:
        raise UnableToStart(_("Ce poste est déjà en route ou terminé."), _("Il n’y a rien d’autre à faire."))
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
