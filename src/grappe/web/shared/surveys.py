"""A firm's answer to a survey, on a phone: the form of one need, what was said so far. By a secret link, or signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.audit.deeds import Refused
from grappe.clusters.cells import fold
from grappe.clusters.models import Firm
from grappe.needs import actions, queries
from grappe.needs.enums import Grade, NeedState, ProofKind
from grappe.needs.models import HALF_DAYS_A_MONTH_MAX, Need, ReferencePrice, Survey
from grappe.needs.rules import PRICE_CENTS_A_DAY_MAX, PROOF_BYTES_MAX, content_type_of, grade_of, half_day_cents
from grappe.needs.stated import Stated
from grappe.people.models import Person
from grappe.web.shared.forms import CentsField, DayField, DeedForm, HalfDaysField, MonthField

SKILLS_SHOWN = 10
OTHER = "autre"
EVEN, SEASON = "regulier", "saison"
RHYTHMS = ((EVEN, gettext_lazy("autant chaque mois")), (SEASON, gettext_lazy("cela dépend de la saison")))
LASTING, ONE_OFF = "durable", "ponctuel"
OWN_PLACE, TOWN, REMOTE = "chez-nous", "ailleurs", "distance"
WEEKDAYS = (
    (0, gettext_lazy("lundi")),
    (1, gettext_lazy("mardi")),
    (2, gettext_lazy("mercredi")),
    (3, gettext_lazy("jeudi")),
    (4, gettext_lazy("vendredi")),
)
MONTH_NAMES = (
    gettext_lazy("janvier"),
    gettext_lazy("février"),
    gettext_lazy("mars"),
    gettext_lazy("avril"),
    gettext_lazy("mai"),
    gettext_lazy("juin"),
    gettext_lazy("juillet"),
    gettext_lazy("août"),
    gettext_lazy("septembre"),
    gettext_lazy("octobre"),
    gettext_lazy("novembre"),
    gettext_lazy("décembre"),
)
MONTHS = [f"m{month}" for month in range(1, 13)]
# The first word of a document says what it is, as in the import.
DOCUMENT_WORDS = {ProofKind.INVOICE: "facture", ProofKind.QUOTE: "devis", ProofKind.TARIFF: "tarif public"}
WITH_DOCUMENT = frozenset(DOCUMENT_WORDS)
ASKED = ("known", "skill", "same", "half_days", "town", "proof_kind", "document_date")


class ProofField(forms.FileField):
    """A file that proves a price: looked at by its first bytes, whatever its name says; None when nothing was sent."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        most = PROOF_BYTES_MAX // 1_000_000
        kwargs.setdefault(
            "help_text", format_lazy(gettext_lazy("{most} Mo au plus. Seule la coordination le lit."), most=most)
        )
        super().__init__(required=False, **kwargs)
        self.widget.attrs["accept"] = "application/pdf,image/jpeg,image/png,image/webp"

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        if sent.size > PROOF_BYTES_MAX:
            raise forms.ValidationError(
                _("Ce fichier pèse plus de %(most)s Mo. Envoyez la page utile, ou une photo moins lourde."),
                params={"most": PROOF_BYTES_MAX // 1_000_000},
            )
        start = sent.read(16)
        sent.seek(0)
        if not content_type_of(start):
            raise forms.ValidationError(_("Ce fichier n’est ni un PDF ni une image JPEG, PNG ou WebP."))
        return sent


class NeedAnswerForm(DeedForm):
    """One need in plain words. Prices are asked by the day, as people know them; the model keeps them by the half-day."""

    known = forms.ChoiceField(label=gettext_lazy("Quel travail ?"), widget=forms.RadioSelect, required=False)
    skill = forms.CharField(
        label=gettext_lazy("Le métier, en vos mots"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "skills", "autocomplete": "off"}),
    )
    same = forms.ChoiceField(label=gettext_lazy("Est-ce le même métier ?"), widget=forms.RadioSelect, required=False)
    detail = forms.CharField(
        label=gettext_lazy("Une précision"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Par exemple : réseaux sociaux, montage vidéo, dossiers de subvention."),
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Combien de jours ?"),
        choices=RHYTHMS,
        initial=EVEN,
        widget=forms.RadioSelect,
    )
    half_days = HalfDaysField(
        label=gettext_lazy("Jours par mois"),
        least=1,
        most=HALF_DAYS_A_MONTH_MAX,
        required=False,
        help_text=gettext_lazy("Une demi-journée s’écrit 0,5."),
    )
    length = forms.ChoiceField(
        label=gettext_lazy("Pour combien de temps ?"),
        choices=[(LASTING, gettext_lazy("pour durer")), (ONE_OFF, gettext_lazy("une seule fois"))],
        initial=LASTING,
        widget=forms.RadioSelect,
    )
    first_month = MonthField(label=gettext_lazy("À partir de"), required=False)
    last_month = MonthField(label=gettext_lazy("Jusqu’à"), required=False, help_text=gettext_lazy("Ce mois compris."))
    where = forms.ChoiceField(
        label=gettext_lazy("Où ?"),
        choices=[
            (OWN_PLACE, gettext_lazy("chez nous")),
            (TOWN, gettext_lazy("dans une autre ville")),
            (REMOTE, gettext_lazy("à distance, peu importe")),
        ],
        initial=OWN_PLACE,
        widget=forms.RadioSelect,
    )
    town = forms.CharField(label=gettext_lazy("La ville"), max_length=100, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Des jours préférés ?"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    max_price = CentsField(
        label=gettext_lazy("Au plus, vous paieriez"),
        least=2,
        most=PRICE_CENTS_A_DAY_MAX,
        required=False,
        help_text=gettext_lazy("Hors taxes, tout compris. Vide : vous verrez le prix avant de décider."),
    )
    price = CentsField(
        label=gettext_lazy("Aujourd’hui, sans la grappe, vous payez ou paieriez"),
        least=2,
        most=PRICE_CENTS_A_DAY_MAX,
        required=False,
        help_text=gettext_lazy("Un indépendant, une agence, un temps partiel ramené à la journée."),
    )
    alone = HalfDaysField(
        label=gettext_lazy("Et à ce prix, vous en achèteriez vraiment"),
        required=False,
        most=HALF_DAYS_A_MONTH_MAX,
        help_text=gettext_lazy("C’est ce qui sépare une économie d’une promesse."),
    )
    proof_kind = forms.ChoiceField(
        label=gettext_lazy("Qu’est-ce qui le montre ?"),
        choices=ProofKind.choices,
        initial=ProofKind.STATEMENT,
        required=False,
        widget=forms.RadioSelect,
    )
    document = forms.CharField(
        label=gettext_lazy("De qui, quel numéro"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Par exemple : Atelier du Son, 2026-114."),
    )
    document_date = DayField(label=gettext_lazy("Sa date"), required=False)
    proof = ProofField(label=gettext_lazy("Le document, en PDF ou en photo"))

    def __init__(self, *args: Any, kept: ReferencePrice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        skills = list(queries.skills_most_asked()[:SKILLS_SHOWN])
        self.fields["known"].choices = [  # type: ignore[attr-defined]
            *((str(skill.pk), skill.name[:1].upper() + skill.name[1:]) for skill in skills),
            *([(OTHER, _("un autre métier"))] if skills else []),
        ]
        if not skills:
            del self.fields["known"]
        for name, month in zip(MONTHS, MONTH_NAMES, strict=True):
            self.fields[name] = HalfDaysField(label=month, required=False, most=HALF_DAYS_A_MONTH_MAX)
            self.fields[name].unit = ""  # type: ignore[attr-defined]
        self.fields["half_days"].unit = _("jours par mois")  # type: ignore[attr-defined]
        self.fields["alone"].unit = _("jours par mois")  # type: ignore[attr-defined]
        for name in (*ASKED, *MONTHS):  # required or not by another answer: never said to be optional
            if name in self.fields:
                self.fields[name].asked = True  # type: ignore[attr-defined]
        self.fields["price"].widget.attrs["placeholder"] = " "  # its style tells when it is empty
        for name in ("max_price", "price"):
            self.fields[name].unit = _("€ par jour")  # type: ignore[attr-defined]
        self.near = queries.near_skills(self._written()) if self.is_bound and self._written() else []
        if self.near:
            self.fields["same"].choices = [  # type: ignore[attr-defined]
                *((str(skill.pk), _("oui, « %(skill)s »") % {"skill": skill.name}) for skill in self.near),
                (OTHER, _("non, « %(skill)s » est un autre métier") % {"skill": self._written()}),
            ]
        else:
            del self.fields["same"]

    def _written(self) -> str:
        """The skill in the firm's own words, when it chose to write it."""
        if "known" in self.fields and self.data.get("known", "") not in {"", OTHER}:
            return ""
        return " ".join(str(self.data.get("skill", "")).split())[:80]

    @property
    def months(self) -> list[forms.BoundField]:
        return [self[name] for name in MONTHS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_skill(cleaned)
        if cleaned.get("rhythm") == SEASON:
            if not any(cleaned.get(name) for name in MONTHS) and not any(name in self.errors for name in MONTHS):
                self.add_error("m1", _("Indiquez les jours d’un mois au moins."))
        elif cleaned.get("half_days") is None and "half_days" not in self.errors:
            self.add_error("half_days", _("Il manque le nombre de jours."))
        first, last = cleaned.get("first_month"), cleaned.get("last_month")
        if cleaned.get("length") == ONE_OFF:
            for name in ("first_month", "last_month"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Une seule fois : de quel mois à quel mois ?"))
        if first and last and last < first:
            self.add_error("last_month", _("La fin est avant le début."))
        if cleaned.get("where") == TOWN and not fold(cleaned.get("town", "")):
            self.add_error("town", _("Il manque la ville."))
        if cleaned.get("price") is None and "price" not in self.errors and self._speaks_of_price(cleaned):
            self.add_error("price", _("Il manque le prix que cela montre."))
        kind = cleaned.get("proof_kind")
        undated = not cleaned.get("document_date") and "document_date" not in self.errors
        if cleaned.get("price") and kind in WITH_DOCUMENT and undated:
            self.add_error("document_date", _("La date compte : après 24 mois, un prix ne prouve plus autant."))
        return cleaned

    def _clean_skill(self, cleaned: dict[str, Any]) -> None:
        known = cleaned.get("known", "")
        if known and known != OTHER:
            cleaned["skill"] = next((skill.name for skill in queries.skills() if str(skill.pk) == known), "")
        elif not fold(cleaned.get("skill", "")):
            self.add_error("skill" if known or "known" not in self.fields else "known", _("Il manque le métier."))
        elif self.near and not cleaned.get("same"):
            self.add_error(
                "same",
                _("La grappe connaît un métier qui y ressemble. Seuls les mêmes peuvent se partager : dites-nous."),
            )
        elif self.near and cleaned["same"] != OTHER:
            cleaned["skill"] = next(skill.name for skill in self.near if str(skill.pk) == cleaned["same"])

    def _speaks_of_price(self, cleaned: dict[str, Any]) -> bool:
        return bool(cleaned.get("alone") or cleaned.get("document") or cleaned.get("proof"))

    @property
    def stated(self) -> Stated:
        """What the form says, once valid. A document already kept stays unless another kind of proof is chosen."""
        said = self.cleaned_data
        season = tuple(said[name] or 0 for name in MONTHS) if said["rhythm"] == SEASON else ()
        place = queries.town_place(said["town"]) if said["where"] == TOWN else None
        kind = said["proof_kind"] or ProofKind.STATEMENT
        kept = self.kept.proof if self.kept is not None and kind in WITH_DOCUMENT else None
        priced = said["price"] is not None
        has_file = bool(said["proof"]) or kept is not None
        return Stated(
            skill=said["skill"],
            half_days=0 if season else said["half_days"],
            season=season,
            detail=" ".join(said["detail"].split()),
            first_month=said["first_month"],
            last_month=said["last_month"],
            one_off=said["length"] == ONE_OFF,
            remote=said["where"] == REMOTE,
            latitude=place[0] if place else None,
            longitude=place[1] if place else None,
            town=" ".join(said["town"].split()) if said["where"] == TOWN else "",
            weekdays=tuple(said["weekdays"]),
            max_price_cents=_half(said["max_price"]),
            price_cents=_half(said["price"]),
            alone_half_days=said["alone"] or 0,
            grade=grade_of(kind, has_file=has_file, document_date=said["document_date"]) if priced else "",
            document=" ".join([DOCUMENT_WORDS[kind], *said["document"].split()]) if kind in WITH_DOCUMENT else "",
            document_date=said["document_date"] if kind in WITH_DOCUMENT else None,
            proof=kept if priced else None,
        )

    @property
    def file(self) -> tuple[str, bytes] | None:
        """The proof's name and content, when one came with a price."""
        sent = self.cleaned_data.get("proof")
        if not sent or self.cleaned_data["price"] is None or self.cleaned_data["proof_kind"] not in WITH_DOCUMENT:
            return None
        return sent.name, sent.read()


def _half(day_cents: int | None) -> int | None:
    return None if day_cents is None else half_day_cents(day_cents)


def said_by(need: Need) -> dict[str, Any]:
    """The form's values for a need already stated."""
    price = queries.price_of(need)
    shown = {str(skill.pk) for skill in queries.skills_most_asked()[:SKILLS_SHOWN]}
    own = (need.latitude, need.longitude) == (need.firm.latitude, need.firm.longitude)
    where = REMOTE if need.remote else OWN_PLACE if own and need.town == need.firm.town else TOWN
    values: dict[str, Any] = {
        "known": str(need.skill_id) if str(need.skill_id) in shown else OTHER,
        "skill": need.skill.name,
        "detail": need.detail,
        "rhythm": SEASON if need.season else EVEN,
        "half_days": None if need.season else need.half_days,
        "length": ONE_OFF if need.one_off else LASTING,
        "first_month": need.first_month,
        "last_month": need.last_month,
        "where": where,
        "town": need.town if where == TOWN else "",
        "weekdays": need.weekdays,
        "max_price": None if need.max_price_cents is None else 2 * need.max_price_cents,
        **dict(zip(MONTHS, need.season or [None] * 12, strict=True)),
    }
    return values if price is None else values | _said_price(price)


def _said_price(price: ReferencePrice) -> dict[str, Any]:
    words = price.document.split()
    kinds = {word.split()[0]: kind for kind, word in DOCUMENT_WORDS.items()}
    kind = kinds.get(fold(words[0])) if words else None
    rest = words[len(DOCUMENT_WORDS[kind].split()) :] if kind is not None else words
    return {
        "price": 2 * price.price_cents,
        "alone": price.half_days or None,
        "proof_kind": kind or (ProofKind.ESTIMATE if price.grade == Grade.D else ProofKind.STATEMENT),
        "document": " ".join(rest),
        "document_date": price.document_date,
    }


# ---------------------------------------------------------------- the pages


@dataclass(frozen=True)
class Answering:
    """Someone who answers a survey for a firm; `layout`: the page around; the addresses of what may be done."""

    survey: Survey
    firm: Firm
    person: Person
    layout: str
    on: date
    home_url: str
    new_url: str
    nothing_url: str
    edit_url: Callable[[int], str]
    back_url: Callable[[int], str]

    @property
    def is_open(self) -> bool:
        return self.survey.closed_on is None or self.survey.closed_on > self.on


@dataclass(frozen=True)
class Said:
    """A need of the firm on its own page."""

    need: Need
    edit_url: str
    back_url: str
    may_change: bool

    @property
    def months(self) -> list[tuple[str, int]]:
        return [(str(name), half) for name, half in zip(MONTH_NAMES, self.need.season, strict=False) if half]

    @property
    def weekdays(self) -> str:
        names = dict(WEEKDAYS)
        return ", ".join(str(names[day]) for day in self.need.weekdays if day in names)


def home(request: HttpRequest, answering: Answering) -> HttpResponse:
    """What the firm has said; while it has said nothing, the form itself."""
    needs = queries.answers_of(answering.survey, answering.firm.pk)
    wants_nothing = queries.wants_nothing(answering.survey, answering.firm.pk)
    if not needs and not wants_nothing and answering.is_open:
        return _form_page(request, answering, NeedAnswerForm(), first=True)
    rows = [
        Said(need, answering.edit_url(need.pk), answering.back_url(need.pk), answering.is_open and _waits(need))
        for need in needs
    ]
    context = {"answering": answering, "rows": rows, "wants_nothing": wants_nothing and not needs}
    return render(request, "shared/survey/home.html", context | {"layout": answering.layout})


def _waits(need: Need) -> bool:
    return need.state == NeedState.OPEN


def _form_page(
    request: HttpRequest,
    answering: Answering,
    form: NeedAnswerForm,
    *,
    need: Need | None = None,
    first: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    context = {
        "answering": answering,
        "layout": answering.layout,
        "form": form,
        "need": need,
        "first": first,
        "skills": queries.skills(),
        "refused": refused,
        "action": answering.edit_url(need.pk) if need is not None else answering.new_url,
    }
    status = 409 if refused else 400 if form.is_bound and form.errors else 200
    return render(request, "shared/survey/need.html", context, status=status)


def new(request: HttpRequest, answering: Answering) -> HttpResponse:
    """One need more."""
    if request.method != "POST":
        if not answering.is_open:
            return redirect(answering.home_url)
        return _form_page(request, answering, NeedAnswerForm())
    form = NeedAnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, answering, form)
    try:
        actions.answer_survey(
            by=answering.person,
            survey=answering.survey,
            firm=answering.firm,
            stated=form.stated,
            file=form.file,
            on=answering.on,
            key=form.key,
        )
    except Refused as refused:
        return _form_page(request, answering, form, refused=refused)
    messages.success(request, _("C’est noté, merci. Vous pouvez le corriger ici tant que l’enquête est ouverte."))
    return redirect(answering.home_url)


def edit(request: HttpRequest, answering: Answering, pk: int) -> HttpResponse:
    """A need said otherwise."""
    need = _own(answering, pk)
    kept = queries.price_of(need)
    if request.method != "POST":
        if not (answering.is_open and _waits(need)):
            return redirect(answering.home_url)
        return _form_page(request, answering, NeedAnswerForm(initial=said_by(need), kept=kept), need=need)
    form = NeedAnswerForm(request.POST, request.FILES, kept=kept)
    if not form.is_valid():
        return _form_page(request, answering, form, need=need)
    try:
        actions.correct_need(
            by=answering.person, need=need, stated=form.stated, file=form.file, on=answering.on, key=form.key
        )
    except Refused as refused:
        return _form_page(request, answering, form, need=need, refused=refused)
    messages.success(request, _("C’est corrigé."))
    return redirect(answering.home_url)


def take_back(request: HttpRequest, answering: Answering, pk: int) -> HttpResponse:
    need = _own(answering, pk)
    actions.take_back_need(by=answering.person, need=need, on=answering.on)
    messages.success(request, _("Ce besoin est retiré."))
    return redirect(answering.home_url)


def nothing(request: HttpRequest, answering: Answering) -> HttpResponse:
    actions.want_nothing(by=answering.person, survey=answering.survey, firm=answering.firm, on=answering.on)
    messages.success(request, _("C’est noté : personne cette fois. Merci d’avoir répondu."))
    return redirect(answering.home_url)


def _own(answering: Answering, pk: int) -> Need:
    """A need of this firm in this survey."""
    needs = Need.objects.filter(pk=pk, survey=answering.survey, firm=answering.firm)
    need = needs.select_related(
        "firm", "skill", "survey", "cluster", "reference_price", "reference_price__proof"
    ).first()
    if need is None:
        raise Http404
    return need
