from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("needs", "0002_survey_by_link")]
    operations = append_only("needs_proof")
