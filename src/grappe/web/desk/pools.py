"""Pools: all of them, a proposed post opened with its cost, its invitations and answers, its start."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters.models import Cluster
from grappe.clusters.queries import employees
from grappe.needs.queries import surveys
from grappe.people.actions import person_named
from grappe.people.models import Person
from grappe.pools import actions, posing, pricing, queries
from grappe.pools.arranging import reply_under
from grappe.pools.enums import BY_HAND, CostBasis, CostPart, PartState, PoolState
from grappe.pools.kinds import post as post_kind
from grappe.pools.kinds.post import Line
from grappe.pools.models import Part, Pool
from grappe.web.desk import proposals
from grappe.web.desk.proposals import proposal_or_404
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, url_to
from grappe.web.shared.drawings import Site
from grappe.web.shared.forms import CentsField, DayField, DeedForm, deed_key
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


# ---------------------------------------------------------------- a post's cost


ALWAYS = frozenset({CostPart.GROSS, CostPart.CHARGES, CostPart.BENEFITS, CostPart.MANAGEMENT, CostPart.GUARANTEE})


class CostForm(DeedForm):
    """The make-up of what a post costs in a year. Rates travel as hundredths, like money: 42,50 is 4 250 basis points."""

    gross = CentsField(label=gettext_lazy("Salaire brut annuel"), least=100)
    charges = CentsField(label=gettext_lazy("Cotisations patronales"), most=post_kind.RATE_BP_MAX)
    thirteenth = CentsField(label=gettext_lazy("13e mois et primes"), required=False)
    benefits = CentsField(label=gettext_lazy("Avantages : titres-restaurant, mutuelle…"), required=False)
    training = CentsField(label=gettext_lazy("Formation"), required=False)
    payroll_tax = CentsField(
        label=gettext_lazy("Taxe sur les salaires"),
        required=False,
        most=post_kind.RATE_BP_MAX,
        help_text=gettext_lazy("Due quand le groupement ne facture pas la TVA."),
    )
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

    coefficient = CentsField(
        label=gettext_lazy("Coefficient de facturation"),
        required=False,
        most=post_kind.COEFFICIENT_MOST_BP // 100,
        help_text=gettext_lazy("Facultatif, et seulement avec TVA : 1,87 fait payer 187 % de ce qu’il multiplie."),
    )
    coefficient_basis = forms.ChoiceField(
        label=gettext_lazy("appliqué"),
        required=False,
        choices=[
            (CostBasis.TIMES_GROSS, gettext_lazy("au brut")),
            (CostBasis.TIMES_LOADED, gettext_lazy("au coût chargé")),
        ],
    )
    regularisation = CentsField(
        label=gettext_lazy("Marge de la régularisation"),
        required=False,
        most=post_kind.REGULARISATION_MOST_BP,
        help_text=gettext_lazy(
            "De combien le coût réel de l’année peut dépasser le prix accepté sans un nouvel accord. Vaut pour les engagements à venir."
        ),
    )
    qualification = forms.CharField(label=gettext_lazy("Qualification et échelon"), required=False, max_length=120)
    agreement = forms.CharField(label=gettext_lazy("Convention collective"), required=False, max_length=120)
    tasks = forms.CharField(
        label=gettext_lazy("Tâches confiées"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Écrites dans le contrat et les conventions."),
    )
    safety = forms.CharField(
        label=gettext_lazy("Santé et sécurité"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Les risques du poste, le matériel fourni."),
    )
    training_days = forms.IntegerField(
        label=gettext_lazy("Jours de formation par an"), required=False, min_value=0, max_value=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payroll_tax"].unit = _("% du brut")
        self.fields["regularisation"].unit = _("% du prix")
        self.fields["coefficient"].unit = ""
        for name in ("gross", "thirteenth", "benefits", "training"):
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
        amount = CostBasis.CENTS_A_YEAR
        bonus = bool(said.get("thirteenth"))

        def line(part: CostPart, label: str, basis: str, hundredths: int | None) -> Line:
            if basis == CostBasis.CENTS_A_YEAR:
                return Line(label, basis, cents=hundredths or 0, part=part)
            return Line(label, basis, rate_bp=hundredths or 0, part=part)

        rows = [
            line(CostPart.GROSS, usual[0].label, amount, said["gross"]),
            line(CostPart.THIRTEENTH, str(_("13e mois et primes")), amount, said.get("thirteenth")),
            line(
                CostPart.CHARGES,
                usual[1].label,
                CostBasis.RATE_OF_PAY if bonus else CostBasis.RATE_OF_GROSS,
                said["charges"],
            ),
            line(CostPart.BENEFITS, usual[2].label, amount, said["benefits"]),
            line(CostPart.TRAINING, str(_("Formation")), amount, said.get("training")),
            line(CostPart.PAYROLL_TAX, str(_("Taxe sur les salaires")), CostBasis.RATE_OF_PAY, said.get("payroll_tax")),
            line(CostPart.MANAGEMENT, usual[3].label, said["management_basis"], said["management"]),
            line(CostPart.GUARANTEE, usual[4].label, said["guarantee_basis"], said["guarantee"]),
            line(
                CostPart.MARGIN,
                str(_("Marge du coefficient")),
                said.get("coefficient_basis") or CostBasis.TIMES_GROSS,
                (said.get("coefficient") or 0) * 100,
            ),
        ]
        return [one for one in rows if one.part in ALWAYS or one.cents or one.rate_bp]

    def facts(self) -> dict[str, Any]:
        """What `set_cost` keeps beside the lines."""
        said = self.cleaned_data
        return {
            "qualification": said["qualification"],
            "agreement": said["agreement"],
            "tasks": " ".join(said["tasks"].split()),
            "safety": " ".join(said["safety"].split()),
            "training_days": said["training_days"] or 0,
        } | ({} if said["regularisation"] is None else {"regularisation_bp": said["regularisation"]})

    @staticmethod
    def said(lines: list[Line]) -> dict[str, Any]:
        """The form's values for a post's lines; a cost not yet made up gets the usual make-up of the same amount."""
        by_part = {line.part: line for line in lines}
        if by_part.keys() >= ALWAYS:
            return CostForm._said(by_part)
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

    @staticmethod
    def _said(by_part: dict[str, Line]) -> dict[str, Any]:
        """The form's values for lines that say what they pay for."""
        nothing = Line("", CostBasis.CENTS_A_YEAR)
        found: dict[str, Any] = {
            part: by_part.get(part, nothing).cents + by_part.get(part, nothing).rate_bp or None
            for part in CostPart.values
            if part not in (CostPart.MARGIN, CostPart.OTHER)
        }
        for part in (CostPart.MANAGEMENT, CostPart.GUARANTEE):
            found[f"{part}_basis"] = by_part[part].basis
        if CostPart.MARGIN in by_part:
            found["coefficient"] = by_part[CostPart.MARGIN].rate_bp // 100
            found["coefficient_basis"] = by_part[CostPart.MARGIN].basis
        return found


class OpenForm(CostForm):
    name = forms.CharField(label=gettext_lazy("Nom du poste"), max_length=120)
    starts_on = DayField(label=gettext_lazy("Commence le"))

    field_order = ["name", "starts_on"]


def _make_up(
    form: CostForm, initial: dict[str, Any], half_days: int, before: int | None, *, cluster: Cluster, start: date
) -> dict[str, Any]:
    """The lines with their amounts and the price they make; of the values first proposed while the form is faulty."""
    training = initial.get("training_days") or 0
    if form.is_bound and form.is_valid():
        lines, training = form.lines(), form.cleaned_data["training_days"] or 0
    else:
        shown = CostForm({**initial, "gross": initial["gross"]})
        shown.cleaned_data = {**dict.fromkeys(CostForm.base_fields), **initial}
        lines = shown.lines()
    amounts = post_kind.amounts(lines)
    price = pricing.half_day_cents(sum(amounts), half_days)
    time = queries.billable_year(cluster, start, training=training)
    return {
        "time": time,
        "hour": None if price is None else time.hour_cents(price),
        "lines": [(line, cents, Decimal(line.rate_bp) / 100) for line, cents in zip(lines, amounts, strict=True)],
        "parts": list(zip(lines, amounts, strict=True)),
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
    found = proposal_or_404(pk)
    reply = reply_under(found, aim)
    if reply is None or rank >= len(reply.posts) or not reply.posts[rank].rows:
        raise Http404
    post = reply.posts[rank]
    if post.pool is not None:
        return redirect(url_to(request, "desk:pool", post.pool.pk))
    cost = CostForm.said(post_kind.estimated(found.post_cents_per_year))
    cost["regularisation"] = Pool._meta.get_field("regularisation_bp").default
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
            facts=form.facts(),
            seen=request.POST.get("seen", "")[:64],
            key=form.key,
        )
        messages.success(request, _("Le poste est ouvert. Il reste à inviter les structures."))
        return redirect(url_to(request, "desk:pool", pool.pk))
    context = {
        "proposal": found,
        "post": post,
        "form": form,
        "aim": aim,
        "back_url": url_to(request, "desk:arrangement", pk)
        if aim == BY_HAND
        else f"{url_to(request, 'desk:proposal', pk)}?visee={aim}",
        "make_up": _make_up(
            form, cost, post.half_days, post.price_cents, cluster=request.seat.cluster, start=starts_on
        ),
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
    cost |= {name: getattr(pool, name) or None for name in actions.POST_FACTS}
    cost["regularisation"] = pool.regularisation_bp
    form = CostForm(request.POST) if request.method == "POST" else CostForm(initial=cost)
    if form.is_valid() and "recalculer" not in request.POST:
        actions.set_cost(by=request.user, pool=pool, lines=form.lines(), facts=form.facts(), key=form.key)
        messages.success(request, _("Le coût est enregistré."))
        return redirect(url_to(request, "desk:pool", pool.pk))
    context = {
        "pool": pool,
        "sheet": sheet,
        "form": form,
        "make_up": _make_up(form, cost, sheet.half_days, sheet.price_cents, cluster=pool.cluster, start=pool.starts_on),
        "billable": queries.billable(pool),
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
    ends = found.ends_on
    inviting = found.state in {PoolState.DRAFT, PoolState.INVITING}
    context = {
        "pool": found,
        "sheet": sheet,
        "over": ends - timedelta(days=1) if ends is not None and ends <= request.seat.on else None,  # its last day
        "shared_by": [part for part in sheet.out if part.state in {*queries.COMMITTED, PartState.LEFT}],
        "inviting": inviting,
        "running": found.state == PoolState.RUNNING,
        "acting": request.seat.is_coordinator and (inviting or found.state == PoolState.RUNNING),
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
    actions.invite(by=request.user, pool=found, addresses=addresses, key=deed_key_of(request))
    messages.success(request, _("Les invitations sont parties."))
    return redirect(url_to(request, "desk:pool", found.pk))


@desk
@require_POST
def part_remind(request: SeatedRequest, pk: int) -> HttpResponse:
    part = actions.remind(by=request.user, part=_part(pk), key=deed_key_of(request))
    messages.success(request, _("Un message est reparti vers %(firm)s.") % {"firm": part.firm})
    return redirect(url_to(request, "desk:pool", part.pool_id))


@desk
@require_POST
def part_withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    part = actions.withdraw(by=request.user, part=_part(pk), key=deed_key_of(request))
    messages.success(request, _("La part de %(firm)s est reprise.") % {"firm": part.firm})
    return redirect(url_to(request, "desk:pool", part.pool_id))


@desk
@require_POST
def part_decline(request: SeatedRequest, pk: int) -> HttpResponse:
    """A refusal said aloud, written down by the coordination."""
    part = actions.decline(by=request.user, part=_part(pk), key=deed_key_of(request))
    messages.success(request, _("C’est noté : %(firm)s décline.") % {"firm": part.firm})
    return redirect(url_to(request, "desk:pool", part.pool_id))


@desk
@require_POST
def pool_add(request: SeatedRequest, pk: int, need: int) -> HttpResponse:
    found = _pool(pk)
    asked = queries.need_numbered(need)
    if asked is None:
        raise Http404
    part = actions.add_part(by=request.user, pool=found, need=asked, key=deed_key_of(request))
    messages.success(request, _("%(firm)s a sa part. Il reste à l’inviter.") % {"firm": part.firm})
    return redirect(url_to(request, "desk:pool", found.pk))


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
        with transaction.atomic():  # refused, nobody is named
            person = said.get("person") or person_named(email=said["email"], name=said["name"])
            actions.start(by=request.user, pool=found, person=person, on=said["on"], key=form.key)
        messages.success(request, _("%(post)s est en route.") % {"post": found.name})
        return redirect(url_to(request, "desk:pool", found.pk))
    sheet = queries.pool_sheet(found, on=request.seat.on)
    context = {"pool": found, "sheet": sheet, "form": form}
    return render(request, "desk/pools/start.html", context, status=400 if form.errors else 200)


# ---------------------------------------------------------------- what the addresses name


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


urlpatterns = [
    path("mises-en-commun/", pools, name="pools"),
    *proposals.urlpatterns,
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
