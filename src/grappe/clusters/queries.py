from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace
from django_scopes import scopes_disabled

from grappe.clusters.enums import Role
from grappe.clusters.models import (
    Cluster,
    Firm,
    InspectorateNotice,
    LegalDocument,
    Mandate,
    Membership,
    Officer,
    TaxableShare,
    Upload,
)
from grappe.clusters.rules import Seat
from grappe.law.queries import value_on
from grappe.people.models import Person


def seat_of(person: Person, *, slug: str, on: date) -> Seat | None:
    """The person's seat in the cluster called `slug` on that day; None for a stranger and for a cluster that is not."""
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        return None
    with scopes_disabled():
        mandates = list(Mandate.objects.on(on).filter(person=person, cluster=cluster))
    if not mandates:
        return None
    return Seat(
        person=person,
        cluster=cluster,
        roles=frozenset(mandate.role for mandate in mandates),
        firm_ids=frozenset(mandate.firm_id for mandate in mandates if mandate.firm_id is not None),
        on=on,
    )


def ended_on(person: Person, *, slug: str, on: date) -> date | None:
    """The last day of whoever had a role in that cluster and has none any more; None for a stranger."""
    with scopes_disabled():
        past = Mandate.objects.filter(person=person, cluster__slug=slug, valid_to__lte=on).order_by("-valid_to").first()
    return past.valid_to - timedelta(days=1) if past is not None and past.valid_to is not None else None


def clusters_of(person: Person, *, on: date) -> list[Cluster]:
    """The clusters where the person has a role on that day, by name."""
    with scopes_disabled():
        ids = list(Mandate.objects.on(on).filter(person=person).values_list("cluster_id", flat=True))
    return list(Cluster.objects.filter(pk__in=ids))


_INITIALS = {
    "É": "e",
    "È": "e",
    "Ê": "e",
    "À": "a",
    "Â": "a",
    "Î": "i",
    "Ô": "o",
    "Ç": "c",
    "Œ": "oe",
    "é": "e",
    "è": "e",
}


def alphabetical(path: str) -> Combinable:
    """The order of a directory: « Écluse » among the E, on both databases, whose own order of letters differs.

    Only the letters that begin French names, and the two commonest inside them: SQLite bounds how deep an expression goes.
    """
    letters: Combinable = F(path)
    for accented, plain in _INITIALS.items():
        letters = Replace(letters, Value(accented), Value(plain))
    return Lower(letters)


def memberships(*, on: date) -> QuerySet[Any]:
    """The cluster's memberships on that day with their firms, by name."""
    rows: QuerySet[Any] = (
        Membership.objects.on(on).select_related("firm").order_by(alphabetical("firm__name"), "firm_id")
    )
    return rows


def firms(*, on: date) -> QuerySet[Firm]:
    return Firm.objects.filter(pk__in=Membership.objects.on(on).values("firm_id")).order_by(alphabetical("name"), "pk")


def people_of(firm: Firm, *, on: date) -> list[Person]:
    """Those who speak for the firm in the cluster on that day."""
    mandates = Mandate.objects.on(on).filter(firm=firm, role=Role.MEMBER).select_related("person").order_by("pk")
    return [mandate.person for mandate in mandates]


def firms_of_people(*, on: date) -> dict[int, int | None]:
    """Everyone who has a role in the cluster on that day -> a firm that the person speaks for, if any."""
    pairs = Mandate.objects.on(on).order_by(F("firm_id").desc(nulls_last=True)).values_list("person_id", "firm_id")
    return dict(reversed(list(pairs)))


def people_of_firms(firm_ids: Iterable[int], *, on: date) -> dict[int, list[Person]]:
    """firm id -> those who speak for it in the cluster on that day, the first mandated first."""
    found: dict[int, list[Person]] = {}
    mandates = Mandate.objects.on(on).filter(firm_id__in=set(firm_ids), role=Role.MEMBER, person__is_active=True)
    for mandate in mandates.select_related("person").order_by("pk"):
        found.setdefault(mandate.firm_id, []).append(mandate.person)
    return found


def speaks_for(person: Person, firm_id: int, *, on: date) -> bool:
    """Whether the person speaks for the firm in the cluster on that day."""
    return bool(Mandate.objects.on(on).filter(person=person, firm_id=firm_id, role=Role.MEMBER).exists())


def coordinators(*, on: date) -> list[Person]:
    mandates = Mandate.objects.on(on).filter(role=Role.COORDINATOR).select_related("person").order_by("pk")
    return [mandate.person for mandate in mandates]


def employees(*, on: date) -> list[Person]:
    mandates = Mandate.objects.on(on).filter(role=Role.EMPLOYEE).select_related("person").order_by("pk")
    return [mandate.person for mandate in mandates]


def all_memberships() -> QuerySet[Any]:
    """The cluster's memberships of all times with their firms, oldest first."""
    return Membership.objects.select_related("firm").order_by("valid_from", "pk")


def firms_by_siren(sirens: Iterable[str]) -> list[Firm]:
    """The firms with these SIREN, members or not: a legal person exists once, whatever cluster named it first."""
    return list(Firm.objects.filter(siren__in=set(sirens)))


def members_elsewhere(firm_ids: Iterable[int], *, cluster: Cluster) -> set[int]:
    """Which of these firms another cluster counts, or counted, among its members."""
    with scopes_disabled():
        others = Membership.objects.exclude(cluster=cluster).filter(firm_id__in=set(firm_ids))
        return set(others.values_list("firm_id", flat=True))


def emails_of(firm_ids: Iterable[int], *, on: date) -> dict[int, str]:
    """firm id -> the address at which the cluster reaches it, for those that gave one."""
    rows = Membership.objects.on(on).filter(firm_id__in=set(firm_ids)).exclude(email="")
    return dict(rows.values_list("firm_id", "email"))


def standing_membership(firm: Firm, *, on: date) -> Membership | None:
    """The firm's membership in the cluster on that day."""
    membership: Membership | None = Membership.objects.on(on).filter(firm=firm).first()
    return membership


def mandates_of(firm: Firm) -> QuerySet[Any]:
    """Who speaks, or spoke, for the firm in the cluster: those of today first."""
    return (
        Mandate.objects.filter(firm=firm).select_related("person").order_by(F("valid_to").desc(nulls_first=True), "pk")
    )


def upload_of(pk: int) -> Upload | None:
    """A file that waits to be confirmed in this cluster, or that was."""
    return Upload.objects.filter(pk=pk).select_related("person").first()


def uploads() -> QuerySet[Upload]:
    """The files of the cluster that wait to be confirmed, or were, latest first; without their content."""
    return Upload.objects.defer("raw").select_related("person").order_by("-pk")


def taxable_shares(*, on: date) -> dict[int, TaxableShare]:
    """firm id -> the last declaration of its share of takings subject to VAT, as it stood that day. One query."""
    rows = TaxableShare.objects.filter(valid_from__lte=on).select_related("declared_by").order_by("valid_from", "pk")
    return {row.firm_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Taxable:
    """A member of an exempt group and what it declared. `above`: past the share that the law admits that day."""

    firm: Firm
    declared: TaxableShare | None
    above: bool


def taxable_members(*, on: date) -> tuple[list[Taxable], int]:
    """Every member with its declared share, by name, and the most that the law admits (basis points). Three queries."""
    most = value_on("vat.exempt_member_taxable_share_bp", on)
    declared = taxable_shares(on=on)
    members = [one.firm for one in memberships(on=on)]
    return [
        Taxable(firm, row := declared.get(firm.pk), row is not None and row.share_bp > most) for firm in members
    ], most


def officers(*, on: date) -> QuerySet[Officer]:
    """Those who direct the cluster's legal body on that day, the longest in office first."""
    found: QuerySet[Officer] = Officer.objects.on(on)
    return found


def all_officers() -> QuerySet[Officer]:
    return Officer.objects.all()


def legal_documents() -> QuerySet[LegalDocument]:
    """Without their content, the latest dated first."""
    return LegalDocument.objects.defer("raw").order_by("-dated", "-pk")


def last_notice() -> InspectorateNotice | None:
    """What the labour inspectorate was told last."""
    return InspectorateNotice.objects.last()
