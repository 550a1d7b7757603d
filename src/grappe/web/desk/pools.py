"""Pools: from the needs to a proposal compared under three aims, to a post with its cost, its invitations, its start."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from grappe.audit.deeds import Refused
from grappe.clusters.queries import employees
from grappe.needs.queries import skills, surveys
from grappe.people.actions import person_named
from grappe.people.models import Person
from grappe.pools import actions, posing, pricing, queries, reading, words
from grappe.pools.enums import Aim, CostBasis, PoolState
from grappe.pools.kinds import post as post_kind
from grappe.pools.kinds.post import Line
from grappe.pools.models import Answer, Part, Pool, Proposal
from grappe.solves.enums import SolveState
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.drawings import Site
from grappe.web.shared.forms import CentsField, DayField, DeedForm, HalfDaysField, deed_key
from grappe.web.shared.listing import listing

PROPOSALS_SHOWN = 6
GET_OR_POST = ["GET", "HEAD", "POST"]


# ---------------------------------------------------------------- all of them


@desk
@require_GET
def pools(request: SeatedRequest) -> HttpResponse:
    """Proposals under way, posts that wait for answers, posts that run."""
    rows = listing(
        request,
        queries.pools(),
        sorts={"nom": ("name", "pk"), "debut": ("starts_on", "pk"), "etat": ("state", "-starts_on", "pk")},
        default="-debut",
    )
    counts = queries.pool_counts()
    context = {
        "rows": rows,
        "counts": counts,
        "proposals": list(queries.proposals()[:PROPOSALS_SHOWN]),
        "surveys": [survey for survey in surveys() if survey.need_count],
    }
    return render(request, "desk/pools/list.html", context)


# ---------------------------------------------------------------- a new proposal


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
@require_http_methods(GET_OR_POST)
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
        return redirect(_url(request, "proposal", proposal.pk))
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
    found = _proposal(pk)
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
    found = _proposal(pk)
    answers = queries.answers_of(found)
    if all(answer.solve.is_over for answer in answers):
        return HttpResponseClientRefresh()
    return render(request, "desk/pools/_progress.html", _progress(found, answers))


def _progress(found: Proposal, answers: list[Answer]) -> dict[str, Any]:
    done = [answer for answer in answers if answer.solve.is_over]
    running = next((answer for answer in answers if answer.solve.state == SolveState.RUNNING), None)
    solve = running.solve if running is not None else None
    best = None
    if solve is not None and solve.best is not None and running is not None and running.aim == Aim.SERVE:
        asked = sum(_asked(one) for one in solve.problem["needs"])
        best = (asked - solve.best, asked - solve.bound if solve.bound is not None else None)
    return {
        "proposal": found,
        "answers": answers,
        "done": len(done),
        "total": len(answers),
        "running": running,
        "running_label": Aim(running.aim).label if running is not None else "",
        "best": best,
        "stopping": any(answer.solve.stop_asked_at for answer in answers),
    }


def _asked(need: dict[str, Any]) -> int:
    load = need["half_days"]
    return 12 * load if isinstance(load, int) else sum(load)


@desk
@require_POST
def proposal_stop(request: SeatedRequest, pk: int) -> HttpResponse:
    found = _proposal(pk)
    actions.stop_proposal(by=request.user, proposal=found)
    return redirect(_url(request, "proposal", found.pk))


# ---------------------------------------------------------------- a post's cost


class CostForm(DeedForm):
    """The make-up of what a post costs in a year. Rates travel as hundredths, like money: 42,50 is 4 250 basis points."""

    gross = CentsField(label=gettext_lazy("Salaire brut annuel"), least=100)
    charges = CentsField(label=gettext_lazy("Cotisations patronales"), most=post_kind.RATE_BP_MAX)
    benefits = CentsField(label=gettext_lazy("Avantages : 13e mois, titres-restaurant…"), required=False)
    management = CentsField(label=gettext_lazy("Frais de gestion"), required=False)
    management_basis = forms.ChoiceField(
        label=gettext_lazy("compté en"),
        choices=[
            (CostBasis.RATE_OF_LOADED, gettext_lazy("% du coût chargé")),
            (CostBasis.CENTS_A_YEAR, gettext_lazy("€ par an")),
        ],
    )
    guarantee = CentsField(
        label=gettext_lazy("Fonds de garantie"),
        required=False,
        help_text=gettext_lazy("Souvent un douzième de la masse salariale, constitué en quelques années."),
    )
    guarantee_basis = forms.ChoiceField(
        label=gettext_lazy("compté en"),
        choices=[
            (CostBasis.CENTS_A_YEAR, gettext_lazy("€ par an")),
            (CostBasis.RATE_OF_GROSS, gettext_lazy("% du brut")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("gross", "benefits"):
            self.fields[name].unit = _("€ par an")
        self.fields["charges"].unit = _("% du brut")
        self.fields["management"].unit = self.fields["guarantee"].unit = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("management", "guarantee"):
            rate = cleaned.get(f"{name}_basis") != CostBasis.CENTS_A_YEAR
            if rate and (cleaned.get(name) or 0) > post_kind.RATE_BP_MAX:
                self.add_error(name, _("Ce taux dépasse 200 % : est-ce un montant ?"))
        return cleaned

    def lines(self) -> list[Line]:
        said = self.cleaned_data
        usual = post_kind.usual()

        def line(label: str, basis: str, hundredths: int | None) -> Line:
            if basis == CostBasis.CENTS_A_YEAR:
                return Line(label, basis, cents=hundredths or 0)
            return Line(label, basis, rate_bp=hundredths or 0)

        return [
            line(usual[0].label, CostBasis.CENTS_A_YEAR, said["gross"]),
            line(usual[1].label, CostBasis.RATE_OF_GROSS, said["charges"]),
            line(usual[2].label, CostBasis.CENTS_A_YEAR, said["benefits"]),
            line(usual[3].label, said["management_basis"], said["management"]),
            line(usual[4].label, said["guarantee_basis"], said["guarantee"]),
        ]

    @staticmethod
    def said(lines: list[Line]) -> dict[str, Any]:
        """The form's values for a post's lines; a cost not yet made up gets the usual make-up of the same amount."""
        bases = [line.basis for line in lines]
        if len(lines) != 5 or bases[:3] != [CostBasis.CENTS_A_YEAR, CostBasis.RATE_OF_GROSS, CostBasis.CENTS_A_YEAR]:
            lines = post_kind.usual(post_kind.year_cents(lines) or posing.POST_CENTS_PER_YEAR)
        gross, charges, benefits, management, guarantee = lines
        return {
            "gross": gross.cents,
            "charges": charges.rate_bp,
            "benefits": benefits.cents or None,
            "management": management.cents + management.rate_bp or None,
            "management_basis": management.basis,
            "guarantee": guarantee.cents + guarantee.rate_bp or None,
            "guarantee_basis": guarantee.basis,
        }


class OpenForm(CostForm):
    name = forms.CharField(label=gettext_lazy("Nom du poste"), max_length=120)
    starts_on = DayField(label=gettext_lazy("Commence le"))

    field_order = ["name", "starts_on"]


def _make_up(form: CostForm, initial: dict[str, Any], half_days: int, before: int | None) -> dict[str, Any]:
    """The lines with their amounts and the price they make; of the values first proposed while the form is faulty."""
    if form.is_bound and form.is_valid():
        lines = form.lines()
    else:
        shown = CostForm({**initial, "gross": initial["gross"]})
        shown.cleaned_data = {**dict.fromkeys(CostForm.base_fields), **initial}
        lines = shown.lines()
    amounts = post_kind.amounts(lines)
    price = pricing.half_day_cents(sum(amounts), half_days)
    return {
        "lines": [(line, cents, Decimal(line.rate_bp) / 100) for line, cents in zip(lines, amounts, strict=True)],
        "year": sum(amounts),
        "half_days": half_days,
        "year_half_days": 12 * half_days,
        "price": price,
        "day": None if price is None else 2 * price,
        "before": before,
        "before_day": None if before is None else 2 * before,
        "dearer": before is not None and price is not None and price > before,
    }


@desk
@require_http_methods(GET_OR_POST)
def post_open(request: SeatedRequest, pk: int, aim: str, rank: int) -> HttpResponse:
    """Open a proposed post: its name, its start, its cost with the price that it makes."""
    found = _proposal(pk)
    reply = queries.replies(found, queries.answers_of(found)).get(aim)
    if reply is None or rank >= len(reply.posts):
        raise Http404
    post = reply.posts[rank]
    if post.pool is not None:
        return redirect(_url(request, "pool", post.pool.pk))
    cost = CostForm.said(post_kind.estimated(found.post_cents_per_year))
    starts_on = _next_start(request.seat.on, found.rules.get("year"))
    initial = {**cost, "name": post.name, "starts_on": starts_on}
    form = OpenForm(request.POST) if request.method == "POST" else OpenForm(initial=initial)
    if form.is_valid() and "recalculer" not in request.POST:
        pool = actions.open_post(
            by=request.user,
            cluster=request.seat.cluster,
            proposal=found,
            aim=aim,
            post=rank,
            name=form.cleaned_data["name"],
            starts_on=form.cleaned_data["starts_on"],
            lines=form.lines(),
            key=form.key,
        )
        messages.success(request, _("Le poste est ouvert. Il reste à inviter les structures."))
        return redirect(_url(request, "pool", pool.pk))
    context = {
        "proposal": found,
        "post": post,
        "form": form,
        "aim": aim,
        "make_up": _make_up(form, cost, post.half_days, post.price_cents),
    }
    return render(request, "desk/pools/open.html", context, status=_status(request, form))


def _next_start(today: date, year: Any) -> date:
    """The first of January of the proposal's year, or the first of the next month when that is past."""
    january = date(int(year), 1, 1) if year else today
    return january if january > today else date(today.year + today.month // 12, today.month % 12 + 1, 1)


@desk
@require_http_methods(GET_OR_POST)
def pool_cost(request: SeatedRequest, pk: int) -> HttpResponse:
    """What the post costs, line by line, and the price that it makes."""
    pool = _pool(pk)
    sheet = queries.pool_sheet(pool, on=request.seat.on)
    cost = CostForm.said([line for line, _cents in sheet.lines])
    form = CostForm(request.POST) if request.method == "POST" else CostForm(initial=cost)
    if form.is_valid() and "recalculer" not in request.POST:
        actions.set_cost(by=request.user, pool=pool, lines=form.lines(), key=form.key)
        messages.success(request, _("Le coût est enregistré."))
        return redirect(_url(request, "pool", pool.pk))
    context = {
        "pool": pool,
        "sheet": sheet,
        "form": form,
        "make_up": _make_up(form, cost, sheet.half_days, sheet.price_cents),
        "committed": len([row for row in sheet.rows if row.accepted is not None]),
    }
    return render(request, "desk/pools/cost.html", context, status=_status(request, form))


def _status(request: HttpRequest, form: DeedForm) -> int:
    return 400 if form.errors and "recalculer" not in request.POST else 200


# ---------------------------------------------------------------- a pool


@desk
@require_GET
def pool(request: SeatedRequest, pk: int) -> HttpResponse:
    return _pool_page(request, _pool(pk))


def _pool_page(request: SeatedRequest, found: Pool, refused: Refused | None = None) -> HttpResponse:
    sheet = queries.pool_sheet(found, on=request.seat.on)
    inviting = found.state in {PoolState.DRAFT, PoolState.INVITING}
    context = {
        "pool": found,
        "sheet": sheet,
        "inviting": inviting,
        "remaining": queries.remaining(sheet) if inviting else None,
        "sites": _pool_sites(sheet),
        "deed_key": deed_key(),
        "refused": refused,
        "said": [row.part for row in sheet.rows if row.part.words],
    }
    return render(request, "desk/pools/pool.html", context, status=409 if refused else 200)


def _pool_sites(sheet: queries.PoolSheet) -> list[Site]:
    return [
        Site(row.part.firm.name, place[0], place[1])
        for row in sheet.rows
        if (place := posing.place(row.part.need) if row.part.need else _firm_place(row.part)) is not None
    ]


def _firm_place(part: Part) -> tuple[float, float] | None:
    firm = part.firm
    return (firm.latitude, firm.longitude) if firm.latitude is not None and firm.longitude is not None else None


@desk
@require_POST
def pool_invite(request: SeatedRequest, pk: int) -> HttpResponse:
    """Invite those who are not yet; an address may be given for a firm that nobody speaks for."""
    found = _pool(pk)
    field, addresses = forms.EmailField(required=False), {}
    for part_id in found.parts.values_list("pk", flat=True):
        try:
            addresses[part_id] = field.clean(request.POST.get(f"address-{part_id}", ""))
        except forms.ValidationError:
            text = request.POST[f"address-{part_id}"]
            refused = Refused(_("« %(text)s » n’est pas une adresse.") % {"text": text}, _("Corrigez-la."))
            return _pool_page(request, found, refused)
    actions.invite(by=request.user, pool=found, addresses=addresses, key=_key(request))
    messages.success(request, _("Les invitations sont parties."))
    return redirect(_url(request, "pool", found.pk))


@desk
@require_POST
def part_remind(request: SeatedRequest, pk: int) -> HttpResponse:
    part = actions.remind(by=request.user, part=_part(pk), key=_key(request))
    messages.success(request, _("Un message est reparti vers %(firm)s.") % {"firm": part.firm})
    return redirect(_url(request, "pool", part.pool_id))


@desk
@require_POST
def part_withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    part = actions.withdraw(by=request.user, part=_part(pk), key=_key(request))
    messages.success(request, _("La part de %(firm)s est reprise.") % {"firm": part.firm})
    return redirect(_url(request, "pool", part.pool_id))


@desk
@require_POST
def part_decline(request: SeatedRequest, pk: int) -> HttpResponse:
    """A refusal said aloud, written down by the coordination."""
    part = actions.decline(by=request.user, part=_part(pk), key=_key(request))
    messages.success(request, _("C’est noté : %(firm)s décline.") % {"firm": part.firm})
    return redirect(_url(request, "pool", part.pool_id))


@desk
@require_POST
def pool_add(request: SeatedRequest, pk: int, need: int) -> HttpResponse:
    found = _pool(pk)
    asked = queries.need_numbered(need)
    if asked is None:
        raise Http404
    part = actions.add_part(by=request.user, pool=found, need=asked, key=_key(request))
    messages.success(request, _("%(firm)s a sa part. Il reste à l’inviter.") % {"firm": part.firm})
    return redirect(_url(request, "pool", found.pk))


class StartForm(DeedForm):
    person = forms.ModelChoiceField(
        label=gettext_lazy("La personne partagée"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("quelqu’un de nouveau"),
    )
    name = forms.CharField(label=gettext_lazy("Son nom"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("Son adresse e-mail"), required=False)
    on = DayField(label=gettext_lazy("Premier jour"))

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        if not people:
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("person"):
            for name in ("name", "email"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Il manque cette réponse."))
        return cleaned


@desk
@require_http_methods(GET_OR_POST)
def pool_start(request: SeatedRequest, pk: int) -> HttpResponse:
    """Name the employee and the first day."""
    found = _pool(pk)
    people = employees(on=request.seat.on)
    if request.method == "POST":
        form = StartForm(request.POST, people=people)
    else:
        form = StartForm(people=people, initial={"on": found.starts_on})
    if form.is_valid():
        said = form.cleaned_data
        person = said.get("person") or person_named(email=said["email"], name=said["name"])
        actions.start(by=request.user, pool=found, person=person, on=said["on"], key=form.key)
        messages.success(request, _("%(post)s est en route.") % {"post": found.name})
        return redirect(_url(request, "pool", found.pk))
    sheet = queries.pool_sheet(found, on=request.seat.on)
    context = {"pool": found, "sheet": sheet, "form": form}
    return render(request, "desk/pools/start.html", context, status=400 if form.errors else 200)


# ---------------------------------------------------------------- what the addresses name


def _proposal(pk: int) -> Proposal:
    found = queries.proposals().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _pool(pk: int) -> Pool:
    found = queries.pool_numbered(pk)
    if found is None:
        raise Http404
    return found


def _part(pk: int) -> Part:
    found = queries.part_numbered(pk)
    if found is None:
        raise Http404
    return found


def _key(request: HttpRequest) -> str:
    return request.POST.get("deed_key", "")[:64]


def _url(request: SeatedRequest, name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=[request.seat.cluster.slug, *args])


urlpatterns = [
    path("mises-en-commun/", pools, name="pools"),
    path("mises-en-commun/former/", pools_new, name="pools_new"),
    path("mises-en-commun/propositions/<int:pk>/", proposal, name="proposal"),
    path("mises-en-commun/propositions/<int:pk>/calcul/", proposal_progress, name="proposal_progress"),
    path("mises-en-commun/propositions/<int:pk>/arreter/", proposal_stop, name="proposal_stop"),
    path("mises-en-commun/propositions/<int:pk>/ouvrir/<slug:aim>/<int:rank>/", post_open, name="post_open"),
    path("mises-en-commun/<int:pk>/", pool, name="pool"),
    path("mises-en-commun/<int:pk>/cout/", pool_cost, name="pool_cost"),
    path("mises-en-commun/<int:pk>/inviter/", pool_invite, name="pool_invite"),
    path("mises-en-commun/<int:pk>/ajouter/<int:need>/", pool_add, name="pool_add"),
    path("mises-en-commun/<int:pk>/demarrer/", pool_start, name="pool_start"),
    path("mises-en-commun/parts/<int:pk>/relancer/", part_remind, name="part_remind"),
    path("mises-en-commun/parts/<int:pk>/reprendre/", part_withdraw, name="part_withdraw"),
    path("mises-en-commun/parts/<int:pk>/decliner/", part_decline, name="part_decline"),
]
