"""What happens around every request: the language, what the browser may load, refusals put into a page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from grappe.audit.deeds import AlreadyDone, Refused

GetResponse = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)
# The operator's admin is a third-party interface with inline scripts and styles; nobody else ever sees it.
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; "
    "object-src 'none'"
)


class LanguageMiddleware:
    """The language of the page: the signed-in person's, else the cookie's, else the browser's, else French.

    It stands before the authentication middleware because the pages of errors need a language too; the person that it
    finds is kept on the request, so nobody is looked up twice.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(self._language(request))
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def _language(self, request: HttpRequest) -> str:
        spoken = {code for code, _name in settings.LANGUAGES}
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            chosen = getattr(get_user(request), "language", None)
            if chosen in spoken:
                return str(chosen)
        found = translation.get_language_from_request(request)[:2]
        return found if found in spoken else settings.LANGUAGE_CODE


class ContentSecurityMiddleware:
    """Tell the browser to load nothing but our own files, and to run nothing written inside a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        policy = ADMIN_POLICY if match and match.app_name == "admin" else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class RefusalMiddleware:
    """A deed that refuses becomes a page saying what happened and what to do; a deed done twice leads where it led."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refusal(request, exception)
        if isinstance(exception, AlreadyDone):
            messages.info(request, _("C’était déjà fait."))
            url = exception.url or way_back(request)
            if getattr(request, "htmx", False):
                return HttpResponseClientRedirect(url)
            return redirect(url)
        return None


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """409, as a page, or as a fragment when only a part of the page was asked for."""
    template = "shared/parts/refusal.html" if getattr(request, "htmx", False) else "shared/errors/refusal.html"
    context = {"refused": refused, "back": way_back(request)}
    return render(request, template, context, status=409)


def way_back(request: HttpRequest) -> str:
    """The page that the person came from, if it is one of ours; else the front page."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        path = f"/{parts.path.lstrip('/')}"  # "//elsewhere.example/" would be another site
        return f"{path}?{parts.query}" if parts.query else path
    return "/"
