"""Work that a room asks for every day, in every cluster: reminders. A room registers in its AppConfig.ready().

The worker asks for it once a day; `grappe daily` does it by hand, or for a machine that keeps its own clock. A worker that dies,
or two that ask at once, only do it again: each work must bear that, on the same day, without doing anything twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from django.db import DatabaseError, transaction
from django.utils import timezone
from django_scopes import scope

from grappe.audit.deeds import Refused
from grappe.clusters.models import Cluster

logger = logging.getLogger(__name__)
Work = Callable[[Cluster, date], object]
FIRST_HOUR = 7  # nobody is written to in the night
_works: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """`work(cluster, day)` is called in the cluster's scope; what it raises is logged, and the others go on."""
    standing = _works.get(name)
    if standing is not None and standing is not work:
        raise ValueError(f"{name} is already registered")
    _works[name] = work


def run(day: date) -> int:
    """Do the day's work in every cluster; how many works failed."""
    failed = 0
    for cluster in Cluster.objects.order_by("pk"):
        for name, work in sorted(_works.items()):
            try:
                with scope(cluster=cluster), transaction.atomic():
                    work(cluster, day)
            except (Refused, DatabaseError, ValueError, OSError):
                failed += 1
                logger.exception("%s could not be done for %s on %s", name, cluster.slug, day)
    return failed


def due_day(*, last: date | None) -> date | None:
    """Today, if the day's work is not yet asked for and the morning has come."""
    now = timezone.localtime()
    return now.date() if now.hour >= FIRST_HOUR and now.date() != last else None
