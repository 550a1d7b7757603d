"""The dated values of French working-time law, as data. Not legal advice: each carries how well it was confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

Confirmed: TypeAlias = Literal["text", "secondary", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class RuleValue:
    """The value of a rule from `valid_from` (included) to `valid_to` (excluded; None: still in force).

    `confirmed`: the official text itself was read, or a secondary source, or the article number or figure is from
    general knowledge and has to be checked before it is relied on.
    """

    key: str
    valid_from: date
    valid_to: date | None
    value: int
    unit: str
    article: str
    source: str
    confirmed: Confirmed = "secondary"

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


# The labour code's part on working time is numbered as below since the law of 8 August 2016; that on rest and paid
# leave since the code of 1 May 2008; leave earned in sickness since the law of 22 April 2024.
_CODE: Final = date(2008, 5, 1)
_LAW_2016: Final = date(2016, 8, 10)
_LAW_2024: Final = date(2024, 4, 24)

_Row: TypeAlias = tuple[str, date, int, str, str, str, Confirmed]
_ROWS: Final[tuple[_Row, ...]] = (
    ("legal_minutes_per_week", _LAW_2016, 2100, "minutes", "L3121-27", "clubasv.fr, easycdd.com", "unconfirmed"),
    ("max_minutes_per_day", _LAW_2016, 600, "minutes", "L3121-18", "info-tpe.fr, syndicat-cfdt-airbus.fr", "secondary"),
    ("max_minutes_per_week", _LAW_2016, 2880, "minutes", "L3121-20", "syndicat-cfdt-airbus.fr, 4 July 2025", "text"),
    ("max_average_minutes_per_week", _LAW_2016, 2640, "minutes", "L3121-22", "info-tpe.fr", "unconfirmed"),
    ("average_weeks", _LAW_2016, 12, "weeks", "L3121-22", "info-tpe.fr", "unconfirmed"),
    ("max_average_minutes_by_agreement", _LAW_2016, 2760, "minutes", "L3121-23", "info-tpe.fr", "unconfirmed"),
    ("break_after_minutes", _LAW_2016, 360, "minutes", "L3121-16", "info-tpe.fr", "unconfirmed"),
    ("min_break_minutes", _LAW_2016, 20, "minutes", "L3121-16", "info-tpe.fr", "unconfirmed"),
    ("min_daily_rest_minutes", _CODE, 660, "minutes", "L3131-1", "info-tpe.fr", "secondary"),
    ("min_weekly_rest_minutes", _CODE, 2100, "minutes", "L3132-2", "syndicat-cfdt-airbus.fr, juriblio.fr", "secondary"),
    ("max_days_per_week", _CODE, 6, "days", "L3132-1", "syndicat-cfdt-airbus.fr, juriblio.fr", "secondary"),
    ("part_time_min_minutes_per_week", _LAW_2016, 1440, "minutes", "L3123-27", "juritravail.com 138461", "secondary"),
    ("part_time_min_minutes_per_month", _LAW_2016, 6240, "minutes", "L3123-27", "juritravail.com 138461", "secondary"),
    ("part_time_min_minutes_per_year", _LAW_2016, 66120, "minutes", "L3123-27", "successconsulting", "secondary"),
    ("days_per_year_agreement", _LAW_2016, 218, "days", "L3121-64", "general knowledge", "unconfirmed"),
    ("legal_minutes_per_year", _LAW_2016, 96420, "minutes", "L3121-41", "ressources.aunege.fr", "unconfirmed"),
    ("spread_weeks_under_50_staff", _LAW_2016, 9, "weeks", "L3121-45", "juriblio.fr", "unconfirmed"),
    ("spread_weeks_from_50_staff", _LAW_2016, 4, "weeks", "L3121-45", "juriblio.fr", "unconfirmed"),
    ("min_notice_of_change_days", _LAW_2016, 7, "days", "L3121-47", "codes-et-lois.fr", "unconfirmed"),
    ("paid_leave_half_days_per_month", _CODE, 5, "working half-days", "L3141-3", "legisocial.fr 6651", "text"),
    ("max_paid_leave_days", _CODE, 30, "working days", "L3141-3", "legisocial.fr 6651", "text"),
    ("sick_leave_half_days_per_month", _LAW_2024, 4, "working half-days", "L3141-5-1", "legisocial.fr 6651", "text"),
    ("max_sick_leave_days", _LAW_2024, 24, "working days", "L3141-5-1", "legisocial.fr 6651", "text"),
    ("leave_carry_over_months", _LAW_2024, 15, "months", "L3141-19-1", "legifrance LEGISCTA000006195794", "text"),
    ("public_holidays", _CODE, 11, "days", "L3133-1", "maitredata.com L3133-1", "text"),
)

FRENCH_RULES: Final[tuple[RuleValue, ...]] = tuple(
    RuleValue(key, since, None, value, unit, article, source, confirmed)
    for key, since, value, unit, article, source, confirmed in _ROWS
)
