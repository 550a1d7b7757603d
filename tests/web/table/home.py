"""The homes, and the front page."""

from __future__ import annotations

from tests.web.table import ROLES, Row, only

ROWS = [
    Row("desk:today", get=only("coordinator", "board")),
    Row("desk:group", get=only("coordinator", "board")),
    Row("member:home", get=only("member")),
    Row(
        "public:home",
        get={
            **dict.fromkeys(ROLES, 302),
            "former": 200,  # signed in, without a seat anywhere: told so
            "anonymous": 200,
        },
        in_cluster=False,
    ),
    Row(
        "public:cluster",
        get={**only("coordinator", "board", "member", "employee", "funder", code=302)},
    ),
]
