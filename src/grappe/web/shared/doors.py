"""The doors of the pages: fetch the cluster and authorise in one step, then stay inside its scope.

A stranger gets 404, whoever reads but may not write gets 403, someone not signed in is sent to sign in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from grappe.clusters.enums import Role
from grappe.clusters.queries import ended_on, seat_of
from grappe.clusters.rules import Seat
from grappe.people.models import Person

View = Callable[..., HttpResponse]
SAFE = {"GET", "HEAD", "OPTIONS"}
ID_MAX = 2**63 - 1
UNWRITABLE = re.compile("[\0\u202a-\u202e\u2066-\u2069]")


def asked_id(text: str) -> int | None:
    """The id that a part of the address or of a form gives; None for what no row can have."""
    return int(text) if text.isdecimal() and len(text) < 20 and int(text) <= ID_MAX else None


def url_to(request: SeatedRequest, name: str, *args: Any) -> str:
    """The address of a page of the seat's cluster, by its full name: « desk:pool »."""
    return reverse(name, args=[request.seat.cluster.slug, *args])


def deed_key_of(request: HttpRequest) -> str:
    """The key that the form carries: the deed asked twice with it is done once."""
    return request.POST.get("deed_key", "")[:64]


class MandateEnded(Http404):
    """Nothing here for whoever had a mandate and has none any more: the page says since when."""

    def __init__(self, last_day: date) -> None:
        super().__init__("mandate ended")
        self.last_day = last_day


class SeatedRequest(HttpRequest):
    """A request that came through a door."""

    seat: Seat
    user: Person  # type: ignore[assignment]


def door(*, read: tuple[str, ...], write: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Open a view `(request, slug, ...)` of a cluster to the roles `read`, and to `write` for anything but a GET."""

    def wrap(view: View) -> View:
        @wraps(view)
        def enter(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            seat = seat_of(request.user, slug=slug, on=timezone.localdate())
            if seat is None and (last := ended_on(request.user, slug=slug, on=timezone.localdate())) is not None:
                raise MandateEnded(last)
            if seat is None or not seat.roles & {*read, *write} or any(_is_no_id(value) for value in kwargs.values()):
                raise Http404
            if request.method not in SAFE and not seat.roles & set(write):
                raise PermissionDenied
            if has_unwritable(request):
                raise BadRequest("a null character, or one that turns the writing round")
            request.seat = seat
            with scope(cluster=seat.cluster):
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and not response.is_rendered:
                    response = response.render()
            return response

        enter.read, enter.write = read, write  # type: ignore[attr-defined]
        return enter

    return wrap


class OperatorRequest(HttpRequest):
    """A request of someone who runs the site."""

    user: Person  # type: ignore[assignment]


def is_operator(person: Person, permission: str) -> bool:
    """Whether the person runs the site, and may do that in it (a superuser may do everything)."""
    return person.is_active and person.is_staff and person.has_perm(permission)


def operator(permission: str) -> Callable[[View], View]:
    """Open a view of the site itself, outside every cluster, to whoever runs it with that permission of the admin's."""

    def wrap(view: View) -> View:
        @wraps(view)
        def enter(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not is_operator(request.user, permission):
                raise Http404
            if has_unwritable(request):
                raise BadRequest("a null character, or one that turns the writing round")
            return view(request, *args, **kwargs)

        return enter

    return wrap


def has_unwritable(request: HttpRequest) -> bool:
    """A character that nobody types: null, which PostgreSQL keeps in no text, or one that makes a name read backwards."""
    return any(
        UNWRITABLE.search(value)
        for sent in (request.GET, request.POST)
        for _name, values in sent.lists()
        for value in values
    )


def _is_no_id(value: Any) -> bool:
    """A number in the address that no row can have."""
    return isinstance(value, int) and value > ID_MAX


COORDINATOR, MEMBER, EMPLOYEE, BOARD, FUNDER = (role.value for role in Role)

desk = door(read=(COORDINATOR, BOARD), write=(COORDINATOR,))
coordination = door(read=(COORDINATOR,), write=(COORDINATOR,))  # what the board has no reason to read: homes
member = door(read=(MEMBER,), write=(MEMBER,))
staff = door(read=(EMPLOYEE,), write=(EMPLOYEE,))
sheet = door(read=(COORDINATOR, BOARD, FUNDER))
anyone = door(read=(COORDINATOR, MEMBER, EMPLOYEE, BOARD, FUNDER))
