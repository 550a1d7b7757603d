from __future__ import annotations

from tests.web.table import Row, only

READ = only("coordinator", "board")
WRITE = {**only("coordinator", code=400), "board": 403}

ROWS = [Row(name="desk:law", get=READ), Row(name="desk:cluster", get=READ, post={**WRITE, "member": 404})]
