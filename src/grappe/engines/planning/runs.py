"""The states of a run of working days or days off: which day may follow which."""

from __future__ import annotations

from typing import NamedTuple

from .case import FREE, Case, Row, Worker
from .problem import Limits


class State(NamedTuple):
    """Working or off, for how many days; `edge`: since the first day of the horizon, so that no minimum holds.

    Days stop being counted where nothing depends on them any more.
    """

    on: bool
    days: int
    edge: bool


def first_state(limits: Limits, on: bool) -> State:
    return State(on, 1, True) if on else State(False, limits.min_consecutive_days_off, True)


def next_state(limits: Limits, state: State, on: bool) -> State | None:
    """The state after one more day, worked or not; None when a rule forbids it."""
    most, least_on, least_off = (
        limits.max_consecutive_days,
        limits.min_consecutive_days,
        limits.min_consecutive_days_off,
    )
    if state.on and on:
        if most is not None and state.days >= most:
            return None
        return State(True, min(state.days + 1, least_on if most is None else most), state.edge)
    if state.on:
        return State(False, 1, False) if state.edge or state.days >= least_on else None
    if on:
        return State(True, 1, False) if state.days >= least_off else None
    return State(False, min(state.days + 1, least_off), state.edge)


def states_of(case: Case, worker: Worker, row: Row) -> list[State]:
    """The states that a row goes through, day by day; cut short where it breaks a rule."""
    states: list[State] = []
    for day in range(case.days):
        on = any(row[slot] != FREE for slot in case.slots_of(day))
        state = next_state(worker.limits, states[-1], on) if states else first_state(worker.limits, on)
        if state is None:
            return states + [State(False, 0, False)] * (case.days - day)
        states.append(state)
    return states
