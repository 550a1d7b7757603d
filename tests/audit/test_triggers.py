"""A frozen table stays frozen when a later migration makes it anew, as Django does on SQLite to alter a column."""

from __future__ import annotations

import os

import pytest

ALTER = """
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models
from grappe.audit.models import Line
{before}
after = models.CharField(max_length=200)
after.set_attributes_from_name("deed")
after.model = Line
with connection.schema_editor() as schema:
    schema.alter_field(Line, Line._meta.get_field("deed"), after)
{after}
"""
BEFORE = "emit_pre_migrate_signal(verbosity=0, interactive=False, db='default')"
AFTER = "emit_post_migrate_signal(verbosity=0, interactive=False, db='default')"


@pytest.mark.slow
def test_a_remade_table_keeps_its_triggers(bare):
    bare.run("shell", "-v", "0", "-c", ALTER.format(before=BEFORE, after=AFTER))
    assert "0 breach(es)" in bare.run("check").stdout


@pytest.mark.slow
def test_without_the_restoring_they_are_lost_on_sqlite(bare):
    """The fault that the signals guard against: if Django stops remaking tables, they may go."""
    bare.run("shell", "-v", "0", "-c", ALTER.format(before="", after=""))
    if os.environ.get("DATABASE_URL"):
        assert "0 breach(es)" in bare.run("check").stdout
    else:
        assert "audit_line_no_update is missing" in bare.run("check", check=False).stderr
