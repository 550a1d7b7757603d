from django.db import migrations

from grappe.audit.triggers import trigger


class Migration(migrations.Migration):
    """An invoice is inserted after its lines: they add up to its net, and none is added afterwards; nor to a statement."""

    dependencies = [("charges", "0002_frozen")]
    operations = [
        trigger(
            name="charges_invoice_lines_add_up",
            table="charges_invoice",
            when="BEFORE INSERT",
            refuse_if=(
                "NOT COALESCE((SELECT SUM(net_cents) = NEW.net_cents AND MIN(cluster_id) = NEW.cluster_id"
                " AND MAX(cluster_id) = NEW.cluster_id FROM charges_invoiceline WHERE invoice_id = NEW.id), 1 = 0)"
            ),
            message="the lines of this invoice do not add up to its net",
        ),
        trigger(
            name="charges_invoiceline_before_invoice",
            table="charges_invoiceline",
            when="BEFORE INSERT",
            refuse_if="EXISTS (SELECT 1 FROM charges_invoice WHERE id = NEW.invoice_id)",
            message="this invoice is closed: cancel it instead",
        ),
        trigger(
            name="charges_statementline_draft",
            table="charges_statementline",
            when="BEFORE INSERT",
            refuse_if="EXISTS (SELECT 1 FROM charges_statement WHERE id = NEW.statement_id AND issued_at IS NOT NULL)",
            message="this statement is issued",
        ),
    ]
