from __future__ import annotations

from tests.web.table import ROLES, Row

# Outside demo mode its door is not there, for anyone.
ROWS = [Row(name="public:demo", get=dict.fromkeys(ROLES, 404), post=dict.fromkeys(ROLES, 404), in_cluster=False)]
