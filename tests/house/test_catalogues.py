"""The screen's words are complete in French and in English: no empty entry, no fuzzy one, none missing, no placeholder lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def entries(language: str):
    with (ROOT / f"src/grappe/locale/{language}/LC_MESSAGES/django.po").open("rb") as source:
        return [message for message in read_po(source, locale=language) if message.id]


def forms(value) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_entry_is_translated(language):
    found = entries(language)
    assert len(found) > 100
    assert [message.id for message in found if message.fuzzy or not all(forms(message.string))] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_placeholder_is_lost(language):
    wrong = []
    for message in entries(language):
        wanted = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        for text in forms(message.string)[-1:]:
            if set(PLACEHOLDER.findall(text)) != wanted:
                wrong.append(message.id)
    assert wrong == []


def test_the_catalogues_hold_the_words_of_the_source():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/messages.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
