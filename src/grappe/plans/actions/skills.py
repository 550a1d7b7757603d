"""What skills a shared person has beside its post's."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grappe.audit.deeds import deed
from grappe.needs.models import Skill
from grappe.people.models import Person
from grappe.plans.actions.refusals import UnableToPlan
from grappe.plans.models import PersonSkill
from grappe.plans.queries.posts import shared_people


@deed("plans.note_skill")
def note_skill(*, by: Person | None, person: Person, skill: Skill) -> PersonSkill:
    """The person may replace whoever works in a post of that skill; noted again, the one that stands."""
    if person.pk not in {one.pk for one in shared_people()}:
        raise UnableToPlan(_("Cette personne n’a pas de poste en cours."), _("Choisissez un salarié partagé."))
    noted, _new = PersonSkill.objects.get_or_create(cluster_id=skill.cluster_id, person=person, skill=skill)
    return noted


@deed("plans.forget_skill")
def forget_skill(*, by: Person | None, noted: PersonSkill) -> PersonSkill:
    """The person no longer replaces anyone by that skill."""
    PersonSkill.objects.filter(pk=noted.pk).delete()
    return noted
