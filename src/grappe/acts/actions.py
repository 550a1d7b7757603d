from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grappe.acts.models import Act, ClosedYear
from grappe.audit.deeds import Refused, deed
from grappe.clusters.actions import hold_cluster
from grappe.clusters.models import Cluster, Firm
from grappe.people.models import Person
from grappe.pools.models import Pool


class UnableToReverse(Refused):
    pass


class YearIsClosed(Refused):
    """Something would be recorded on a day of a closed year."""


@deed("acts.record")
def record(
    *,
    by: Person | None,
    cluster: Cluster,
    pool: Pool,
    firm: Firm,
    day: date,
    quantity: int,
    paid_cents: int,
    alone_unit_cents: int | None = None,
    alone_month_quantity: int | None = None,
    grade: str = "",
    label: str = "",
    source: str,
    financed_cents: int = 0,
    financed_by: str = "",
) -> Act:
    """Record what happened, once per `source` (such as "hours:12"): told again, the act that stands is given back.

    Quantity in the pool's unit, amounts in cents before tax. Without a price alone the grade is left empty.
    """
    return _once(
        Act(
            cluster=cluster,
            pool=pool,
            firm=firm,
            day=day,
            quantity=quantity,
            paid_cents=paid_cents,
            alone_unit_cents=alone_unit_cents,
            alone_month_quantity=alone_month_quantity,
            grade=grade if alone_unit_cents is not None else "",
            label=label[:200],
            source=source,
            financed_cents=financed_cents,
            financed_by=financed_by,
        )
    )


@deed("acts.reverse")
def reverse(*, by: Person | None, act: Act, label: str) -> Act:
    """The opposite act, on the same day, so that every sum over the period comes out as if the act had not been.

    An act is reversed once; a reversal is not reversed: record what is true instead.
    """
    if act.reverses_id is not None:
        raise UnableToReverse(
            _("Cet acte en annule déjà un autre."), _("Enregistrez plutôt ce qui a vraiment eu lieu.")
        )
    return _once(
        Act(
            cluster_id=act.cluster_id,
            pool_id=act.pool_id,
            firm_id=act.firm_id,
            day=act.day,
            quantity=-act.quantity,
            paid_cents=-act.paid_cents,
            alone_unit_cents=act.alone_unit_cents,
            alone_month_quantity=act.alone_month_quantity,
            grade=act.grade,
            label=label[:200],
            source=f"reverse:{act.pk}",
            financed_cents=-act.financed_cents,
            financed_by=act.financed_by,
            reverses_id=act.pk,
        )
    )


@deed("acts.close_year")
def close_year(*, by: Person | None, cluster: Cluster, year: int) -> ClosedYear:
    """From now on nothing is recorded of that year's days, hours signed late included. Closed again, the same."""
    hold_cluster(cluster)
    standing: ClosedYear | None = ClosedYear.objects.filter(year=year).first()
    if standing is not None:
        return standing
    return ClosedYear.objects.create(
        cluster=cluster, year=year, first_day=date(year, 1, 1), end_day=date(year + 1, 1, 1), closed_by=by
    )


def _refuse_closed(act: Act) -> None:
    """Waits for a closing that is under way, then reads whether the day is closed."""
    hold_cluster(Cluster(pk=act.cluster_id))
    closed: ClosedYear | None = ClosedYear.objects.filter(first_day__lte=act.day, end_day__gt=act.day).first()
    if closed is not None:
        raise YearIsClosed(
            _("L’année %(year)s est close : plus rien ne s’y ajoute.") % {"year": closed.year},
            _(
                "Ses comptes sont arrêtés et ses factures émises. Réglez ce qui reste avec la coordination, hors de Grappe."
            ),
        )


def _once(act: Act) -> Act:
    """Save, unless its source has an act already; the database decides between two at once."""
    standing: Act | None = Act.objects.filter(source=act.source).first()
    if standing is None:
        _refuse_closed(act)
        try:
            with transaction.atomic():
                act.save(force_insert=True)
                return act
        except IntegrityError:
            standing = Act.objects.filter(source=act.source).first()
            if standing is None:
                raise
    return standing
