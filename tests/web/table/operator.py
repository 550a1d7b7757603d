"""Whoever runs the site: nobody of a cluster enters by a role."""

from __future__ import annotations

from tests.web.table import Row, only

ROWS = [
    Row("operator:templates", get=only(), in_cluster=False),
    Row(
        "operator:template",
        kwargs=lambda world: {"kind": "convention"},
        get=only(),
        post=only(),
        in_cluster=False,
        names_a_row=False,
    ),
]
