"""Between the room and the planning engine: a month's problem and its answer, working-time law, what the law leaves of a month."""

from grappe.engines.planning.flow import lay_out
from grappe.plans.gateway.allowance import Allowance, allowance, most_halves
from grappe.plans.gateway.months import (
    ENGINE,
    Due,
    asked_of,
    clash_words,
    dues,
    is_feasible,
    open_halves,
    possible_for,
    problem_of,
    room_of,
    slots_of,
)
from grappe.plans.gateway.working_time import (
    RuleValue,
    Worked,
    Workload,
    newly_over,
    over_the_law,
    rules,
    value_of,
    works_of,
)

__all__ = [
    "ENGINE",
    "Allowance",
    "Due",
    "RuleValue",
    "Worked",
    "Workload",
    "allowance",
    "asked_of",
    "clash_words",
    "dues",
    "is_feasible",
    "lay_out",
    "most_halves",
    "newly_over",
    "open_halves",
    "over_the_law",
    "possible_for",
    "problem_of",
    "room_of",
    "rules",
    "slots_of",
    "value_of",
    "works_of",
]
