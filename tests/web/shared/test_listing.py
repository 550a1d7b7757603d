from __future__ import annotations

import pytest
from django.test import RequestFactory

from grappe.clusters.models import Firm
from grappe.web.shared.listing import listing

pytestmark = pytest.mark.django_db
SORTS = {"nom": ("name", "pk"), "siren": ("siren", "pk")}


@pytest.fixture
def firms():
    return [Firm.objects.create(name=f"Structure {rank:02d}", siren=f"{100_000_000 - rank:09d}") for rank in range(65)]


def names(address: str) -> list[str]:
    return [
        firm.name for firm in listing(RequestFactory().get(address), Firm.objects.all(), sorts=SORTS, default="nom")
    ]


def test_pages_hold_thirty_rows_and_the_last_what_remains(firms):
    assert names("/")[0] == "Structure 00"
    assert [len(names(f"/?page={page}")) for page in (1, 2, 3)] == [30, 30, 5]


def test_a_page_beyond_the_end_or_not_a_number_falls_back(firms):
    assert names("/?page=99") == names("/?page=3")
    assert names("/?page=x") == names("/?page=1")


def test_rows_are_sorted_as_asked_both_ways(firms):
    assert names("/?tri=siren")[0] == "Structure 64"
    assert names("/?tri=-siren")[0] == "Structure 00"


def test_an_unknown_sort_is_the_default(firms):
    assert names("/?tri=password") == names("/")


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_costs_two_queries(count, firms, django_assert_num_queries):
    with django_assert_num_queries(2):
        list(listing(RequestFactory().get("/"), Firm.objects.all(), sorts=SORTS, default="nom", rows_per_page=count))
