from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("clusters", "0006_taxable_share")]
    operations = append_only("clusters_taxableshare")
