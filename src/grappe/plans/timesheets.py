"""The double-signed sheet of hours as a PDF: one paper for billing, for the labour law and for a grant.

Art. L3171-2 and D3171-8 C. trav.: each day's hours, each week's total. Yearly hours of a grant: the rule `eu.hours_per_year`.
Always in French, as papers are. Nothing is signed on it: the signatures were given half-day by half-day, and it tells them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation

from grappe.clusters.models import Cluster, Firm
from grappe.law.words import shown
from grappe.papers import printing
from grappe.plans import words
from grappe.plans.queries.timesheets import SheetState, Timesheet, TimesheetLine, TimesheetWeek

HEAD = ("Jour", "Structure", "Horaire", "Durée", "Notée par", "Contresignée par")
WIDTHS = (9, 9, 7, 3, 11, 11)


def render(sheet: Timesheet, *, cluster: Cluster, at: datetime, firms: Iterable[Firm] = ()) -> bytes:
    """The PDF, landscape, in some tens of milliseconds. `firms`: whose lines alone the sheet holds; none: everything."""
    with translation.override("fr"):
        only = [firm.name for firm in firms]
        month = words.month_name(sheet.month)
        return printing.pdf(
            cluster=cluster,
            title=f"Feuille d’heures, {month} : {sheet.person}",
            version=1,
            at=at,
            blocks=content(sheet, cluster=cluster, only=only),
            parties=(),
            wide=True,
        )


def content(sheet: Timesheet, *, cluster: Cluster, only: list[str]) -> list[dict[str, Any]]:
    """Everything that is printed, as blocks of text."""
    employer = cluster.legal_name or cluster.name
    head = [f"Personne employée par {employer}, mise à disposition des structures ci-dessous."]
    if only:
        head.append(f"Cette feuille ne porte que les heures faites chez {', '.join(only)}.")
    blocks = [printing.words_block(*head), _by_firm(sheet), *_unsigned(sheet)]
    for week in sheet.weeks:
        blocks += _week(week, only=bool(only))
    blocks += _year(sheet, only=bool(only))
    blocks.append(
        printing.words_block(
            "Les durées sont notées par la personne, demi-journée par demi-journée, et contresignées par une personne "
            "mandatée par la structure, chacune à sa propre page ; contresignées, elles ne changent plus que par une "
            "correction, contresignée à son tour (art. L3171-2 et D3171-8 du code du travail)."
        )
    )
    return blocks


def _by_firm(sheet: Timesheet) -> dict[str, Any]:
    rows = [
        [row.firm.name, _time(row.signed), _time(row.waiting), _time(row.disputed), words.duration(row.minutes)]
        for row in sheet.firms
    ]
    if len(rows) > 1:
        sums = [sum(getattr(row, name) for row in sheet.firms) for name in ("signed", "waiting", "disputed")]
        rows.append(["Total du mois", *map(_time, sums), words.duration(sheet.minutes)])
    head = ("Structure", "Contresigné", "En attente", "Contesté", "Total")
    return printing.table_block(head, rows, widths=(12, 4, 4, 4, 4), right=(1, 2, 3, 4))


def _time(minutes: int) -> str:
    return words.duration(minutes) if minutes else "–"


def _unsigned(sheet: Timesheet) -> list[dict[str, Any]]:
    """What keeps the sheet from being whole, said first."""
    waiting, disputed = sheet.count(SheetState.WAITING), sheet.count(SheetState.DISPUTED)
    if not waiting and not disputed:
        return [printing.words_block("Toutes les demi-journées de cette feuille sont contresignées.")]
    said = []
    if waiting:
        said.append(f"{_halves(waiting)} sans contresignature")
    if disputed:
        said.append(f"{_halves(disputed)} contestée{'s' if disputed > 1 else ''} par la structure")
    text = f"Feuille incomplète : {' et '.join(said)}. Elles ne sont pas facturées et ne valent pas encore preuve."
    return [{"kind": "paragraph", "lines": [[{"text": text, "strong": True}]]}]


def _halves(count: int) -> str:
    return f"{count} demi-journée" + ("s" if count > 1 else "")


def _week(week: TimesheetWeek, *, only: bool) -> list[dict[str, Any]]:
    rows = [_row(line) for line in week.lines]
    whole = words.duration(week.whole_minutes)
    total = "Total de la semaine" if not only else "Total de la semaine chez vous"
    rows.append([total, "", "", words.duration(week.minutes), "", ""])
    if week.whole_minutes != week.minutes:
        rows[-1][4] = f"semaine entière, avec l’autre mois : {whole}"
    title = f"Semaine {words.span(week.monday, week.sunday)}"
    return [printing.title_block(title), printing.table_block(HEAD, rows, widths=WIDTHS, right=(3,))]


def _row(line: TimesheetLine) -> list[str]:
    row = line.hours
    clock = ""
    if row.starts_at is not None and row.ends_at is not None and row.minutes:
        clock = words.clock_span(row.starts_at, row.ends_at)
        if row.pause_minutes:
            clock += f", pause {row.pause_minutes} min"
    noted = f"{line.noted_by}, {_moment(line.noted_at)}"
    if row.revision:
        noted += f" (version {row.revision + 1})"
    return [
        f"{_short_day(row.day)} {row.get_part_display()}",
        row.firm.name,
        clock,
        words.duration(row.minutes) if row.minutes else "0",
        noted,
        _signature(line),
    ]


def _signature(line: TimesheetLine) -> str:
    row = line.hours
    if line.state is SheetState.DISPUTED:
        return "CONTESTÉE par la structure"
    if line.state is SheetState.WAITING or row.signed_at is None:
        return "NON CONTRESIGNÉE"
    by = f"{row.signed_by or ''}, {_moment(row.signed_at)}"
    return f"n’a pas eu lieu ({by})" if line.state is SheetState.GONE else by


def _short_day(day: date) -> str:
    names = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
    return f"{names[day.weekday()]} {words.day_and_month(day)}"


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"le {local:%d/%m/%Y} à {local.hour} h {local:%M}"


def _year(sheet: Timesheet, *, only: bool) -> list[dict[str, Any]]:
    """For a grant paid by timesheet: the year's hours over those that the rule counts for a full time."""
    where = " chez vous" if only else ""
    noted = f"Depuis le 1er janvier {sheet.month.year}, jusqu’à la fin du mois{where} : "
    noted += f"{words.duration(sheet.year_minutes)} notées, dont {words.duration(sheet.year_signed)} contresignées."
    lines = [noted]
    if sheet.rule is None:
        lines.append(
            "Aucune règle ne donne à cette date les heures annuelles d’un temps plein pour un financement européen."
        )
    else:
        most = sheet.rule.value * 60
        share = f"{100 * sheet.year_signed / most:.1f}".replace(".", ",")
        lines.append(
            f"Pour un financement européen au temps passé : {words.duration(sheet.year_signed)} contresignées sur "
            f"{shown(sheet.rule.value, sheet.rule.unit)} pour un temps plein, soit {share} % ({sheet.rule.article})."
        )
        if sheet.year_signed > most:
            lines.append(
                "Au-delà de ce plafond, les heures de l’année ne peuvent plus être déclarées à ce taux horaire."
            )
    lines += [
        f"Lettre de mission signée : {words.share(letter.share_bp)} du temps de travail, part fixe, sur « {letter.project} », "
        f"du {words.day_month_year(letter.valid_from)} au {words.day_month_year(letter.last_day)} ; cette part ne se prouve pas par "
        "la feuille."
        for letter in sheet.letters
    ]
    return [printing.title_block("Dans l’année"), printing.words_block(*lines)]
