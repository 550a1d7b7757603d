"""The house as it stands keeps its own rules; and each rule catches the fault that is planted for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.house import rules

SOURCE = Path(__file__).resolve().parents[2] / "src" / "grappe"
TEMPLATES = SOURCE / "web" / "templates"

OVER_SOURCE = [
    rules.string_foreign_keys_that_go_up,
    rules.pages_named_below_web,
    rules.signals,
    rules.junk_rooms,
    rules.rooms_without_a_sign,
    rules.money_that_is_not_whole_cents,
    rules.deeds_that_take_positions,
    rules.heavy_imports_at_the_top,
]


@pytest.mark.parametrize("rule", OVER_SOURCE, ids=lambda rule: rule.__name__)
def test_the_source_keeps(rule):
    assert rule(SOURCE) == []


@pytest.mark.parametrize(
    "rule", [rules.templates_of_another_audience, rules.inline_code], ids=lambda rule: rule.__name__
)
def test_the_templates_keep(rule):
    assert rule(TEMPLATES) == []


def test_no_template_is_unused_or_missing():
    assert rules.unused_templates(SOURCE, TEMPLATES) == []
    assert rules.missing_templates(SOURCE, TEMPLATES) == []


PLANTS = [
    (rules.string_foreign_keys_that_go_up, "audit/models.py", "x = models.ForeignKey('charges.Invoice', on_delete=1)"),
    (rules.pages_named_below_web, "pools/actions.py", "from django.urls import reverse"),
    (rules.pages_named_below_web, "pools/actions.py", "PAGE = 'desk:pool'"),
    (rules.signals, "charges/apps.py", "from django.db.models.signals import post_save"),
    (rules.junk_rooms, "utils.py", ""),
    (rules.rooms_without_a_sign, "pools/__init__.py", ""),
    (rules.money_that_is_not_whole_cents, "charges/models.py", "price = models.IntegerField()"),
    (rules.money_that_is_not_whole_cents, "charges/models.py", "net_cents = models.DecimalField()"),
    (rules.deeds_that_take_positions, "pools/actions.py", "@deed('pools.x')\ndef x(by, pool):\n    'Do.'"),
    (rules.deeds_that_take_positions, "pools/actions.py", "@deed('charges.x')\ndef x(*, by, pool):\n    'Do.'"),
    (rules.heavy_imports_at_the_top, "web/desk/pools.py", "import scipy.optimize"),
]


@pytest.mark.parametrize(
    ("rule", "path", "code"), PLANTS, ids=lambda value: getattr(value, "__name__", None) or str(value)[:40]
)
def test_a_planted_fault_is_caught(rule, path, code, tmp_path):
    for room in rules.ROOMS_UPWARDS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(f'"""{room}."""\n')
    assert rule(tmp_path) == [], "the bare house is clean"
    target = tmp_path / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(code + "\n")
    assert rule(tmp_path) != []


@pytest.mark.parametrize(
    ("rule", "html"),
    [
        (rules.templates_of_another_audience, '{% include "desk/x.html" %}'),
        (rules.inline_code, '<p style="color:red">'),
        (rules.inline_code, "<script>alert(1)</script>"),
        (rules.inline_code, '<a onclick="x()">'),
    ],
    ids=["audience", "style", "script", "handler"],
)
def test_a_planted_template_is_caught(rule, html, tmp_path):
    (tmp_path / "member").mkdir()
    (tmp_path / "member" / "x.html").write_text(html)
    assert rule(tmp_path) != []


def test_a_template_that_nobody_names_is_caught(tmp_path):
    templates = tmp_path / "templates"
    (templates / "desk").mkdir(parents=True)
    (templates / "desk" / "alone.html").write_text("")
    (tmp_path / "web").mkdir()
    assert rules.unused_templates(tmp_path, templates) == ["desk/alone.html"]
    (tmp_path / "web" / "x.py").write_text('PAGE = "desk/gone.html"')
    assert rules.missing_templates(tmp_path, templates) == ["x.py: desk/gone.html"]


def test_the_web_process_loads_no_solver(tmp_path):
    """Every page imported, every URL resolved: no heavy library among the loaded modules."""
    code = (
        "import sys, django; django.setup(); from django.urls import get_resolver;"
        "list(get_resolver().url_patterns); import grappe.config.wsgi;"
        f"print(sorted({rules.HEAVY!r} & {{name.split('.')[0] for name in sys.modules}}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SOURCE.parent), "DJANGO_SETTINGS_MODULE": "grappe.config.settings", "GRAPPE_VAR": str(tmp_path), "PATH": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
