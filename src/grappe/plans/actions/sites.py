"""The public holidays of a place of work, where its postcode does not say them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.models import Cluster, Firm
from grappe.people.models import Person
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.enums import SiteRegion
from grappe.plans.models import WorkSite


@deed("plans.set_site")
def set_site(*, by: Person | None, cluster: Cluster, firm: Firm, region: str, good_friday: bool) -> WorkSite:
    """Which public holidays the firm's place has; said again, the last word stands (art. L3134-13 C. trav.)."""
    if region not in SiteRegion.values:
        raise UnableToPlan(_("Cette région n’est pas connue."), _("Choisissez-en une dans la liste."))
    site, _new = WorkSite.objects.update_or_create(
        cluster=cluster, firm=firm, defaults={"region": region, "good_friday": good_friday}
    )
    return site
