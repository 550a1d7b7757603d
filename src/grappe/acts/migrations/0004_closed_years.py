from django.db import migrations

from grappe.audit.triggers import append_only, trigger


class Migration(migrations.Migration):
    """A closed year stays closed, and takes no more acts."""

    dependencies = [("acts", "0003_closedyear")]
    operations = [
        *append_only("acts_closedyear"),
        trigger(
            name="acts_act_open_year",
            table="acts_act",
            when="BEFORE INSERT",
            refuse_if=(
                "EXISTS (SELECT 1 FROM acts_closedyear closed WHERE closed.cluster_id = NEW.cluster_id"
                " AND closed.first_day <= NEW.day AND NEW.day < closed.end_day)"
            ),
            message="this year is closed",
        ),
    ]
