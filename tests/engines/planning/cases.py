"""Problems that the tests share, built as JSON."""

from __future__ import annotations

import random
from datetime import date, timedelta

PARTS = ["am", "pm"]


def month(people: int = 2, firms: int = 5, *, days: int = 28, first: str = "2027-01-04", seed: int = 0) -> dict:
    """Shared employees among firms: exact counts, wished weekdays, refused days, a holiday and a leave each."""
    draw = random.Random(seed)
    start = date.fromisoformat(first)
    weekend = [day for day in range(days) if (start + timedelta(days=day)).weekday() > 4]
    duties = [
        {"id": f"d{firm}", "minutes": 210, "firm": f"f{firm}", "site": f"s{firm}"} for firm in range(1, firms + 1)
    ]
    team, engagements = [], []
    for number in range(1, people + 1):
        leave = draw.randrange(days)
        closed = sorted({*weekend, 9 % days, leave})
        limits = {"max_days_per_week": 5, "max_minutes_per_week": 2100}
        team.append(
            {"id": f"p{number}", "unavailable": [[day, part] for day in closed for part in PARTS], "limits": limits}
        )
        open_slots = 2 * (days - len(closed))
        for firm, name in enumerate(draw.sample(["mon", "tue", "wed", "thu", "fri"], k=5) * 2, start=1):
            if firm > firms:
                break
            count = open_slots // firms - draw.randrange(2)
            wanted = [
                {"day": day, "part": draw.choice(PARTS), "weight": draw.randint(1, 5)}
                for day in draw.sample(range(days), 3)
            ]
            refused = [[day, part] for day in draw.sample(range(days), 2) for part in PARTS]
            engagements.append(
                {
                    "person": f"p{number}",
                    "duty": f"d{firm}",
                    "count": {"min": count, "max": count},
                    "min_block": 2,
                    "wanted": wanted,
                    "weekdays": {name: 2},
                    "refused": refused,
                }
            )
    return {
        "days": days,
        "first_day": first,
        "parts": PARTS,
        "people": team,
        "duties": duties,
        "engagements": engagements,
        "travel": {"weight": 2, "max_sites_per_day": 2},
        "weights": {"moved": 3, "weekday": 2, "block": 1},
    }


def crew(people: int, days: int, *, seed: int = 0) -> dict:
    """Two kinds of shift to cover, with runs of days: joined people, of the family of the public instances."""
    draw = random.Random(seed)
    duties = [{"id": "E", "minutes": 480}, {"id": "L", "minutes": 480, "not_next_day": ["E"]}]
    limits = {
        "max_minutes": 480 * (days * 18 // 28),
        "min_minutes": 480 * (days * 15 // 28),
        "max_consecutive_days": 5,
        "min_consecutive_days": 2,
        "min_consecutive_days_off": 2,
        "max_weekends": days // 14,
    }
    team = [
        {"id": f"p{number}", "unavailable": [[draw.randrange(days), "day"]], "limits": limits}
        for number in range(people)
    ]
    engagements = [
        {
            "person": person["id"],
            "duty": duty["id"],
            "wanted": [
                {"day": day, "part": "day", "weight": draw.randint(1, 3)} for day in draw.sample(range(days), 2)
            ],
        }
        for person in team
        for duty in duties
    ]
    cover = [
        {
            "day": day,
            "part": "day",
            "duty": duty["id"],
            "need": max(1, round(people * draw.uniform(0.2, 0.4))),
            "under": 100,
            "over": 1,
        }
        for day in range(days)
        for duty in duties
    ]
    return {
        "days": days,
        "first_day": "2027-01-04",
        "parts": ["day"],
        "people": team,
        "duties": duties,
        "engagements": engagements,
        "cover": cover,
    }
