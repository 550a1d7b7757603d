"""What is written about days off, to each in its language."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grappe.clusters.queries import coordinators
from grappe.people.actions import write_to
from grappe.people.models import Person
from grappe.plans import words
from grappe.plans.enums import LeaveState
from grappe.plans.leave import Balance
from grappe.plans.models import Absence, LeaveRequest


def asked(request: LeaveRequest) -> None:
    """To those who coordinate: someone asks for days off."""
    for reader in coordinators(on=timezone.localdate()):
        with translation.override(reader.language):
            named = {"person": request.person, "span": words.span(request.first_day, request.last_day)}
            lines = [_("%(person)s demande à être en absence %(span)s.") % named, request.words]
            _write(reader, request, _("%(person)s demande des jours %(span)s") % named, lines)


def answered(request: LeaveRequest) -> None:
    """To the person: granted, or refused and why."""
    with translation.override(request.person.language):
        named = {"span": words.span(request.first_day, request.last_day)}
        if request.state == LeaveState.GRANTED:
            subject = _("Vos jours %(span)s sont accordés") % named
            lines = [_("Votre absence %(span)s est accordée.") % named]
        else:
            subject = _("Vos jours %(span)s ne sont pas accordés") % named
            lines = [_("Votre demande %(span)s est refusée :") % named, request.answer_words]
        _write(request.person, request, subject, lines)


def informed(absence: Absence, balance: Balance) -> None:
    """After an illness: what leave is left, and until when."""
    person = absence.person
    with translation.override(person.language):
        lines = [
            _(
                "Vous voilà de retour. Il vous reste %(working)s jours ouvrables de congés acquis, soit %(worked)s jours ouvrés."
            )
            % {"working": words.days(balance.to_take), "worked": words.days(balance.to_take_worked)}
        ]
        lines += [
            _("%(days)s jours sont à prendre avant le %(day)s.")
            % {"days": words.days(right.left), "day": words.day_month_year(right.lapses_on)}
            for right in balance.rights
            if right.lapses_on is not None and right.left > 0
        ]
        lines.append(_("Article L3141-19-3 du code du travail."))
        _write(person, absence, _("Ce qu’il vous reste de congés"), lines)


def _write(reader: Person, about: LeaveRequest | Absence, subject: str, lines: list[str]) -> None:
    greeting = _("Bonjour %(name)s,") % {"name": words.first_name(reader)}
    link = _("Tout est sur Grappe : %(url)s") % {"url": f"{settings.BASE_URL}/c/{about.cluster.slug}/"}
    parts = [greeting, *lines, link, str(about.cluster)]
    write_to(reader, subject=subject, body="\n\n".join(part for part in parts if part))
