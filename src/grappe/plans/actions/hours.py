"""Hours noted, countersigned, corrected: signed, they become acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.acts.actions import record, reverse
from grappe.acts.queries import act_of
from grappe.audit.deeds import deed
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate
from grappe.people.models import Person
from grappe.plans import gateway, letters, words
from grappe.plans.actions.calendars import known_part
from grappe.plans.actions.refusals import UnableToCorrect, UnableToRecord, UnableToSign
from grappe.plans.models import HALF_DAY_MINUTES, Hours
from grappe.plans.queries import (
    act_source,
    away_days,
    minutes_of_day,
    released_slots,
    unsigned_hours,
)
from grappe.plans.rules import away_words
from grappe.pools.models import Pool
from grappe.pools.queries import commitments_of

HALF_DAY_MINUTES_MAX = 600  # what the database takes


@deed("plans.record_hours")
def record_hours(
    *,
    by: Person | None,
    pool: Pool,
    firm: Firm,
    day: date,
    part: str,
    minutes: int = HALF_DAY_MINUTES,
    words: str = "",
) -> Hours:
    """The employee says how long it worked for the firm on a half-day (0: it did not take place). Free until countersigned."""
    _may_record(by, pool, firm, day, known_part(part), minutes)
    assert by is not None
    rows = Hours.objects.select_for_update().filter(person=by, day=day, part=part)
    newest: Hours | None = rows.order_by("-revision").first()
    if newest is not None and newest.signed_at is not None:
        if (newest.firm_id, newest.minutes) == (firm.pk, minutes):
            return newest
        raise UnableToRecord(
            _("Les heures de cette demi-journée sont déjà contresignées."),
            _("Demandez à la coordination de les corriger."),
        )
    if newest is not None and newest.revision and (newest.pool_id, newest.firm_id) != (pool.pk, firm.pk):
        raise UnableToRecord(
            _("Cette demi-journée, corrigée, attend la contresignature de %(firm)s.") % {"firm": newest.firm},
            _("Si elle concerne une autre structure, demandez à la coordination de la corriger encore."),
        )
    if newest is not None:
        newest.pool, newest.firm, newest.minutes, newest.words = pool, firm, minutes, words.strip()[:400]
        newest.save(update_fields=["pool", "firm", "minutes", "words"])
        return newest
    try:
        with transaction.atomic():
            hours: Hours = Hours.objects.create(
                cluster_id=pool.cluster_id,
                pool=pool,
                person=by,
                firm=firm,
                day=day,
                part=part,
                minutes=minutes,
                words=words.strip()[:400],
            )
    except IntegrityError:
        raise UnableToRecord(
            _("Cette demi-journée est déjà notée ailleurs."), _("Vérifiez vos heures dans vos autres grappes.")
        ) from None
    return hours


def _may_record(by: Person | None, pool: Pool, firm: Firm, day: date, part: str, minutes: int) -> None:
    today = timezone.localdate()
    if by is None or not _works_on(by, pool, firm, day, part):
        raise UnableToRecord(
            _("Cette demi-journée n’est pas à votre planning."), _("Voyez avec la coordination si elle devrait y être.")
        )
    if day > today:
        raise UnableToRecord(_("Cette demi-journée n’est pas encore passée."), _("Revenez la noter le jour même."))
    away = away_days(by, day, day + timedelta(days=1), cluster_id=pool.cluster_id)
    if away and minutes:
        raise UnableToRecord(
            _("Vous êtes en absence ce jour-là : %(why)s.") % {"why": away_words(away[0])},
            _("Si c’est une erreur, demandez à la coordination de corriger l’absence."),
        )
    if firm.pk not in commitments_of(pool, on=day):
        raise UnableToRecord(
            _("%(firm)s n’était pas engagée sur ce poste ce jour-là.") % {"firm": firm},
            _("Voyez avec la coordination."),
        )
    _refuse_more_than_a_day(by, day, part, minutes)


def _works_on(by: Person, pool: Pool, firm: Firm, day: date, part: str) -> bool:
    """The pool's employee, or whoever a released calendar put there that half-day."""
    if pool.person_id == by.pk:
        return True
    released = released_slots(day, day + timedelta(days=1), person=by, firm_ids=[firm.pk])
    return bool(released.filter(release__calendar__pool=pool, part=part).exists())


def _refuse_more_than_a_day(person: Person, day: date, part: str, minutes: int) -> None:
    """So many hours a day at most, over all employers (art. L3121-18 and L8261-1 C. trav.), as the law stood that day."""
    if not 0 <= minutes <= HALF_DAY_MINUTES_MAX:
        raise UnableToRecord(_("Une demi-journée dure entre 0 et 10 heures."), _("Vérifiez la durée."))
    most = gateway.value_of("work.day_max_minutes", day)
    whole = minutes + minutes_of_day(person, day, but=(day, part))
    if most is not None and whole > most:
        named = {"whole": words.duration(whole), "most": words.duration(most)}
        raise UnableToRecord(
            _("Cela ferait %(whole)s le même jour, et la loi en permet %(most)s.") % named,
            _("Vérifiez les heures de la journée, toutes structures comprises."),
        )


@deed("plans.sign_hours")
def sign_hours(*, by: Person, hours: Hours, on: date, seen_minutes: int | None = None) -> Hours:
    """Countersign for the firm on the day `on`: the hours are frozen and become an act at the price accepted. Signed again, nothing.

    `seen_minutes`: what the page showed; refused when the employee has changed it since.
    """
    return _sign(by, hours, on, seen_minutes)


@deed("plans.sign_all")
def sign_all(*, by: Person, cluster: Cluster, seen: Sequence[tuple[Hours, int]], on: date) -> list[Hours]:
    """Countersign all these hours, each as it was seen; one refusal and none is signed."""
    return [_sign(by, hours, on, minutes) for hours, minutes in seen]


def _sign(by: Person, hours: Hours, on: date, seen_minutes: int | None) -> Hours:
    if not Mandate.objects.on(on).filter(person=by, firm_id=hours.firm_id, role=Role.MEMBER).exists():
        raise UnableToSign(
            _("Vous ne parlez pas pour %(firm)s.") % {"firm": hours.firm},
            _("Seule une personne mandatée par la structure peut contresigner."),
        )
    standing: Hours = (
        Hours.objects.select_for_update(of=("self",)).select_related("pool", "firm", "person").get(pk=hours.pk)
    )
    if standing.signed_at is not None:
        return standing
    if seen_minutes is not None and seen_minutes != standing.minutes:
        named = {"person": words.first_name(standing.person), "when": words.half_day(standing.day, standing.part)}
        raise UnableToSign(
            _("%(person)s a changé ses heures du %(when)s entre-temps.") % named,
            _("Relisez-les avant de contresigner."),
        )
    standing.signed_by, standing.signed_at = by, timezone.now()
    standing.save(update_fields=["signed_by", "signed_at"])
    if standing.minutes:
        _record_act(by, standing)
    return standing


def _record_act(by: Person, hours: Hours) -> None:
    commitment = commitments_of(hours.pool, on=hours.day).get(hours.firm_id)
    if commitment is None:
        raise UnableToSign(
            _("%(firm)s n’était pas engagée sur ce poste ce jour-là.") % {"firm": hours.firm},
            _("Voyez avec la coordination."),
        )
    record(
        by=by,
        cluster=hours.cluster,
        pool=hours.pool,
        firm=hours.firm,
        day=hours.day,
        quantity=1,
        paid_cents=commitment.price_cents,
        alone_unit_cents=commitment.alone_price_cents,
        alone_month_quantity=commitment.alone_half_days,
        grade=commitment.grade,
        label=f"{hours.pool.name}, {words.first_name(hours.person)}",
        source=act_source(hours.pk),
    )


@deed("plans.remind")
def remind(*, by: Person | None, cluster: Cluster, firm: Firm) -> Firm:
    """Write to the firm that hours wait for its countersignature; refused when none do."""
    count = unsigned_hours(firm_ids=[firm.pk]).count()
    if not count:
        raise UnableToSign(_("%(firm)s n’a rien à contresigner.") % {"firm": firm}, _("Il n’y a rien à rappeler."))
    letters.remind(firm, cluster=cluster, count=count)
    return firm


@deed("plans.correct_hours")
def correct_hours(*, by: Person | None, hours: Hours, minutes: int, words: str) -> Hours:
    """Signed hours were wrong: reverse their act, and write a further revision that the firm countersigns.

    0 minutes: the half-day did not take place; nothing is left to sign.
    """
    text = words.strip()[:400]
    if not text:
        raise UnableToCorrect(_("Une correction dit pourquoi."), _("Écrivez en une phrase ce qui était faux."))
    rows = Hours.objects.filter(person_id=hours.person_id, day=hours.day, part=hours.part)
    list(rows.select_for_update())  # first held, then read: whoever waited sees the revision made in the meantime
    newest: Hours = rows.select_related("person").order_by("-revision")[:1].get()
    if newest.signed_at is None:
        raise UnableToCorrect(
            _("Ces heures ne sont pas encore contresignées."), _("La personne peut encore les changer elle-même.")
        )
    if newest.pk != hours.pk:
        raise UnableToCorrect(_("Ces heures ont déjà été corrigées."), _("Ouvrez leur dernière version."))
    if newest.minutes == minutes:
        raise UnableToCorrect(_("Ce sont déjà les heures contresignées."), _("Indiquez la bonne durée."))
    if minutes:
        _refuse_more_than_a_day(newest.person, newest.day, newest.part, minutes)
    act = act_of(act_source(newest.pk))
    if act is not None:
        reverse(by=by, act=act, label=text)
    gone = minutes == 0
    return _further(newest, minutes, text, signed_by=by if gone else None, signed_at=timezone.now() if gone else None)


def _further(newest: Hours, minutes: int, text: str, **signature: object) -> Hours:
    made: Hours = Hours.objects.create(
        cluster_id=newest.cluster_id,
        pool_id=newest.pool_id,
        person_id=newest.person_id,
        firm_id=newest.firm_id,
        day=newest.day,
        part=newest.part,
        revision=newest.revision + 1,
        minutes=minutes,
        words=text,
        **signature,
    )
    return made
