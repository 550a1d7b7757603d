"""A long list, sorted by its column heads and cut in pages, both written in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS_PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows, and how it is sorted: `sort` is a key of the page's sorts, `falling` its direction."""

    page: Page[Any]
    sort: str
    falling: bool

    def __iter__(self) -> Any:
        return iter(self.page)

    def __len__(self) -> int:
        return len(self.page)

    @property
    def total(self) -> int:
        return self.page.paginator.count


def listing(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    sorts: Mapping[str, Sequence[str]],
    default: str,
    rows_per_page: int = ROWS_PER_PAGE,
) -> Listing:
    """Sort `rows` as `?tri=` asks and give the page that `?page=` asks; an unknown sort or page falls back.

    `sorts` gives, for each public key, the fields to order by (end with a unique one); `default` is a key, or "-key".
    """
    asked = request.GET.get("tri", default)
    if asked.removeprefix("-") not in sorts:
        asked = default
    key, falling = asked.removeprefix("-"), asked.startswith("-")
    fields = sorts[key]
    if falling:
        fields = [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in fields]
    page = Paginator(rows.order_by(*fields), rows_per_page).get_page(request.GET.get("page"))
    return Listing(page, key, falling)
