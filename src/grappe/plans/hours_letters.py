"""What is written about hours that a firm disputes, to each in its language."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grappe.clusters.models import Firm
from grappe.clusters.queries import coordinators, people_of
from grappe.people.actions import write_to
from grappe.people.models import Person
from grappe.plans import words
from grappe.plans.models import Dispute, DisputeWord, Hours


def disputed(dispute: Dispute, word: DisputeWord) -> None:
    """A word in the thread: to the employee, the coordination and the firm, save whoever said it."""
    hours = dispute.hours
    for reader in _concerned(hours, hours.firm):
        if reader.pk == word.person_id:
            continue
        with translation.override(reader.language):
            named = {"when": words.half_day(hours.day, hours.part), "firm": hours.firm, "who": word.person}
            subject = _("Heures du %(when)s chez %(firm)s : une contestation") % named
            lines = [_("%(who)s a écrit :") % named, f"« {word.words} »"]
            _write(reader, hours, subject, lines)


def corrected(dispute: Dispute, hours: Hours, firm_before: Firm) -> None:
    """The hours were changed: to those who disputed them, to the employee and to the coordination."""
    for reader in _concerned(hours, firm_before):
        if reader.pk == dispute.settled_by_id:
            continue
        with translation.override(reader.language):
            named = {
                "when": words.half_day(hours.day, hours.part),
                "firm": hours.firm,
                "before": words.duration(dispute.minutes),
                "after": words.duration(hours.minutes),
            }
            subject = _("Heures du %(when)s corrigées") % named
            lines = [_("%(before)s étaient notées ; c’est maintenant %(after)s chez %(firm)s.") % named]
            if hours.minutes:
                lines.append(_("Elles attendent la contresignature de %(firm)s.") % named)
            _write(reader, hours, subject, lines)


def _concerned(hours: Hours, firm: Firm) -> list[Person]:
    on = timezone.localdate()
    found = {person.pk: person for person in [hours.person, *coordinators(on=on), *people_of(firm, on=on)]}
    return list(found.values())


def _write(reader: Person, hours: Hours, subject: str, lines: list[str]) -> None:
    greeting = _("Bonjour %(name)s,") % {"name": words.first_name(reader)}
    link = _("Tout est sur Grappe : %(url)s") % {"url": f"{settings.BASE_URL}/c/{hours.cluster.slug}/"}
    write_to(reader, subject=subject, body="\n\n".join([greeting, *lines, link, str(hours.cluster)]))
