"""A paper on the screen: its text, its signatures, the form to sign it. Signed in, or by a secret link."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.audit.deeds import Refused
from grappe.papers import actions, queries
from grappe.papers.models import Paper
from grappe.people.models import AccessLink, Person
from grappe.web.shared.forms import DeedForm


class SignForm(DeedForm):
    name = forms.CharField(
        label=gettext_lazy("Votre prénom et votre nom"),
        max_length=actions.NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Les écrire vaut signature."),
    )
    read = forms.BooleanField(label=gettext_lazy("J’ai lu ce texte et je le signe."))
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


def page(
    request: HttpRequest,
    paper: Paper,
    *,
    party: str,
    person: Person,
    template: str,
    here: str,
    link: AccessLink | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the paper to someone who may sign it for `party`, or sign it and come back to `here`. In the scope of its cluster."""
    if request.method != "POST":
        return _show(request, paper, party, template, SignForm(initial=_initial(paper, person)), more)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _show(request, paper, party, template, form, more, status=400)
    said = form.cleaned_data
    try:
        actions.sign_paper(
            by=person, paper=paper, party=party, name=said["name"], sha256=said["sha256"], link=link, key=form.key
        )
    except Refused as refused:
        fresh = SignForm(initial=_initial(paper, person))
        return _show(request, paper, party, template, fresh, {**(more or {}), "refused": refused}, status=409)
    return redirect(here)


def _initial(paper: Paper, person: Person) -> dict[str, Any]:
    return {"name": person.name, "sha256": paper.sha256}


def _show(
    request: HttpRequest,
    paper: Paper,
    party: str,
    template: str,
    form: SignForm,
    more: dict[str, Any] | None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(request, template, context(paper, party=party) | {"form": form} | (more or {}), status=status)


def context(paper: Paper, *, party: str = "") -> dict[str, Any]:
    """What a page of the paper shows; `mine`: the row of the party that the reader signs for."""
    sheet = queries.sheet(paper)
    mine = next((row for row in sheet.rows if row.party["key"] == party), None)
    return {
        "paper": paper,
        "sheet": sheet,
        "blocks": queries.text_of(paper),
        "mine": mine,
        "may_sign": mine is not None and mine.waits and not sheet.replaced,
    }


def download(paper: Paper) -> HttpResponse:
    """The PDF with the signatures given so far, named by its title."""
    body, _digest = queries.file_of(paper)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(paper.title)}.pdf"'
    return response


def file_name(title: str) -> str:
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-").lower()[:80] or _("document")
