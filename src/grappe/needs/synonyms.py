"""Words of the trade that name one skill, each line with its reason. Only proposed: the coordinator confirms or splits.

To propose another, add a line, the name to prefer first. A cluster's own habits need none: what its coordinator
confirms is remembered there.
"""

from __future__ import annotations

SYNONYMS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "communication web",
            "communication numérique",
            "communication digitale",
            "community management",
            "community manager",
        ),
        "animer une communauté en ligne est la part quotidienne de la communication web",
    ),
    (("réseaux sociaux", "community management"), "le même travail, dit en français"),
    (("administration", "administratif", "gestion administrative"), "le métier et celui qui le fait"),
    (("comptabilité", "comptable"), "le métier et celui qui le fait"),
    (("presse", "attaché de presse", "attachée de presse", "relations presse"), "le métier et celui qui le fait"),
    (("diffusion", "booking", "chargé de diffusion", "chargée de diffusion"), "placer un spectacle ou un concert"),
    (("production", "chargé de production", "chargée de production"), "le métier et celui qui le fait"),
    (("régie", "régisseur", "régisseuse"), "le métier et celui qui le fait"),
    (("graphisme", "graphiste", "infographie"), "le métier et celui qui le fait"),
    (("paie", "paye", "bulletins de salaire"), "deux orthographes, et ce qu’on en attend"),
)
