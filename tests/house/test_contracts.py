"""The import contracts hold, and each of them catches the fault that is planted for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTS = [
    ("loop", "audit/deeds.py", "import grappe.charges.models"),
    ("loop", "cellar/__init__.py", ""),
    ("pure", "engines/values.py", "import django"),
    ("apart", "engines/pooling/problem.py", "import grappe.engines.sharing"),
    ("inside", "pools/models.py", "import grappe.pools.actions"),
    ("audiences", "web/member/home.py", "import grappe.web.desk.pools"),
    ("door", "pools/actions.py", "import grappe.engines.pooling"),
]
TITLES = {
    "loop": "The rooms import one way",
    "pure": "Engines are pure",
    "apart": "Engines do not know each other",
    "inside": "Inside a room",
    "audiences": "The audiences' pages",
    "door": "One door to an engine",
}


def lint(folder: Path) -> str:
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--no-logo",
        "--no-cache",
        "--config",
        str(folder / ".importlinter"),
    ]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, without what is not Python."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(
        ROOT / "src" / "grappe",
        folder / "grappe",
        ignore=shutil.ignore_patterns("*.html", "*.css", "*.po", "*.mo", "__pycache__", "static"),
    )
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_every_contract_is_kept(house):
    said = lint(house)
    assert " 0 broken" in said, said


@pytest.mark.parametrize(("contract", "path", "code"), PLANTS, ids=[f"{plant[0]}-{plant[1]}" for plant in PLANTS])
def test_a_planted_fault_is_caught(house, contract, path, code):
    target = house / "grappe" / path
    before = target.read_text() if target.exists() else None
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"{before or ''}\n{code}\n")
    try:
        said = lint(house)
    finally:
        if before is None:
            shutil.rmtree(target.parent)
        else:
            target.write_text(before)
    broken = [line for line in said.splitlines() if " BROKEN" in line]
    assert any(line.startswith(TITLES[contract]) for line in broken), said


def test_every_contract_has_a_planted_fault():
    written = {
        line.split(":")[2].rstrip("]\n")
        for line in (ROOT / ".importlinter").read_text().splitlines()
        if line.startswith("[importlinter:contract:")
    }
    assert written == {plant[0] for plant in PLANTS} == set(TITLES)
