"""Firms and people that do not exist, always the same for the same seed."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import luhn

FIRST_WORDS = [
    "Abeille", "Amarante", "Arpège", "Balise", "Bascule", "Bastide", "Boréal", "Cabane", "Cadran", "Calanque",
    "Canopée", "Cigale", "Clairière", "Comète", "Coquelicot", "Corniche", "Détour", "Embellie", "Escale",
    "Estuaire", "Falaise", "Fanfare", "Farandole", "Flânerie", "Fougère", "Gabare", "Garrigue", "Girouette",
    "Grenier", "Guinguette", "Havre", "Hirondelle", "Jetée", "Lagune", "Lisière", "Lucarne", "Luciole", "Manège",
    "Marelle", "Mélèze", "Mirage", "Moraine", "Nébuleuse", "Noisetier", "Orée", "Palissade", "Paradoxe", "Péniche",
    "Phare", "Pivoine", "Préau", "Radeau", "Ressac", "Rivage", "Rocade", "Rosée", "Sablier", "Sauvage", "Sémaphore",
    "Sillage", "Solstice", "Taillis", "Tangram", "Tilleul", "Tournesol", "Tramontane", "Tuilerie", "Verger",
    "Vertige", "Vigie", "Voltige", "Zénith",
]  # fmt: skip
TRADES = [
    "Disques",
    "Éditions",
    "Films",
    "Label",
    "Management",
    "Musiques",
    "Productions",
    "Records",
    "Spectacles",
    "Studio",
]
GIVEN_NAMES = [
    "Adèle", "Aïcha", "Alban", "Amel", "Anouk", "Baptiste", "Bérénice", "Camille", "Célestin", "Chloé", "Damien",
    "Djibril", "Élodie", "Émile", "Fatou", "Félix", "Gabin", "Hélène", "Ibrahim", "Inès", "Jeanne", "Joël", "Kenza",
    "Léon", "Lina", "Louise", "Malo", "Manon", "Mehdi", "Nadia", "Noé", "Océane", "Paul", "Rachid", "Rose", "Sacha",
    "Salomé", "Simon", "Solène", "Théo", "Ugo", "Valentine", "Yann", "Zoé",
]  # fmt: skip
FAMILY_NAMES = [
    "Abadie", "Arnaud", "Barbier", "Belkacem", "Benoît", "Bertin", "Bonnet", "Carlier", "Charpentier", "Cissé",
    "Colas", "Da Silva", "Delmas", "Diallo", "Dupuy", "Fabre", "Faure", "Garnier", "Gauthier", "Guérin", "Hamon",
    "Jacquet", "Keller", "Lacroix", "Lambert", "Le Goff", "Lefort", "Maillard", "Marchal", "Mercier", "Millet",
    "Nguyen", "Perrot", "Picard", "Poulain", "Renaud", "Rivière", "Rousseau", "Sanchez", "Tessier", "Traoré",
    "Vasseur", "Vidal", "Weber",
]  # fmt: skip


@dataclass(frozen=True)
class InventedFirm:
    name: str
    siren: str
    postcode: str
    town: str
    latitude: float
    longitude: float
    headcount: int


def siren(number: int) -> str:
    """A number with a good key that belongs to nobody: it begins with 0000."""
    body = f"{number:08d}"
    return body + luhn.calc_check_digit(body)


def firms(
    count: int, *, seed: int, first_number: int, towns: list[tuple[str, str, float, float]]
) -> Iterator[InventedFirm]:
    """`count` firms spread over `towns` (postcode, name, latitude, longitude), within some four kilometres of each."""
    draw = random.Random(seed)
    names = [f"{word} {trade}" for word in FIRST_WORDS for trade in TRADES]
    draw.shuffle(names)
    for index in range(count):
        postcode, town, latitude, longitude = draw.choice(towns)
        name = names[index % len(names)]
        yield InventedFirm(
            name=name if index < len(names) else f"{name} {index // len(names) + 1}",
            siren=siren(first_number + index),
            postcode=postcode,
            town=town,
            latitude=round(latitude + draw.uniform(-0.035, 0.035), 4),
            longitude=round(longitude + draw.uniform(-0.05, 0.05), 4),
            headcount=draw.choice([1, 1, 1, 2, 2, 3, 3, 4, 6, 9]),
        )


def people(seed: int) -> Iterator[tuple[str, str]]:
    """Names and addresses, without end and without twins."""
    draw = random.Random(seed)
    seen: set[str] = set()
    while True:
        given, family = draw.choice(GIVEN_NAMES), draw.choice(FAMILY_NAMES)
        email = f"{plain(given)}.{plain(family)}@demo.example"
        if email in seen:
            email = f"{plain(given)}.{plain(family)}{len(seen)}@demo.example"
        seen.add(email)
        yield f"{given} {family}", email


def plain(text: str) -> str:
    """Lower-case letters without accents, for an address."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter if letter.isalnum() else "-" for letter in folded).strip("-")
