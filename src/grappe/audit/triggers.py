"""Database triggers that keep a table append only, or frozen once sealed, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def trigger(*, name: str, table: str, when: str, refuse_if: str, message: str) -> migrations.RunPython:
    """A migration step: refuse `when` (such as "BEFORE DELETE") on `table` if the SQL `refuse_if` holds.

    `refuse_if` may name OLD and NEW and must be plain SQL that both databases read.
    """

    def create(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
        schema.execute(_create_sql(schema.connection.vendor, name, table, when, refuse_if, message))

    def drop(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if schema.connection.vendor == "postgresql" else ""
        schema.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if schema.connection.vendor == "postgresql":
            schema.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return migrations.RunPython(create, drop)


def append_only(table: str, *, unless: str = "") -> list[migrations.RunPython]:
    """Rows of `table` are neither updated nor deleted; `unless` (SQL over OLD) leaves some rows free, drafts for instance."""
    refuse_if = f"NOT ({unless})" if unless else "1 = 1"
    return [
        trigger(
            name=f"{table}_no_{verb.lower()}",
            table=table,
            when=f"BEFORE {verb}",
            refuse_if=refuse_if,
            message=f"{table} is append only: reverse it instead",
        )
        for verb in ("UPDATE", "DELETE")
    ]


def _create_sql(vendor: str, name: str, table: str, when: str, refuse_if: str, message: str) -> str:
    if vendor == "sqlite":
        return (
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW WHEN {refuse_if} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
    row = "OLD" if "DELETE" in when else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {refuse_if} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $$; "
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
