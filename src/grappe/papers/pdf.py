"""A PDF (PDF/A-3a, PDF/UA-1) from a typst source of ours and the data that it reads: the same bytes each time.

What people write travels as data, never as source: typst prints it, and does not run it.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT_SPACES = {"\t": " ", "\u00ad": ""}
# What the letters that come with typst draw: Latin, Greek, Cyrillic, their signs, a few arrows and comparisons.
DRAWN = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3FF),
    (0x400, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x2030),
    (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193),
    (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265), (0x25A1, 0x25A1),
)  # fmt: skip


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
    """The same data without the signs that no letter draws: controls, private and unassigned code points, emoji."""
    if isinstance(value, str):
        return "".join(_sign(character) for character in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _sign(character: str) -> str:
    if character in KEPT_SPACES:
        return KEPT_SPACES[character]
    if character == "\n" or any(first <= ord(character) <= last for first, last in DRAWN):
        return character
    if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Cf", "Mn", "Me"}:
        return ""
    return "\u25a1"  # a square stands for what the printer's letters lack: another script, an emoji
