"""Gather the screen's words: French repeats its own sentences, English keeps its translations and shows what is missing.

`--check` changes nothing and fails where a catalogue does not hold exactly the words of the source.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "grappe"
LOCALE = SOURCE / "locale"
HEADER = "# The words of Grappe's screens. AGPL-3.0-or-later.\n#"


def gather() -> Catalog:
    """Every message of the source, without places."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "grappe"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("locale", "static", "__pycache__", "migrations"))
        (copy / "locale").mkdir()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "-l",
                "fr",
                "--no-location",
                "--extension",
                "html,txt,py",
                "-v",
                "0",
            ],
            cwd=copy,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"},
            check=True,
        )
        with (copy / "locale/fr/LC_MESSAGES/django.po").open("rb") as made:
            return read_po(made, locale="fr")


def keys(catalog: Catalog) -> set[tuple[str | None, object]]:
    return {(message.context, message.id) for message in catalog if message.id}


def stored(language: str) -> Catalog:
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as kept:
        return read_po(kept, locale=language)


def merged(found: Catalog, language: str) -> Catalog:
    """The found messages with their translations: French is itself, English is what was kept."""
    kept = stored(language)
    made = Catalog(locale=language, project="Grappe", header_comment=HEADER, fuzzy=False, msgid_bugs_address="")
    for message in sorted((message for message in found if message.id), key=_order):
        old: Message | None = kept.get(message.id, message.context)
        text = message.id if language == "fr" else old.string if old is not None else None
        made.add(
            message.id,
            text,
            context=message.context,
            flags=message.flags - {"fuzzy"},
            auto_comments=message.auto_comments,
        )
    made.creation_date = made.revision_date = (
        kept.creation_date if kept.creation_date and len(kept) else made.creation_date
    )
    return made


def _order(message: Message) -> tuple[str, str]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context or "")


def main() -> int:
    found = gather()
    if "--check" in sys.argv:
        for language in ("fr", "en"):
            difference = keys(found) ^ keys(stored(language))
            if difference:
                print(
                    f"{language}: {len(difference)} entries differ from the source; run make messages", file=sys.stderr
                )
                return 1
        return 0
    for language in ("fr", "en"):
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = merged(found, language)
        with path.open("wb") as target:
            write_po(target, catalog, width=120, omit_header=False)
        empty = sum(1 for message in catalog if message.id and not all(_texts(message)))
        print(f"{language}: {len(catalog)} entries, {empty} to translate")
    return 0


def _texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


if __name__ == "__main__":
    sys.exit(main())
