from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    """A withdrawal is kept as it was written."""

    dependencies = [("papers", "0003_withdrawal")]
    operations = [*append_only("papers_withdrawal")]
