"""Four more clusters, each at its own moment: just born, ten years old, waiting for its building, looking for administrators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django_scopes import scope

from grappe.clusters.models import Cluster, Firm
from grappe.demo import invent
from grappe.demo.clock import at
from grappe.demo.scenes import cluster, firm, months_back, named, welcome
from grappe.needs.actions import open_survey, state_need
from grappe.people.actions import person_named


@dataclass(frozen=True)
class Scene:
    """A cluster: who runs it, how many firms, where, and what they ask for (skill, half-days of each asker)."""

    slug: str
    name: str
    tagline: str
    coordinator: tuple[str, str]
    prefix: str
    years: int
    firms: int
    towns: list[tuple[str, str, float, float]]
    question: str
    asked: dict[str, list[int]]


SCENES = [
    Scene(
        "le-damier", "Le Damier", "Musique et film en Auvergne", ("damien", "Damien Faure"), "LD", 1, 18,
        [("63000", "Clermont-Ferrand", 45.777, 3.087), ("63200", "Riom", 45.894, 3.112), ("03200", "Vichy", 46.127, 3.426)],
        "Que choisissez-vous de mettre en commun ?", {"Conseil juridique": [1, 1, 2, 1, 1], "Presse": [4, 3, 4, 6], "Production": [6, 8]},
    ),
    Scene(
        "mila", "Mila", "Labels du 18e, dix ans d’âge", ("mila", "Solène Mercier"), "ML", 10, 30,
        [("75018", "Paris", 48.892, 2.345)],
        "500 labels, 500 besoins : quels sont les vôtres ?", {"Comptabilité": [3, 4, 2, 6, 5, 4, 3, 4, 5], "Presse": [4, 4, 2]},
    ),
    Scene(
        "ma-sphere", "Ma Sphère", "Toulouse, quatorze structures en attente de leur lieu", ("toulouse", "Gabin Vidal"), "MS", 2, 14,
        [("31000", "Toulouse", 43.604, 1.444)],
        "Si la grappe embauchait quelqu’un, pour quel travail ?", {"Régie technique": [8, 8, 6, 6], "Administration": [4, 4]},
    ),
    Scene(
        "fraca-ma", "Fraca-MA", "Emplois et compétences en région Centre", ("fraca", "Hélène Tessier"), "FR", 6, 20,
        [
            ("37000", "Tours", 47.394, 0.685), ("45000", "Orléans", 47.903, 1.904), ("41000", "Blois", 47.588, 1.331),
            ("18000", "Bourges", 47.081, 2.399),
        ],
        "Un bout d’administrateur ici, un bout là : combien vous en faut-il ?",
        {"Administration": [8, 6, 6, 8, 4, 6, 10, 8, 6, 4], "Communication web": [4, 6, 4]},
    ),
]  # fmt: skip


def build(today: date) -> None:
    people = invent.people(seed=2012)
    for rank, scene in enumerate(SCENES):
        _build_one(scene, rank, people, today)


def _build_one(scene: Scene, rank: int, people: Iterator[tuple[str, str]], today: date) -> Cluster:
    opened = date(today.year - scene.years, 1, 15)
    coordinator = named(*scene.coordinator)
    postcode, town, _latitude, _longitude = scene.towns[0]
    grappe = cluster(
        scene.slug, scene.name, tagline=scene.tagline, coordinator=coordinator, on=opened, prefix=scene.prefix,
        siren=invent.siren(901 + rank), street="1 place du Marché", postcode=postcode, town=town,
    )  # fmt: skip
    members: list[Firm] = []
    for invented in invent.firms(scene.firms, seed=rank, first_number=1_000 * (rank + 1), towns=scene.towns):
        member = firm(
            invented.name, invented.siren, invented.postcode, invented.town, invented.latitude, invented.longitude
        )
        name, email = next(people)
        welcome(
            grappe,
            member,
            person_named(email=email, name=name),
            by=coordinator,
            on=opened,
            headcount=invented.headcount,
        )
        members.append(member)
    if scene.slug == "mila":
        _paola_joins_too(grappe, opened)
    asked = months_back(today, 1) + timedelta(days=3)
    with scope(cluster=grappe), at(asked):
        survey = open_survey(
            by=coordinator, cluster=grappe, title=f"Enquête {today.year}", question=scene.question, on=asked
        )
        askers = iter(members)
        for skill, quantities in scene.asked.items():
            for half_days in quantities:
                knows_price = half_days % 3 == 0
                state_need(
                    by=coordinator, cluster=grappe, survey=survey, firm=next(askers), skill=skill, half_days=half_days, on=asked,
                    price_cents=17_000 + 500 * half_days if knows_price else None, alone_half_days=1 if knows_price else 0,
                    grade="C" if knows_price else "", document="déclaration" if knows_price else "",
                )  # fmt: skip
    return grappe


def _paola_joins_too(grappe: Cluster, opened: date) -> None:
    """One firm and its consultant belong to two clusters at once."""
    ombrelle = Firm.objects.get(name="Ombrelle Label")
    welcome(grappe, ombrelle, named("paola", "Paola Ricci"), by=named("mila", ""), on=opened, headcount=2)
