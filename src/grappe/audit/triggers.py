"""Database triggers that keep a table append only, or frozen once sealed, on SQLite and PostgreSQL alike.

To alter a table, Django on SQLite makes it anew, and the triggers go with the old one. So the triggers that stand are noted
before a run of migrations, kept up to date by its steps, and those that a remade table lost are made again at its end.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_noted: dict[str, tuple[str, str]] = {}  # name -> (table, SQL), while migrations run


def note_standing(*, using: str, **_signal: Any) -> None:
    """Before migrations: note the triggers that stand. On SQLite only; PostgreSQL alters its tables in place."""
    _noted.clear()
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            _noted.update({name: (table, sql) for name, table, sql in cursor.fetchall()})


def restore_lost(*, using: str, **_signal: Any) -> None:
    """After migrations: make again the noted triggers whose table was made anew."""
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger')")
            stands = set(cursor.fetchall())
            for name, (table, sql) in _noted.items():
                if ("trigger", name) not in stands and ("table", table) in stands:
                    cursor.execute(sql)
    _noted.clear()


def trigger(*, name: str, table: str, when: str, refuse_if: str, message: str) -> migrations.RunPython:
    """A migration step: refuse `when` (such as "BEFORE DELETE") on `table` if the SQL `refuse_if` holds.

    `refuse_if` may name OLD and NEW and must be plain SQL that both databases read.
    """

    def create(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
        sql = _create_sql(schema.connection.vendor, name, table, when, refuse_if, message)
        schema.execute(sql)
        _noted[name] = (table, sql)

    def drop(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if schema.connection.vendor == "postgresql" else ""
        schema.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if schema.connection.vendor == "postgresql":
            schema.execute(f"DROP FUNCTION IF EXISTS {name}()")
        _noted.pop(name, None)

    return migrations.RunPython(create, drop)


def set_aside(*names: str) -> migrations.RunPython:
    """A migration step before a table is altered: on SQLite its remaking fails while triggers of other tables name it.

    They stay noted, and are made again at the end of the run.
    """

    def drop(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
        if schema.connection.vendor == "sqlite":
            for name in names:
                schema.execute(f"DROP TRIGGER IF EXISTS {name}")

    return migrations.RunPython(drop, drop)


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
