"""What is written to members about a survey and about their needs, each in its language."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grappe.clusters.queries import people_of_firms
from grappe.needs.models import Addressee, Need
from grappe.people.actions import open_link, write_to
from grappe.people.models import AccessLink, Person

SURVEY_PATH = "/enquete/{token}/"  # where the pages serve a survey's link


def link_to(addressee: Addressee) -> AccessLink:
    """The person's link to the survey for that firm; it lives as long as the survey can be read."""
    return open_link(purpose=AccessLink.Purpose.SURVEY, about=addressee, person=addressee.person)


def address_of(link: AccessLink) -> str:
    return f"{settings.BASE_URL}{SURVEY_PATH.format(token=link.token)}"


def ask(addressee: Addressee, *, again: bool = False) -> None:
    """Send someone the survey's link; `again`: a reminder."""
    person, survey = addressee.person, addressee.survey
    with translation.override(person.language):
        named = {"cluster": addressee.cluster, "firm": addressee.firm, "survey": survey.title}
        subject = (
            _("%(cluster)s attend votre réponse : %(survey)s") if again else _("%(cluster)s vous demande : %(survey)s")
        )
        parts = [
            _greeting(person),
            survey.question or _("Si la grappe pouvait embaucher une personne, pour quels jours et quel travail ?"),
            _("Cinq minutes suffisent pour répondre au nom de %(firm)s, sans compte ni mot de passe :") % named
            + f"\n{address_of(link_to(addressee))}",
        ]
        if survey.answer_by is not None:
            parts.append(_("Merci de répondre avant le %(day)s.") % {"day": f"{survey.answer_by:%d/%m/%Y}"})
        parts.append(
            _("Ce lien est personnel. Répondre n’engage à rien : un prix vous sera montré avant tout engagement.")
        )
        write_to(person, subject=subject % named, body="\n\n".join([*parts, str(addressee.cluster)]))


def tell_refused(need: Need) -> None:
    """Why the coordination will not serve a need."""
    people = people_of_firms([need.firm_id], on=timezone.localdate())
    for person in people.get(need.firm_id, []):
        with translation.override(person.language):
            named = {"skill": need.skill, "firm": need.firm, "cluster": need.cluster}
            body = [
                _greeting(person),
                _("La coordination ne pourra pas répondre au besoin de %(firm)s en %(skill)s :") % named,
                f"« {need.reason} »",
                _("Si quelque chose a changé, écrivez-lui : le besoin peut être rouvert."),
                str(need.cluster),
            ]
            write_to(person, subject=_("Votre besoin en %(skill)s") % named, body="\n\n".join(body))


def _greeting(person: Person) -> str:
    return _("Bonjour %(name)s,") % {"name": person.name} if person.name else _("Bonjour,")
