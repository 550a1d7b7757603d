"""A kind of paper and papers made from it, in the scope of Vigne."""

from __future__ import annotations

from typing import Any

import pypdfium2
from tests.world import World

from grappe.papers import kinds
from grappe.papers.actions import make_paper
from grappe.papers.kinds import Field, Kind, Sort
from grappe.papers.models import Paper

BODY = """# Objet
{{ structure }} reçoit **{{ jours }}** par mois.

{{ si note }}
Note : {{ note }}
{{ sinon }}
Sans note.
{{ fin }}

# Détail
{{ lignes }}
{{ tableau }}
"""

LETTER = Kind(
    key="test_letter",
    words="Lettre d’essai",
    about="une structure",
    fields=(
        Field("structure", "la structure", "Studio Rive", needed=True),
        Field("jours", "les jours", "3 jours"),
        Field("note", "une note", ""),
        Field("lignes", "des lignes", ["un", "deux"], Sort.LIST),
        Field(
            "tableau", "un tableau", {"head": ["Jour", "Heures"], "rows": [["lundi", "7 h"]], "right": [1]}, Sort.TABLE
        ),
    ),
    body=BODY,
)
kinds.register(LETTER)


def parties(world: World) -> list[dict[str, Any]]:
    return [
        {"key": "cluster", "words": "Pour l’employeur", "name": "Association Vigne", "role": "coordinator"},
        {
            "key": "firm",
            "words": "Pour la structure utilisatrice",
            "name": "Disquaire",
            "role": "member",
            "firm": world.disquaire.pk,
        },
    ]


def paper(world: World, **facts: Any) -> Paper:
    return make_paper(
        by=world.colette,
        cluster=world.vigne,
        kind=LETTER.key,
        about=world.disquaire,
        title="Lettre à Disquaire",
        facts={"structure": "Disquaire", "jours": "3 jours", **facts},
        parties=parties(world),
    )


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return " ".join(found.replace("\u202f", " ").replace("\xa0", " ").split())
