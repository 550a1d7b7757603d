from __future__ import annotations

from datetime import date

import pytest

from grappe.web.shared.calendars import AM, PM, Lane, Slot, initials, layout, tone

JANUARY = date(2027, 1, 1)


def lane(**days: Slot) -> Lane:
    """Slots by names such as d04am."""
    return Lane("Inès", {(date(2027, 1, int(name[1:3])), name[3:]): slot for name, slot in days.items()}, key="i")


def test_a_month_shows_its_working_days_and_marks_where_weeks_begin():
    grid = layout(JANUARY, [lane()])
    assert len(grid.days) == 21
    assert [day.on.day for day in grid.days if day.monday] == [4, 11, 18, 25]
    assert [len(week) for week in grid.weeks] == [5] * 5
    assert [day.outside for day in grid.weeks[0]] == [True, True, True, True, False]


def test_a_month_can_show_saturdays():
    assert len(layout(JANUARY, [lane()], weekdays=range(6)).days) == 26


def test_each_half_day_stands_in_its_row():
    grid = layout(JANUARY, [lane(d04am=Slot("firm", "Écluse", tone=1), d04pm=Slot("firm", "Goutte", tone=2))])
    (band,) = grid.bands
    at = {cell.at: cell.slot.label for cell in (*band.morning, *band.afternoon) if cell.slot.label}
    assert at == {"2027-01-04-am": "Écluse", "2027-01-04-pm": "Goutte"}


def test_a_holiday_is_closed_unless_something_stands_there():
    grid = layout(JANUARY, [lane(d01am=Slot("firm", "Écluse", tone=1))], holidays={JANUARY: "jour de l’An"})
    first = grid.bands[0].days[0]
    assert (first.holiday, first.morning.label, first.afternoon.kind) == ("jour de l’An", "Écluse", "closed")


@pytest.mark.parametrize(
    ("morning", "afternoon", "whole"),
    [
        (Slot("firm", "Écluse", tone=1, key="1"), Slot("firm", "Écluse", tone=1, key="2"), True),
        (Slot("firm", "Écluse", tone=1), Slot("firm", "Écluse", tone=1, unmet="tard"), False),
        (Slot("firm", "Écluse", tone=1), Slot("firm", "Goutte", tone=2), False),
        (Slot(), Slot(), False),
    ],
)
def test_a_day_is_whole_when_a_reader_sees_the_same_twice(morning, afternoon, whole):
    grid = layout(JANUARY, [lane(d04am=morning, d04pm=afternoon)])
    assert grid.bands[0].days[1].whole is whole


def test_the_legend_names_each_firm_once_and_only_what_is_drawn():
    slots = {
        "d04am": Slot("firm", "Goutte", tone=2),
        "d05am": Slot("firm", "Écluse", tone=1),
        "d06am": Slot("firm", "Goutte", tone=2),
    }
    assert [(entry.label, entry.css) for entry in layout(JANUARY, [lane(**slots)]).legend] == [
        ("Écluse", "f1"),
        ("Goutte", "f2"),
    ]
    assert [
        entry.css for entry in layout(JANUARY, [lane(d07pm=Slot("leave", "congé"))], holidays={JANUARY: "x"}).legend
    ] == ["leave", "holiday"]


def test_wishes_not_kept_are_listed_with_their_reason():
    grid = layout(JANUARY, [lane(d05pm=Slot("firm", "Écluse", tone=1, unmet="déjà pris"))])
    assert grid.unmet == (("Inès", date(2027, 1, 5), PM, "Écluse : déjà pris"),)
    assert grid.legend[-1].css == "unmet"
    assert AM == "am"


def test_signs_and_colours():
    assert [initials(name) for name in ("Lanterne Disques", "Hublot", "L’Atelier du Son")] == ["LD", "Hub", "ADS"]
    assert [tone(rank) for rank in (0, 11, 12)] == [1, 12, 1]
