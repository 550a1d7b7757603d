"""Hours noted, countersigned, corrected: signed, they become acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

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
from grappe.plans.actions.disputes import refuse_disputed, settle_corrected
from grappe.plans.actions.refusals import UnableToCorrect, UnableToRecord, UnableToSign
from grappe.plans.clock import clock_span, minutes_between, spans_overlap
from grappe.plans.models import HALF_DAY_MINUTES, Calendar, Hours
from grappe.plans.queries import (
    act_source,
    away_days,
    clock_times,
    minutes_of_day,
    open_dispute,
    released_slots,
    silent_hours,
    unsigned_hours,
)
from grappe.plans.rules import away_words, is_closed
from grappe.pools.models import Pool
from grappe.pools.queries import commitments_of

HALF_DAY_MINUTES_MAX = 600  # what the database takes
REOPENED_DAYS = 7


class HoursChanged(UnableToRecord):
    """Someone changed these hours after they were read: `standing` is what they are now."""

    def __init__(self, standing: Hours) -> None:
        self.standing = standing
        named = {
            "when": words.half_day(standing.day, standing.part),
            "duration": words.duration(standing.minutes),
            "firm": standing.firm,
        }
        if standing.signed_at is not None:
            super().__init__(
                _("Les heures du %(when)s sont déjà contresignées par %(firm)s : %(duration)s.") % named,
                _("Demandez à la coordination de les corriger."),
            )
        else:
            super().__init__(
                _("Les heures du %(when)s ont changé entre-temps : %(duration)s chez %(firm)s.") % named,
                _("Gardez celles de Grappe, ou remplacez-les par les vôtres."),
            )


@deed("plans.record_hours")
def record_hours(
    *,
    by: Person | None,
    pool: Pool,
    firm: Firm,
    day: date,
    part: str,
    minutes: int = HALF_DAY_MINUTES,
    starts_at: time | None = None,
    ends_at: time | None = None,
    pause_minutes: int = 0,
    words: str = "",
    seen: str | None = None,
) -> Hours:
    """The employee says how long it worked for the firm on a half-day (0: it did not take place). Free until countersigned.

    With a start and an end, `minutes` is what lies between less the pause. `seen`: the `mark` of the hours that were on the
    screen, empty when there were none; what someone changed since is not written over. Changing disputed hours settles the dispute.
    """
    if starts_at is not None or ends_at is not None:
        minutes = _minutes_of(starts_at, ends_at, pause_minutes)
    said = Said(pool, firm, minutes, starts_at, ends_at, pause_minutes if starts_at else 0, words.strip()[:400])
    _may_record(by, pool, firm, day, known_part(part), said)
    assert by is not None
    rows = Hours.objects.select_for_update().filter(person=by, day=day, part=part)
    newest: Hours | None = rows.order_by("-revision").first()
    if newest is not None:
        return _record_again(by, newest, said, seen)
    refuse_closed(pool, day)
    if seen:
        raise UnableToRecord(_("Ces heures n’existent plus."), _("Rechargez la page, puis notez-les de nouveau."))
    try:
        with transaction.atomic():
            hours: Hours = Hours.objects.create(
                cluster_id=pool.cluster_id, person=by, day=day, part=part, **said.fields()
            )
    except IntegrityError:
        raise UnableToRecord(
            _("Cette demi-journée est déjà notée ailleurs."), _("Vérifiez vos heures dans vos autres grappes.")
        ) from None
    return hours


@dataclass(frozen=True, slots=True)
class Said:
    """What the employee says of a half-day."""

    pool: Pool
    firm: Firm
    minutes: int
    starts_at: time | None
    ends_at: time | None
    pause_minutes: int
    words: str

    def fields(self) -> dict[str, object]:
        return {
            "pool": self.pool, "firm": self.firm, "minutes": self.minutes, "words": self.words,
            "starts_at": self.starts_at, "ends_at": self.ends_at, "pause_minutes": self.pause_minutes,
        }  # fmt: skip


def _record_again(by: Person, newest: Hours, said: Said, seen: str | None) -> Hours:
    """The half-day was noted already: the same again changes nothing; what is signed, or was changed unseen, stands."""
    same = (newest.firm_id, newest.minutes, newest.starts_at, newest.ends_at) == (
        said.firm.pk, said.minutes, said.starts_at, said.ends_at
    )  # fmt: skip
    if newest.signed_at is not None:
        if (newest.firm_id, newest.minutes) == (said.firm.pk, said.minutes):
            return newest
        raise HoursChanged(newest)
    if seen is not None and not same and seen != newest.mark:
        raise HoursChanged(newest)
    if newest.revision and (newest.pool_id, newest.firm_id) != (said.pool.pk, said.firm.pk):
        raise UnableToRecord(
            _("Cette demi-journée, corrigée, attend la contresignature de %(firm)s.") % {"firm": newest.firm},
            _("Si elle concerne une autre structure, demandez à la coordination de la corriger encore."),
        )
    changes = (newest.firm_id, newest.minutes) != (said.firm.pk, said.minutes)
    firm_before = newest.firm
    for name, value in said.fields().items():
        setattr(newest, name, value)
    newest.save(update_fields=list(said.fields()))
    if changes:
        settle_corrected(by, newest, firm_before)
    return newest


def _minutes_of(starts_at: time | None, ends_at: time | None, pause_minutes: int) -> int:
    if starts_at is None or ends_at is None:
        raise UnableToRecord(_("Il manque une heure : le début ou la fin."), _("Donnez les deux, ou une durée."))
    minutes = minutes_between(starts_at, ends_at) - pause_minutes
    if pause_minutes < 0 or minutes < 0:
        raise UnableToRecord(
            _("La pause est plus longue que le temps de présence."), _("Vérifiez les heures et la pause.")
        )
    return minutes


def refuse_closed(pool: Pool, day: date) -> None:
    """Hours are not noted in a month whose statement is issued, unless the coordination opens it again."""
    calendar = Calendar.objects.filter(pool=pool, month=day.replace(day=1)).first()
    if calendar is not None and is_closed(calendar.closed_on, calendar.open_until, on=timezone.localdate()):
        named = {"month": words.month_name(calendar.month), "post": pool.name}
        raise UnableToRecord(
            _("Le décompte de %(month)s est émis pour « %(post)s » : ce mois est clos.") % named,
            _("Demandez à la coordination de le rouvrir quelques jours ; ces heures iront au décompte suivant."),
        )


def _may_record(by: Person | None, pool: Pool, firm: Firm, day: date, part: str, said: Said) -> None:
    today = timezone.localdate()
    if by is None or not _works_on(by, pool, firm, day, part):
        raise UnableToRecord(
            _("Cette demi-journée n’est pas à votre planning."), _("Voyez avec la coordination si elle devrait y être.")
        )
    if day > today:
        raise UnableToRecord(_("Cette demi-journée n’est pas encore passée."), _("Revenez la noter le jour même."))
    away = away_days(by, day, day + timedelta(days=1), cluster_id=pool.cluster_id)
    if away and said.minutes:
        raise UnableToRecord(
            _("Vous êtes en absence ce jour-là : %(why)s.") % {"why": away_words(away[0])},
            _("Si c’est une erreur, demandez à la coordination de corriger l’absence."),
        )
    if firm.pk not in commitments_of(pool, on=day):
        raise UnableToRecord(
            _("%(firm)s n’était pas engagée sur ce poste ce jour-là.") % {"firm": firm},
            _("Voyez avec la coordination."),
        )
    _refuse_more_than_a_day(by, day, part, said.minutes)
    if said.starts_at is not None and said.ends_at is not None and said.minutes:
        _refuse_overlap(by, day, part, said.starts_at, said.ends_at)


def _refuse_overlap(person: Person, day: date, part: str, starts_at: time, ends_at: time) -> None:
    """Two places at the same hour, in whatever cluster: only that the hour is taken comes through."""
    mine = clock_span(day, starts_at, ends_at)
    for other_day, other_part, start, end in clock_times(person, day - timedelta(days=1), day + timedelta(days=2)):
        if (other_day, other_part) != (day, part) and spans_overlap(mine, clock_span(other_day, start, end)):
            named = {"when": words.half_day(other_day, other_part), "span": words.clock_span(start, end)}
            raise UnableToRecord(
                _("Ces heures en recouvrent d’autres : %(when)s, %(span)s.") % named,
                _("Corrigez l’une ou l’autre."),
            )


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
    refuse_disputed(standing)
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
    """Write to the firm that hours wait for its countersignature; refused when none do. Disputed ones wait for something else."""
    waiting = unsigned_hours(firm_ids=[firm.pk], disputed=False)
    count = waiting.count()
    if not count:
        raise UnableToSign(_("%(firm)s n’a rien à contresigner.") % {"firm": firm}, _("Il n’y a rien à rappeler."))
    _write_reminder(cluster, firm, [row.pk for row in waiting], timezone.localdate())
    return firm


def _write_reminder(cluster: Cluster, firm: Firm, hours_ids: Sequence[int], on: date) -> None:
    Hours.objects.filter(pk__in=hours_ids, signed_at=None).update(reminded_on=on)
    letters.remind(firm, cluster=cluster, count=len(hours_ids))


@deed("plans.remind_silent")
def remind_silent(*, by: Person | None, cluster: Cluster, on: date) -> list[Firm]:
    """Every firm that has left hours unsigned for a week is reminded, once a week at most; silence never signs.

    Done again on the same day, nobody is written to twice. Gives the firms written to.
    """
    by_firm: dict[int, list[Hours]] = {}
    for row in silent_hours(on=on).select_for_update(of=("self",)):
        by_firm.setdefault(row.firm_id, []).append(row)
    for rows in by_firm.values():
        _write_reminder(cluster, rows[0].firm, [row.pk for row in rows], on)
    return [rows[0].firm for rows in by_firm.values()]


@deed("plans.close_month")
def close_month(*, by: Person | None, pool: Pool, month: date, on: date) -> Calendar:
    """The month's statement is issued: no further hours are noted in it. Closed again, nothing."""
    calendar, _new = Calendar.objects.get_or_create(cluster_id=pool.cluster_id, pool=pool, month=month.replace(day=1))
    if calendar.closed_on is None:
        calendar.closed_on = on
        calendar.save(update_fields=["closed_on"])
    return calendar


@deed("plans.reopen_month")
def reopen_month(*, by: Person | None, calendar: Calendar, on: date) -> Calendar:
    """Hours that were forgotten in a closed month may be noted for a week; the next statement takes them up."""
    if calendar.closed_on is None:
        raise UnableToRecord(
            _("%(month)s n’est pas clos.") % {"month": words.month_name(calendar.month).capitalize()},
            _("Les heures s’y notent comme d’habitude."),
        )
    calendar.open_until = on + timedelta(days=REOPENED_DAYS)
    calendar.save(update_fields=["open_until"])
    return calendar


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
    if newest.signed_at is None and open_dispute(newest) is None:
        raise UnableToCorrect(
            _("Ces heures ne sont pas encore contresignées."), _("La personne peut encore les changer elle-même.")
        )
    if newest.pk != hours.pk:
        raise UnableToCorrect(_("Ces heures ont déjà été corrigées."), _("Ouvrez leur dernière version."))
    if newest.minutes == minutes:
        raise UnableToCorrect(_("Ce sont déjà les heures notées."), _("Indiquez la bonne durée."))
    if minutes:
        _refuse_more_than_a_day(newest.person, newest.day, newest.part, minutes)
    if newest.signed_at is None:
        return _correct_disputed(by, newest, minutes, text)
    act = act_of(act_source(newest.pk))
    if act is not None:
        reverse(by=by, act=act, label=text)
    gone = minutes == 0
    return _further(newest, minutes, text, signed_by=by if gone else None, signed_at=timezone.now() if gone else None)


def _correct_disputed(by: Person | None, newest: Hours, minutes: int, text: str) -> Hours:
    """Hours that a firm disputes are not frozen: what was agreed is written, the thread keeps why, the firm signs."""
    newest.minutes, newest.starts_at, newest.ends_at, newest.pause_minutes = minutes, None, None, 0
    newest.save(update_fields=["minutes", "starts_at", "ends_at", "pause_minutes"])
    settle_corrected(by, newest, newest.firm, text)
    return newest


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
