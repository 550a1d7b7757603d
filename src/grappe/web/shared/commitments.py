"""A member's answer to a part, on one page: signed in, or by the secret link of an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.audit.deeds import Refused
from grappe.people.models import Person
from grappe.pools import actions, bonuses, queries, words
from grappe.pools.enums import PartState, PoolState
from grappe.pools.models import Part
from grappe.web.shared.bonuses import refuse_closed
from grappe.web.shared.forms import CENTS_MOST, DeedForm

ACCEPT, DECLINE, ASK, KEEP, AGREE = "accepter", "decliner", "demander", "garder", "accepter-prime"


class AnswerForm(DeedForm):
    answer = forms.ChoiceField(choices=[(one, one) for one in (ACCEPT, DECLINE, ASK, KEEP, AGREE)])
    bonus = forms.IntegerField(required=False, min_value=0)
    price_cents = forms.IntegerField(required=False, min_value=0, max_value=CENTS_MOST)
    words = forms.CharField(
        label=gettext_lazy("Votre message"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 400}),
    )


def page(
    request: HttpRequest,
    part: Part,
    *,
    person: Person,
    template: str,
    here: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the part to `person`, or write its answer and come back to `here`. In the scope of the part's cluster."""
    if request.method != "POST":
        return _show(request, part, template, AnswerForm(), more)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, part, template, form, more, status=400)
    try:
        _answer(request, part, person, form)
    except Refused as refused:
        fresh = Part.objects.select_related("pool", "pool__skill", "firm", "need", "cluster").get(pk=part.pk)
        return _show(request, fresh, template, AnswerForm(), more, refused=refused, status=409)
    return redirect(here)


def _answer(request: HttpRequest, part: Part, person: Person, form: AnswerForm) -> None:
    answer, said = form.cleaned_data["answer"], form.cleaned_data["words"]
    if answer == ACCEPT:
        price = form.cleaned_data["price_cents"] or 0
        actions.accept(by=person, part=part, price_cents=price, key=form.key)
    elif answer == AGREE:
        asked = bonuses.awaited([part.pk]).get(part.pk)
        if asked is None or asked.pk != form.cleaned_data["bonus"]:
            raise actions.UnableToRecordBonus(
                _("Cette prime n’est plus proposée."), _("Relisez la page de votre part.")
            )
        refuse_closed(asked.valid_from)
        actions.agree_bonus(by=person, bonus=asked, key=form.key)
        messages.success(request, _("Merci : la prime s’ajoutera à vos décomptes à partir de sa date."))
    elif answer == DECLINE:
        actions.decline(by=person, part=part, words=said, key=form.key)
    elif answer == KEEP:
        actions.keep_as_it_was(by=person, part=part, words=said, key=form.key)
        messages.success(request, _("Votre engagement tient comme avant, au prix que vous aviez accepté."))
    else:
        actions.ask_else(by=person, part=part, words=said, key=form.key)
        messages.success(request, _("Votre message est parti à la coordination. Rien ne vous engage d’ici sa réponse."))


def _show(
    request: HttpRequest,
    part: Part,
    template: str,
    form: AnswerForm,
    more: dict[str, Any] | None,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(request, template, context(part, form) | (more or {}) | {"refused": refused}, status=status)


def context(part: Part, form: AnswerForm | None = None) -> dict[str, Any]:
    """What the page of a part shows."""
    today = timezone.localdate()
    live = part.state in queries.LIVE and not part.left_by(today)
    card = queries.price_card(part) if live else None
    open_pool = part.pool.state in {PoolState.INVITING, PoolState.RUNNING}
    return {
        "part": part,
        "pool": part.pool,
        "card": card,
        "time": queries.billable(part.pool) if card is not None else None,
        "form": form,
        "asks": live and open_pool and part.state in queries.WAITING,
        "accepted": part.state == PartState.ACCEPTED,
        "repriced": part.state == PartState.REPRICED,
        "declined": part.state == PartState.DECLINED,
        "may_decline": part.pool.state == PoolState.INVITING or part.state == PartState.INVITED,
        "may_keep": part.pool.state == PoolState.RUNNING and part.state == PartState.REPRICED,
        "left": part.left_by(today),
        "shared_by": words.count(card.firm_count) if card is not None else "",
        "weekdays": words.weekdays(part.weekdays),
        "others": words.listed([other.firm.name for other in card.others]) if card is not None else "",
        "skill": part.need.skill if part.need is not None else part.pool.skill,
    }
