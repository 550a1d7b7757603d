from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


def give_an_end(apps: Any, schema_editor: Any) -> None:
    """Letters had no page before; one written in the admin without an end is held to one year."""
    letters = apps.get_model("plans", "MissionLetter").objects.using(schema_editor.connection.alias)
    for letter in letters.filter(valid_to=None):
        letter.valid_to = letter.valid_from.replace(year=letter.valid_from.year + 1, day=min(letter.valid_from.day, 28))
        letter.save(update_fields=["valid_to"])


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_year_counts")]

    operations = [
        migrations.RunPython(give_an_end, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="missionletter", name="mission_forward"),
        migrations.RemoveField(model_name="missionletter", name="signed_on"),
        migrations.AddField(model_name="missionletter", name="ended_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="missionletter", name="funder", field=models.CharField(blank=True, max_length=200, default="")
        ),
        migrations.AddField(
            model_name="missionletter", name="tasks", field=models.CharField(blank=True, max_length=300, default="")
        ),
        migrations.AlterField(model_name="missionletter", name="valid_to", field=models.DateField()),
        migrations.AddConstraint(
            model_name="missionletter",
            constraint=models.CheckConstraint(condition=Q(("valid_to__gt", F("valid_from"))), name="mission_forward"),
        ),
    ]
