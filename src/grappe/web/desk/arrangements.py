"""A proposal arranged by hand: one firm moved from a post to another, what it costs seen before, posts kept, formed again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.pools import actions, arranging, queries
from grappe.pools.arranging import FRESH, OUT, Arranged, Move
from grappe.pools.enums import BY_HAND
from grappe.pools.models import Proposal
from grappe.web.desk.proposals import proposal_or_404
from grappe.web.shared.doors import SeatedRequest, asked_id, deed_key_of, desk, url_to
from grappe.web.shared.forms import deed_key


@desk
@require_POST
def proposal_arrange(request: SeatedRequest, pk: int) -> HttpResponse:
    """Start arranging from an answer, or start again from it."""
    found = proposal_or_404(pk)
    over = asked_id(request.POST.get("over", ""))
    actions.arrange(
        by=request.user, proposal=found, aim=request.POST.get("visee", "")[:10], over=over, key=deed_key_of(request)
    )
    return redirect(url_to(request, "desk:arrangement", pk))


@desk
@require_GET
def arrangement(request: SeatedRequest, pk: int) -> HttpResponse:
    """The posts as they stand; with `?besoin=` and `?vers=`, what that move would change, before it is done."""
    found = proposal_or_404(pk)
    arranged = arranging.arranged(found)
    if arranged is None:
        raise Http404
    need_id, to = asked_id(request.GET.get("besoin", "")), request.GET.get("vers", "")[:20]
    move = arranging.preview(found, arranged.arrangement, need_id, to) if need_id is not None and to else None
    return _page(request, found, arranged, move=move, lost=bool(to) and move is None)


def _page(
    request: SeatedRequest,
    proposal: Proposal,
    arranged: Arranged,
    *,
    move: Move | None = None,
    lost: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    places = [(str(post.rank), post) for post in arranged.reply.posts if post.rows and post.pool is None]
    skills = {skill for post in arranged.reply.posts for skill in post.skills}
    context = {
        "proposal": proposal,
        "arranged": arranged,
        "out_near": [row for row in arranged.out if str(row.need.skill) in skills],
        "out_else": [row for row in arranged.out if str(row.need.skill) not in skills],
        "version": arranged.arrangement.version,
        "move": move,
        "move_to": _place_words(move.to) if move is not None else "",
        "lost": lost,
        "places": places,
        "BY_HAND": BY_HAND,
        "OUT": OUT,
        "FRESH": FRESH,
        "deed_key": deed_key(),
        "refused": refused,
        "changed": queries.needs_changed(proposal, queries.answers_of(proposal)),
    }
    return render(request, "desk/pools/arrangement.html", context, status=409 if refused else 200)


def _place_words(to: str) -> str:
    if to == OUT:
        return _("hors de tout poste")
    return _("un nouveau poste") if to == FRESH else _("le poste %(n)s") % {"n": int(to) + 1}


def _held(request: SeatedRequest, pk: int) -> tuple[Proposal, Arranged, int]:
    """The proposal, its arrangement, and the version that the page showed."""
    found = proposal_or_404(pk)
    arranged = arranging.arranged(found)
    if arranged is None:
        raise Http404
    return found, arranged, asked_id(request.POST.get("version", "")) or 0


@desk
@require_POST
def arrangement_move(request: SeatedRequest, pk: int) -> HttpResponse:
    """Move one firm, as it was shown."""
    found, arranged, version = _held(request, pk)
    need_id = asked_id(request.POST.get("besoin", ""))
    need = queries.need_numbered(need_id) if need_id is not None else None
    if need is None:
        raise Http404
    to = request.POST.get("vers", "")[:20]
    try:
        actions.move_need(
            by=request.user,
            arrangement=arranged.arrangement,
            need=need,
            to=to,
            version=version,
            key=deed_key_of(request),
        )
    except Refused as refused:
        return _fresh(request, found, refused)
    messages.success(request, _("%(firm)s est déplacée.") % {"firm": need.firm})
    return redirect(url_to(request, "desk:arrangement", pk))


def _fresh(request: SeatedRequest, proposal: Proposal, refused: Refused) -> HttpResponse:
    """The posts as they are now, under what was refused."""
    arranged = arranging.arranged(proposal)
    if arranged is None:
        raise Http404
    return _page(request, proposal, arranged, refused=refused)


@desk
@require_POST
def arrangement_keep(request: SeatedRequest, pk: int, rank: int) -> HttpResponse:
    """Hold a post together when the others are formed again; or no longer."""
    found, arranged, version = _held(request, pk)
    kept = request.POST.get("garder") == "oui"
    try:
        actions.keep_post(
            by=request.user,
            arrangement=arranged.arrangement,
            post=rank,
            kept=kept,
            version=version,
            key=deed_key_of(request),
        )
    except Refused as refused:
        return _fresh(request, found, refused)
    return redirect(f"{url_to(request, 'desk:arrangement', pk)}#poste-{rank + 1}")


@desk
@require_POST
def arrangement_again(request: SeatedRequest, pk: int) -> HttpResponse:
    """Form the other posts again around those that are kept."""
    found, arranged, version = _held(request, pk)
    try:
        proposal = actions.form_again(
            by=request.user, arrangement=arranged.arrangement, version=version, key=deed_key_of(request)
        )
    except Refused as refused:
        return _fresh(request, found, refused)
    return redirect(url_to(request, "desk:proposal", proposal.pk))


urlpatterns = [
    path("mises-en-commun/propositions/<int:pk>/ajuster/", proposal_arrange, name="proposal_arrange"),
    path("mises-en-commun/propositions/<int:pk>/a-la-main/", arrangement, name="arrangement"),
    path("mises-en-commun/propositions/<int:pk>/a-la-main/deplacer/", arrangement_move, name="arrangement_move"),
    path("mises-en-commun/propositions/<int:pk>/a-la-main/reformer/", arrangement_again, name="arrangement_again"),
    path(
        "mises-en-commun/propositions/<int:pk>/a-la-main/garder/<int:rank>/", arrangement_keep, name="arrangement_keep"
    ),
]
