"""`grappe import firms|needs FILE --cluster SLUG`: what a spreadsheet would add; with --commit, its good lines."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from grappe.audit.deeds import Refused
from grappe.clusters import imports as firm_imports
from grappe.clusters.actions import import_firms
from grappe.clusters.cells import fold
from grappe.clusters.columns import Column, open_sheet, recognise
from grappe.clusters.models import Cluster
from grappe.clusters.sheets import Sheet
from grappe.needs import imports as need_imports
from grappe.needs import queries
from grappe.needs.actions import import_needs
from grappe.needs.models import Survey

Check = firm_imports.FirmCheck | need_imports.NeedCheck


class UnableToStart(Refused):
    pass


def run(argv: list[str]) -> int:
    """0: the whole file was checked (refused lines are listed), and written with --commit; 2: nothing could be read."""
    arguments = _parser().parse_args(argv)
    try:
        return _import(arguments)
    except Refused as refused:
        print(" ".join([refused.message, refused.remedy]).strip(), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grappe import", description=_("Charge un tableur d’adhérents ou de besoins.")
    )
    parser.add_argument("kind", choices=("firms", "needs"), help=_("ce que le fichier contient"))
    parser.add_argument("file", type=Path, help=_("un fichier CSV, XLSX ou ODS"))
    parser.add_argument("--cluster", required=True, metavar="SLUG", help=_("le nom court de la grappe"))
    parser.add_argument("--commit", action="store_true", help=_("écrire les bonnes lignes (sinon, rien n’est écrit)"))
    parser.add_argument("--json", action="store_true", help=_("le compte rendu en JSON"))
    parser.add_argument(
        "--survey", default="", metavar="TITRE", help=_("l’enquête à laquelle le fichier répond (la dernière ouverte)")
    )
    parser.add_argument(
        "--keep-spellings", action="store_true", help=_("ne pas réunir les orthographes qui se ressemblent")
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="CLÉ=EN-TÊTE",
        help=_("dire quelle colonne contient quoi, par exemple days=Volume"),
    )
    return parser


def _import(arguments: argparse.Namespace) -> int:
    cluster = Cluster.objects.filter(slug=arguments.cluster).first()
    if cluster is None:
        slugs = ", ".join(Cluster.objects.values_list("slug", flat=True)) or _("aucune")
        raise UnableToStart(
            _("Aucune grappe ne s’appelle « %(slug)s ».") % {"slug": arguments.cluster},
            _("Grappes connues : %(slugs)s.") % {"slugs": slugs},
        )
    sheet = open_sheet(_read(arguments.file))
    columns = firm_imports.COLUMNS if arguments.kind == "firms" else need_imports.COLUMNS
    places = recognise(sheet.headings, columns) | _by_hand(arguments.column, columns, sheet)
    on = timezone.localdate()
    with scope(cluster=cluster):
        check: Check
        if arguments.kind == "firms":
            if arguments.commit:
                check = import_firms(
                    by=None, cluster=cluster, sheet=sheet, places=places, on=on, name=arguments.file.name
                )
            else:
                check = firm_imports.check_firms(sheet, places, cluster=cluster)
        else:
            survey = _survey(arguments.survey)
            if arguments.commit:
                check = import_needs(
                    by=None,
                    cluster=cluster,
                    sheet=sheet,
                    places=places,
                    on=on,
                    survey=survey,
                    title=arguments.survey,
                    keep_spellings=arguments.keep_spellings,
                    name=arguments.file.name,
                )
            else:
                check = need_imports.check_needs(sheet, places, survey=survey, on=on)
    if arguments.json:
        print(json.dumps(report(check), ensure_ascii=False, indent=1))
    else:
        _print(check, committed=arguments.commit, merged=not arguments.keep_spellings)
    return 0


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > settings.UPLOAD_BYTES_MAX:
            raise UnableToStart(
                _("%(file)s dépasse %(most)s Mo.")
                % {"file": path.name, "most": settings.UPLOAD_BYTES_MAX // 1_000_000},
                _("Chargez-le en plusieurs fichiers."),
            )
        return path.read_bytes()
    except OSError as fault:
        raise UnableToStart(_("%(file)s ne peut pas être lu.") % {"file": path}, fault.strerror or "") from None


def _by_hand(pairs: list[str], columns: tuple[Column, ...], sheet: Sheet) -> dict[str, int]:
    keys = [column.key for column in columns]
    headings = [fold(heading) for heading in sheet.headings]
    places = {}
    for pair in pairs:
        key, _equals, heading = pair.partition("=")
        if key not in keys or fold(heading) not in headings:
            raise UnableToStart(
                _("--column %(pair)s : clé ou en-tête inconnu.") % {"pair": pair},
                _("Clés : %(keys)s. En-têtes : %(headings)s.")
                % {"keys": ", ".join(keys), "headings": ", ".join(sheet.headings)},
            )
        places[key] = headings.index(fold(heading))
    return places


def _survey(title: str) -> Survey | None:
    """The survey called so, else the latest open one; None when a new one is to be made."""
    if title:
        return queries.surveys().filter(title=title).first()
    return queries.open_survey()


def report(check: Check) -> dict[str, Any]:
    """The report as JSON. `lines` counts every line under the heading, blank ones too, which appear nowhere else."""
    return {
        "lines": check.line_count,
        "good": len(check.ready),
        "skipped": [asdict(skip) for skip in check.skipped],
        "refused": [{"line": r.line, "column": r.column, "reason": r.reason} for r in check.refused],
        "similar": [group.written for group in getattr(check, "groups", [])],
    }


def _print(check: Check, *, committed: bool, merged: bool) -> None:
    good = len(check.ready)
    if committed:
        print(ngettext("%(n)s ligne écrite.", "%(n)s lignes écrites.", good) % {"n": good})
    else:
        print(
            ngettext("%(n)s ligne prête, rien n’est écrit.", "%(n)s lignes prêtes, rien n’est écrit.", good)
            % {"n": good}
        )
    for skip in check.skipped:
        print(_("ligne %(line)s passée : %(reason)s") % asdict(skip))
    for refusal in check.refused:
        print(_("ligne %(line)s refusée, %(column)s : %(reason)s") % asdict(refusal))
    for group in getattr(check, "groups", []):
        spellings = ", ".join(f"« {text} »" for text in group.written)
        if not merged:
            words = _("laissées à part : %(spellings)s")
        elif committed:
            words = _("réunies sous « %(name)s » : %(spellings)s")
        else:
            words = _("à réunir sous « %(name)s » : %(spellings)s")
        print(words % {"name": group.name, "spellings": spellings})
