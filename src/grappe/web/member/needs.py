"""What a member's firms ask for: the surveys that wait for their answer, and what was said in each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grappe.clusters.models import Firm
from grappe.needs import queries
from grappe.web.member.sheet import asked_firm, firm_tabs
from grappe.web.shared import simulator as simulating
from grappe.web.shared import surveys
from grappe.web.shared.doors import SeatedRequest, member
from grappe.web.shared.surveys import Answering

GET_OR_POST = ["GET", "HEAD", "POST"]
SHOWN = 60


@member
@require_GET
def needs(request: SeatedRequest) -> HttpResponse:
    """Every need of the firm, what became of it, and the surveys to answer."""
    firm, firms = asked_firm(request)
    context = {
        "firm": firm,
        "firm_tabs": firm_tabs(request, "member:needs", firm, firms),
        "needs": list(queries.needs_of_firm(firm.pk)[:SHOWN]),
        "surveys": queries.surveys_to_answer(firm.pk, on=request.seat.on),
    }
    return render(request, "member/needs/list.html", context)


@member
@require_GET
def simulator(request: SeatedRequest) -> HttpResponse:
    """What so many days would cost the firm, against the price alone that it gave."""
    firm, _firms = asked_firm(request)

    def alone_of(skill_id: int) -> int | None:
        price = queries.reference_price(firm.pk, skill_id, request.seat.on)
        return price.price_cents if price is not None else None

    survey = queries.open_survey()
    need_url = ""
    if survey is not None:
        need_url = reverse("member:survey_need", args=[request.seat.cluster.slug, survey.pk, firm.pk])
    return simulating.page(
        request,
        request.seat.cluster,
        on=request.seat.on,
        layout="shared/phone.html",
        alone_of=alone_of,
        need_url=need_url,
    )


def seated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view `(request, answering, ...)` to a member who speaks for the firm in the address."""

    @wraps(view)
    def enter(request: SeatedRequest, survey: int, firm: int, **kwargs: Any) -> HttpResponse:
        found = queries.surveys().filter(pk=survey).first()
        whose = Firm.objects.filter(pk=firm).first() if request.seat.speaks_for(firm) else None
        if found is None or whose is None:
            raise Http404
        slug = request.seat.cluster.slug

        def url(name: str, *more: int) -> str:
            return reverse(f"member:{name}", args=[slug, survey, firm, *more])

        answering = Answering(
            survey=found,
            firm=whose,
            person=request.seat.person,
            layout="shared/phone.html",
            on=request.seat.on,
            home_url=url("survey"),
            new_url=url("survey_need"),
            nothing_url=url("survey_nothing"),
            edit_url=lambda pk: url("survey_correct", pk),
            back_url=lambda pk: url("survey_take_back", pk),
        )
        return view(request, answering, **kwargs)

    return enter


survey = member(require_http_methods(["GET", "HEAD"])(seated(surveys.home)))
survey_need = member(require_http_methods(GET_OR_POST)(seated(surveys.new)))
survey_correct = member(require_http_methods(GET_OR_POST)(seated(surveys.edit)))
survey_take_back = member(require_POST(seated(surveys.take_back)))
survey_nothing = member(require_POST(seated(surveys.nothing)))

urlpatterns = [
    path("besoins/", needs, name="needs"),
    path("simulateur/", simulator, name="simulator"),
    path("besoins/<int:survey>/<int:firm>/", survey, name="survey"),
    path("besoins/<int:survey>/<int:firm>/besoin/", survey_need, name="survey_need"),
    path("besoins/<int:survey>/<int:firm>/rien/", survey_nothing, name="survey_nothing"),
    path("besoins/<int:survey>/<int:firm>/<int:pk>/", survey_correct, name="survey_correct"),
    path("besoins/<int:survey>/<int:firm>/<int:pk>/retirer/", survey_take_back, name="survey_take_back"),
]
