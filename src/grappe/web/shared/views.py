"""The language switch, one's own addresses, and the live page of the components."""

from __future__ import annotations

from typing import Any

from allauth.account.views import EmailView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grappe.web.shared import samples

YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language: kept in a cookie, and on the person when one is signed in; then back to the same page."""
    chosen = request.POST.get("language", "")
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    response = redirect(asked if safe else "/")
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated and request.user.language != chosen:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
    return response


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, with made-up figures, and how a template asks for it."""
    return render(request, "styleguide/page.html", samples.everything())


class Addresses(EmailView):
    """One's own addresses. Only one that was verified becomes the principal: whoever is invited is found by it."""

    def _action_primary(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        address = self._get_email_address(request)
        if address is not None and not address.verified:
            messages.error(
                request, _("Vérifiez d’abord cette adresse : le bouton « Vérifier l’adresse » y envoie un lien.")
            )
            return None
        response: HttpResponse | None = super()._action_primary(request, *args, **kwargs)
        return response


addresses = Addresses.as_view()
