"""What the printer's letters draw is drawn; nothing that people write stops the printing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.papers import pdf

SOURCE = '#set document(title: "essai")\n#set text(font: "Libertinus Serif", lang: "fr")\n#json(bytes(sys.inputs.data))'


def printed(tmp_path: Path, text: str) -> bytes:
    source = tmp_path / "essai.typ"
    source.write_text(SOURCE)
    return pdf.pdf_of(source, text, at=datetime(2026, 11, 24, 12, tzinfo=UTC))


def test_every_sign_said_to_be_drawn_is(tmp_path):
    for first, last in pdf.DRAWN:
        assert printed(tmp_path, "".join(chr(sign) for sign in range(first, last + 1))).startswith(b"%PDF")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_printed(tmp_path_factory, text):
    assert printed(tmp_path_factory.mktemp("pdf"), text).startswith(b"%PDF")


def test_what_cannot_be_drawn_is_a_square_and_controls_are_left_out():
    assert pdf.printable("a\u202eb 中 🎸 é\n") == "ab □ □ é\n"
