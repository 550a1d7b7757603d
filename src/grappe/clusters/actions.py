from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django_scopes import scope

from grappe.audit.deeds import Refused, deed
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
from grappe.people.actions import person_named
from grappe.people.models import Person


class UnableToOpenCluster(Refused):
    pass


class UnableToGiveMandate(Refused):
    pass


@deed("clusters.open_cluster")
def open_cluster(*, by: Person | None, slug: str, name: str, coordinator_email: str, on: date) -> Cluster:
    """A new, empty cluster with its first coordinator."""
    if Cluster.objects.filter(slug=slug).exists():
        raise UnableToOpenCluster(
            _("Une grappe s’appelle déjà « %(slug)s ».") % {"slug": slug}, _("Choisissez un autre nom court.")
        )
    cluster = Cluster(slug=slug, name=name, created_on=on, legal_name=name)
    cluster.full_clean()
    cluster.save()
    coordinator = person_named(email=coordinator_email)
    with scope(cluster=cluster):
        Mandate.objects.create(cluster=cluster, person=coordinator, role=Role.COORDINATOR, valid_from=on)
    return cluster


@deed("clusters.welcome_firm")
def welcome_firm(
    *, by: Person | None, cluster: Cluster, firm: Firm, on: date, headcount: int | None = None, sector: str = ""
) -> Membership:
    """Open a membership from `on`; a firm that is already a member keeps the one it has."""
    standing = Membership.objects.filter(firm=firm, valid_to=None).first()
    if standing is not None:
        return standing
    return Membership.objects.create(cluster=cluster, firm=firm, valid_from=on, headcount=headcount, sector=sector)


@deed("clusters.give_mandate")
def give_mandate(
    *, by: Person | None, cluster: Cluster, person: Person, role: str, on: date, firm: Firm | None = None
) -> Mandate:
    """From `on`, the person has that role; for a member, it speaks for `firm`."""
    if firm is not None and not Membership.objects.on(on).filter(firm=firm).exists():
        raise UnableToGiveMandate(
            _("%(firm)s n’est pas membre de la grappe à cette date.") % {"firm": firm},
            _("Enregistrez d’abord son adhésion."),
        )
    standing = Mandate.objects.on(on).filter(person=person, role=role, firm=firm).first()
    if standing is not None:
        return standing
    return Mandate.objects.create(cluster=cluster, person=person, role=role, firm=firm, valid_from=on)


@deed("clusters.end_mandate")
def end_mandate(*, by: Person | None, mandate: Mandate, on: date) -> Mandate:
    """The mandate ends: `on` is the first day without it."""
    Mandate.objects.filter(pk=mandate.pk).update(valid_to=max(on, mandate.valid_from))
    mandate.refresh_from_db()
    return mandate
