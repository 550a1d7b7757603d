"""Settings come from the environment; a bad value is refused with its name; what the browser is told is safe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
READ = "from grappe.config import settings as s; print({!r}, getattr(s, {!r}, None))"


def read(tmp_path, name, **environment):
    code = READ.format(name, name)
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "GRAPPE_VAR": str(tmp_path), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "peut-être"), ("SECRET_KEY", "courte"), ("GRAPPE_URL", "grappe.example"), ("DATABASE_URL", "mysql://u@h/d"),
        ("GRAPPE_MAIL", "pigeon"), ("GRAPPE_SOURCE_URL", "ftp://x"), ("GRAPPE_UPLOAD_MEGABYTES", "9999"), ("GRAPPE_SOLVE_SECONDS", "-1"),
        ("GRAPPE_PROXIES", "beaucoup"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_name(tmp_path, name, value):
    done = read(tmp_path, "DEBUG", **{name: value})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name}: " in done.stderr


def test_debug_is_off_unless_asked(tmp_path):
    assert read(tmp_path, "DEBUG").stdout.split() == ["DEBUG", "False"]


def test_the_secret_key_is_made_once_and_kept_from_others(tmp_path):
    first = read(tmp_path, "SECRET_KEY").stdout
    assert first == read(tmp_path, "SECRET_KEY").stdout
    assert len(first.split()[1]) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS"])
def test_behind_https_cookies_are_safe_and_hsts_is_on(tmp_path, name):
    assert read(tmp_path, name, GRAPPE_URL="https://grappe.example").stdout.split()[1] not in {"False", "None", "0"}
    assert read(tmp_path, name).stdout.split()[1] in {"False", "None"}


def test_every_page_carries_the_content_policy_and_no_inline_code_is_allowed(world, client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_mailbox_that_a_login_shell_names_is_not_a_setting_of_ours(tmp_path):
    assert read(tmp_path, "DEBUG", MAIL="/var/mail/someone").returncode == 0
