"""Proposals: the rules, the calculation as it goes, the three answers compared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from grappe.needs.queries import open_needs, skills, surveys
from grappe.pools import actions, posing, queries, reading, words
from grappe.pools.enums import Aim
from grappe.pools.models import Answer, Proposal
from grappe.pools.queries import arrangement_of
from grappe.pools.vacancies import fits
from grappe.solves.enums import SolveState
from grappe.web.shared.doors import SeatedRequest, desk, url_to
from grappe.web.shared.drawings import Site
from grappe.web.shared.forms import CentsField, DeedForm, HalfDaysField, deed_key

# ---------------------------------------------------------------- the rules


class RulesForm(DeedForm):
    """The rules of a solid post, as a coordinator says them."""

    survey = forms.ModelChoiceField(label=gettext_lazy("Les besoins de"), queryset=None, empty_label=None)
    capacity = HalfDaysField(label=gettext_lazy("Un poste, c’est au plus"), least=2, most=62)
    min_fill = forms.IntegerField(label=gettext_lazy("Rempli au moins à"), min_value=0, max_value=100)
    min_firms = forms.IntegerField(label=gettext_lazy("Partagé par au moins"), min_value=1, max_value=50)
    max_firms = forms.IntegerField(
        label=gettext_lazy("Et au plus"),
        min_value=1,
        max_value=50,
        required=False,
        help_text=gettext_lazy("Vide : sans limite."),
    )
    max_km = forms.FloatField(label=gettext_lazy("À moins de"), min_value=0, max_value=1000)
    cost = CentsField(
        label=gettext_lazy("Un poste coûte à peu près"),
        required=False,
        help_text=gettext_lazy("Tout compris, par an, pour l’employeur. Vide : sans regarder les prix maximums."),
    )
    mixed = forms.MultipleChoiceField(
        label=gettext_lazy("Compétences qu’une même personne peut réunir"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = surveys()
        self.fields["mixed"].choices = [(str(skill.pk), skill.name) for skill in skills()]
        for name, unit in [
            ("min_fill", "%"),
            ("min_firms", _("structures")),
            ("max_firms", _("structures")),
            ("max_km", "km"),
        ]:
            self.fields[name].unit = unit
            self.fields[name].widget.attrs["class"] = "figure"
        self.fields["capacity"].unit = _("jours par mois")
        self.fields["cost"].unit = _("€ par an")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        least, most = cleaned.get("min_firms"), cleaned.get("max_firms")
        if least and most and most < least:
            self.add_error("max_firms", _("Au moins %(least)s, comme ci-dessus.") % {"least": least})
        if len(cleaned.get("mixed", [])) == 1:
            self.add_error("mixed", _("Choisissez-en deux au moins, ou aucune."))
        return cleaned

    def rules(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "capacity": said["capacity"],
            "min_fill": said["min_fill"] / 100,
            "min_firms": said["min_firms"],
            "max_firms": said["max_firms"],
            "max_km": said["max_km"],
            "mixed_skills": [said["mixed"]] if said["mixed"] else [],
        }

    @staticmethod
    def said(rules: dict[str, Any], post_cents_per_year: int | None) -> dict[str, Any]:
        """The form's values for an engine's rules."""
        return {
            **{key: rules[key] for key in ("capacity", "min_firms", "max_firms")},
            "max_km": int(rules["max_km"]) if rules["max_km"] == int(rules["max_km"]) else rules["max_km"],
            "min_fill": round(100 * rules["min_fill"]),
            "mixed": rules["mixed_skills"][0] if rules["mixed_skills"] else [],
            "cost": post_cents_per_year or None,
        }


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def pools_new(request: SeatedRequest) -> HttpResponse:
    """The rules, prefilled; one button."""
    form = RulesForm(request.POST) if request.method == "POST" else RulesForm(initial=_wished_rules(request))
    if form.is_valid():
        proposal = actions.propose(
            by=request.user,
            cluster=request.seat.cluster,
            survey=form.cleaned_data["survey"],
            rules=form.rules(),
            post_cents_per_year=form.cleaned_data["cost"] or 0,
            key=form.key,
        )
        return redirect(url_to(request, "desk:proposal", proposal.pk))
    asked = [survey for survey in form.fields["survey"].queryset if survey.need_count]
    context = {"form": form, "surveys": asked, "waiting": queries.open_need_count()}
    return render(request, "desk/pools/new.html", context, status=400 if form.errors else 200)


def _wished_rules(request: HttpRequest) -> dict[str, Any]:
    """Those of a former proposal (`?proposition=`), one of them changed (`?max_km=39`), else the defaults."""
    number = request.GET.get("proposition", "")
    former = queries.proposals().filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    rules = {**posing.RULES, **(former.rules if former is not None else {})}
    cost = former.post_cents_per_year if former is not None else posing.POST_CENTS_PER_YEAR
    said = RulesForm.said(rules, cost)
    for key in ("max_km", "min_fill", "min_firms", "max_firms", "capacity"):
        value = request.GET.get(key, "")
        if value.isdecimal() and len(value) < 6:
            said[key] = int(value)
    survey = request.GET.get("enquete", "")
    said["survey"] = survey if survey.isdecimal() else former.survey_id if former is not None else None
    return said


# ---------------------------------------------------------------- a proposal: progress, then comparison


@desk
@require_GET
def proposal(request: SeatedRequest, pk: int) -> HttpResponse:
    """How far the calculation is; then the three answers side by side, and one of them in full."""
    found = proposal_or_404(pk)
    answers = queries.answers_of(found)
    going = [answer for answer in answers if not answer.solve.is_over]
    if going:
        return render(request, "desk/pools/progress.html", _progress(found, answers))
    replies = queries.replies(found, answers)
    if not replies:
        return render(request, "desk/pools/failed.html", {"proposal": found, "answers": answers})
    aim = request.GET.get("visee", "")
    aim = aim if aim in replies else next(iter(replies))
    reply = replies[aim]
    context = {
        "proposal": found,
        "aim": aim,
        "aim_label": Aim(aim).label,
        "reply": reply,
        "title": _title(reply),
        "columns": [(Aim(key).label, key, one) for key, one in replies.items()],
        "compared": _compared(replies),
        "posts": [(post, _sites(reply, post)) for post in reply.posts],
        "unmet": [one for one in reply.unmet if _near_served(one, reply)],
        "unmet_elsewhere": _by_skill([one for one in reply.unmet if not _near_served(one, reply)]),
        "changed": queries.needs_changed(found, answers),
        "year": found.rules.get("year"),
        "arrangement": arrangement_of(found),
        "deed_key": deed_key(),
        "fits": fits(open_needs(found.survey), on=request.seat.on),
        "to_open": [post for post in reply.posts if post.pool is None],
    }
    return render(request, "desk/pools/proposal.html", context)


def _title(reply: reading.Reply) -> str:
    if not reply.posts:
        return _("Aucun poste ne tient avec ces règles")
    return words.posts(len(reply.posts), sorted({skill for post in reply.posts for skill in post.skills}))


def _near_served(one: reading.Unmet, reply: reading.Reply) -> bool:
    return any(str(one.need.skill) in post.skills for post in reply.posts)


def _by_skill(unmet: list[reading.Unmet]) -> list[tuple[str, list[reading.Unmet]]]:
    found: dict[str, list[reading.Unmet]] = {}
    for one in unmet:
        found.setdefault(str(one.need.skill), []).append(one)
    return sorted(found.items())


def _compared(replies: dict[str, reading.Reply]) -> str:
    """What tells the other answers from the first, in a sentence or two."""
    first = replies.get(Aim.SERVE)
    others = [(aim, replies[aim]) for aim in (Aim.SOLID, Aim.NEAR) if aim in replies]
    if first is None or not others:
        return ""
    made = {post.fingerprint for post in first.posts}
    same = [Aim(aim).label for aim, other in others if {post.fingerprint for post in other.posts} == made]
    if len(same) == len(others) == 2:
        return _("Les trois réponses sont les mêmes : servir le plus, c’est aussi le plus solide et le plus près.")
    said = [
        _("« %(aim)s » donne les mêmes postes que « %(first)s ».") % {"aim": aim, "first": Aim.SERVE.label}
        for aim in same
    ]
    for aim, other in others:
        if Aim(aim).label not in same:
            changes = words.listed([text for text in _differences(first, other) if text]) or _(
                "d’autres structures ensemble"
            )
            said.append(_("« %(aim)s » : %(changes)s.") % {"aim": Aim(aim).label, "changes": changes})
    return " ".join(said)


def _differences(first: reading.Reply, other: reading.Reply) -> list[str]:
    """What `other` has less or more than `first`."""
    posts, firms = len(first.posts) - len(other.posts), first.firms - other.firms
    half_days, km = first.served_half_days - other.served_half_days, first.km - other.km
    return [
        ngettext("%(n)s poste de moins", "%(n)s postes de moins", posts) % {"n": posts} if posts > 0 else "",
        ngettext("%(n)s poste de plus", "%(n)s postes de plus", -posts) % {"n": -posts} if posts < 0 else "",
        ngettext("%(n)s structure de moins", "%(n)s structures de moins", firms) % {"n": firms} if firms > 0 else "",
        ngettext("%(n)s structure de plus", "%(n)s structures de plus", -firms) % {"n": -firms} if firms < 0 else "",
        ngettext("%(n)s demi-journée de moins", "%(n)s demi-journées de moins", half_days) % {"n": half_days}
        if half_days > 0
        else "",
        _("%(km)s de trajet en moins") % {"km": words.km(km)} if km >= 0.1 else "",
        _("%(km)s de trajet en plus") % {"km": words.km(-km)} if km <= -0.1 else "",
    ]


def _sites(reply: reading.Reply, post: reading.Post) -> list[Site]:
    """The post's sites, and those of the same skills that it does not serve."""
    rows = [(row.need, True) for row in post.rows]
    rows += [(one.need, False) for one in reply.unmet if str(one.need.skill) in post.skills]
    return [
        Site(str(need.firm), place[0], place[1], served)
        for need, served in rows
        if (place := posing.place(need)) is not None
    ]


@desk
@require_GET
def proposal_progress(request: SeatedRequest, pk: int) -> HttpResponse:
    """The progress alone, asked again every second or so; the whole page once all is answered."""
    found = proposal_or_404(pk)
    answers = queries.answers_of(found)
    if all(answer.solve.is_over for answer in answers):
        return HttpResponseClientRefresh()
    return render(request, "desk/pools/_progress.html", _progress(found, answers))


def _progress(found: Proposal, answers: list[Answer]) -> dict[str, Any]:
    done = [answer for answer in answers if answer.solve.is_over]
    running = next((answer for answer in answers if answer.solve.state == SolveState.RUNNING), None)
    best = most = asked = None
    if running is not None and running.aim == Aim.SERVE and running.solve.best is not None:
        asked = sum(_asked(one) for one in running.solve.problem["needs"])
        best = asked - running.solve.best if 0 <= running.solve.best <= asked else None
        least = running.solve.bound
        most = asked - least if best is not None and least is not None and 0 <= least <= running.solve.best else None
    return {
        "proposal": found,
        "answers": answers,
        "done": len(done),
        "total": len(answers),
        "running": running,
        "running_label": Aim(running.aim).label if running is not None else "",
        "best": best,
        "most": most,
        "asked": asked,
        "stopping": any(answer.solve.stop_asked_at for answer in answers),
    }


def _asked(need: dict[str, Any]) -> int:
    load = need["half_days"]
    return 12 * load if isinstance(load, int) else sum(load)


@desk
@require_POST
def proposal_stop(request: SeatedRequest, pk: int) -> HttpResponse:
    found = proposal_or_404(pk)
    actions.stop_proposal(by=request.user, proposal=found)
    return redirect(url_to(request, "desk:proposal", found.pk))


def proposal_or_404(pk: int) -> Proposal:
    found = queries.proposals().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("mises-en-commun/former/", pools_new, name="pools_new"),
    path("mises-en-commun/propositions/<int:pk>/", proposal, name="proposal"),
    path("mises-en-commun/propositions/<int:pk>/calcul/", proposal_progress, name="proposal_progress"),
    path("mises-en-commun/propositions/<int:pk>/arreter/", proposal_stop, name="proposal_stop"),
]
