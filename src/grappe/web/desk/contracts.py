"""A post's papers and their signatures; and the templates that they are printed from."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from grappe.papers import actions as papers
from grappe.papers import queries as paper_queries
from grappe.papers.models import Paper, Signatory
from grappe.pools import actions, queries
from grappe.pools.contracts import Books, ahead, rows
from grappe.pools.models import Pool
from grappe.web.shared import papers as shown
from grappe.web.shared import templates as writing
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, is_operator, url_to
from grappe.web.shared.forms import deed_key

_ROOMS = {"plans.missionletter": "missions"}  # papers that are of no post, by what they are about
AHEAD_MOST = timedelta(days=800)  # how far ahead papers may be made: a notice and a year

# ---------------------------------------------------------------- a post's papers


@desk
@require_GET
def contracts(request: SeatedRequest, pk: int) -> HttpResponse:
    """Every paper of the post, for today or for a day to come: to make, to make anew, signatures awaited, signed."""
    pool, today = _pool(pk), request.seat.on
    on = _effect(request, request.GET) or today
    books = Books.of(pool)
    found = rows(pool, on=on, books=books)
    context = {
        "pool": pool,
        "rows": found,
        "on": on,
        "later": on > today,
        "ahead": ahead(pool, on=today, books=books),
        "to_make": sum(row.to_make for row in found),
        "to_ask": sum(row.to_ask for row in found),
        "signed": sum(row.state == "signed" for row in found),
        "missing": sorted({word for row in found for word in row.draft.missing}),
        "deed_key": deed_key(),
    }
    return render(request, "desk/contracts/list.html", context)


@desk
@require_POST
def contracts_make(request: SeatedRequest, pk: int) -> HttpResponse:
    on = _effect(request, request.POST)
    pool = actions.make_contracts(by=request.user, pool=_pool(pk), on=on, key=deed_key_of(request))
    messages.success(request, _("Les documents sont prêts. Relisez-les, puis demandez les signatures."))
    return redirect(url_to(request, "desk:contracts", pool.pk) + _query(on))


@desk
@require_POST
def contracts_ask(request: SeatedRequest, pk: int) -> HttpResponse:
    on = _effect(request, request.POST)
    pool = actions.ask_contracts(by=request.user, pool=_pool(pk), on=on, key=deed_key_of(request))
    messages.success(request, _("Chaque personne reçoit son lien pour lire et signer."))
    return redirect(url_to(request, "desk:contracts", pool.pk) + _query(on))


def _effect(request: SeatedRequest, said: QueryDict) -> date | None:
    """The day to come for which the papers are to be true; None for today, and for what is no such day."""
    try:
        on = date.fromisoformat(said.get("effet", ""))
    except ValueError:
        return None
    return on if request.seat.on < on <= request.seat.on + AHEAD_MOST else None


def _query(on: date | None) -> str:
    return f"?effet={on.isoformat()}" if on is not None else ""


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: SeatedRequest, pk: int) -> HttpResponse:
    """The paper, its signatures; the coordination signs for the cluster here."""
    found = _paper(pk)
    pool = _pool_of(found)
    standing = rows(pool, on=request.seat.on) if pool is not None and request.method != "POST" else []
    more = {
        "file_url": url_to(request, "desk:paper_pdf", pk),
        "changed": next((row.changed for row in standing if row.sheet is not None and row.sheet.paper.pk == pk), ()),
        "versions": paper_queries.papers_about(found.about, [found.about_id], kinds=[found.kind]),
        "back": url_to(request, "desk:contracts", pool.pk)
        if pool is not None
        else url_to(request, f"desk:{_ROOMS.get(found.about, 'templates')}"),
    }
    return shown.page(
        request,
        found,
        party="cluster" if request.seat.is_coordinator else "",
        person=request.seat.person,
        template="desk/contracts/paper.html",
        here=request.path,
        more=more,
    )


@desk
@require_safe
def paper_pdf(request: SeatedRequest, pk: int) -> HttpResponse:
    return shown.download(_paper(pk))


@desk
@require_POST
def signatory_remind(request: SeatedRequest, pk: int) -> HttpResponse:
    asked = Signatory.objects.filter(pk=pk).select_related("paper", "person").defer("paper__pdf").first()
    if asked is None:
        raise Http404
    papers.remind_signatory(by=request.user, signatory=asked, key=deed_key_of(request))
    messages.success(request, _("Un message est reparti vers %(person)s.") % {"person": asked.person})
    return redirect(url_to(request, "desk:paper", asked.paper_id))


def _pool_of(found: Paper) -> Pool | None:
    """The post that the paper belongs to."""
    if found.about == "pools.pool":
        return queries.pool_numbered(found.about_id)
    part = queries.part_numbered(found.about_id) if found.about == "pools.part" else None
    return queries.pool_numbered(part.pool_id) if part is not None else None


# ---------------------------------------------------------------- templates


@desk
@require_GET
def templates(request: SeatedRequest) -> HttpResponse:
    """The kinds of paper, and which the cluster has made its own."""
    context = {
        "kinds": paper_queries.kinds_of(request.seat.cluster),
        "runs_the_site": is_operator(request.user, "papers.add_template"),
    }
    return render(request, "desk/contracts/templates.html", context)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: SeatedRequest, kind: str) -> HttpResponse:
    """A template to read and to write, its fields beside, what it prints below."""
    here, cluster = url_to(request, "desk:template", kind), request.seat.cluster
    return writing.page(request, kind, by=request.user, cluster=cluster, here=here, page="desk/contracts/template.html")


# ---------------------------------------------------------------- what the addresses name


def _pool(pk: int) -> Pool:
    found = queries.pool_numbered(pk)
    if found is None:
        raise Http404
    return found


def _paper(pk: int) -> Paper:
    found = paper_queries.paper_numbered(pk)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("mises-en-commun/<int:pk>/contrats/", contracts, name="contracts"),
    path("mises-en-commun/<int:pk>/contrats/preparer/", contracts_make, name="contracts_make"),
    path("mises-en-commun/<int:pk>/contrats/signatures/", contracts_ask, name="contracts_ask"),
    path("documents/<int:pk>/", paper, name="paper"),
    path("documents/<int:pk>/document.pdf", paper_pdf, name="paper_pdf"),
    path("documents/signataires/<int:pk>/relancer/", signatory_remind, name="signatory_remind"),
    path("modeles/", templates, name="templates"),
    path("modeles/<slug:kind>/", template, name="template"),
]
