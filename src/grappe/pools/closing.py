"""Every day: firms that left and posts that ended a while ago are put away."""

from __future__ import annotations

from datetime import date

from grappe.clusters.models import Cluster


def of_day(cluster: Cluster, day: date) -> None:
    from grappe.pools.actions import close_past  # deeds import models, which an AppConfig may not, at start
    from grappe.pools.queries import has_past

    if has_past(on=day):
        close_past(by=None, cluster=cluster, on=day)
