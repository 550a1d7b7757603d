"""The frame around a page: which cluster, which menu, who is signed in. Worked out only when a template asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_scopes import scope

from grappe.charges.queries import late_invoices
from grappe.clusters import queries
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster
from grappe.clusters.rules import Seat
from grappe.needs.queries import open_needs, open_survey
from grappe.plans.queries import requests_waiting

Count = Callable[[Seat], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a menu: `name` is the URL's name; the pages of the rooms in `under` are marked as being here.

    `under` may also name a single page (`desk:regime`) that another entry's room draws: the page named is then here only.
    """

    name: str
    label: str | Promise
    icon: str
    under: tuple[str, ...] = ()
    count: Count | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    label: str | Promise
    entries: tuple[Entry, ...]


def _needs_waiting(seat: Seat) -> int:
    survey = open_survey()
    return open_needs(survey).count() if survey else 0


def _leave_waiting(seat: Seat) -> int:
    return requests_waiting().count()


def _invoices_late(seat: Seat) -> int:
    return late_invoices(on=seat.on).count()


DESK = (
    Section(
        "",
        (
            Entry("desk:today", _("Aujourd’hui"), "today"),
            Entry("desk:group", _("Le groupement"), "people", ("grappe.web.desk.group",)),
        ),
    ),
    Section(
        _("La boucle"),
        (
            Entry(
                "desk:needs",
                _("Besoins"),
                "needs",
                ("grappe.web.desk.needs", "grappe.web.desk.surveys", "grappe.web.desk.imports"),
                _needs_waiting,
            ),
            Entry(
                "desk:pools",
                _("Mises en commun"),
                "pools",
                (
                    "grappe.web.desk.pools",
                    "grappe.web.desk.proposals",
                    "grappe.web.desk.arrangements",
                    "grappe.web.desk.movements",
                    "grappe.web.desk.contracts",
                ),
            ),
            Entry(
                "desk:calendars",
                _("Calendriers"),
                "calendar",
                (
                    "grappe.web.desk.calendars",
                    "grappe.web.desk.releases",
                    "grappe.web.desk.replans",
                    "grappe.web.desk.skills",
                    "grappe.web.desk.wall",
                    "grappe.web.desk.years",
                    "grappe.web.desk.absences",
                    "grappe.web.desk.hours",
                    "grappe.web.desk.missions",
                ),
                _leave_waiting,
            ),
            Entry(
                "desk:charges",
                _("Comptes"),
                "accounts",
                ("grappe.web.desk.charges", "grappe.web.desk.closings", "grappe.web.desk.solidarity"),
                _invoices_late,
                late=True,
            ),
            Entry("desk:outcomes", _("Retombées"), "outcomes", ("grappe.web.desk.outcomes",)),
        ),
    ),
    Section(
        _("Le réseau"),
        (
            Entry("desk:firms", _("Structures"), "firms", ("grappe.web.desk.firms", "grappe.web.desk.registers")),
            Entry(
                "desk:cluster",
                _("Réglages"),
                "settings",
                (
                    "grappe.web.desk.cluster",
                    "grappe.web.desk.law",
                    "grappe.web.desk.legal",
                    "desk:regime",
                    "desk:taxable_share",
                    "desk:templates",
                    "desk:template",
                ),
            ),
        ),
    ),
)
MEMBER = (
    Entry(
        "member:home",
        _("Accueil"),
        "today",
        ("grappe.web.member.home", "grappe.web.member.needs", "grappe.web.member.closings"),
    ),
    Entry("member:commitments", _("Partages"), "pools", ("grappe.web.member.commitments", "grappe.web.member.papers")),
    Entry("member:hours", _("Heures"), "clock", ("grappe.web.member.hours", "grappe.web.member.month")),
    Entry("member:sheet", _("Relevé"), "outcomes", ("grappe.web.member.sheet",)),
)
STAFF = (
    Entry("staff:week", _("Planning"), "calendar", ("grappe.web.staff.week", "grappe.web.staff.papers")),
    Entry("staff:hours", _("Heures"), "clock", ("grappe.web.staff.hours",)),
    Entry("staff:leave", _("Congés"), "leave", ("grappe.web.staff.leave",)),
)

PAGES_NAMED = frozenset(name for section in DESK for entry in section.entries for name in entry.under if ":" in name)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu as a page shows it."""

    label: str
    icon: str
    url: str
    here: bool
    entry: Entry
    seat: Seat

    @property
    def count(self) -> int:
        if self.entry.count is None:
            return 0
        with scope(cluster=self.seat.cluster):  # a page of refusal is drawn outside the door's scope
            return self.entry.count(self.seat)

    @property
    def late(self) -> bool:
        return self.entry.late


class Frame:
    """What the layouts ask about the page being drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.seat: Seat | None = getattr(request, "seat", None)
        self.demo: bool = settings.DEMO
        self.version: str = settings.GRAPPE_VERSION
        self.source_url: str = settings.SOURCE_URL
        self.languages = settings.LANGUAGES

    @property
    def language(self) -> str:
        return (get_language() or "fr")[:2]

    @property
    def cluster(self) -> Cluster | None:
        return self.seat.cluster if self.seat else None

    @cached_property
    def audience(self) -> str:
        """The room of pages being shown: desk, member, staff, funder, public."""
        match = self._request.resolver_match
        return match.namespace if match and match.namespace else ""

    @property
    def layout(self) -> str:
        """The layout for a page that any audience may see (a refusal, an error)."""
        if self.seat is None:
            return "shared/public.html"
        return "shared/desk.html" if self.audience == "desk" else "shared/phone.html"

    @cached_property
    def firm_count(self) -> int:
        if self.seat is None:
            return 0
        with scope(cluster=self.seat.cluster):
            return queries.memberships(on=self.seat.on).count()

    @cached_property
    def other_clusters(self) -> list[Cluster]:
        user = getattr(self._request, "user", None)
        if user is None or not user.is_authenticated:
            return []
        on = self.seat.on if self.seat else timezone.localdate()
        return [cluster for cluster in queries.clusters_of(user, on=on) if cluster != self.cluster]

    @cached_property
    def homes(self) -> list[tuple[str, str | Promise]]:
        """The other places of this cluster that the person's roles open: a coordinator may also speak for a firm."""
        if self.seat is None:
            return []
        roles, places = self.seat.roles, []
        if self.seat.reads_desk:
            places.append(("desk:today", _("Le bureau")))
        if Role.MEMBER in roles:
            places.append(("member:home", _("Ma structure")))
        if Role.EMPLOYEE in roles:
            places.append(("staff:week", _("Mon planning")))
        if Role.FUNDER in roles and not self.seat.reads_desk:
            places.append(("funder:sheet", _("Le bilan")))
        shown = [(self._url(name), label) for name, label in places if not name.startswith(f"{self.audience}:")]
        return [(url, label) for url, label in shown if url]

    @cached_property
    def sections(self) -> list[tuple[str, list[Link]]]:
        """The desk's menu."""
        drawn = [(str(section.label), self._links(section.entries)) for section in DESK]
        return [(label, links) for label, links in drawn if links]

    @cached_property
    def tabs(self) -> list[Link]:
        """The tabs of a member's or an employee's pages; none when there is nothing to choose between."""
        links = self._links({"member": MEMBER, "staff": STAFF}.get(self.audience, ()))
        return links if len(links) > 1 else []

    def _links(self, entries: tuple[Entry, ...]) -> list[Link]:
        if self.seat is None:
            return []
        links = ((entry, self._url(entry.name)) for entry in entries)
        return [
            Link(str(entry.label), entry.icon, url, self._is_here(entry), entry, self.seat)
            for entry, url in links
            if url
        ]

    def _is_here(self, entry: Entry) -> bool:
        match = self._request.resolver_match
        if match is None:
            return False
        if match.view_name in PAGES_NAMED:
            return match.view_name in entry.under
        return match.view_name == entry.name or getattr(match.func, "__module__", "") in entry.under

    def _url(self, name: str) -> str:
        """The address in this cluster, or nothing when this installation does not have the page."""
        assert self.seat is not None
        try:
            return reverse(name, kwargs={"slug": self.seat.cluster.slug})
        except NoReverseMatch:
            return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` in every template."""
    return {"frame": Frame(request)}
