"""The kinds of paper. A room registers its own in its AppConfig.ready(): what may be printed, and the text to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

Words = str | Promise


class Sort(StrEnum):
    """What a field prints: words in a sentence, a list of lines, a table (`{"head": [...], "rows": [[...]], "right": [column, ...]}`)."""

    TEXT = "text"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Field:
    """A named place in a template. `needed`: a paper without it is refused, in `words`; `example` is shown while one edits."""

    name: str
    words: Words
    example: object = ""
    sort: Sort = Sort.TEXT
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`key`: its name in the database; `words`: on the screen; `about`: what one such paper is about; `body`: the text to begin with."""

    key: str
    words: Words
    about: Words
    fields: tuple[Field, ...]
    body: str

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def examples(self) -> dict[str, object]:
        return {field.name: field.example for field in self.fields}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make the kind known. Twice the same is once; another one under the same key is an error of the house."""
    standing = _kinds.get(kind.key)
    if standing is not None and standing is not kind:
        raise ValueError(f"two kinds of paper are called {kind.key}")
    _kinds[kind.key] = kind


def kind_of(key: str) -> Kind:
    """Raises KeyError for a kind that no room registered."""
    return _kinds[key]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def kept_facts(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a paper of that kind keeps them: text, lists of text, tables of text; empty ones left out."""
    unknown = set(facts) - {field.name for field in kind.fields}
    if unknown:
        raise ValueError(f"{kind.key} has no field {', '.join(sorted(unknown))}")
    return {field.name: _plain(facts[field.name]) for field in kind.fields if facts.get(field.name)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            "head": [_text(cell) for cell in value.get("head", [])],
            "rows": [[_text(cell) for cell in row] for row in value.get("rows", [])],
            "right": [int(column) for column in value.get("right", [])],
        }
    if isinstance(value, list | tuple):
        return [_text(line) for line in value]
    return _text(value)


def _text(value: Any) -> str:
    return str(value).replace("\x00", "")  # PostgreSQL keeps no NUL
