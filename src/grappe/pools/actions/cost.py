"""What a post costs in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.pools import kinds, parts, words
from grappe.pools.enums import CostBasis, PoolState
from grappe.pools.kinds import post as post_kind
from grappe.pools.kinds.post import Line
from grappe.pools.models import CostLine, Pool
from grappe.pools.refusals import (
    UnableToSetCost,
)

POST_FACTS = (
    "qualification",
    "agreement",
    "tasks",
    "safety",
    "training_days",
    "regularisation_bp",
)  # told with the cost


@deed("pools.set_cost")
def set_cost(
    *, by: Person | None, pool: Pool, lines: Sequence[Mapping[str, Any] | Line], facts: Mapping[str, Any] | None = None
) -> Pool:
    """Write what the pool costs in a year. `lines`: label, basis, cents or rate_bp, part; the first is the gross salary.

    `facts`: qualification, agreement, tasks, safety, training_days, regularisation_bp, where they are said. The margin of the
    regularisation holds for what is accepted from then on: an accepted ceiling is never moved.

    Where the price rises above what firms accepted, they are asked again; where it falls, their acceptance stands.
    """
    pool = parts.hold(pool)
    if pool.state == PoolState.ENDED:
        raise UnableToSetCost(_("Ce poste est terminé."), _("Son coût ne change plus."))
    read = [Line.of(line) for line in lines]
    _check_lines(read, pool.cluster)
    _check_margin((facts or {}).get("regularisation_bp", 0))
    pool.cost_lines.all().delete()
    write_lines(pool, read)
    said = {name: value for name, value in (facts or {}).items() if name in POST_FACTS}
    if said:
        for name, value in said.items():
            setattr(pool, name, value)
        pool.save(update_fields=list(said))
    parts.reprice(pool)
    return pool


def _check_lines(lines: Sequence[Line], cluster: Cluster) -> None:
    if not lines or lines[0].basis != CostBasis.CENTS_A_YEAR or kinds.post.year_cents(lines) <= 0:
        raise UnableToSetCost(
            _("Il manque le salaire brut annuel."), _("Écrivez-le en premier : les taux s’y appliquent.")
        )
    for line in lines:
        if line.cents < 0 or line.rate_bp < 0 or line.rate_bp > _most_bp(line) or not line.label:
            raise UnableToSetCost(
                _("« %(line)s » n’est pas un coût possible.") % {"line": line.label},
                _("Corrigez le montant ou le taux."),
            )
    if kinds.post.year_cents(lines) > post_kind.CENTS_A_YEAR_MAX:
        raise UnableToSetCost(_("Ce coût dépasse un million d’euros par an."), _("Vérifiez les montants."))
    for line, cents in zip(lines, post_kind.amounts(lines), strict=True):
        if line.basis in post_kind.COEFFICIENTS and cents < 0:
            raise UnableToSetCost(
                _("Ce coefficient ne couvre pas le coût : il manque %(missing)s par an.")
                % {"missing": words.euros(-cents)},
                _("Relevez le coefficient, ou revoyez les lignes qu’il doit couvrir."),
            )
    flat = [line for line in lines if line.basis in post_kind.FLAT and line.rate_bp]
    if cluster.vat_regime == VatRegime.EXEMPT and flat:
        raise UnableToSetCost(
            _(
                "En exonération de TVA (art. 261 B du CGI), ni frais de gestion au forfait ni coefficient ne sont admis."
            ),
            _("Écrivez leur coût exact, en euros par an."),
        )


def _check_margin(margin_bp: int) -> None:
    if not 0 <= margin_bp <= post_kind.REGULARISATION_MOST_BP:
        raise UnableToSetCost(
            _("La marge de la régularisation va de 0 à %(most)s.")
            % {"most": words.percent(post_kind.REGULARISATION_MOST_BP / 10_000)},
            _("Au-delà, c’est l’estimation qui est à refaire : relevez plutôt les lignes du coût."),
        )


def _most_bp(line: Line) -> int:
    return post_kind.COEFFICIENT_MOST_BP if line.basis in post_kind.COEFFICIENTS else post_kind.RATE_BP_MAX


def write_lines(pool: Pool, lines: Sequence[Line]) -> None:
    CostLine.objects.bulk_create(
        CostLine(
            cluster_id=pool.cluster_id,
            pool=pool,
            position=position,
            label=line.label,
            basis=line.basis,
            cents=line.cents,
            rate_bp=line.rate_bp,
            part=line.part,
        )
        for position, line in enumerate(lines)
    )
