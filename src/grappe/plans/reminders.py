"""What the room does every day: remind firms of the hours that they have left unsigned for a week."""

from __future__ import annotations

from datetime import date

from grappe.clusters.models import Cluster


def of_day(cluster: Cluster, day: date) -> None:
    from grappe.plans.actions import remind_silent  # deeds import models, which an AppConfig may not, at start

    remind_silent(by=None, cluster=cluster, on=day)
