"""What the printer draws: every sign that it says it draws, a square for the others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.papers.factory import text_of

from grappe.papers.pdf import DRAWN, SQUARE, pdf_of, printable

AT = datetime(2027, 1, 4, 12, tzinfo=UTC)
SOURCE = '#set document(title: "x")\n#set text(font: "Libertinus Serif", lang: "fr")\n= Titre\n#json(bytes(sys.inputs.data)).join(" ")'


def source(folder: Path) -> Path:
    found = folder / "x.typ"
    found.write_text(SOURCE)
    return found


def test_every_sign_that_is_kept_can_be_drawn(tmp_path):
    said = ["a" + chr(code) for drawn in DRAWN for code in drawn]
    assert pdf_of(source(tmp_path), said, at=AT).startswith(b"%PDF")


def test_the_same_data_has_the_same_bytes_and_another_sign_is_a_square(tmp_path):
    first = pdf_of(source(tmp_path), ["Écluse \u4e2d \U0001f3b8"], at=AT)
    assert first == pdf_of(source(tmp_path), ["Écluse \u4e2d \U0001f3b8"], at=AT)
    assert f"Écluse {SQUARE} {SQUARE}" in text_of(first)
    assert printable({"a": ["x\x00y\u202e", 3]}) == {"a": ["xy", 3]}
