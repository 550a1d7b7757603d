"""The pages for what goes wrong outside a deed: what happened, why, what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from grappe.web.shared.doors import MandateEnded
from grappe.web.shared.uploads import TooLarge


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 when what was sent is too large."""
    if isinstance(exception, TooLarge):
        context = {"most_megabytes": exception.most_bytes // 1_000_000}
        return render(request, "shared/errors/413.html", context, status=413)
    return render(request, "shared/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "shared/errors/403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form does not carry this browser's secret (signed in elsewhere, cookies cleared, page kept too long)."""
    return render(request, "shared/errors/stale.html", {"back": request.path}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    last_day = exception.last_day if isinstance(exception, MandateEnded) else None
    return render(request, "shared/errors/404.html", {"last_day": last_day}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500, drawn without asking the database anything: it may be what is broken."""
    return HttpResponse(loader.get_template("shared/errors/500.html").render({}), status=500)
