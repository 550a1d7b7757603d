"""What the sheets of all audiences share: the year asked, the acts behind a figure, a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from grappe.acts.models import Act
from grappe.engines.values import Month
from grappe.outcomes.queries import Figures, Sheet, acts_of_cells, years_with_acts
from grappe.outcomes.savings import Cell
from grappe.web.shared import formats
from grappe.web.shared.drawings import Column
from grappe.web.shared.listing import ROWS_PER_PAGE, Listing

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", ";", ",", "|", "%")
PROVED, DECLARED = "AB", "CD"
GROUPS_OPENED = 6  # beyond, a page lists the cells and each is opened by itself
KINDS = {"sans-prix": "unpriced", "aide": "financed", "compare": "priced"}


@dataclass(frozen=True, slots=True)
class Year:
    """The year that a sheet shows, and those that it could."""

    year: int
    all: tuple[int, ...]

    @property
    def start(self) -> date:
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        return date(self.year + 1, 1, 1)

    def tabs(self, url: str, **kept: Any) -> list[dict[str, Any]]:
        return [
            {"label": str(one), "url": f"{url}?{urlencode({'annee': one, **kept})}", "current": one == self.year}
            for one in self.all
        ]


def asked_year(request: HttpRequest, on: date) -> Year:
    """The year of `?annee=`, among those with acts and the present one; the present one by default."""
    found = sorted({on.year, *years_with_acts()}, reverse=True)
    text = request.GET.get("annee", "")
    year = int(text) if text.isdecimal() and len(text) == 4 and int(text) in found else on.year
    return Year(year, tuple(found))


@dataclass(frozen=True, slots=True)
class Group:
    """A cell as a page of acts shows it; `query` opens it alone."""

    cell: Cell
    firm: str
    pool: str
    acts: tuple[Act, ...] | None
    query: str

    @property
    def paid_each(self) -> int | None:
        return _round(self.cell.paid_cents, self.cell.quantity)

    @property
    def alone_each(self) -> int | None:
        return None if self.cell.alone_cents is None else _round(self.cell.alone_cents, self.cell.quantity)

    @property
    def is_cut(self) -> bool:
        """More would have been bought alone than was taken: the rest saved nothing here."""
        return self.cell.is_priced and self.cell.alone_quantity > max(0, self.cell.quantity)


def _round(cents: int, quantity: int) -> int | None:
    return round(Fraction(cents, quantity)) if quantity > 0 else None


@dataclass(frozen=True, slots=True)
class Acts:
    """What is behind a figure, in groups; `figures` is that figure. Too many groups are listed, each with its link, cut in
    pages: `listing` is all of them, `groups` those of the page."""

    figures: Figures
    listing: Listing
    groups: tuple[Group, ...]
    start: date
    end: date
    grades: str
    kind: str
    pool_id: int | None

    @property
    def is_listed(self) -> bool:
        return any(group.acts is None for group in self.groups)


def asked_acts(request: HttpRequest, year: Year, *, firm_id: int | None) -> Acts:
    """The acts that the address asks: `mois`, `poste`, `preuve` (letters), `sorte`; an unknown filter is left out."""
    start, end = year.start, year.end
    try:
        month = Month.parse(request.GET.get("mois", ""))
        start, end = month.first_day, month.plus(1).first_day
    except ValueError:
        pass
    pool = request.GET.get("poste", "")
    pool_id = int(pool) if pool.isdecimal() and len(pool) < 12 else None
    grades = "".join(letter for letter in "ABCD" if letter in request.GET.get("preuve", ""))
    kind = KINDS.get(request.GET.get("sorte", ""), "")
    figures, shown = acts_of_cells(
        start, end, firm_id=firm_id, pool_id=pool_id, grades=grades, kind=kind, most=GROUPS_OPENED
    )
    page = Paginator(shown, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    groups = tuple(Group(one.cell, one.firm, one.pool, one.acts, _cell_query(request, year, one.cell)) for one in page)
    return Acts(figures, Listing(page, "", falling=False), groups, start, end, grades, kind, pool_id)


def _cell_query(request: HttpRequest, year: Year, cell: Cell) -> str:
    """The address, after its question mark, of a cell alone, with the filters of the present page."""
    kept = {name: request.GET[name] for name in ("preuve", "sorte") if request.GET.get(name)}
    month = f"{cell.month:%Y-%m}"
    return urlencode({"annee": year.year, "structure": cell.firm_id, "poste": cell.pool_id, "mois": month, **kept})


def month_columns(sheet: Sheet) -> list[Column]:
    """Paid in front of alone, month by month, for what has a price alone."""
    return [
        Column(
            formats.day(month, _lang(), form="brief").split(" ", 1)[-1], figures.priced_paid_cents, figures.alone_cents
        )
        for month, figures in sheet.months
    ]


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


# ---------------------------------------------------------------- CSV


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV file as French spreadsheets open it: semicolons, decimal commas, UTF-8 with its mark.

    Text that a spreadsheet would take for a formula is preceded by an apostrophe. Amounts are given in whole cents as
    `Euros`, and written as numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(value) for value in head])
    writer.writerows([_cell(value) for value in row] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True, slots=True)
class Euros:
    cents: int


def _cell(value: Any) -> str:
    if isinstance(value, Euros):
        sign, cents = ("-" if value.cents < 0 else ""), abs(value.cents)
        return f"{sign}{cents // 100},{cents % 100:02d}"
    if isinstance(value, int):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
