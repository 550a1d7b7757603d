from django.db import migrations

from grappe.audit.triggers import append_only


class Migration(migrations.Migration):
    """Released calendars and signed hours are frozen."""

    dependencies = [("plans", "0001_initial")]
    operations = [
        *append_only("plans_release"),
        *append_only("plans_releasedslot"),
        *append_only("plans_hours", unless="OLD.signed_at IS NULL"),
    ]
