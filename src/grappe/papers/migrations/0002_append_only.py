from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    """Templates, papers and signatures are kept as they were written: a later version replaces, nothing is changed."""

    dependencies = [("papers", "0001_initial")]
    operations = [
        *append_only("papers_template"),
        *append_only("papers_paper"),
        *append_only("papers_signatory"),
        *append_only("papers_signature"),
    ]
