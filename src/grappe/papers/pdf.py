"""A PDF (PDF/A-3a, PDF/UA-1) from a typst source of ours and the data that it reads: the same bytes each time.

What people write travels as data, never as source: typst prints it, and does not run it.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SQUARE = "\u25a1"  # stands for a sign that the printer's letters lack: PDF/UA refuses a letter that it cannot draw
# Latin, Greek and Cyrillic, phonetics, punctuation, currencies, letterlike signs, arrows, mathematics, boxes: drawn one by one.
DRAWN = [
    range(0x20, 0x480), range(0x1D00, 0x1D80), range(0x1E00, 0x2000), range(0x2000, 0x2041), range(0x2044, 0x2053),
    range(0x2054, 0x209D), range(0x20A0, 0x20C0), range(0x2100, 0x211F), range(0x2122, 0x2123), range(0x2126, 0x2150),
    range(0x2153, 0x2180), range(0x2190, 0x2400), range(0x2500, 0x2600),
]  # fmt: skip
DROPPED = {"Cc", "Cs", "Co", "Cn", "Cf"}


def pdf_of(source: Path, data: Any, *, at: datetime) -> bytes:
    """Compile `source` (which reads `sys.inputs.data` as JSON), dated `at`; some tens of milliseconds, some MB at first."""
    import typst  # 30 MB: only when a PDF is asked for

    document = typst.compile(
        source.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(printable(data), ensure_ascii=False)},
        pdf_standards=["a-3a", "ua-1"],
        ignore_system_fonts=True,
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    assert isinstance(document, bytes)
    return document


def printable(value: Any) -> Any:
    """The same data without controls and unassigned signs, and with a square for what the printer's letters lack."""
    if isinstance(value, str):
        return "".join(_sign(character) for character in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _sign(character: str) -> str:
    if character in "\n\t":
        return " " if character == "\t" else "\n"
    if unicodedata.category(character) in DROPPED:
        return ""
    return character if any(ord(character) in drawn for drawn in DRAWN) else SQUARE
