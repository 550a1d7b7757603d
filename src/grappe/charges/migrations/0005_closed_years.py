from django.db import migrations

from grappe.audit.triggers import append_only, trigger

OPEN = "NOT EXISTS (SELECT 1 FROM charges_closing WHERE id = OLD.closing_id AND closed_at IS NOT NULL)"


class Migration(migrations.Migration):
    """A closed year is frozen: its costs, its lines, what firms agreed to."""

    dependencies = [("charges", "0004_closing")]
    operations = [
        *append_only("charges_closing", unless="OLD.closed_at IS NULL"),
        *append_only("charges_closingcost", unless=OPEN),
        *append_only("charges_closingline"),
        *append_only("charges_yearacceptance"),
        *(
            trigger(
                name=f"{table}_before_closing",
                table=table,
                when="BEFORE INSERT",
                refuse_if="EXISTS (SELECT 1 FROM charges_closing WHERE id = NEW.closing_id AND closed_at IS NOT NULL)",
                message="this year is closed",
            )
            for table in ("charges_closingcost", "charges_closingline", "charges_yearacceptance")
        ),
    ]
