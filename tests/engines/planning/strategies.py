"""Small random problems that use every rule of the format."""

from __future__ import annotations

from hypothesis import strategies as st


@st.composite
def problems(draw: st.DrawFn, people: int, days: int, parts: list[str], duties: int) -> dict:
    def some(items: list, most: int) -> list:
        return draw(st.lists(st.sampled_from(items), max_size=most, unique_by=str)) if items else []

    def maybe(values: st.SearchStrategy[int]) -> dict | int | None:
        return draw(st.none() | values)

    slots = [[day, part] for day in range(days) for part in parts]
    names = [f"d{number}" for number in range(duties)]
    sites = [f"s{draw(st.integers(0, 1))}" if draw(st.booleans()) else None for _ in names]
    small = st.integers(0, 3)

    def wishes() -> list[dict]:
        return [{"day": day, "part": part, "weight": draw(small)} for day, part in some(slots, 3)]

    def limits() -> dict:
        found = {
            "max_days_per_week": maybe(st.integers(0, 4)),
            "max_minutes_per_week": maybe(st.integers(0, 8).map(lambda hours: hours * 60)),
            "max_minutes_per_day": maybe(st.integers(0, 4).map(lambda hours: hours * 60)),
            "min_minutes": maybe(st.integers(0, 4).map(lambda hours: hours * 60)),
            "max_consecutive_days": maybe(small),
            "min_consecutive_days": maybe(st.integers(1, 3)),
            "min_consecutive_days_off": maybe(st.integers(1, 3)),
            "max_weekends": maybe(st.integers(0, 1)),
            "max_of_duty": draw(st.none() | st.fixed_dictionaries({names[0]: small})),
        }
        return {key: value for key, value in found.items() if value is not None} | spans()

    def spans() -> dict:
        if draw(st.integers(0, 2)):
            return {}
        of = draw(st.lists(st.integers(0, days - 1), min_size=1, max_size=3, unique=True))
        top = draw(st.sampled_from([{"max_minutes": 60}, {"max_minutes": 180}, {"max_days": 1}]))
        return {"spans": [{"days": of, **top, "name": "a span"}]}

    team = [{"id": f"p{number}", "unavailable": some(slots, 2), "limits": limits()} for number in range(people)]
    engagements = []
    for person in team:
        for name in names:
            if draw(st.integers(0, 4)):
                least = draw(st.integers(0, 2))
                engagements.append(
                    {
                        "person": person["id"],
                        "duty": name,
                        "count": {"min": least, "max": least + draw(small)} if draw(st.booleans()) else {},
                        "min_block": draw(st.integers(1, 3)),
                        "wanted": wishes(),
                        "unwanted": wishes(),
                        "weekdays": draw(st.sampled_from([{}, {"fri": 1}, {"sat": 2, "sun": 1}])),
                        "refused": some(slots, 1),
                    }
                )
    cover = [
        {"day": day, "part": part, "duty": name, "need": draw(small), "under": draw(small), "over": draw(small)}
        for day, part in some(slots, 3)
        for name in names
    ]
    previous = [
        {"person": draw(st.sampled_from(team))["id"], "day": day, "part": part, "duty": draw(st.sampled_from(names))}
        for day, part in some(slots, 2)
    ]
    fixed = []
    if engagements and draw(st.integers(0, 3)) == 0:
        deal, (day, part) = draw(st.sampled_from(engagements)), draw(st.sampled_from(slots))
        fixed = [{"person": deal["person"], "day": day, "part": part, "duty": deal["duty"]}]
    return {
        "days": days,
        "first_day": draw(st.sampled_from(["2027-01-07", "2027-01-08", "2027-01-10"])),
        "parts": parts,
        "people": team,
        "duties": [
            {
                "id": name,
                "minutes": draw(st.sampled_from([60, 120])),
                "site": site,
                "not_next_day": some(names, 1),
            }
            for name, site in zip(names, sites, strict=True)
        ],
        "engagements": engagements,
        "cover": cover,
        "travel": {
            "minutes": {"s0|s1": draw(st.sampled_from([0, 30, 60]))},
            "max_sites_per_day": draw(st.none() | st.integers(1, 2)),
            "weight": draw(small),
        },
        "previous": previous if draw(st.booleans()) else None,
        "weights": {"moved": draw(small), "weekday": draw(small), "block": draw(small)},
        "fixed": fixed,
    }
