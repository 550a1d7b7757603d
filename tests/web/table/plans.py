"""Calendars, absences, hours, the employee's week, feeds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.plans.factory import running_post
from tests.web.table import ROLES, Row, only
from tests.world import World

from grappe.plans.actions import (
    ask_leave,
    close_month,
    dispute_hours,
    note_skill,
    open_calendar,
    open_feed,
    place,
    record_absence,
    record_hours,
    release,
    sign_hours,
    state_wish,
    write_mission_letter,
)
from grappe.plans.models import Calendar, Consent, Hours, Slot
from grappe.plans.queries import facts_of

DESK = only("coordinator", "board")
MEMBER, STAFF = only("member"), only("employee")
ONLY_POST = only("coordinator", "board", code=405)


def writes(code: int = 302) -> dict[str, int]:
    return {**only("coordinator", code=code), "board": 403}


def month(world: World) -> Calendar:
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))
    return open_calendar(by=world.colette, pool=pool, month=world.today)


def a_slot(world: World) -> Slot:
    calendar = month(world)
    facts = facts_of(calendar)
    day = next(day for day in facts.days if day not in facts.holidays)
    return place(by=world.colette, calendar=calendar, firm=world.disquaire, day=day, part="am")


def hours(world: World) -> Hours:
    day = world.today - timedelta(days=1)
    return record_hours(by=world.ines, pool=month(world).pool, firm=world.disquaire, day=day, part="am")


def a_month(world: World) -> dict[str, Any]:
    return {"pk": month(world).pk}


def a_skill(world: World) -> dict[str, Any]:
    pool = month(world).pool
    return {"pk": note_skill(by=world.colette, person=world.ines, skill=pool.skill).pk}


def a_post(world: World) -> dict[str, Any]:
    return {"pk": month(world).pool_id}


def a_letter(world: World) -> dict[str, Any]:
    month(world)
    letter = write_mission_letter(
        by=world.colette, cluster=world.vigne, person=world.ines, project="Scènes en réseau", share_bp=4_000,
        first_day=world.today, last_day=world.today + timedelta(days=300),
    )  # fmt: skip
    return {"pk": letter.pk}


def a_version(world: World) -> dict[str, Any]:
    calendar = a_slot(world).calendar
    return {"pk": calendar.pk, "number": release(by=world.colette, calendar=calendar).number}


def a_wish(world: World, day: date | None = None) -> dict[str, Any]:
    calendar = month(world)
    wish = state_wish(
        by=world.colette, pool=calendar.pool, firm=world.disquaire, day=day or world.today, kind="refused"
    )
    return {"pk": calendar.pk, "wish": wish.pk}


def an_absence(world: World) -> dict[str, Any]:
    absence = record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind="leave", first_day=world.today, last_day=world.today
    )  # fmt: skip
    return {"pk": absence.pk}


def a_request(world: World) -> dict[str, Any]:
    month(world)
    day = world.today + timedelta(days=7 - world.today.weekday() + 28)
    return {"pk": ask_leave(by=world.ines, cluster=world.vigne, first_day=day, last_day=day).pk}


def a_consent(world: World) -> dict[str, Any]:
    made = Consent.objects.create(
        cluster=world.vigne, calendar=month(world), person=world.ines, changes=["…"], digest="x", soonest=world.today
    )
    return {"pk": made.pk}


def signed(world: World) -> dict[str, Any]:
    return {"pk": sign_hours(by=world.marius, hours=hours(world), on=world.today).pk}


def disputed(world: World) -> dict[str, Any]:
    noted = hours(world)
    dispute_hours(by=world.marius, hours=noted, words="Trop long", on=world.today)
    return {"pk": noted.pk}


def a_sheet(world: World) -> dict[str, Any]:
    noted = hours(world)
    return {"pk": noted.person_id, "month": f"{noted.day:%Y-%m}"}


def own_sheet(world: World) -> dict[str, Any]:
    return {"month": a_sheet(world)["month"]}


def a_closed_month(world: World) -> dict[str, Any]:
    return {"pk": close_month(by=world.colette, pool=month(world).pool, month=world.today, on=world.today).pk}


def a_feed(world: World) -> dict[str, Any]:
    return {"token": open_feed(by=world.ines, about=world.ines).token}


ROWS = [
    Row("desk:calendars", get=DESK),
    Row("desk:calendar_open", get=ONLY_POST, post=writes()),
    Row("desk:calendar", kwargs=a_month, get=DESK),
    Row("desk:calendar_draft", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_stop", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_progress", kwargs=a_month, get=only("coordinator", "board", code=302)),
    Row("desk:calendar_place", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_move", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_swap", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_clear", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_wish", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:wish_withdraw", kwargs=a_wish, get=ONLY_POST, post=writes()),
    Row("desk:calendar_release", kwargs=a_month, get=DESK, post=writes(409)),
    Row("desk:calendar_versions", kwargs=a_month, get=DESK),
    Row("desk:calendar_version", kwargs=a_version, get=DESK),
    Row("desk:wall", get=DESK),
    Row("desk:staffing", get=DESK),
    Row("desk:skill_note", get=ONLY_POST, post=writes()),
    Row("desk:skill_forget", kwargs=a_skill, get=ONLY_POST, post=writes()),
    Row("desk:site_set", get=ONLY_POST, post=writes()),
    Row("desk:year", kwargs=a_post, get=DESK, post=writes()),
    Row("desk:year_draft", kwargs=a_post, get=ONLY_POST, post=writes()),
    Row("member:month", get=MEMBER),
    Row("desk:calendar_consent", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_replan", kwargs=a_month, get=DESK, post=writes()),
    Row("desk:replan_progress", kwargs=a_month, get=only("coordinator", "board", code=302)),
    Row("desk:replan_accept", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:calendar_entrust", kwargs=a_month, get=ONLY_POST, post=writes()),
    Row("desk:absences", get=DESK, post=writes(400)),
    Row("desk:absence_cancel", kwargs=an_absence, get=ONLY_POST, post=writes()),
    Row("desk:absence_inform", kwargs=an_absence, get=ONLY_POST, post=writes()),
    Row("desk:leave_grant", kwargs=a_request, get=ONLY_POST, post=writes()),
    Row("desk:leave_refuse", kwargs=a_request, get=ONLY_POST, post=writes()),
    Row("desk:hours", get=DESK),
    Row("desk:hours_sheet", kwargs=a_sheet, get=DESK),
    Row("member:hours_sheet", kwargs=a_sheet, get=MEMBER),
    Row("staff:hours_sheet", kwargs=own_sheet, get=STAFF),
    Row("desk:missions", get=DESK, post=writes(400)),
    Row("desk:mission_sign", kwargs=a_letter, get=ONLY_POST, post=writes()),
    Row("desk:mission_end", kwargs=a_letter, get=ONLY_POST, post=writes()),
    Row("desk:hours_remind", kwargs=lambda world: {"pk": hours(world).firm_id}, get=ONLY_POST, post=writes()),
    Row("desk:hours_correct", kwargs=signed, get=DESK, post=writes(400)),
    Row("desk:hours_answer", kwargs=disputed, get=ONLY_POST, post=writes()),
    Row("desk:month_reopen", kwargs=a_closed_month, get=ONLY_POST, post=writes()),
    Row("member:hours_dispute", kwargs=disputed, get=only("member", code=405), post=only("member", code=400)),
    Row("member:hours_dispute_withdraw", kwargs=disputed, get=only("member", code=405), post=only("member", code=302)),
    Row("staff:hours", get=STAFF),
    Row("staff:hours_one", kwargs=disputed, get=STAFF, post=only("employee", code=400)),
    Row("staff:line", get=STAFF),
    Row("staff:offline", get=STAFF),
    Row("staff:week", get=STAFF),
    Row("staff:record", get=only("employee", code=405), post=only("employee", code=302)),
    Row("staff:feed", get=only("employee", code=405), post=only("employee", code=302)),
    Row("staff:consent", kwargs=a_consent, get=only("employee", code=405), post=only("employee", code=302)),
    Row("staff:leave", get=STAFF, post=only("employee", code=400)),
    Row("staff:leave_withdraw", kwargs=a_request, get=only("employee", code=405), post=only("employee", code=302)),
    Row("member:hours", get=MEMBER),
    Row("member:hours_sign", get=only("member", code=405), post=only("member", code=302)),
    Row("member:hours_signed", kwargs=signed, get=MEMBER),
    Row("member:agenda", get=MEMBER, post=only("member", code=400)),
    Row("member:feed", get=only("member", code=405), post=only(code=404)),
    Row(
        "member:wish_withdraw",
        kwargs=lambda world: {"pk": a_wish(world)["wish"]},
        get=only("member", code=405),
        post=only("member", code=302),
    ),
    Row("public:feed", kwargs=a_feed, get=dict.fromkeys(ROLES, 200), in_cluster=False),
]
