from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("clusters", "0009_legal_body")]
    operations = [*append_only("clusters_legaldocument"), *append_only("clusters_inspectoratenotice")]
