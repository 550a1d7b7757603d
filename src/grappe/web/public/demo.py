"""The demo's door: enter as someone of the cast. It exists in demo mode only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from grappe.demo.cast import GUISES, person_of


@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        person = person_of(request.POST.get("guise", ""))
        if person is None:
            raise Http404
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("public:home")
    return render(request, "public/demo.html", {"guises": GUISES})


urlpatterns = [path("demo/", demo, name="demo")]
