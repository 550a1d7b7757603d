"""Who may replace whom, and which public holidays each place of work has: noted by the coordinator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.needs.models import Skill
from grappe.plans import actions, queries
from grappe.plans.enums import SiteRegion
from grappe.plans.models import PersonSkill
from grappe.web.shared.doors import SeatedRequest, desk, url_to
from grappe.web.shared.forms import DeedForm


class SkillForm(DeedForm):
    person = forms.ChoiceField(label=gettext_lazy("Qui"))
    skill = forms.ChoiceField(label=gettext_lazy("A aussi la compétence"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in queries.shared_people()}
        self.skills = {str(skill.pk): skill for skill in Skill.objects.order_by("name", "pk")}
        self.fields["person"].choices = [(pk, str(person)) for pk, person in self.people.items()]
        self.fields["skill"].choices = [(pk, str(skill)) for pk, skill in self.skills.items()]


class SiteForm(DeedForm):
    firm = forms.ChoiceField(label=gettext_lazy("Structure"))
    region = forms.ChoiceField(label=gettext_lazy("Jours fériés"), choices=SiteRegion.choices, required=False)
    good_friday = forms.BooleanField(
        label=gettext_lazy("Vendredi saint férié dans cette commune"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.firms = {str(firm.pk): firm for firm in queries.firms_of_posts()}
        self.fields["firm"].choices = [(pk, str(firm)) for pk, firm in self.firms.items()]


@desk
@require_GET
def staffing(request: SeatedRequest) -> HttpResponse:
    people = queries.shared_people()
    skills = queries.skills_of(people)
    context = {
        "people": [(person, *skills[person.pk]) for person in people],
        "sites": queries.special_sites(request.seat.cluster, queries.firms_of_posts()),
        "skill_form": SkillForm(auto_id="skill-%s"),
        "site_form": SiteForm(auto_id="site-%s"),
        "regions": dict(SiteRegion.choices),
    }
    return render(request, "desk/calendars/staffing.html", context)


@desk
@require_POST
def skill_note(request: SeatedRequest) -> HttpResponse:
    form = SkillForm(request.POST)
    if form.is_valid():
        person, skill = form.people[form.cleaned_data["person"]], form.skills[form.cleaned_data["skill"]]
        try:
            actions.note_skill(by=request.user, person=person, skill=skill, key=form.key)
        except Refused as refused:
            messages.error(request, f"{refused.message} {refused.remedy}")
        else:
            messages.success(
                request, _("Noté : %(person)s, %(skill)s.") % {"person": person.short_name, "skill": skill}
            )
    return redirect(url_to(request, "desk:staffing"))


@desk
@require_POST
def skill_forget(request: SeatedRequest, pk: int) -> HttpResponse:
    noted = PersonSkill.objects.filter(pk=pk).first()
    if noted is None:
        raise Http404
    actions.forget_skill(by=request.user, noted=noted)
    return redirect(url_to(request, "desk:staffing"))


@desk
@require_POST
def site_set(request: SeatedRequest) -> HttpResponse:
    form = SiteForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        firm = form.firms[said["firm"]]
        actions.set_site(
            by=request.user, cluster=request.seat.cluster, firm=firm, region=said["region"], good_friday=said["good_friday"],
            key=form.key,
        )  # fmt: skip
        messages.success(request, _("Noté : les jours fériés de %(firm)s.") % {"firm": firm})
    return redirect(url_to(request, "desk:staffing"))


urlpatterns = [
    path("calendriers/equipe/", staffing, name="staffing"),
    path("calendriers/equipe/competence/", skill_note, name="skill_note"),
    path("calendriers/equipe/competence/<int:pk>/oublier/", skill_forget, name="skill_forget"),
    path("calendriers/equipe/lieu/", site_set, name="site_set"),
]
