"""The differential bonus of a firm's part: declared by the firm, or written by the coordination and agreed to."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.people.models import Person
from grappe.pools import bonuses, letters, parts, queries, words
from grappe.pools.enums import BonusBasis, PoolState
from grappe.pools.models import Bonus, Part, Pool
from grappe.pools.refusals import UnableToRecordBonus
from grappe.pools.rules import coordinates, may_commit

YEARS_AHEAD = 2


@deed("pools.record_bonus")
def record_bonus(
    *,
    by: Person | None,
    part: Part,
    cents: int,
    basis: str,
    valid_from: date,
    reason: str,
    document: str = "",
    charges_bp: int | None = None,
) -> Bonus:
    """From that day on the part's bonus is `cents` gross, by half-day or by month, until another is recorded; 0: none is due.

    Declared by the firm, it stands at once. Written by the coordination, it stands when the firm has agreed, or at once if it asks the
    firm for no more than before. `charges_bp`: the employer charges on it, those of the post's cost unless told otherwise.
    Raises UnableToRecordBonus, in words, on what cannot be.
    """
    pool, part = parts.hold_part(part)
    parts.check_speaks(by, part, or_coordinator=True)
    said = " ".join(reason.split())[:200]
    bonus = Bonus(
        cluster_id=part.cluster_id,
        part=part,
        cents=cents,
        basis=basis,
        charges_bp=bonuses.usual_charges_bp(queries.cost_lines(pool)) if charges_bp is None else charges_bp,
        valid_from=valid_from,
        reason=said,
        document=" ".join(document.split())[:120],
        recorded_by=by,
    )
    before = _check(pool, part, bonus)
    if not said:
        raise UnableToRecordBonus(
            _("Il manque la raison de cette prime."), _("Écrivez d’où elle vient : ancienneté, 13e mois…")
        )
    today = timezone.localdate()
    speaks = by is not None and may_commit(by, part.firm_id, on=today)
    lowers = before is not None and (before.basis != basis or bonus.loaded_cents < before.loaded_cents)
    if lowers and by is not None and not coordinates(by, on=today):
        _refuse_past(valid_from, today)
    Bonus.objects.filter(part=part, agreed_at=None).delete()
    same = before is not None and before.basis == basis and bonus.loaded_cents <= before.loaded_cents
    if speaks or not cents or same:
        bonus.agreed_by, bonus.agreed_at = by if speaks else None, timezone.now()
    bonus.save()
    if bonus.agreed_at is None:
        letters.tell_bonus(part, bonus)
    elif speaks:
        _tell(part, bonus, _("%(post)s : %(firm)s déclare une prime"), _("%(firm)s déclare %(bonus)s."))
    return bonus


@deed("pools.agree_bonus")
def agree_bonus(*, by: Person | None, bonus: Bonus) -> Bonus:
    """The firm agrees to the bonus that the coordination wrote; agreed already, nothing. Raises UnableToRecordBonus when it is gone."""
    pool, part = parts.hold_part(bonus.part)
    parts.check_speaks(by, part)
    held: Bonus | None = Bonus.objects.filter(pk=bonus.pk, part=part).first()
    if held is None:
        raise UnableToRecordBonus(_("Cette prime n’est plus proposée."), _("Relisez la page de votre part."))
    if held.agreed_at is None:
        _check(pool, part, held)
        held.agreed_by, held.agreed_at = by, timezone.now()
        held.save(update_fields=["agreed_by", "agreed_at"])
        _tell(part, held, _("%(post)s : %(firm)s accepte la prime"), _("%(firm)s accepte %(bonus)s."))
    return held


@deed("pools.withdraw_bonus")
def withdraw_bonus(*, by: Person | None, bonus: Bonus) -> Part:
    """The coordination takes back a bonus that the firm has not agreed to."""
    _pool, part = parts.hold_part(bonus.part)
    parts.check_speaks(by, part, or_coordinator=True)
    held: Bonus | None = Bonus.objects.filter(pk=bonus.pk, part=part).first()
    if held is not None and held.agreed_at is not None:
        raise UnableToRecordBonus(
            _("%(firm)s a donné son accord à cette prime.") % {"firm": part.firm},
            _("Écrivez la suivante, qui la remplace à sa date ; 0 y met fin."),
        )
    if held is not None:
        held.delete()
    return part


def _tell(part: Part, bonus: Bonus, subject: str, text: str) -> None:
    named = {"post": part.pool.name, "firm": part.firm, "bonus": words.bonus(bonus)}
    todo = _("Sa fiche d’égalité est à refaire ; prévenez aussi le service de paie.")
    letters.tell_coordinators(part.pool, subject=subject % named, text=f"{text % named} {todo}")


def _check(pool: Pool, part: Part, bonus: Bonus) -> Bonus | None:
    """Refuse, in words, a bonus that cannot be as things stand; the one in force that it would follow, if any."""
    _check_part(pool, part)
    _check_figures(bonus, most=bonuses.gross_cents(queries.cost_lines(pool), part, bonus.basis))
    before = bonuses.in_force(bonuses.agreed([part.pk]).get(part.pk, []), on=bonus.valid_from)
    monthly = BonusBasis.MONTH in {bonus.basis, before.basis if before is not None else ""}
    _check_day(pool, part, bonus.valid_from, monthly=monthly)
    return before


def _refuse_past(valid_from: date, today: date) -> None:
    """What was due for months gone by, and paid to the employee, is not lowered by the firm alone."""
    if valid_from < today.replace(day=1):
        raise UnableToRecordBonus(
            _("Une prime ne baisse pas pour des mois passés : elle est due à la personne."),
            _("Datez-la de ce mois-ci ou d’après ; si c’était une erreur, demandez à la coordination de la corriger."),
        )


def _check_part(pool: Pool, part: Part) -> None:
    if pool.state == PoolState.ENDED or part.state not in queries.LIVE:
        raise UnableToRecordBonus(
            _("%(firm)s ne fait plus partie de ce poste.") % {"firm": part.firm},
            _("Aucune prime ne peut plus y être notée."),
        )


def _check_figures(bonus: Bonus, *, most: int) -> None:
    cents, basis, charges_bp = bonus.cents, bonus.basis, bonus.charges_bp
    if basis not in BonusBasis.values:
        raise UnableToRecordBonus(_("Une prime est due par demi-journée ou par mois."), _("Choisissez l’un des deux."))
    if cents < 0:
        raise UnableToRecordBonus(_("Une prime n’est pas négative."), _("Écrivez 0 si aucune n’est due."))
    if not 0 <= charges_bp <= bonuses.RATE_BP_MAX:
        raise UnableToRecordBonus(
            _("Un taux de cotisations de %(rate)s n’est pas possible.") % {"rate": words.percent(charges_bp / 10_000)},
            _("Corrigez-le : 42 pour 42 %."),
        )
    if cents > most:
        gross = _("%(gross)s bruts") % {"gross": words.euros(most)}
        raise UnableToRecordBonus(
            _("%(bonus)s de prime, c’est plus que le salaire lui-même : %(gross)s.")
            % {"bonus": words.euros(cents), "gross": gross},
            _("Vérifiez le montant, et s’il est par demi-journée ou par mois ; ou fixez d’abord le coût du poste."),
        )


def _check_day(pool: Pool, part: Part, valid_from: date, *, monthly: bool) -> None:
    today = timezone.localdate()
    if valid_from < pool.starts_on:
        raise UnableToRecordBonus(
            _("Le poste commence le %(day)s.") % {"day": words.day(pool.starts_on)},
            _("Datez la prime de ce jour-là ou d’après."),
        )
    if part.leaves_on is not None and valid_from >= part.leaves_on:
        raise UnableToRecordBonus(
            _("%(firm)s quitte le poste le %(day)s.") % {"firm": part.firm, "day": words.day(part.leaves_on)},
            _("Datez la prime d’avant ce jour."),
        )
    if valid_from.year > today.year + YEARS_AHEAD:
        raise UnableToRecordBonus(_("Cette date est trop lointaine."), _("Écrivez la prime quand vous la connaîtrez."))
    if monthly and valid_from.day != 1 and valid_from != pool.starts_on:
        raise UnableToRecordBonus(
            _("Une prime par mois commence et finit un premier jour du mois."), _("Datez-la du 1er d’un mois.")
        )
