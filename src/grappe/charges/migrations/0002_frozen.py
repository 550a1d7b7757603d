from django.db import migrations

from grappe.audit.triggers import append_only, trigger


class Migration(migrations.Migration):
    """Issued statements, invoices and payments are frozen; an invoice takes the next number of its series, or none."""

    dependencies = [("charges", "0001_initial")]
    operations = [
        *append_only("charges_invoice"),
        *append_only("charges_invoiceline"),
        *append_only("charges_payment"),
        *append_only("charges_statement", unless="OLD.issued_at IS NULL"),
        *append_only(
            "charges_statementline",
            unless="NOT EXISTS (SELECT 1 FROM charges_statement WHERE id = OLD.statement_id AND issued_at IS NOT NULL)",
        ),
        trigger(
            name="charges_invoice_next_number",
            table="charges_invoice",
            when="BEFORE INSERT",
            refuse_if=(
                "NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM charges_invoice"
                " WHERE cluster_id = NEW.cluster_id AND year = NEW.year), 0)"
            ),
            message="an invoice takes the next number of its series",
        ),
    ]
