"""Every URL x every role x the code it gets. A URL that no table names fails."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scope, scopes_disabled
from tests.web import table
from tests.web.table import ROLES, Row

from grappe.clusters.actions import give_mandate

MODULES = [importlib.import_module(f"tests.web.table.{found.name}") for found in pkgutil.iter_modules(table.__path__)]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]
OURS = {"desk", "member", "staff", "funder", "operator", "public"}


def url_names() -> set[str]:
    def walk(patterns, namespaces):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(
                    pattern.url_patterns, [*namespaces, pattern.namespace] if pattern.namespace else namespaces
                )
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield ":".join([*namespaces, pattern.name])

    shared = {pattern.name for pattern in importlib.import_module("grappe.web.shared.urls").urlpatterns}
    return {name for name in walk(get_resolver().url_patterns, []) if name.split(":")[0] in OURS or name in shared}


def test_every_url_is_in_the_table_and_the_table_names_only_urls():
    assert {row.name for row in ROWS} == url_names()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_role_gets_its_code(row, world):
    kwargs = dict(row.kwargs(world))
    if row.in_cluster:
        kwargs.setdefault("slug", world.vigne.slug)
    url = reverse(row.name, kwargs=kwargs)
    people = {
        "coordinator": world.colette, "board": world.bruno, "member": world.marius, "employee": world.ines,
        "funder": world.fanny, "former": world.ancien, "stranger": world.elise, "anonymous": None,
    }  # fmt: skip
    got: dict[str, dict[str, int]] = {"get": {}, "post": {}}
    for method, wanted in (("get", row.get), ("post", row.post)):
        for role in ROLES if wanted is not None else ():
            got[method][role] = _ask(url, method, people[role])
    assert got == {"get": row.get or {}, "post": row.post or {}}


def _ask(url, method, person) -> int:
    with scopes_disabled(), transaction.atomic():
        client = Client(raise_request_exception=False)
        if person is not None:
            client.force_login(person)
        code = getattr(client, method)(url).status_code
        transaction.set_rollback(True)
    return code


WITH_IDS = [row for row in ROWS if row.in_cluster and row.get and row.has_ids]


@pytest.mark.parametrize("row", WITH_IDS, ids=lambda row: row.name)
def test_another_clusters_ids_are_not_found(row, world):
    """The same ids under the address of another cluster: its coordinator and its member meet nothing."""
    kwargs = dict(row.kwargs(world))
    with scope(cluster=world.treille):
        give_mandate(by=None, cluster=world.treille, person=world.elise, role="employee", on=world.today)
    url = reverse(row.name, kwargs={**kwargs, "slug": world.treille.slug})
    assert {_ask(url, "get", world.elise), _ask(url, "get", world.paul)} <= {404, 405}
