from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.engines.planning.working_time import FRENCH_RULES, Breach, RuleValue, Work, breaches, value_on

MONDAY = date(2027, 1, 4)


def at(hours: int) -> datetime:
    return datetime.combine(MONDAY, time()) + timedelta(hours=hours)


def on(day: int, hours: float, **fields: object) -> Work:
    return Work(MONDAY + timedelta(days=day), round(hours * 60), **fields)


def timed(day: int, begin: float, end: float, firm: str = "f1") -> Work:
    start = at(0) + timedelta(days=day, hours=begin)
    return Work(start.date(), round((end - begin) * 60), start, start + timedelta(hours=end - begin), firm)


def told(works: list[Work], rules: tuple[RuleValue, ...] = FRENCH_RULES) -> dict[str, Breach]:
    return {breach.rule: breach for breach in breaches("ana", works, rules)}


def test_a_week_within_the_law_has_no_breach() -> None:
    assert breaches("ana", [timed(day, 9, 16) for day in range(5)]) == []


def test_ten_hours_a_day_over_all_firms() -> None:
    assert told([on(0, 6, firm="f1"), on(0, 4, firm="f2")]) == {}
    breach = told([on(0, 6, firm="f1"), on(0, 4.5, firm="f2")])["max_minutes_per_day"]
    assert (breach.measured, breach.limit, breach.article) == (630, 600, "L3121-18")
    assert breach.dates == (MONDAY, MONDAY)
    assert breach.person == "ana"


def test_forty_eight_hours_a_week_and_the_legal_week_as_information() -> None:
    found = told([on(day, 9) for day in range(5)])
    assert set(found) == {"legal_minutes_per_week"}
    assert found["legal_minutes_per_week"].level == "information"
    found = told([on(day, 9.7) for day in range(5)])
    assert found["max_minutes_per_week"].measured == 2910
    assert found["max_minutes_per_week"].dates == (MONDAY, MONDAY + timedelta(days=6))
    assert found["max_minutes_per_week"].level == "breach"


def test_forty_four_hours_on_average_over_twelve_weeks() -> None:
    year = [on(7 * week + day, 9) for week in range(12) for day in range(5)]
    found = told(year)["max_average_minutes_per_week"]
    assert (found.measured, found.limit) == (2700, 2640)
    assert found.dates == (MONDAY, MONDAY + timedelta(days=83))
    assert "max_average_minutes_per_week" not in told([work for work in year if work.day >= MONDAY + timedelta(days=7)])


def test_windows_of_twelve_weeks_that_overlap_are_told_once() -> None:
    works = [on(7 * week + day, 9.4) for week in range(20) for day in range(5)]
    averages = [breach for breach in breaches("ana", works) if breach.rule == "max_average_minutes_per_week"]
    assert [breach.measured for breach in averages] == [2820]


def test_eleven_hours_between_two_days() -> None:
    assert told([timed(0, 14, 21), timed(1, 8, 12)]) == {}
    found = told([timed(0, 14, 22), timed(1, 8, 12)])["min_daily_rest_minutes"]
    assert (found.measured, found.limit) == (600, 660)
    assert found.dates == (MONDAY, MONDAY + timedelta(days=1))


def test_a_night_counts_on_both_its_days() -> None:
    found = told([timed(0, 20, 30), timed(1, 13, 20)])
    # 2 h to 6 h on Tuesday, then 7 h: 13 h on that day, after 7 h of rest.
    assert found["max_minutes_per_day"].measured == 780
    assert found["min_daily_rest_minutes"].measured == 420


def test_six_days_a_week() -> None:
    assert "max_days_per_week" not in told([on(day, 4) for day in range(6)])
    found = told([on(day, 4) for day in range(7)])["max_days_per_week"]
    assert (found.measured, found.limit, found.unit) == (7, 6, "days")


def test_thirty_five_hours_of_weekly_rest_where_times_are_known() -> None:
    week = [timed(day, 9, 13) for day in range(5)]
    assert "min_weekly_rest_minutes" not in told([*week, timed(5, 9, 13)])
    late = [*week, timed(5, 14, 23), timed(7, 8, 12)]
    found = told(late)["min_weekly_rest_minutes"]
    assert (found.measured, found.limit) == (33 * 60, 35 * 60)
    assert "min_weekly_rest_minutes" not in told([*late, on(6, 0.5)])  # a work without its times: nothing can be said


def test_a_rule_is_read_at_the_date_of_the_fact() -> None:
    change = MONDAY + timedelta(days=7)
    old = replace(value_on(FRENCH_RULES, "max_minutes_per_day", MONDAY), valid_to=change)
    new = replace(old, valid_from=change, valid_to=None, value=480, article="L-new")
    found = breaches("ana", [on(0, 9), on(7, 9)], (old, new))
    assert [(breach.dates[0], breach.article) for breach in found] == [(change, "L-new")]


def test_a_rule_without_a_value_then_is_not_checked() -> None:
    assert breaches("ana", [on(0, 20)], ()) == []
    assert breaches("ana", [Work(date(1990, 1, 1), 1200)]) == []


def test_every_value_carries_its_article_and_source() -> None:
    for rule in FRENCH_RULES:
        assert rule.article.startswith("L3")
        assert rule.source
        assert rule.value > 0
    assert len({(rule.key, rule.valid_from) for rule in FRENCH_RULES}) == len(FRENCH_RULES)


@pytest.mark.parametrize(
    "fields",
    [
        {"minutes": -1},
        {"minutes": 60, "begin": at(9)},
        {"minutes": 60, "begin": at(9), "end": at(9)},
        {"minutes": 60, "begin": at(33), "end": at(34)},
        {"minutes": 60, "begin": at(9).replace(tzinfo=UTC), "end": at(10).replace(tzinfo=UTC)},
    ],
)
def test_a_work_that_cannot_be_is_refused(fields: dict) -> None:
    with pytest.raises(ValueError, match="work"):
        Work(MONDAY, **fields)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 700)), max_size=60))
def test_more_work_never_mends_a_breach(lines: list[tuple[int, int]]) -> None:
    works = [Work(MONDAY + timedelta(days=day), minutes) for day, minutes in lines]
    before = {(breach.rule, breach.dates) for breach in breaches("ana", works) if "average" not in breach.rule}
    after = {(breach.rule, breach.dates) for breach in breaches("ana", [*works, Work(MONDAY, 60)])}
    assert before <= after
