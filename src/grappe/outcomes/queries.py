from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import TruncMonth

from grappe.acts.models import Act, ActQuerySet
from grappe.acts.queries import acts_between
from grappe.clusters.cells import fold
from grappe.clusters.models import Firm
from grappe.outcomes.savings import Basis, Cell, Range, cells
from grappe.pools.models import Pool

K = TypeVar("K", bound=Hashable)
FEW_FIRMS = 5
"""Below so many firms, a funder sees no figure: it could be told whose it is."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of cells comes to. Proved (A, B) and declared (C, D) are two figures, and transfers a third."""

    cells: tuple[Cell, ...]

    @property
    def quantity(self) -> int:
        return sum(cell.quantity for cell in self.cells)

    @property
    def paid_cents(self) -> int:
        return sum(cell.paid_cents for cell in self.cells)

    @property
    def priced_paid_cents(self) -> int:
        """Paid for what has a price alone: the side of `alone_cents` that compares."""
        return sum(cell.paid_cents for cell in self.cells if cell.is_priced)

    @property
    def alone_cents(self) -> int:
        return sum(cell.alone_cents or 0 for cell in self.cells)

    @property
    def unpriced_paid_cents(self) -> int:
        return sum(cell.paid_cents for cell in self.cells if not cell.is_priced)

    @property
    def unpriced_quantity(self) -> int:
        return sum(cell.quantity for cell in self.cells if not cell.is_priced)

    @property
    def financed_cents(self) -> int:
        return sum(cell.financed_cents for cell in self.cells)

    @property
    def proved(self) -> Range:
        return Range.total(cell.saved for cell in self.cells if cell.is_priced and cell.is_proved)

    @property
    def declared(self) -> Range:
        return Range.total(cell.saved for cell in self.cells if cell.is_priced and not cell.is_proved)

    @property
    def has_proved(self) -> bool:
        return any(cell.is_priced and cell.is_proved for cell in self.cells)

    @property
    def has_declared(self) -> bool:
        return any(cell.is_priced and not cell.is_proved for cell in self.cells)

    @property
    def proof_share(self) -> Fraction | None:
        """The part of the price alone that is proved (A or B); None when no price alone is known."""
        known = self.alone_cents
        proved = sum(cell.alone_cents or 0 for cell in self.cells if cell.is_proved)
        return Fraction(proved, known) if known > 0 else None

    @property
    def grades(self) -> str:
        """The grades among them, best first."""
        return "".join(sorted({cell.grade for cell in self.cells if cell.grade}))

    @property
    def firm_count(self) -> int:
        return len({cell.firm_id for cell in self.cells})


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sheet: what it is about (a pool, a month, a firm, a grade), and its figures."""

    key: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paid, alone, saved over `start` to `end` (excluded), in all and by service, month, grade and firm."""

    start: date
    end: date
    figures: Figures
    services: tuple[Row, ...]
    months: tuple[tuple[date, Figures], ...]
    grades: tuple[Row, ...]
    firms: tuple[Row, ...]

    @property
    def is_empty(self) -> bool:
        return not self.figures.cells


MemberSheet = Sheet
ClusterSheet = Sheet


def member_sheet(firm_id: int, start: date, end: date) -> MemberSheet:
    """A firm's sheet over the days from `start` to `end` (excluded), from its acts. Two queries at most."""
    return _sheet(acts_between(start, end).of_firm(firm_id), start, end, firms=False)


def cluster_sheet(start: date, end: date) -> ClusterSheet:
    """The cluster's sheet over the days from `start` to `end` (excluded). Three queries at most."""
    return _sheet(acts_between(start, end), start, end, firms=True)


def figures_of(acts: ActQuerySet) -> Figures:
    """What acts come to, cell by cell. One query."""
    return Figures(tuple(_cells(acts)))


def years_with_acts() -> list[int]:
    """The years in which something happened in the cluster, latest first."""
    span = Act.objects.aggregate(first=Min("day"), last=Max("day"))
    return list(range(span["last"].year, span["first"].year - 1, -1)) if span["first"] else []


@dataclass(frozen=True, slots=True)
class CellActs:
    """A cell behind a figure, with its names; `acts` is None when there are too many cells to open them all."""

    cell: Cell
    firm: str
    pool: str
    acts: tuple[Act, ...] | None


def acts_of_cells(
    start: date,
    end: date,
    *,
    firm_id: int | None = None,
    pool_id: int | None = None,
    grades: str = "",
    kind: str = "",
    most: int | None = None,
) -> tuple[Figures, list[CellActs]]:
    """What is behind a figure, cell by cell, filtered as the sheet does: the total of the cells is the figure.

    `grades`: keep the cells of these grades ("AB" proved, "CD" declared). `kind`: "priced" and "unpriced" keep those
    with and without a price alone, "financed" those that someone else helped to pay. The acts of more than `most` cells
    are not read: each cell is then to be opened by itself. Four queries at most.
    """
    acts = acts_between(start, end)
    if firm_id is not None:
        acts = acts.of_firm(firm_id)
    if pool_id is not None:
        acts = acts.of_pool(pool_id)
    kept = [cell for cell in _cells(acts) if _is_kept(cell, grades, kind)]
    firms = dict(Firm.objects.filter(pk__in={cell.firm_id for cell in kept}).values_list("pk", "name"))
    pools = dict(Pool.objects.filter(pk__in={cell.pool_id for cell in kept}).values_list("pk", "name"))
    opens = kept and (most is None or len(kept) <= most)
    by_key: dict[tuple[int, int, date], list[Act]] = {}
    for act in acts.order_by("day", "recorded_at", "id") if opens else ():
        by_key.setdefault((act.firm_id, act.pool_id, act.day.replace(day=1)), []).append(act)
    shown = [
        CellActs(
            cell,
            firms[cell.firm_id],
            pools[cell.pool_id],
            _acts_of(cell, by_key.get((cell.firm_id, cell.pool_id, cell.month), [])) if opens else None,
        )
        for cell in sorted(kept, key=lambda cell: (firms[cell.firm_id], pools[cell.pool_id], cell.month, cell.grade))
    ]
    return Figures(tuple(kept)), shown


def _is_kept(cell: Cell, grades: str, kind: str) -> bool:
    if grades and cell.grade not in set(grades):
        return False
    if kind == "unpriced":
        return not cell.is_priced
    if kind == "financed":
        return cell.financed_cents != 0
    return kind != "priced" or cell.is_priced


def _acts_of(cell: Cell, acts: list[Act]) -> tuple[Act, ...]:
    """A cell's own acts: those with a price alone, or those without; adjusting acts go with both."""
    return tuple(act for act in acts if not act.quantity or (act.alone_unit_cents is not None) == cell.is_priced)


def _cells(acts: ActQuerySet) -> list[Cell]:
    """Acts added up by firm, pool, month and price basis in the database, then folded into cells."""
    rows = (
        acts.order_by()
        .annotate(month=TruncMonth("day"))
        .values("firm_id", "pool_id", "month", "alone_unit_cents", "alone_month_quantity", "grade")
        .annotate(
            taken=Sum("quantity"),
            paid=Sum("paid_cents", filter=~Q(quantity=0), default=0),
            adjusting=Sum("paid_cents", filter=Q(quantity=0), default=0),
            financed=Sum("financed_cents"),
            standing=Count("id", filter=~Q(quantity=0)),
        )
    )
    bases: dict[tuple[int, int, date], list[Basis]] = {}
    extra: dict[tuple[int, int, date], list[int]] = {}
    for row in rows:
        key = (row["firm_id"], row["pool_id"], date(row["month"].year, row["month"].month, 1))
        of_key = extra.setdefault(key, [0, 0])
        of_key[0] += row["adjusting"]
        of_key[1] += row["financed"]
        if row["standing"]:
            bases.setdefault(key, []).append(
                Basis(row["taken"], row["paid"], row["alone_unit_cents"], row["alone_month_quantity"], row["grade"])
            )
    return [
        cell
        for key in sorted(extra)
        for cell in cells(
            firm_id=key[0],
            pool_id=key[1],
            month=key[2],
            bases=bases.get(key, []),
            adjusting_cents=extra[key][0],
            financed_cents=extra[key][1],
        )
    ]


def _sheet(acts: ActQuerySet, start: date, end: date, *, firms: bool) -> Sheet:
    found = _cells(acts)
    pool_names = dict(Pool.objects.filter(pk__in={cell.pool_id for cell in found}).values_list("pk", "name"))
    by_pool = _grouped(found, lambda cell: cell.pool_id)
    services = [Row(str(pk), pool_names.get(pk, ""), figures) for pk, figures in by_pool.items()]
    by_firm: tuple[Row, ...] = ()
    if firms:
        names = dict(Firm.objects.filter(pk__in={cell.firm_id for cell in found}).values_list("pk", "name"))
        rows = [Row(str(pk), names[pk], figures) for pk, figures in _grouped(found, lambda cell: cell.firm_id).items()]
        by_firm = tuple(sorted(rows, key=lambda row: (fold(row.label), row.key)))
    priced = [cell for cell in found if cell.is_priced]
    return Sheet(
        start=start,
        end=end,
        figures=Figures(tuple(found)),
        services=tuple(sorted(services, key=lambda row: (-row.figures.paid_cents, row.label, row.key))),
        months=tuple(sorted(_grouped(found, lambda cell: cell.month).items())),
        grades=tuple(
            Row(grade, grade, figures) for grade, figures in sorted(_grouped(priced, lambda cell: cell.grade).items())
        ),
        firms=by_firm,
    )


def _grouped(found: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, Figures]:
    groups: dict[K, list[Cell]] = {}
    for cell in found:
        groups.setdefault(key(cell), []).append(cell)
    return {name: Figures(tuple(cells)) for name, cells in groups.items()}


# ---------------------------------------------------------------- what a funder may see


@dataclass(frozen=True, slots=True)
class FunderSheet:
    """The cluster's figures, none of which stands for fewer than FEW_FIRMS firms; None: not shown.

    `services`: those used by enough firms; the others are folded together under an empty label, and with the smallest
    of the shown ones if need be, so that nothing can be told by subtraction.
    """

    start: date
    end: date
    firm_count: int
    figures: Figures | None
    services: tuple[Row, ...]
    shows_proof: bool
    shows_financed: bool

    @property
    def cents_per_half_day(self) -> int | None:
        if self.figures is None or self.figures.quantity <= 0:
            return None
        return round(Fraction(self.figures.paid_cents, self.figures.quantity))


def funder_sheet(start: date, end: date) -> FunderSheet:
    """What those who finance read: totals only. Nothing at all while fewer than FEW_FIRMS firms take part."""
    sheet = cluster_sheet(start, end)
    figures = sheet.figures
    if figures.firm_count < FEW_FIRMS:
        return FunderSheet(start, end, figures.firm_count, None, (), False, False)
    priced = [cell for cell in figures.cells if cell.is_priced]
    by_proof = _grouped(priced, lambda cell: cell.is_proved)
    financed = Figures(tuple(cell for cell in figures.cells if cell.financed_cents))
    return FunderSheet(
        start=start,
        end=end,
        firm_count=figures.firm_count,
        figures=figures,
        services=_folded(sheet.services),
        shows_proof=all(one.firm_count >= FEW_FIRMS for one in by_proof.values()),
        shows_financed=financed.firm_count == 0 or financed.firm_count >= FEW_FIRMS,
    )


def _folded(services: Iterable[Row]) -> tuple[Row, ...]:
    shown = sorted(services, key=lambda row: (-row.figures.firm_count, -row.figures.paid_cents, row.key))
    folded: list[Cell] = []
    while shown and (
        shown[-1].figures.firm_count < FEW_FIRMS or (folded and Figures(tuple(folded)).firm_count < FEW_FIRMS)
    ):
        folded += shown.pop().figures.cells
    return (*shown, *([Row("", "", Figures(tuple(folded)))] if folded else []))
