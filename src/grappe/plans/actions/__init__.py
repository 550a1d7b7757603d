"""The deeds of the room, one module by what they touch: a page finds them all here."""

from grappe.plans.actions.absences import (
    ASKABLE,
    LONGEST_REQUEST,
    ask_leave,
    cancel_absence,
    grant_leave,
    inform_of_leave,
    record_absence,
    refuse_leave,
    withdraw_leave,
)
from grappe.plans.actions.calendars import DRAFT_SECONDS, ask_draft, clear, move, open_calendar, place, swap
from grappe.plans.actions.disputes import answer_dispute, dispute_hours, withdraw_dispute
from grappe.plans.actions.feeds import open_feed, renew_feed
from grappe.plans.actions.hours import (
    HALF_DAY_MINUTES_MAX,
    HoursChanged,
    close_month,
    correct_hours,
    record_hours,
    remind,
    remind_silent,
    reopen_month,
    sign_all,
    sign_hours,
)
from grappe.plans.actions.refusals import (
    UnableToCorrect,
    UnableToDispute,
    UnableToGrant,
    UnableToPlan,
    UnableToRecord,
    UnableToRelease,
    UnableToSign,
)
from grappe.plans.actions.releases import release
from grappe.plans.actions.wishes import state_wish, withdraw_wish

__all__ = [
    "ASKABLE",
    "DRAFT_SECONDS",
    "HALF_DAY_MINUTES_MAX",
    "LONGEST_REQUEST",
    "HoursChanged",
    "UnableToCorrect",
    "UnableToDispute",
    "UnableToGrant",
    "UnableToPlan",
    "UnableToRecord",
    "UnableToRelease",
    "UnableToSign",
    "answer_dispute",
    "ask_draft",
    "ask_leave",
    "cancel_absence",
    "clear",
    "close_month",
    "correct_hours",
    "dispute_hours",
    "grant_leave",
    "inform_of_leave",
    "move",
    "open_calendar",
    "open_feed",
    "place",
    "record_absence",
    "record_hours",
    "refuse_leave",
    "release",
    "remind",
    "remind_silent",
    "renew_feed",
    "reopen_month",
    "sign_all",
    "sign_hours",
    "state_wish",
    "swap",
    "withdraw_dispute",
    "withdraw_leave",
    "withdraw_wish",
]
