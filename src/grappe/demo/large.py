"""A very large cluster, for measuring pages: rows written in bulk, so not through the deeds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from django_scopes import scope

from grappe.clusters.actions import give_mandate
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
from grappe.demo import invent
from grappe.demo.scenes import cluster, named
from grappe.needs.actions import open_survey
from grappe.needs.models import Need, ReferencePrice, Skill
from grappe.people.models import Person

TOWNS = [
    ("75018", "Paris", 48.892, 2.345), ("93200", "Saint-Denis", 48.936, 2.357), ("94200", "Ivry-sur-Seine", 48.813, 2.388),
    ("92000", "Nanterre", 48.892, 2.206), ("78000", "Versailles", 48.801, 2.130), ("95300", "Pontoise", 49.051, 2.100),
]  # fmt: skip
SKILLS = [
    "Administration",
    "Communication web",
    "Comptabilité",
    "Diffusion",
    "Presse",
    "Production",
    "Régie technique",
    "Webmestre",
]


def members(grappe: Cluster, count: int, since: date | Sequence[date], *, first_number: int, seed: int) -> list[Firm]:
    """So many invented firms, members since that day (or each since its own), and someone who speaks for each."""
    draw = random.Random(seed)
    firms = Firm.objects.bulk_create(
        Firm(
            name=made.name, siren=made.siren, street="12 rue des Grappes", postcode=made.postcode, town=made.town,
            latitude=made.latitude, longitude=made.longitude,
        )
        for made in invent.firms(count, seed=seed, first_number=first_number, towns=TOWNS)
    )  # fmt: skip
    people = Person.objects.bulk_create(
        Person(email=f"{first_number + index}.{email}", name=name, password="!")
        for index, (name, email) in zip(range(count), invent.people(seed=seed), strict=False)
    )
    days = [since] * count if isinstance(since, date) else since
    Membership.objects.bulk_create(
        Membership(
            cluster=grappe, firm=firm, valid_from=day, headcount=draw.choice([1, 1, 2, 3, 6, 9]),
            email=f"contact@{firm.siren}.example",
        )
        for firm, day in zip(firms, days, strict=True)
    )  # fmt: skip
    Mandate.objects.bulk_create(
        Mandate(cluster=grappe, person=person, firm=firm, role=Role.MEMBER, valid_from=day)
        for person, firm, day in zip(people, firms, days, strict=True)
    )
    return list(firms)


def build(count: int, today: date) -> None:
    draw = random.Random(count)
    colette, marius = named("colette", "Colette Roy"), named("marius", "Marius Blanc")
    grappe = cluster(
        "grand-reseau", "Grand réseau", tagline=f"{count} structures, pour mesurer", coordinator=colette, on=date(2012, 1, 1),
        prefix="GR", siren=invent.siren(990), street="1 place du Marché", postcode="75018", town="Paris",
    )  # fmt: skip
    with scope(cluster=grappe):
        since = [today - timedelta(days=draw.randrange(30, 4000)) for _number in range(count)]
        firms = members(grappe, count, since, first_number=10_000, seed=7)
        give_mandate(by=colette, cluster=grappe, person=marius, role=Role.MEMBER, firm=firms[0], on=today)
        skills = Skill.objects.bulk_create(Skill(cluster=grappe, name=name) for name in SKILLS)
        survey = open_survey(by=colette, cluster=grappe, title=f"Enquête {today.year}", on=today)
        needs = Need.objects.bulk_create(
            Need(
                cluster=grappe, survey=survey, firm=firm, skill=draw.choice(skills), half_days=draw.randrange(1, 9), town=firm.town,
                latitude=firm.latitude, longitude=firm.longitude, email=f"contact@{firm.siren}.example", source=f"large-{firm.pk}",
            )
            for firm in firms
        )  # fmt: skip
        ReferencePrice.objects.bulk_create(
            ReferencePrice(
                cluster=grappe, firm=need.firm, skill=need.skill, need=need, price_cents=draw.randrange(15_000, 22_000), half_days=2,
                grade=draw.choice("ABCD"), asked_on=today,
            )
            for need in needs[::3]
        )  # fmt: skip
