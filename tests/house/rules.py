"""What import-linter cannot see, as functions over a source tree: each returns the breaches it finds, as lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS_UPWARDS = [
    "engines", "audit", "law", "people", "clusters", "solves", "papers", "ledger", "needs", "pools", "acts", "plans", "charges",
    "outcomes", "demo", "web", "cli", "config",
]  # fmt: skip
JUNK_ROOMS = {"core", "common", "utils", "helpers", "base", "misc", "lib"}
AUDIENCES = {"desk", "member", "staff", "funder", "public"}
STANDARD_TEMPLATES = {"shared", "account", "mfa", "allauth", "styleguide", "socialaccount", "usersessions"}
HEAVY = {"numpy", "scipy", "ortools", "pandas", "typst", "dask", "distributed", "openpyxl"}


def rooms_below_web(source: Path) -> Iterator[Path]:
    for room in ROOMS_UPWARDS[: ROOMS_UPWARDS.index("web")]:
        if room != "engines":
            yield from python_files(source / room)


def python_files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def height(room: str) -> int:
    return ROOMS_UPWARDS.index(room)


def string_foreign_keys_that_go_up(source: Path) -> list[str]:
    """A relation given as a string must name a model of a room below (or its own)."""
    breaches = []
    for path in python_files(source):
        room = path.relative_to(source).parts[0]
        if room not in ROOMS_UPWARDS:
            continue
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            target = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "to"), None)
            if name not in {"ForeignKey", "OneToOneField", "ManyToManyField"} or not isinstance(target, ast.Constant):
                continue
            other = str(target.value).split(".")[0]
            if other in ROOMS_UPWARDS and height(other) > height(room):
                breaches.append(f"{path.name}:{call.lineno} {room} points up to {target.value}")
    return breaches


def pages_named_below_web(source: Path) -> list[str]:
    """A room below the pages reverses no URL and renders no page: who calls it gives the address."""
    breaches = []
    for path in rooms_below_web(source):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in {"django.urls", "django.shortcuts", "django.http"}:
                breaches.append(f"{path.relative_to(source)}:{node.lineno} imports {node.module}")
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.match(r"(desk|member|staff|funder|public):\w+$", node.value)
            ):
                breaches.append(f"{path.relative_to(source)}:{node.lineno} names the page {node.value}")
    return breaches


def signals(source: Path) -> list[str]:
    """No room listens to another's saves: what belongs together is called."""
    names = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "receiver"}
    return [
        f"{path.relative_to(source)}:{node.lineno} {alias.name}"
        for path in python_files(source)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.d")
        for alias in node.names
        if alias.name in names
    ]


def junk_rooms(source: Path) -> list[str]:
    return [
        str(path.relative_to(source))
        for path in source.rglob("*")
        if (path.is_dir() or path.suffix == ".py")
        and path.stem in JUNK_ROOMS
        and not {"templates", "engines"} & {*path.parts}
    ]


def rooms_without_a_sign(source: Path) -> list[str]:
    """Every room says in its __init__ what it keeps, in five lines or so."""
    breaches = []
    for room in ROOMS_UPWARDS:
        init = source / room / "__init__.py"
        said = ast.get_docstring(ast.parse(init.read_text())) if init.exists() else None
        if not said:
            breaches.append(f"{room}: says nothing")
        elif len(said.splitlines()) > 12:
            breaches.append(f"{room}: says too much")
    return breaches


TEMPLATE_CALL = re.compile(r"""\{%\s*(?:extends|include)\s+["']([^"']+)["']""")


def templates_of_another_audience(templates: Path) -> list[str]:
    """A template of an audience stands on its own folder and on shared ones only."""
    breaches = []
    for path in sorted(templates.rglob("*.html")):
        own = path.relative_to(templates).parts[0]
        for used in TEMPLATE_CALL.findall(path.read_text()):
            theirs = used.split("/")[0]
            if theirs in AUDIENCES and theirs != own:
                breaches.append(f"{path.relative_to(templates)} uses {used}")
    return breaches


def unused_templates(source: Path, templates: Path) -> list[str]:
    """A template that no view, tag or template names. Folders whose names a library fixes are left out."""
    text = "\n".join(
        path.read_text() for path in [*python_files(source), *templates.rglob("*.html"), *templates.rglob("*.txt")]
    )
    return [
        name
        for path in sorted([*templates.rglob("*.html"), *templates.rglob("*.txt")])
        if (name := str(path.relative_to(templates))).split("/")[0] not in STANDARD_TEMPLATES - {"shared", "styleguide"}
        and name not in {"400.html", "403.html", "404.html", "500.html"}
        and name not in text
    ]


def missing_templates(source: Path, templates: Path) -> list[str]:
    """A template that a view or a template names, and that is not there."""
    named = re.compile(r"""["']((?:desk|member|staff|funder|public|shared|styleguide)/[\w/.-]+\.(?:html|txt))["'#]""")
    return sorted(
        {
            f"{path.name}: {name}"
            for path in [*python_files(source / "web"), *templates.rglob("*.html")]
            for name in named.findall(path.read_text())
            if not (templates / name).exists()
        }
    )


def inline_code(templates: Path) -> list[str]:
    """No inline script, style or handler: the content security policy would refuse it."""
    found = re.compile(r"""<style|\sstyle=|\son\w+=["']|<script(?![^>]*\ssrc=)(?![^>]*type=["']application/json)""")
    return [
        f"{path.relative_to(templates)}: {match.group(0).strip()}"
        for path in sorted(templates.rglob("*.html"))
        for match in found.finditer(
            re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S)
        )
    ]


def money_that_is_not_whole_cents(source: Path) -> list[str]:
    """A column of money is an integer and says so in its name; only places on earth are floats."""
    breaches = []
    for path in source.glob("*/models.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
                continue
            name, kind = getattr(node.targets[0], "id", ""), getattr(node.value.func, "attr", "")
            where = f"{path.parent.name}.{name}"
            if kind in {"DecimalField", "MoneyField"} or (
                kind == "FloatField" and name not in {"latitude", "longitude"}
            ):
                breaches.append(f"{where} is a {kind}")
            if name.endswith("_cents") and "Integer" not in kind:
                breaches.append(f"{where} is a {kind}")
            if name in {"amount", "price", "cost", "total"}:
                breaches.append(f"{where} does not say its unit")
    return breaches


def deeds_that_take_positions(source: Path) -> list[str]:
    """A deed takes keyword arguments only, `by` first among them, and is annotated."""
    breaches = []
    for path in rooms_below_web(source):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            named = [d for d in node.decorator_list if isinstance(d, ast.Call) and getattr(d.func, "id", "") == "deed"]
            if not named:
                continue
            where = f"{path.relative_to(source)}:{node.lineno} {node.name}"
            if node.args.args or node.args.posonlyargs:
                breaches.append(f"{where}: takes positions")
            if "by" not in [argument.arg for argument in node.args.kwonlyargs]:
                breaches.append(f"{where}: by whom?")
            deed_name = named[0].args[0].value if named[0].args and isinstance(named[0].args[0], ast.Constant) else ""
            if deed_name.split(".")[0] != path.relative_to(source).parts[0]:
                breaches.append(f"{where}: called {deed_name}")
            if not ast.get_docstring(node):
                breaches.append(f"{where}: no docstring")
    return breaches


def heavy_imports_at_the_top(source: Path) -> list[str]:
    """A heavy library is imported inside the function that needs it, outside `engines` and `cli`."""
    return [
        f"{path.relative_to(source)}:{node.lineno} imports {name}"
        for path in python_files(source)
        if path.relative_to(source).parts[0] not in {"engines", "cli"}
        for node in ast.parse(path.read_text()).body
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name.split(".")[0] in HEAVY
    ]
