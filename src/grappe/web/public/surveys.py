"""A survey's secret link: a member says what it needs on a phone, without an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_scopes import scope

from grappe.clusters.queries import speaks_for
from grappe.needs.queries import addressee_behind
from grappe.people.models import AccessLink
from grappe.people.queries import link_of
from grappe.web.shared import surveys
from grappe.web.shared.doors import ID_MAX, has_unwritable
from grappe.web.shared.surveys import Answering

GONE = "public/surveys/gone.html"
LAYOUT = "public/surveys/layout.html"
GET_OR_POST = ["GET", "HEAD", "POST"]


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view `(request, answering, ...)` to whoever holds a survey's link and still speaks for its firm."""

    @wraps(view)
    @never_cache
    def enter(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        on = timezone.localdate()
        link = link_of(token, purpose=AccessLink.Purpose.SURVEY, on=on)
        asked = addressee_behind(link) if link is not None else None
        if asked is None or any(value > ID_MAX for value in kwargs.values()):
            return render(request, GONE, status=404)
        if has_unwritable(request):
            raise BadRequest("a character that nobody types")
        with scope(cluster=asked.cluster):
            if not speaks_for(asked.person, asked.firm_id, on=on):
                return render(request, GONE, {"ended": True, "firm": asked.firm}, status=403)
            answering = Answering(
                survey=asked.survey,
                firm=asked.firm,
                person=asked.person,
                layout=LAYOUT,
                on=on,
                home_url=reverse("public:survey", args=[token]),
                new_url=reverse("public:survey_need", args=[token]),
                nothing_url=reverse("public:survey_nothing", args=[token]),
                edit_url=lambda pk: reverse("public:survey_correct", args=[token, pk]),
                back_url=lambda pk: reverse("public:survey_take_back", args=[token, pk]),
            )
            return view(request, answering, **kwargs)

    return enter


survey = require_http_methods(["GET", "HEAD"])(by_link(surveys.home))
survey_need = require_http_methods(GET_OR_POST)(by_link(surveys.new))
survey_correct = require_http_methods(GET_OR_POST)(by_link(surveys.edit))
survey_take_back = require_POST(by_link(surveys.take_back))
survey_nothing = require_POST(by_link(surveys.nothing))

urlpatterns = [
    path("enquete/<str:token>/", survey, name="survey"),
    path("enquete/<str:token>/besoin/", survey_need, name="survey_need"),
    path("enquete/<str:token>/rien/", survey_nothing, name="survey_nothing"),
    path("enquete/<str:token>/besoins/<int:pk>/", survey_correct, name="survey_correct"),
    path("enquete/<str:token>/besoins/<int:pk>/retirer/", survey_take_back, name="survey_take_back"),
]
