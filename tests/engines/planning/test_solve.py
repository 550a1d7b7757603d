from __future__ import annotations

import pytest

from grappe.engines.planning import parse, solve
from grappe.engines.stop import Deadline

from .cases import month
from .checker import check


@pytest.mark.parametrize("people", [1, 2])
def test_a_month_of_half_days_is_planned_and_proved(people: int) -> None:
    problem = month(people, 6)
    result = solve(parse(problem), stop=Deadline(20))
    check(problem, result.to_json())
    assert result.status == "optimal"
