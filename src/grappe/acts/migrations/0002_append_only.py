from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_initial")]
    operations = append_only("acts_act")
