"""The reads of the room, one module by what they read: a page finds them all here."""

from grappe.plans.queries.absences import absences, away_days, holidays_between
from grappe.plans.queries.calendars import (
    CalendarState,
    calendar_numbered,
    calendar_states,
    calendars,
    calendars_due,
    facts_as_released,
    facts_of,
    month_slots,
)
from grappe.plans.queries.feeds import Feed, feed_link, feed_links, feed_of
from grappe.plans.queries.hours import (
    LATE_AFTER_DAYS,
    MonthSoFar,
    Unsigned,
    act_source,
    acts_of_hours,
    hours_between,
    minutes_by_day,
    minutes_of_day,
    months_so_far,
    prices_of,
    revisions,
    signed_hours,
    unsigned_by_firm,
    unsigned_hours,
)
from grappe.plans.queries.posts import membership_of, post_of, posts_of_firms, shared_people
from grappe.plans.queries.released import last_release, released_slots, releases
from grappe.plans.queries.wishes import wishes, wishes_from

__all__ = [
    "LATE_AFTER_DAYS",
    "CalendarState",
    "Feed",
    "MonthSoFar",
    "Unsigned",
    "absences",
    "act_source",
    "acts_of_hours",
    "away_days",
    "calendar_numbered",
    "calendar_states",
    "calendars",
    "calendars_due",
    "facts_as_released",
    "facts_of",
    "feed_link",
    "feed_links",
    "feed_of",
    "holidays_between",
    "hours_between",
    "last_release",
    "membership_of",
    "minutes_by_day",
    "minutes_of_day",
    "month_slots",
    "months_so_far",
    "post_of",
    "posts_of_firms",
    "prices_of",
    "released_slots",
    "releases",
    "revisions",
    "shared_people",
    "signed_hours",
    "unsigned_by_firm",
    "unsigned_hours",
    "wishes",
    "wishes_from",
]
