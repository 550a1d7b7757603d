"""Needs: a survey's answers by skill, one need stated or withdrawn by hand, a survey opened or closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from grappe.clusters import queries as clusters
from grappe.clusters.cells import fold
from grappe.clusters.models import Firm
from grappe.clusters.sheets import write_csv, write_xlsx
from grappe.needs import actions, queries
from grappe.needs.enums import Grade
from grappe.needs.imports import PROOFS
from grappe.needs.models import HALF_DAYS_A_MONTH_MAX, Need, ReferencePrice, Survey
from grappe.needs.rules import PRICE_CENTS_A_DAY_MAX, half_day_cents
from grappe.pools.vacancies import fits
from grappe.web.desk.imports import download
from grappe.web.shared.doors import SeatedRequest, asked_id, deed_key_of, desk, url_to
from grappe.web.shared.forms import CentsField, DayField, DeedForm, HalfDaysField, MonthField, deed_key
from grappe.web.shared.surveys import EVEN, MONTH_NAMES, MONTHS, RHYTHMS, SEASON, ProofField

NEEDS_SHOWN = 300
WEEKDAYS = (
    (0, gettext_lazy("lundi")),
    (1, gettext_lazy("mardi")),
    (2, gettext_lazy("mercredi")),
    (3, gettext_lazy("jeudi")),
    (4, gettext_lazy("vendredi")),
)


# ---------------------------------------------------------------- a survey


@desk
@require_GET
def needs_home(request: SeatedRequest) -> HttpResponse:
    """The latest survey; without any, what to do first."""
    survey = queries.open_survey() or queries.surveys().first()
    if survey is not None:
        return _survey_page(request, survey)
    return render(request, "desk/needs/empty.html", {"firm_count": clusters.memberships(on=request.seat.on).count()})


@desk
@require_GET
def survey(request: SeatedRequest, pk: int) -> HttpResponse:
    return _survey_page(request, _survey(pk))


def _survey(pk: int) -> Survey:
    found = queries.surveys().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _survey_page(request: SeatedRequest, survey: Survey) -> HttpResponse:
    """Skills by the number of firms that ask; every need of each, or of the chosen one when there are many."""
    totals = queries.skill_totals(survey)
    standing = sum(total.needs for total in totals)
    chosen = request.GET.get("competence", "")
    needs = queries.needs_of(survey)
    skill_id = asked_id(chosen)
    if skill_id is not None:
        needs = needs.filter(skill_id=skill_id)
    elif standing > NEEDS_SHOWN:
        needs = needs.none()
    surveys = list(queries.surveys())
    context = {
        "survey": survey,
        "surveys": surveys,
        "tabs": [
            {"label": each.title, "url": url_to(request, "desk:survey", each.pk), "current": each.pk == survey.pk}
            for each in surveys
        ],
        "totals": totals,
        "most": max((total.half_days for total in totals), default=0),
        "standing": standing,
        "firms": queries.firms_that_asked(survey).count(),
        "sums": queries.by_skill(needs[:NEEDS_SHOWN]),
        "chosen": chosen,
        "waiting": sum(total.open for total in totals),
        "fits": fits(queries.open_needs(survey), on=request.seat.on) if not chosen else [],
        "deed_key": deed_key(),
    }
    return render(request, "desk/needs/survey.html", context)


class SurveyForm(DeedForm):
    title = forms.CharField(
        label=gettext_lazy("Le nom de l’enquête"),
        max_length=120,
        help_text=gettext_lazy("Par exemple : besoins de 2027."),
    )
    question = forms.CharField(
        label=gettext_lazy("La question posée aux membres"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=gettext_lazy("Si la grappe pouvait embaucher une personne, pour quels jours et quel travail ?"),
        help_text=gettext_lazy("Elle est en tête du courriel et de la page où les structures répondent."),
    )
    answer_by = DayField(label=gettext_lazy("Réponse souhaitée avant le"), required=False)


@desk
@require_http_methods(["GET", "POST"])
def survey_new(request: SeatedRequest) -> HttpResponse:
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opened = actions.open_survey(
            by=request.user,
            cluster=request.seat.cluster,
            title=form.cleaned_data["title"],
            question=form.cleaned_data["question"],
            answer_by=form.cleaned_data["answer_by"],
            on=request.seat.on,
            key=form.key,
        )
        return redirect("desk:survey", slug=request.seat.cluster.slug, pk=opened.pk)
    return render(request, "desk/needs/survey_new.html", {"form": form}, status=400 if form.errors else 200)


@desk
@require_http_methods(["GET", "POST"])
def survey_close(request: SeatedRequest, pk: int) -> HttpResponse:
    """No more answers; what was answered stands."""
    closing = _survey(pk)
    if request.method == "POST":
        actions.close_survey(by=request.user, survey=closing, on=request.seat.on, key=deed_key_of(request))
        return redirect("desk:survey", slug=request.seat.cluster.slug, pk=pk)
    return render(request, "desk/needs/survey_close.html", {"survey": closing, "deed_key": deed_key()})


# ---------------------------------------------------------------- one need by hand


FIRMS_LISTED_MAX = 300


class WrittenFirmField(forms.ModelChoiceField):
    """A firm written by its name or its SIREN, where there are too many to choose from a list."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Firm | None:
        text = " ".join(str(value or "").split())
        if not text:
            return None
        digits = text.replace(" ", "")
        found = list(self.queryset.filter(Q(name__iexact=text) | Q(siren=digits))[:2])
        if len(found) != 1:
            said = (
                _("plusieurs structures portent ce nom : donnez le SIREN")
                if found
                else _("aucune structure ne porte ce nom")
            )
            raise forms.ValidationError(f"« {text} » : {said}")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value.isdecimal() and len(value) < 9:
            return getattr(self.queryset.filter(pk=int(value)).first(), "name", value)
        return getattr(value, "name", value)


class NeedForm(DeedForm):
    """One need. Prices are asked by the day, as people know them; the model keeps them by the half-day."""

    firm = forms.ModelChoiceField(
        Firm.objects.none(), label=gettext_lazy("Structure"), empty_label=gettext_lazy("Choisir…")
    )
    skill = forms.CharField(
        label=gettext_lazy("Compétence recherchée"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "skills", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Reprenez un nom déjà employé quand c’est le même métier : seuls les mêmes se partagent."
        ),
    )
    detail = forms.CharField(label=gettext_lazy("Une précision"), max_length=120, required=False)
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Combien de jours ?"),
        choices=RHYTHMS,
        initial=EVEN,
        required=False,
        widget=forms.RadioSelect,
    )
    half_days = HalfDaysField(
        label=gettext_lazy("Combien par mois"), least=1, most=HALF_DAYS_A_MONTH_MAX, required=False
    )
    one_off = forms.BooleanField(label=gettext_lazy("Une seule fois"), required=False)
    first_month = MonthField(label=gettext_lazy("À partir de"), required=False)
    last_month = MonthField(label=gettext_lazy("Jusqu’à"), required=False, help_text=gettext_lazy("Ce mois compris."))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours souhaités"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remote = forms.BooleanField(label=gettext_lazy("À distance, peu importe où"), required=False)
    max_price = CentsField(
        label=gettext_lazy("Prix maximum par jour, hors taxes"), least=2, most=PRICE_CENTS_A_DAY_MAX, required=False
    )
    email = forms.EmailField(label=gettext_lazy("Courriel de la personne qui répond"), required=False)
    price = CentsField(
        label=gettext_lazy("Prix payé seul, par jour, hors taxes"),
        least=2,
        most=PRICE_CENTS_A_DAY_MAX,
        required=False,
        help_text=gettext_lazy("Ce que la structure paie, ou paierait, sans la grappe."),
    )
    alone = HalfDaysField(
        label=gettext_lazy("Achetés seul par mois"),
        required=False,
        most=HALF_DAYS_A_MONTH_MAX,
        help_text=gettext_lazy(
            "Ce qu’elle achèterait vraiment, seule. C’est ce qui sépare une économie d’une promesse."
        ),
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("Ce qui prouve ce prix"),
        choices=Grade.choices,
        initial=Grade.C,
        required=False,
        widget=forms.RadioSelect,
    )
    document = forms.CharField(
        label=gettext_lazy("Référence de la pièce"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Par exemple : devis 2026-114 de l’Atelier du Son."),
    )
    document_date = DayField(label=gettext_lazy("Date de la pièce"), required=False)
    proof = ProofField(label=gettext_lazy("La pièce, en PDF ou en photo"))

    ABOUT_SKILL = ("firm", "skill", "detail", "rhythm")
    ABOUT_NEED = ("first_month", "last_month", "one_off", "weekdays", "remote", "max_price", "email")
    ABOUT_PRICE = ("price", "alone", "grade", "document", "document_date", "proof")

    def __init__(self, *args: Any, firms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if firms.count() > FIRMS_LISTED_MAX:
            self.fields["firm"] = WrittenFirmField(
                firms, label=_("Structure"), help_text=_("Son nom exact, ou son SIREN.")
            )
        else:
            self.fields["firm"].queryset = firms  # type: ignore[attr-defined]
        for name, month in zip(MONTHS, MONTH_NAMES, strict=True):
            self.fields[name] = HalfDaysField(label=month, required=False, most=HALF_DAYS_A_MONTH_MAX)
            self.fields[name].unit = ""  # type: ignore[attr-defined]
        for name in ("rhythm", "half_days", *MONTHS):  # never said to be optional: one or the other is needed
            self.fields[name].asked = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_month"), cleaned.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", _("La fin est avant le début."))
        if not fold(cleaned.get("skill", "x")):
            self.add_error("skill", _("Écrivez un métier, en lettres."))
        if cleaned.get("rhythm") == SEASON:
            if not any(cleaned.get(name) for name in MONTHS) and not any(name in self.errors for name in MONTHS):
                self.add_error("m1", _("Indiquez les jours d’un mois au moins."))
        elif cleaned.get("half_days") is None and "half_days" not in self.errors:
            self.add_error("half_days", _("Il manque le nombre de jours."))
        if cleaned.get("one_off") and not (first and last):
            self.add_error("first_month", _("Une seule fois : de quel mois à quel mois ?"))
        tells = cleaned.get("alone") or cleaned.get("document") or cleaned.get("proof")
        if cleaned.get("price") is None and "price" not in self.errors and tells:
            self.add_error("price", _("Il manque le prix que cette preuve établit."))
        return cleaned

    @property
    def season(self) -> tuple[int, ...]:
        """The half-days of January to December; empty for a need alike all year."""
        said = self.cleaned_data
        return tuple(said[name] or 0 for name in MONTHS) if said["rhythm"] == SEASON else ()

    @property
    def file(self) -> tuple[str, bytes] | None:
        sent = self.cleaned_data["proof"]
        return (sent.name, sent.read()) if sent else None

    @property
    def skill_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ABOUT_SKILL]

    @property
    def months(self) -> list[forms.BoundField]:
        return [self[name] for name in MONTHS]

    @property
    def need_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ABOUT_NEED]

    @property
    def price_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ABOUT_PRICE]


@desk
@require_http_methods(["GET", "POST"])
def need_new(request: SeatedRequest, pk: int) -> HttpResponse:
    """One need stated for a firm, with the price that it pays alone."""
    of_survey = _survey(pk)
    firms = clusters.firms(on=request.seat.on)
    asked = request.GET.get("structure", "")
    form = NeedForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        firms=firms,
        initial={"firm": asked if asked.isdecimal() else None},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.state_need(
            by=request.user,
            cluster=request.seat.cluster,
            survey=of_survey,
            firm=said["firm"],
            skill=said["skill"],
            detail=said["detail"],
            half_days=0 if form.season else said["half_days"],
            season=form.season,
            one_off=said["one_off"],
            remote=said["remote"],
            on=request.seat.on,
            first_month=said["first_month"],
            last_month=said["last_month"],
            max_price_cents=_half(said["max_price"]),
            weekdays=said["weekdays"],
            email=said["email"],
            price_cents=_half(said["price"]),
            alone_half_days=said["alone"] or 0,
            grade=said["grade"],
            document=said["document"],
            document_date=said["document_date"],
            file=form.file,
            key=form.key,
        )
        return redirect("desk:survey", slug=request.seat.cluster.slug, pk=pk)
    context = {"form": form, "survey": of_survey, "skills": queries.skills()}
    return render(request, "desk/needs/need_new.html", context, status=400 if form.errors else 200)


def _half(day_cents: int | None) -> int | None:
    return None if day_cents is None else half_day_cents(day_cents)


@desk
@require_http_methods(["GET", "POST"])
def need_withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    """The firm no longer asks."""
    need = Need.objects.filter(pk=pk).select_related("firm", "skill", "survey").first()
    if need is None:
        raise Http404
    if request.method == "POST":
        actions.withdraw_need(by=request.user, need=need, key=deed_key_of(request))
        return redirect("desk:survey", slug=request.seat.cluster.slug, pk=need.survey_id)
    return render(request, "desk/needs/need_withdraw.html", {"need": need, "deed_key": deed_key()})


# ---------------------------------------------------------------- export


@desk
@require_GET
def needs_export(request: SeatedRequest, pk: int, form: str) -> HttpResponse:
    """The survey's needs under the headings that the import recognises."""
    of_survey = _survey(pk)
    headings = [
        *(
            _("Structure"),
            "SIREN",
            _("Ville"),
            _("Latitude"),
            _("Longitude"),
            _("Compétence recherchée"),
            _("Jours / mois"),
        ),
        *(_("À partir de"), _("Jusqu’à"), _("Prix maximum / jour"), _("Prix payé seul / jour"), _("Preuve")),
        *(_("Jours achetés seul / mois"), _("Courriel"), _("État")),
    ]
    rows = _rows(queries.needs_of(of_survey).iterator(chunk_size=2000))
    if form == "csv":
        return download(write_csv(headings, rows), f"besoins-{pk}.csv")
    return download(write_xlsx(_("Besoins"), headings, rows), f"besoins-{pk}.xlsx")


_WORDS = {Grade.A: "facture", Grade.B: "tarif public", Grade.C: "déclaration", Grade.D: "estimation"}


def _proof(price: ReferencePrice) -> str:
    """The document as it was named when the import would read it, else the word of its grade."""
    words = fold(price.document).split()
    return price.document if words and words[0] in PROOFS else _WORDS[Grade(price.grade)]


def _rows(needs: Iterable[Need]) -> Iterable[list[object]]:
    for need in needs:
        price = queries.price_of(need)
        yield [
            need.firm.name,
            need.firm.siren,
            need.town,
            need.latitude,
            need.longitude,
            need.skill.name,
            need.half_days / 2,
            need.first_month,
            need.last_month,
            None if need.max_price_cents is None else need.max_price_cents / 50,
            price.price_cents / 50 if price else None,
            _proof(price) if price else "",
            price.half_days / 2 if price else None,
            need.email,
            need.get_state_display(),
        ]


urlpatterns = [
    path("besoins/", needs_home, name="needs"),
    path("besoins/enquetes/nouvelle/", survey_new, name="survey_new"),
    path("besoins/enquetes/<int:pk>/", survey, name="survey"),
    path("besoins/enquetes/<int:pk>/clore/", survey_close, name="survey_close"),
    path("besoins/enquetes/<int:pk>/besoins.csv", needs_export, {"form": "csv"}, name="needs_csv"),
    path("besoins/enquetes/<int:pk>/besoins.xlsx", needs_export, {"form": "xlsx"}, name="needs_xlsx"),
    path("besoins/enquetes/<int:pk>/ajouter/", need_new, name="need_new"),
    path("besoins/<int:pk>/retirer/", need_withdraw, name="need_withdraw"),
]
