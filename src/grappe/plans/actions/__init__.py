"""The deeds of the room, one module by what they touch: a page finds them all here."""

from grappe.plans.actions.absences import cancel_absence, record_absence
from grappe.plans.actions.calendars import DRAFT_SECONDS, ask_draft, clear, move, open_calendar, place, swap
from grappe.plans.actions.feeds import open_feed, renew_feed
from grappe.plans.actions.hours import HALF_DAY_MINUTES_MAX, correct_hours, record_hours, remind, sign_all, sign_hours
from grappe.plans.actions.refusals import UnableToCorrect, UnableToPlan, UnableToRecord, UnableToRelease, UnableToSign
from grappe.plans.actions.releases import release
from grappe.plans.actions.wishes import state_wish, withdraw_wish

__all__ = [
    "DRAFT_SECONDS",
    "HALF_DAY_MINUTES_MAX",
    "UnableToCorrect",
    "UnableToPlan",
    "UnableToRecord",
    "UnableToRelease",
    "UnableToSign",
    "ask_draft",
    "cancel_absence",
    "clear",
    "correct_hours",
    "move",
    "open_calendar",
    "open_feed",
    "place",
    "record_absence",
    "record_hours",
    "release",
    "remind",
    "renew_feed",
    "sign_all",
    "sign_hours",
    "state_wish",
    "swap",
    "withdraw_wish",
]
