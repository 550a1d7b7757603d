"""Problems that the tests share, built as JSON."""

from __future__ import annotations

import random

from grappe.cli.bench.planning import shared_people as month

__all__ = ["crew", "month"]


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
