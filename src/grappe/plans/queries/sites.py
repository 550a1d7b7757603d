"""Where firms are, and which days are off there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from grappe.clusters.models import Cluster, Firm
from grappe.plans.models import WorkSite
from grappe.plans.public_holidays import public_holidays, region_of, site_holidays
from grappe.plans.travel import Place


def place_of(firm: Firm) -> Place | None:
    """The firm's latitude and longitude, if it is on the map."""
    return (firm.latitude, firm.longitude) if firm.latitude is not None and firm.longitude is not None else None


def sites_of(firm_ids: Iterable[int]) -> dict[int, Place | None]:
    return {firm.pk: place_of(firm) for firm in Firm.objects.filter(pk__in=list(firm_ids))}


def regions_of(cluster: Cluster, firms: Iterable[Firm]) -> dict[int, tuple[str, bool]]:
    """firm id -> which public holidays its site has, and whether Good Friday is one. One query.

    What was said of the site; else what its postcode says; without a postcode, those of the cluster.
    """
    known = list(firms)
    said = {site.firm_id: site for site in WorkSite.objects.filter(firm__in=known)}
    found = {}
    for firm in known:
        site = said.get(firm.pk)
        region = region_of(firm.postcode) if firm.postcode else cluster.holidays
        if site is not None and site.region:
            region = "" if site.region == "FR" else site.region
        found[firm.pk] = (region, site.good_friday if site is not None else True)
    return found


def holidays_at(
    cluster: Cluster, firm_ids: Iterable[int], start: date, end: date
) -> tuple[dict[date, str], dict[int, Mapping[date, str]]]:
    """Public holidays from `start` to `end` (excluded): those of every one of these firms' sites, and, by firm, its others.

    Without any firm, those of the cluster.
    """
    regions = regions_of(cluster, Firm.objects.filter(pk__in=list(firm_ids)))
    by_firm = {pk: site_holidays(region, start, end, good_friday=friday) for pk, (region, friday) in regions.items()}
    if not by_firm:
        return public_holidays(cluster.holidays, start, end), {}
    first, *others = by_firm.values()
    everywhere = {day: name for day, name in first.items() if all(day in off for off in others)}
    at_sites = {pk: {day: name for day, name in off.items() if day not in everywhere} for pk, off in by_firm.items()}
    return everywhere, {pk: off for pk, off in at_sites.items() if off}


def special_sites(cluster: Cluster, firms: Iterable[Firm]) -> list[tuple[Firm, str, bool]]:
    """The firms whose public holidays are not those of France: which, and whether Good Friday is one."""
    known = list(firms)
    regions = regions_of(cluster, known)
    return [(firm, *regions[firm.pk]) for firm in known if regions[firm.pk][0]]
