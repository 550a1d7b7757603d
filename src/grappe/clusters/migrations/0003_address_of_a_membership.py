"""The address at which a cluster reaches a firm is its own affair: it moves from the firm, which clusters share, to the membership."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_to_memberships(apps, schema):
    Firm, Membership = apps.get_model("clusters", "Firm"), apps.get_model("clusters", "Membership")
    address = Firm.objects.filter(pk=OuterRef("firm_id")).values("email")
    Membership.objects.update(email=Subquery(address))


class Migration(migrations.Migration):
    dependencies = [("clusters", "0002_upload")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="adresse e-mail"),
        ),
        migrations.RunPython(copy_to_memberships, migrations.RunPython.noop),
        migrations.RemoveField(model_name="firm", name="email"),
    ]
