from django.db import migrations

from grappe.audit.triggers import append_only, trigger


class Migration(migrations.Migration):
    """An entry is inserted after its lines: it must balance, and nothing is added to it afterwards."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        *append_only("ledger_entry"),
        *append_only("ledger_line"),
        trigger(
            name="ledger_entry_balances",
            table="ledger_entry",
            when="BEFORE INSERT",
            refuse_if=(
                "NOT COALESCE((SELECT SUM(debit_cents) = SUM(credit_cents) AND COUNT(*) >= 2 AND MIN(cluster_id) = NEW.cluster_id"
                " AND MAX(cluster_id) = NEW.cluster_id FROM ledger_line WHERE entry_id = NEW.id), 1 = 0)"
            ),
            message="this entry does not balance",
        ),
        trigger(
            name="ledger_line_before_entry",
            table="ledger_line",
            when="BEFORE INSERT",
            refuse_if="EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id)",
            message="this entry is closed: reverse it instead",
        ),
    ]
