"""The small markup of templates: titles, paragraphs, lists, bold, named fields. Text only: nothing in it is ever run.

    # Titre            ## Sous-titre
    Un paragraphe avec un {{ champ }} et du **gras** ; une fin de ligne reste une fin de ligne.
    - une ligne de liste
    {{ jours }}        seul sur sa ligne : une liste ou un tableau
    {{ si champ }} … {{ sinon }} … {{ fin }}    chacun seul sur sa ligne : selon que le champ est rempli ou non
    ---                un filet

A template is read before anything is put in it, so that what a field holds is never read as markup.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from grappe.papers.kinds import Kind, Sort

BODY_MOST = 60_000
LINE_MOST = 4_000
_FIELD = re.compile(r"\{\{(.*?)\}\}")
_ALONE = re.compile(r"\s*\{\{\s*([^{}]*?)\s*\}\}\s*")
IF, ELSE, END = "si", "sinon", "fin"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in words, and on which line (from 1)."""

    line: int
    words: str

    def __str__(self) -> str:
        return _("Ligne %(line)s : %(words)s") % {"line": self.line, "words": self.words}


class Broken(ValueError):
    """The text cannot be read; `faults` says why, line by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.line}: {fault.words}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line: words, or the name of a field."""

    text: str
    field: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: title, subtitle, paragraph, item, field, rule, if, else, end. `runs` is one line; `name` the field of field and if."""

    kind: str
    line: int
    runs: tuple[Run, ...] = ()
    name: str = ""


def field_name(text: str) -> str:
    """« Prix de la journée » and « prix_de_la_journee » are the same field."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def read(body: str, kind: Kind) -> list[Block]:
    """The blocks of a template. Raises `Broken` with every fault: unknown field, brace or bold left open, « si » without « fin »."""
    faults: list[Fault] = []
    blocks: list[Block] = []
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not body.strip():
        faults.append(Fault(1, _("le modèle est vide.")))
    if len(body) > BODY_MOST:
        faults.append(Fault(1, _("le modèle est trop long (%(count)s signes au plus).") % {"count": BODY_MOST}))
        raise Broken(faults)
    for number, line in enumerate(lines, start=1):
        block = _block(line, number, kind, faults)
        if block is not None:
            blocks.append(block)
    faults += _out_of_order(blocks)
    if faults:
        raise Broken(sorted(faults, key=lambda fault: fault.line))
    return blocks


def _block(line: str, number: int, kind: Kind, faults: list[Fault]) -> Block | None:
    bare = line.strip()
    if len(bare) > LINE_MOST:
        faults.append(
            Fault(number, _("cette ligne est trop longue (%(count)s signes au plus).") % {"count": LINE_MOST})
        )
        return None
    if any(unicodedata.category(character) == "Cc" and character != "\t" for character in line):
        faults.append(Fault(number, _("il y a ici un signe invisible que rien n’imprime. Retapez la ligne.")))
        return None
    if not bare:
        return Block("space", number)
    if bare == "---":
        return Block("rule", number)
    alone = _ALONE.fullmatch(line)
    if alone is not None:
        command = _command(alone[1], number, kind, faults)
        if command is not None:
            return command
    if bare.startswith("#"):
        marks = len(bare) - len(bare.lstrip("#"))
        words = bare[marks:].strip()
        if marks > 2 or not words:
            faults.append(Fault(number, _("un titre commence par # ou ## puis ses mots.")))
            return None
        return Block("title" if marks == 1 else "subtitle", number, tuple(_runs(words, number, kind, faults)))
    if bare.startswith("- "):
        return Block("item", number, tuple(_runs(bare[2:], number, kind, faults)))
    return Block("paragraph", number, tuple(_runs(bare, number, kind, faults)))


def _command(text: str, number: int, kind: Kind, faults: list[Fault]) -> Block | None:
    """A line that holds nothing but braces: « si », « sinon », « fin », or a field that is a list or a table."""
    word, _space, rest = text.partition(" ")
    if word in {ELSE, END} and not rest:
        return Block("else" if word == ELSE else "end", number)
    if word == IF and rest:
        name = field_name(rest)
        if kind.field(name) is None:
            faults.append(Fault(number, _unknown(rest, kind)))
        return Block("if", number, name=name)
    field = kind.field(field_name(text))
    if field is not None and field.sort is not Sort.TEXT:
        return Block("field", number, name=field.name)
    return None


def _runs(text: str, number: int, kind: Kind, faults: list[Fault]) -> Iterator[Run]:
    if text.count("**") % 2:
        faults.append(Fault(number, _("« ** » ouvre un passage en gras que rien ne referme sur la ligne.")))
        return
    for rank, piece in enumerate(text.split("**")):
        strong = rank % 2 == 1
        last = 0
        for found in _FIELD.finditer(piece):
            yield from _words(piece[last : found.start()], strong, number, faults)
            last = found.end()
            name = field_name(found[1])
            field = kind.field(name)
            if field is None:
                faults.append(Fault(number, _unknown(found[1], kind)))
            elif field.sort is not Sort.TEXT:
                said = {"field": field.words, "name": field.name}
                faults.append(
                    Fault(
                        number,
                        _("« %(field)s » est une liste ou un tableau : {{ %(name)s }} va seul sur sa ligne.") % said,
                    )
                )
            else:
                yield Run(name, field=True, strong=strong)
        yield from _words(piece[last:], strong, number, faults)


def _words(text: str, strong: bool, number: int, faults: list[Fault]) -> Iterator[Run]:
    if "{{" in text or "}}" in text:
        faults.append(Fault(number, _("des accolades ne sont pas refermées : un champ s’écrit {{ nom }}.")))
    elif text:
        yield Run(text, strong=strong)


def _unknown(said: str, kind: Kind) -> str:
    said = said.strip()[:60]
    if field_name(said) in {IF, ELSE, END} or said.startswith(f"{IF} "):
        return _("« {{ %(name)s }} » va seul sur sa ligne.") % {"name": said}
    near = difflib.get_close_matches(field_name(said), [field.name for field in kind.fields], n=1, cutoff=0.6)
    if near:
        return _("« %(name)s » n’est pas un champ de ce modèle. Vouliez-vous dire « %(near)s » ?") % {
            "name": said,
            "near": near[0],
        }
    return _("« %(name)s » n’est pas un champ de ce modèle.") % {"name": said}


def _out_of_order(blocks: list[Block]) -> list[Fault]:
    faults: list[Fault] = []
    opened: Block | None = None
    has_else = titled = False
    for block in blocks:
        if block.kind == "if":
            if opened is not None:
                faults.append(Fault(block.line, _("un « si » est déjà ouvert ligne %(line)s.") % {"line": opened.line}))
            opened, has_else = block, False
        elif block.kind in {"else", "end"} and opened is None:
            faults.append(Fault(block.line, _("aucun « si » n’est ouvert.")))
        elif block.kind == "else":
            if has_else:
                faults.append(Fault(block.line, _("ce « si » a déjà un « sinon ».")))
            has_else = True
        elif block.kind == "end":
            opened = None
        elif block.kind == "title":
            titled = True
        elif block.kind == "subtitle" and not titled:
            faults.append(Fault(block.line, _("un sous-titre (##) vient après un titre (#).")))
    if opened is not None:
        faults.append(Fault(opened.line, _("ce « si » n’a pas de « fin ».")))
    return faults


# What is printed


def laid_out(blocks: list[Block], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks with their fields filled, ready for a page or for the printer, as JSON.

    `{"kind": "title" | "subtitle", "runs": [run]}`, `{"kind": "paragraph" | "items", "lines": [[run]]}`,
    `{"kind": "table", "head", "rows", "right"}`, `{"kind": "rule"}`; a run is `{"text", "strong"}`.
    """
    found: list[dict[str, Any]] = []
    near: str = ""  # the kind of the block that the next line may go on
    shown = True
    for block in blocks:
        if block.kind == "if":
            shown, near = bool(facts.get(block.name)), _list_only(near)
        elif block.kind == "else":
            shown, near = not shown, _list_only(near)
        elif block.kind == "end":
            shown, near = True, _list_only(near)
        elif not shown:
            continue
        elif block.kind == "space":
            near = ""
        elif block.kind == "rule":
            found.append({"kind": "rule"})
            near = ""
        elif block.kind == "field":
            filled = _filled(facts.get(block.name))
            if near == "items" and filled and filled[0]["kind"] == "items":
                found[-1]["lines"] += filled[0]["lines"]
            elif filled:
                found += filled
                near = filled[0]["kind"]
        else:
            line = [run for run in (_said(run, facts) for run in block.runs) if run["text"]]
            if block.kind in {"title", "subtitle"}:
                found.append({"kind": block.kind, "runs": line})
                near = ""
                continue
            kind = "items" if block.kind == "item" else "paragraph"
            if near == kind:
                found[-1]["lines"].append(line)
            else:
                found.append({"kind": kind, "lines": [line]})
            near = kind
    return [block for block in found if not _is_bare(block)]


def _list_only(near: str) -> str:
    """A list goes on over a condition between its lines; a paragraph does not."""
    return near if near == "items" else ""


def _said(run: Run, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": str(facts.get(run.text, "")) if run.field else run.text, "strong": run.strong}


def _filled(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, Mapping):
        rows = [[str(cell) for cell in row] for row in value.get("rows", [])]
        head = [str(cell) for cell in value.get("head", [])]
        return [{"kind": "table", "head": head, "rows": rows, "right": list(value.get("right", []))}] if rows else []
    lines = [[{"text": str(line), "strong": False}] for line in value or [] if str(line)]
    return [{"kind": "items", "lines": lines}] if lines else []


def _is_bare(block: dict[str, Any]) -> bool:
    """A title, a paragraph or a list in which the fields left nothing."""
    if "runs" in block:
        return not block["runs"]
    return "lines" in block and not any(block["lines"])
