"""Loading a spreadsheet in three steps: the file, its columns if they are not recognised, the check to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grappe.audit.deeds import Refused
from grappe.clusters import imports as firm_imports
from grappe.clusters import queries as clusters
from grappe.clusters.actions import choose_columns, import_firms, keep_upload
from grappe.clusters.cells import Unfit
from grappe.clusters.columns import Column, Refusal, Skip, missing, open_sheet, recognise, unused
from grappe.clusters.enums import UploadKind
from grappe.clusters.imports import FirmCheck, check_firms
from grappe.clusters.models import Upload
from grappe.clusters.sheets import Sheet, write_csv
from grappe.needs import imports as need_imports
from grappe.needs import queries as needs
from grappe.needs.actions import import_needs
from grappe.needs.imports import NeedCheck, check_needs, names_chosen
from grappe.needs.models import Survey
from grappe.web.shared import formats
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import Form, deed_key

GROUPS_SHOWN = 100
LINES_SHOWN = 100
RUNS_SHOWN = 40
NEW_SURVEY = "nouvelle"
Check = FirmCheck | NeedCheck


# ---------------------------------------------------------------- first step: the file


class FileForm(Form):
    file = forms.FileField(
        label=gettext_lazy("Le tableur"),
        help_text=gettext_lazy(
            "CSV, XLSX ou ODS, une ligne par structure, les en-têtes en haut. 20 000 lignes au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.ods"}),
        allow_empty_file=True,  # an empty file is refused in our own words
    )


class NeedsFileForm(FileForm):
    """The same, for the answers to a survey."""

    survey = forms.ChoiceField(label=gettext_lazy("À quelle enquête répond-il ?"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=gettext_lazy("Le nom de la nouvelle enquête"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Par exemple : quels jours de qui partageriez-vous en 2027 ?"),
    )

    def __init__(self, *args: Any, surveys: Sequence[Survey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(survey.pk), survey.title) for survey in surveys]
        field = self.fields["survey"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*choices, (NEW_SURVEY, _("Une nouvelle enquête"))]
        field.initial = field.choices[0][0]
        if not choices:
            field.widget = forms.HiddenInput()
            self.fields["title"].required = True
        month = formats.day(timezone.localdate(), get_language() or "fr", form="month")
        if (proposed := _("Besoins de %(month)s") % {"month": month}) not in {survey.title for survey in surveys}:
            self.fields["title"].initial = proposed
        self.order_fields(["survey", "title", "file"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        title = " ".join(cleaned.get("title", "").split())
        if cleaned.get("survey") == NEW_SURVEY and not title:
            self.add_error("title", _("Donnez un nom à l’enquête."))
        return cleaned | {"title": title}


def _file_form(request: SeatedRequest, kind: str, data: QueryDict | None = None) -> FileForm:
    files = request.FILES if data is not None else None
    if kind == UploadKind.FIRMS:
        return FileForm(data, files)
    return NeedsFileForm(data, files, surveys=list(needs.surveys().filter(closed_on=None)))


@desk
@require_GET
def import_start(request: SeatedRequest) -> HttpResponse:
    """What to load: the list of members first, then their needs."""
    context = {
        "firm_count": clusters.memberships(on=request.seat.on).count(),
        "waiting": list(clusters.uploads()[:10]),
    }
    return render(request, "desk/imports/start.html", context)


@desk
@require_http_methods(["GET", "POST"])
def import_file(request: SeatedRequest, kind: str) -> HttpResponse:
    """Take the file, look whether it is a table, and go on to its columns or straight to the check."""
    refused: Refused | None = None
    if request.method == "POST":
        form = _file_form(request, kind, request.POST)
        if form.is_valid():
            try:
                upload = _keep(request, kind, form)
            except Refused as fault:
                refused = fault
            else:
                name = "import_columns" if _lacking(upload) else "import_check"
                return redirect(f"desk:{name}", slug=request.seat.cluster.slug, pk=upload.pk)
    else:
        form = _file_form(request, kind)
    context = {
        "form": form,
        "kind": kind,
        "refused": refused,
        "columns": _columns(kind),
        "steps": _steps(),
        "firm_count": clusters.memberships(on=request.seat.on).count(),
    }
    status = 409 if refused else 400 if form.is_bound else 200
    return render(request, "desk/imports/file.html", context, status=status)


def _keep(request: SeatedRequest, kind: str, form: FileForm) -> Upload:
    file = form.cleaned_data["file"]
    raw = file.read()
    sheet = open_sheet(raw)
    chosen = form.cleaned_data.get("survey", NEW_SURVEY)
    return keep_upload(
        by=request.user,
        cluster=request.seat.cluster,
        kind=kind,
        name=file.name,
        raw=raw,
        places=recognise(sheet.headings, _columns(kind)),
        about_id=None if chosen == NEW_SURVEY else int(chosen),
        title=form.cleaned_data.get("title", ""),
    )


def _columns(kind: str) -> tuple[Column, ...]:
    return firm_imports.COLUMNS if kind == UploadKind.FIRMS else need_imports.COLUMNS


def _lacking(upload: Upload) -> list[Column]:
    return missing(upload.places, _columns(upload.kind))


def _steps() -> list[str]:
    return [_("Le fichier"), _("Les colonnes"), _("La vérification")]


def _upload(pk: int) -> Upload:
    upload = clusters.upload_of(pk)
    if upload is None:
        raise Http404
    return upload


# ---------------------------------------------------------------- second step: the columns


class ColumnsForm(Form):
    """Which heading holds what; each choice shows what the column contains."""

    def __init__(self, *args: Any, sheet: Sheet, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [("", _("(aucune)"))]
        for at, heading in enumerate(sheet.headings):
            samples = ", ".join(sheet.samples(at))
            shown = heading or _("colonne %(n)s, sans en-tête") % {"n": at + 1}
            choices.append((str(at), f"{shown} ({samples[:60]})" if samples else shown))
        for column in columns:
            required = column.required and not column.instead
            self.fields[column.key] = forms.ChoiceField(label=str(column.label), choices=choices, required=required)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        places = {key: int(value) for key, value in cleaned.items() if value}
        for column in missing(places, self.columns):
            if column.key not in self.errors:
                self.add_error(column.key, _("Sans cette colonne, le fichier ne peut pas être lu."))
        first: dict[int, str] = {}
        for key, at in places.items():
            if first.setdefault(at, key) != key:
                self.add_error(key, _("Déjà choisie pour « %(other)s ».") % {"other": self.fields[first[at]].label})
        return cleaned | {"places": places}


@desk
@require_http_methods(["GET", "POST"])
def import_columns(request: SeatedRequest, pk: int) -> HttpResponse:
    """Say by hand which column holds what."""
    upload = _upload(pk)
    if upload.done_at is not None:
        return redirect("desk:import_check", slug=request.seat.cluster.slug, pk=pk)
    sheet, columns = open_sheet(bytes(upload.raw)), _columns(upload.kind)
    if request.method == "POST":
        form = ColumnsForm(request.POST, sheet=sheet, columns=columns)
        if form.is_valid():
            choose_columns(by=request.user, upload=upload, places=form.cleaned_data["places"])
            return redirect("desk:import_check", slug=request.seat.cluster.slug, pk=pk)
    else:
        form = ColumnsForm(initial={k: str(v) for k, v in upload.places.items()}, sheet=sheet, columns=columns)
    context = {
        "upload": upload,
        "form": form,
        "steps": _steps(),
        "lacking": _lacking(upload),
        "required": {column.key for column in columns if column.required},
    }
    return render(request, "desk/imports/columns.html", context, status=400 if form.is_bound else 200)


# ---------------------------------------------------------------- third step: check, then confirm


@desk
@require_http_methods(["GET", "POST"])
def import_check(request: SeatedRequest, pk: int) -> HttpResponse:
    """What loading would do, line by line; confirming it does it."""
    upload = _upload(pk)
    if upload.done_at is not None:
        return render(request, "desk/imports/done.html", _done(request, upload))
    if _lacking(upload):
        return redirect("desk:import_columns", slug=request.seat.cluster.slug, pk=pk)
    sheet = open_sheet(bytes(upload.raw))
    if request.method == "POST":
        try:
            _load(request, upload, sheet)
        except Unfit as fault:
            raise Refused(_("Un nom de compétence ne va pas : %(why)s.") % {"why": fault}, _("Corrigez-le.")) from None
        return redirect("desk:import_check", slug=request.seat.cluster.slug, pk=pk)
    check = _check(request, upload, sheet)
    context = {
        "upload": upload,
        "check": check,
        "survey": _survey(upload),
        "unused": unused(sheet, upload.places),
        "groups": getattr(check, "groups", [])[:GROUPS_SHOWN],
        "shown": check.ready[:LINES_SHOWN],
        "skipped": _by_reason(check.skipped),
        "steps": _steps(),
        "deed_key": deed_key(),
    }
    firms = upload.kind == UploadKind.FIRMS
    return render(request, "desk/imports/check_firms.html" if firms else "desk/imports/check_needs.html", context)


def _survey(upload: Upload) -> Survey | None:
    return needs.surveys().filter(pk=upload.about_id).first() if upload.about_id else None


def _check(request: SeatedRequest, upload: Upload, sheet: Sheet) -> Check:
    if upload.kind == UploadKind.FIRMS:
        return check_firms(sheet, upload.places, cluster=request.seat.cluster)
    return check_needs(sheet, upload.places, survey=_survey(upload), on=request.seat.on)


def _by_reason(skipped: Sequence[Skip]) -> list[tuple[str, str, int]]:
    """Each reason with its lines in short, "2 à 8, 10", and how many."""
    lines: dict[str, list[int]] = {}
    for skip in skipped:
        lines.setdefault(skip.reason, []).append(skip.line)
    return [(reason, _ranges(numbers), len(numbers)) for reason, numbers in lines.items()]


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    spans = [
        str(first) if first == last else _("%(first)s à %(last)s") % {"first": first, "last": last}
        for first, last in runs
    ]
    return ", ".join(spans[:RUNS_SHOWN]) + ("…" if len(spans) > RUNS_SHOWN else "")


def _load(request: SeatedRequest, upload: Upload, sheet: Sheet) -> None:
    """The one deed of the page."""
    common = {
        "by": request.user,
        "cluster": request.seat.cluster,
        "sheet": sheet,
        "places": upload.places,
        "on": request.seat.on,
        "name": upload.name,
        "upload": upload,
        "key": request.POST.get("deed_key", ""),
    }
    if upload.kind == UploadKind.FIRMS:
        import_firms(**common)
        return
    names = names_chosen(_names(request.POST))
    import_needs(**common, survey=_survey(upload), title=upload.title, names=names, keep_spellings=True)


def _names(posted: QueryDict) -> list[tuple[str, str]]:
    """The spellings left ticked in each group, with the name kept for the group; the others keep their own."""
    ranks = [key.removeprefix("name-") for key in posted if key.startswith("name-")]
    return [(folded, posted[f"name-{rank}"]) for rank in ranks for folded in posted.getlist(f"in-{rank}")]


def _done(request: SeatedRequest, upload: Upload) -> dict[str, Any]:
    refused = [Refusal(**refusal) for refusal in upload.outcome.get("refused", [])]
    return {"upload": upload, "outcome": upload.outcome, "refused": refused, "survey": _survey(upload)}


@desk
@require_GET
def import_refused(request: SeatedRequest, pk: int) -> HttpResponse:
    """The refused lines, to be corrected at leisure."""
    upload = _upload(pk)
    if upload.done_at is not None:
        refused = [Refusal(**refusal) for refusal in upload.outcome.get("refused", [])]
    else:
        refused = _check(request, upload, open_sheet(bytes(upload.raw))).refused
    headings = [_("Ligne"), _("Colonne"), _("Valeur"), _("Raison")]
    return download(write_csv(headings, map(astuple, refused)), f"{_('lignes-refusees')}-{upload.pk}.csv")


def download(content: bytes, name: str) -> HttpResponse:
    """A file to be saved under `name`; what is not a CSV is a workbook."""
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else workbook
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


urlpatterns = [
    path("importer/", import_start, name="imports"),
    path("importer/<int:pk>/", import_check, name="import_check"),
    path("importer/<int:pk>/colonnes/", import_columns, name="import_columns"),
    path("importer/<int:pk>/lignes-refusees.csv", import_refused, name="import_refused"),
    path("importer/structures/", import_file, {"kind": UploadKind.FIRMS}, name="import_firms"),
    path("importer/besoins/", import_file, {"kind": UploadKind.NEEDS}, name="import_needs"),
]
