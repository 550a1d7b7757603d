"""A change sooner than the law's notice is asked of whoever works it, and the answer kept with its date."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.people.models import Person
from grappe.plans import letters
from grappe.plans import words as in_words
from grappe.plans.actions.calendars import hold
from grappe.plans.actions.refusals import UnableToConsent
from grappe.plans.enums import ConsentWay
from grappe.plans.models import Calendar, Consent
from grappe.plans.moves import places
from grappe.plans.queries import last_release
from grappe.plans.queries.consents import ShortNotice, short_notices


@deed("plans.ask_consent")
def ask_consent(*, by: Person, calendar: Calendar) -> Calendar:
    """Write to each person for whom the living month changes too soon; asked again, nothing. Refused when nothing does."""
    calendar = hold(calendar)
    newest = last_release(calendar)
    before = places(newest.slots.select_related("firm", "person")) if newest is not None else []
    after = places(calendar.slots.select_related("firm", "person"))
    found = short_notices(calendar, before, after, on=timezone.localdate()) if newest is not None else []
    if not found:
        raise UnableToConsent(_("Aucun changement ne demande d’accord."), _("Vous pouvez diffuser."))
    for notice in found:
        if notice.consent is None:
            made = Consent.objects.create(
                cluster_id=calendar.cluster_id,
                calendar=calendar,
                person=notice.person,
                changes=list(notice.changes),
                digest=notice.digest,
                soonest=notice.soonest,
                asked_by=by,
            )
            letters.ask_consent(made)
    return calendar


@deed("plans.answer_consent")
def answer_consent(*, by: Person, consent: Consent, agreed: bool, words: str = "") -> Consent:
    """The person says yes or no, on its page; answered again, the first answer stands."""
    standing: Consent = (
        Consent.objects.select_for_update(of=("self",)).select_related("person", "calendar__pool").get(pk=consent.pk)
    )
    if standing.person_id != by.pk:
        raise UnableToConsent(_("Ce changement ne vous concerne pas."), _("Rechargez la page."))
    if standing.answered_at is not None:
        return standing
    standing.agreed, standing.answered_at, standing.way = agreed, timezone.now(), ConsentWay.PAGE
    standing.words = words.strip()[:200]
    standing.save(update_fields=["agreed", "answered_at", "way", "words"])
    letters.tell_consent(standing)
    return standing


def require_consents(calendar: Calendar, found: list[ShortNotice], *, by: Person | None, agreed: str) -> None:
    """Every change too soon has its person's yes: given on its page, or here by word of mouth (`agreed`: when, how)."""
    for notice in found:
        if notice.is_agreed:
            continue
        named = {
            "person": in_words.first_name(notice.person),
            "days": notice.days,
            "day": in_words.weekday_and_day(notice.soonest),
        }
        if notice.is_refused:
            raise UnableToConsent(
                _("%(person)s n’accepte pas ce changement.") % named,
                _("Modifiez le calendrier, puis demandez à nouveau."),
            )
        text = agreed.strip()[:200]
        if not text:
            raise UnableToConsent(
                _("Un changement touche %(day)s, à moins de %(days)s jours : il faut que %(person)s soit d’accord.")
                % named,
                _("Demandez-le, ou notez qu’il a été donné de vive voix."),
            )
        kept = notice.consent or Consent(
            cluster_id=calendar.cluster_id, calendar=calendar, person=notice.person, changes=list(notice.changes),
            digest=notice.digest, soonest=notice.soonest, asked_by=by,
        )  # fmt: skip
        kept.agreed, kept.answered_at, kept.way, kept.words = True, timezone.now(), ConsentWay.SPOKEN, text
        kept.save()
