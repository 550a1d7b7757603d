"""The tabs over the accounts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grappe.web.shared.doors import SeatedRequest

TABS = {
    "desk:charges": _("Décomptes"),
    "desk:invoices": _("Factures"),
    "desk:closings": _("Clôtures"),
    "desk:solidarity": _("Solidarité"),
    "desk:trial_balance": _("Balance"),
}


def tabs(request: SeatedRequest, current: str) -> list[dict[str, Any]]:
    slug = request.seat.cluster.slug
    return [
        {"label": label, "url": reverse(name, kwargs={"slug": slug}), "current": name == current}
        for name, label in TABS.items()
    ]
