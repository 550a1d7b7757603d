from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.acts.actions import record, reverse
from grappe.acts.queries import act_of
from grappe.audit.deeds import Refused, deed
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
from grappe.people.actions import open_link
from grappe.people.models import AccessLink, Person
from grappe.plans import gateway, letters, words
from grappe.plans.drafts import PURPOSE
from grappe.plans.enums import DayPart, WishKind
from grappe.plans.models import HALF_DAY_MINUTES, Absence, Calendar, Hours, Release, ReleasedSlot, Slot, Wish
from grappe.plans.moves import moves_between, places
from grappe.plans.queries import (
    act_source,
    away_days,
    calendar_numbered,
    facts_of,
    feed_links,
    last_release,
    minutes_of_day,
    released_slots,
    unsigned_hours,
)
from grappe.plans.rules import Facts, Half, away_words, conflicts, locked, month_after, obstacle, swap_obstacle
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool
from grappe.pools.queries import commitments_of
from grappe.solves.actions import request_solve
from grappe.solves.models import Solve

DRAFT_SECONDS = 20
HALF_DAY_MINUTES_MAX = 600  # what the database takes


class UnableToPlan(Refused):
    pass


class UnableToRelease(Refused):
    pass


class UnableToRecord(Refused):
    pass


class UnableToSign(Refused):
    pass


class UnableToCorrect(Refused):
    pass


# ---------------------------------------------------------------- the living draft


@deed("plans.open_calendar")
def open_calendar(*, by: Person | None, pool: Pool, month: date) -> Calendar:
    """The calendar of a running post for the month of `month`; opened again, the one that stands."""
    month = month.replace(day=1)
    if pool.state != PoolState.RUNNING or pool.person_id is None:
        raise UnableToPlan(
            _("Le poste « %(post)s » n’a pas encore commencé.") % {"post": pool.name},
            _("Faites-le démarrer avec la personne recrutée, puis revenez au calendrier."),
        )
    if month_after(month) <= pool.starts_on or (pool.ends_on is not None and month >= pool.ends_on):
        raise UnableToPlan(
            _("Le poste « %(post)s » n’existe pas en %(month)s.")
            % {"post": pool.name, "month": words.month_name(month)},
            _("Choisissez un mois compris entre le début et la fin du poste."),
        )
    calendar, _new = Calendar.objects.get_or_create(cluster_id=pool.cluster_id, pool=pool, month=month)
    return calendar


@deed("plans.ask_draft")
def ask_draft(*, by: Person | None, calendar: Calendar) -> Solve:
    """Ask the planning engine for the month; what is placed by hand, worked or past stays. While one runs, the one that runs."""
    calendar = _hold(calendar)
    if calendar.solve is not None and not calendar.solve.is_over:
        return calendar.solve
    facts = facts_of(calendar)
    if not facts.engaged:
        raise UnableToPlan(
            _("Aucune structure n’est engagée sur ce poste ce mois-ci."), _("Vérifiez les engagements du poste.")
        )
    newest = last_release(calendar)
    previous = [((slot.day, slot.part), slot.firm_id) for slot in newest.slots.all()] if newest else None
    solve = request_solve(
        by=by,
        cluster=calendar.cluster,
        engine=gateway.ENGINE,
        purpose=PURPOSE,
        about_id=calendar.pk,
        problem=gateway.problem_of(facts, today=timezone.localdate(), previous=previous),
        seconds=DRAFT_SECONDS,
    )
    calendar.solve = solve
    calendar.save(update_fields=["solve"])
    return solve


@deed("plans.place")
def place(*, by: Person | None, calendar: Calendar, firm: Firm, day: date, part: str) -> Slot:
    """Give the half-day to the firm by hand; asked again, the one that stands. Refused with what stands in the way."""
    calendar = _hold(calendar)
    standing: Slot | None = calendar.slots.filter(firm=firm, day=day, part=_part(part)).first()
    if standing is not None:
        return standing
    facts = facts_of(calendar)
    _refuse_obstacle(facts, firm.pk, (day, part))
    try:
        with transaction.atomic():
            slot: Slot = Slot.objects.create(
                cluster_id=calendar.cluster_id,
                calendar=calendar,
                person=_person(calendar),
                firm=firm,
                day=day,
                part=part,
                by_hand=True,
            )
    except IntegrityError:  # taken between the look and the write: the database keeps one place per half-day
        _refuse_obstacle(facts_of(calendar), firm.pk, (day, part))
        raise
    return slot


@deed("plans.move")
def move(*, by: Person | None, slot: Slot, day: date, part: str) -> Slot:
    """Move the half-day within its month; moved where it is, it stays. Refused with what stands in the way."""
    calendar = _hold(slot.calendar)
    slot = _standing(slot)
    if (slot.day, slot.part) == (day, _part(part)):
        return slot
    facts = facts_of(calendar)
    _refuse_locked(facts, (slot.day, slot.part))
    _refuse_obstacle(facts, slot.firm_id, (day, part), moving=slot.pk)
    try:
        with transaction.atomic():
            Slot.objects.filter(pk=slot.pk).update(day=day, part=part, by_hand=True)
    except IntegrityError:
        _refuse_obstacle(facts_of(calendar), slot.firm_id, (day, part), moving=slot.pk)
        raise
    slot.refresh_from_db()
    return slot


@deed("plans.swap")
def swap(*, by: Person | None, slot: Slot, other: Slot) -> Calendar:
    """The firms of two half-days of a month take each other's place; refused when either may not come to the other's."""
    calendar = _hold(slot.calendar)
    slot, other = _standing(slot), _standing(other)
    if other.calendar_id != calendar.pk or slot.calendar_id != calendar.pk:
        raise UnableToPlan(_("Ces deux demi-journées ne sont pas du même calendrier."), _("Rechargez la page."))
    found = swap_obstacle(facts_of(calendar), (slot.day, slot.part), (other.day, other.part))
    if found is not None:
        raise UnableToPlan(_sentence(found.text), _("Choisissez une autre demi-journée."))
    if slot.firm_id != other.firm_id:
        # Firms change places, not half-days: the constraint of one place per half-day never sees two at once.
        Slot.objects.filter(pk=slot.pk).update(firm_id=other.firm_id, by_hand=True)
        Slot.objects.filter(pk=other.pk).update(firm_id=slot.firm_id, by_hand=True)
    return calendar


@deed("plans.clear")
def clear(*, by: Person | None, slot: Slot) -> Calendar:
    """Take the half-day off the draft; already off, nothing happens."""
    calendar = _hold(slot.calendar)
    _refuse_locked(facts_of(calendar), (slot.day, slot.part))
    Slot.objects.filter(pk=slot.pk).delete()
    return calendar


def _hold(calendar: Calendar) -> Calendar:
    """The calendar as it stands, held until the deed ends: two hands on the same month take turns."""
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    held = calendar_numbered(calendar.pk)
    assert held is not None
    return held


def _person(calendar: Calendar) -> Person:
    person = calendar.pool.person
    if person is None:
        raise UnableToPlan(
            _("Le poste « %(post)s » n’a personne pour l’instant.") % {"post": calendar.pool.name},
            _("Indiquez la personne recrutée sur la page du poste."),
        )
    return person


def _standing(slot: Slot) -> Slot:
    found: Slot | None = Slot.objects.filter(pk=slot.pk).select_related("firm", "calendar").first()
    if found is None:
        raise UnableToPlan(_("Cette demi-journée n’est plus au calendrier."), _("Rechargez la page."))
    return found


def _part(part: str) -> str:
    if part not in DayPart.values:
        raise UnableToPlan(_("Cette moitié de journée n’existe pas."), _("Rechargez la page."))
    return part


def _refuse_obstacle(facts: Facts, firm_id: int, half: Half, *, moving: int | None = None) -> None:
    found = obstacle(facts, firm_id, half, moving=moving)
    if found is not None:
        raise UnableToPlan(_sentence(found.text), _("Choisissez une autre demi-journée."))


def _refuse_locked(facts: Facts, half: Half) -> None:
    found = locked(facts, half)
    if found is not None:
        raise UnableToPlan(
            _sentence(found.text), _("Elle reste où elle a eu lieu ; corrigez les heures si elles sont fausses.")
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


# ---------------------------------------------------------------- releases


@deed("plans.release")
def release(*, by: Person | None, calendar: Calendar, words: str = "") -> Release:
    """Number and freeze the calendar, and write to those concerned. Refused while a half-day conflicts, or when nothing changed."""
    calendar = _hold(calendar)
    slots = list(calendar.slots.select_related("firm").order_by("day", "part"))
    newest = last_release(calendar)
    before = places(newest.slots.select_related("firm")) if newest else []
    after = places(slots)
    if not slots and newest is None:
        raise UnableToRelease(
            _("Ce calendrier est vide."), _("Faites proposer un calendrier, ou placez les demi-journées à la main.")
        )
    clashes = conflicts(facts_of(calendar))
    if clashes:
        raise UnableToRelease(
            _("Une demi-journée ne tient plus : %(why)s.") % {"why": clashes[0][2].text},
            _("Déplacez ou retirez les demi-journées marquées, puis diffusez."),
        )
    moves = moves_between(before, after)
    if newest is not None and not moves:
        raise UnableToRelease(
            _("Rien n’a changé depuis la version %(number)s.") % {"number": newest.number},
            _("Il n’y a rien à diffuser."),
        )
    made: Release = Release.objects.create(
        cluster_id=calendar.cluster_id,
        calendar=calendar,
        number=newest.number + 1 if newest else 1,
        released_by=by,
        words=words.strip()[:400],
    )
    ReleasedSlot.objects.bulk_create(
        ReleasedSlot(
            cluster_id=calendar.cluster_id, release=made, person_id=slot.person_id, firm_id=slot.firm_id, day=slot.day, part=slot.part
        )
        for slot in slots
    )  # fmt: skip
    letters.announce(made, after, moves, first=newest is None)
    return made


# ---------------------------------------------------------------- wishes and absences


@deed("plans.state_wish")
def state_wish(
    *, by: Person | None, pool: Pool, firm: Firm, day: date, part: str = "", kind: str, words: str = ""
) -> Wish:
    """A firm wants or refuses a half-day (`part` empty: the whole day); said again, the last word stands."""
    if kind not in WishKind.values or part not in ("", *DayPart.values):
        raise UnableToPlan(_("Ce souhait n’est pas complet."), _("Choisissez un jour, et s’il est souhaité ou refusé."))
    if not pool.parts.filter(firm=firm).exists():
        raise UnableToPlan(
            _("%(firm)s ne partage pas ce poste.") % {"firm": firm}, _("Choisissez une structure engagée sur ce poste.")
        )
    Pool.objects.select_for_update(no_key=True).get(pk=pool.pk)  # one word at a time
    wish, _new = Wish.objects.update_or_create(
        cluster_id=pool.cluster_id,
        pool=pool,
        firm=firm,
        day=day,
        part=part,
        defaults={"kind": kind, "words": words.strip()[:200]},
    )
    # A word on the whole day takes the place of those on its halves, and the other way round.
    others = Wish.objects.filter(pool=pool, firm=firm, day=day).exclude(pk=wish.pk)
    (others.filter(part="") if part else others).delete()
    return wish


@deed("plans.withdraw_wish")
def withdraw_wish(*, by: Person | None, wish: Wish) -> Pool:
    """The firm neither wants nor refuses it any more."""
    Wish.objects.filter(pk=wish.pk).delete()
    return wish.pool


@deed("plans.record_absence")
def record_absence(
    *, by: Person | None, cluster: Cluster, person: Person, kind: str, first_day: date, last_day: date, words: str = ""
) -> Absence:
    """The person is away from `first_day` to `last_day`, both included. Half-days already placed there show as conflicts."""
    if last_day < first_day:
        raise UnableToPlan(_("L’absence finit avant de commencer."), _("Vérifiez les deux dates."))
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # the same absence twice is one
    absence, _new = Absence.objects.get_or_create(
        cluster=cluster,
        person=person,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        defaults={"words": words.strip()[:200]},
    )
    return absence


@deed("plans.cancel_absence")
def cancel_absence(*, by: Person | None, absence: Absence) -> Absence:
    """The absence did not take place, or was entered wrongly."""
    Absence.objects.filter(pk=absence.pk).delete()
    return absence


# ---------------------------------------------------------------- hours


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
    _may_record(by, pool, firm, day, _part(part), minutes)
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
    most = gateway.value_of("max_minutes_per_day", day)
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


# ---------------------------------------------------------------- feeds


@deed("plans.open_feed")
def open_feed(*, by: Person, about: Membership | Person) -> AccessLink:
    """The person's secret link to the calendar of its firm, or to its own."""
    return open_link(purpose=AccessLink.Purpose.FEED, about=about, person=by)


@deed("plans.renew_feed")
def renew_feed(*, by: Person, about: Membership | Person) -> AccessLink:
    """A new link; every old one dies, whichever was shown."""
    feed_links(person=by, about=about).update(revoked_at=timezone.now())
    return open_link(purpose=AccessLink.Purpose.FEED, about=about, person=by)
