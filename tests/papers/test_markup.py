"""The markup of templates: what it reads, what it refuses and on which line, and that what a field holds is only words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.papers.factory import BODY, LETTER

from grappe.papers.markup import Broken, field_name, laid_out, read


def faults(body: str) -> list[tuple[int, str]]:
    with pytest.raises(Broken) as broken:
        read(body, LETTER)
    return [(fault.line, fault.words) for fault in broken.value.faults]


def words(blocks: list[dict]) -> str:
    return " ".join(
        run["text"] for block in blocks for line in [block.get("runs", []), *block.get("lines", [])] for run in line
    )


def test_a_template_is_laid_out_with_its_facts():
    table = {"head": ["Jour", "Heures"], "rows": [["lundi", "7 h"]], "right": [1]}
    found = laid_out(
        read(BODY, LETTER), {"structure": "Rive", "jours": "3 jours", "lignes": ["a", "b"], "tableau": table}
    )
    assert [block["kind"] for block in found] == ["title", "paragraph", "paragraph", "title", "items", "table"]
    assert found[1]["lines"][0] == [
        {"text": "Rive", "strong": False},
        {"text": " reçoit ", "strong": False},
        {"text": "3 jours", "strong": True},
        {"text": " par mois.", "strong": False},
    ]
    assert "Sans note." in words(found)
    assert "Note :  oui" in words(laid_out(read(BODY, LETTER), {"note": "oui"}))


def test_a_line_break_stays_and_a_blank_line_parts():
    found = laid_out(read("un\ndeux\n\ntrois", LETTER), {})
    assert [len(block["lines"]) for block in found] == [2, 1]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("# A\nBonjour {{ strcture }}", 2, "Vouliez-vous dire « structure »"),
        ("# A\n\n{{ rien_de_tel }}", 3, "n’est pas un champ"),
        ("Bonjour {{ structure", 1, "accolades"),
        ("Bonjour structure }}", 1, "accolades"),
        ("un **gras\nqui continue**", 1, "gras"),
        ("{{ si note }}\nà suivre", 1, "pas de « fin »"),
        ("{{ fin }}", 1, "aucun « si »"),
        ("{{ si note }}\n{{ si jours }}\n{{ fin }}", 2, "déjà ouvert ligne 1"),
        ("{{ si note }}\n{{ sinon }}\n{{ sinon }}\n{{ fin }}", 3, "déjà un « sinon »"),
        ("{{ si inconnu }}\n{{ fin }}", 1, "n’est pas un champ"),
        ("texte {{ fin }}", 1, "seul sur sa ligne"),
        ("voici {{ lignes }}", 1, "seul sur sa ligne"),
        ("### trop", 1, "un titre"),
        ("#", 1, "un titre"),
        ("## d’abord", 1, "vient après un titre"),
        ("  \n ", 1, "vide"),
        ("a\x07b", 1, "invisible"),
        ("x" * 60_001, 1, "trop long"),
    ],
)  # fmt: skip
def test_what_is_broken_is_refused_with_its_line(body, line, said):
    found = faults(body)
    assert any(at == line and said in what for at, what in found), found


def test_every_fault_is_named_at_once():
    assert [line for line, _words in faults("{{ a }}\nbien\n{{ b }}\n**")] == [1, 3, 4]


def test_a_field_is_named_as_people_write_it():
    assert field_name(" Structure ") == "structure"
    assert field_name("Prix de la journée") == "prix_de_la_journee"
    assert words(laid_out(read("{{Structure}}", LETTER), {"structure": "Rive"})) == "Rive"


@given(st.text(max_size=80))
def test_what_a_field_holds_is_never_read_as_markup(said):
    found = laid_out(read("{{ structure }}", LETTER), {"structure": said})
    assert found == ([{"kind": "paragraph", "lines": [[{"text": said, "strong": False}]]}] if said else [])


@given(st.text(alphabet="{}*#- \nsifnoabcstructure_é", max_size=200))
def test_any_text_is_read_or_refused_and_never_breaks(body):
    try:
        laid_out(read(body, LETTER), LETTER.examples())
    except Broken as broken:
        assert broken.faults
        assert all(1 <= fault.line <= body.count("\n") + 1 for fault in broken.faults)
