"""Pages for everybody, signed in or not."""

from __future__ import annotations

from tests.web.table import ROLES, Row

EVERYBODY = dict.fromkeys(ROLES, 200)

ROWS = [
    Row("styleguide", EVERYBODY, in_cluster=False),
    Row("language", dict.fromkeys(ROLES, 405), dict.fromkeys(ROLES, 302), in_cluster=False),
]
